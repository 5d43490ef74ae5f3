// sample: ahu
// Writing: plain values, ranges, wrong types, read-only objects, out of service, several at once.
import { connect, done, equal, fails, objectList, P, T, TYPES, value, write } from './lib.mjs'

const client = await connect()
const names = new Map()
for (const o of await objectList(client, 1100)) names.set(await value(client, o.type, o.instance, P.objectName), o)
const at = (name) => [names.get(name).type, names.get(name).instance]
const pv = (name) => value(client, ...at(name), P.presentValue)
const set = (name, tag, v, options) => write(client, ...at(name), P.presentValue, tag, v, options)

await set('AHU.T.Setpoint', T.REAL, 22.5)
equal(await pv('AHU.T.Setpoint'), 22.5, 'plain analog value')
await set('AHU.T.Setpoint', T.REAL, 19, { priority: 8 })
equal(await pv('AHU.T.Setpoint'), 19, 'plain analog value with a priority')
await fails(set('AHU.T.Setpoint', T.REAL, 40), /Class:2 - Code:37/, 'beyond the range')
await fails(set('AHU.T.Setpoint', T.UNSIGNED, 20), /Class:2 - Code:9/, 'wrong datatype')
await fails(set('AHU.T.Supply', T.REAL, 20), /Class:2 - Code:40/, 'an input in service')
await fails(write(client, ...at('AHU.T.Supply'), P.units, T.ENUM, 64), /Class:2 - Code:40/, 'Units')
await fails(write(client, 2, 4000000, P.presentValue, T.REAL, 1), /Class:1 - Code:31/, 'unknown object')
await fails(write(client, ...at('AHU.T.Setpoint'), 9999, T.REAL, 1), /Class:2 - Code:32/, 'unknown property')
equal(await pv('AHU.T.Setpoint'), 19, 'unchanged after the errors')

await set('AHU.Enable', T.ENUM, 0)
equal(await pv('AHU.Enable'), 0, 'plain binary value')
await fails(set('AHU.Enable', T.ENUM, 2), /Class:2 - Code:37/, 'no BinaryPV')
await set('AHU.Mode', T.UNSIGNED, 5)
equal(await pv('AHU.Mode'), 5, 'plain multi-state value')
await fails(set('AHU.Mode', T.UNSIGNED, 6), /Class:2 - Code:37/, 'no such state')
await fails(set('AHU.Mode', T.UNSIGNED, 0), /Class:2 - Code:37/, 'state 0')

const [type, instance] = at('AHU.T.Outside')
await write(client, type, instance, P.outOfService, T.BOOLEAN, true)
await set('AHU.T.Outside', T.REAL, -12.5)
equal(await pv('AHU.T.Outside'), -12.5, 'simulated input')
await write(client, type, instance, P.outOfService, T.BOOLEAN, false)
equal(await pv('AHU.T.Outside'), 4.5, 'input in service again')

await client.writePropertyMultiple(client.to, [
    { objectId: names.get('AHU.T.Setpoint'), values: [{ property: { id: P.presentValue, index: 0xffffffff }, value: [{ type: T.REAL, value: 25 }], priority: 0 }] },
    { objectId: names.get('AHU.Mode'), values: [{ property: { id: P.presentValue, index: 0xffffffff }, value: [{ type: T.UNSIGNED, value: 2 }], priority: 0 }] },
])
equal([await pv('AHU.T.Setpoint'), await pv('AHU.Mode')], [25, 2], 'WritePropertyMultiple')
equal(names.get('AHU.Damper.Open'), { type: TYPES.BI, instance: 100 }, 'instance of the manual table')
done(client)
