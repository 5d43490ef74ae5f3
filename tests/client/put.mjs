// Writes a REAL to an object's Present_Value, as any BACnet client would.
//     node tests/client/put.mjs SERVER TYPE,INSTANCE VALUE [PRIORITY]        AV,0 is an object
import bacnet from '@bacnet-js/client'
import { P, T, TYPES } from './lib.mjs'

const Client = bacnet.default ?? bacnet
const [server, object, value, priority] = process.argv.slice(2)
const [type, instance] = object.split(',')
const client = new Client({ port: 47809, interface: server, apduTimeout: 3000 })
client.on('listening', async () => {
    try {
        await client.writeProperty({ address: server }, { type: TYPES[type], instance: Number(instance) }, P.presentValue,
            [{ type: T.REAL, value: Number(value) }], priority ? { priority: Number(priority) } : {})
        console.log('written')
    } catch (e) {
        console.log(e.message)
        process.exitCode = 1
    }
    client.close()
})
