// A recipient that is a device, and moves: it is looked for by Who-Is, found where it says that it is, and
// found again at its new address: at once where it announces itself there, else after the retries to the
// old one; the notification is not lost.
//     node alarm-move.mjs BACC BACRT DIRECTORY
import dgram from 'node:dgram'
import { compile, project, Receiver, Server, sleep, until } from './alarm-lib.mjs'

const [bacc, bacrt, dir] = process.argv.slice(2)
const PORT = 47988, IP = '127.0.13.1', DEVICE = 552
compile(bacc, dir, 'm', project({ port: PORT,
    variables: '<Variable name="v" type="BOOL" access="readWrite" bacnetVisible="true" initial="0" alarmPoint="A" notificationClass="C"/>',
    classes: `<NotificationClass name="C" instance="1" toOffnormal="100" toFault="100" toNormal="100"><Recipient device="${DEVICE}" processId="1" confirmed="true"/></NotificationClass>` }))
const server = new Server(bacrt, dir, `${dir}/m.bin`, IP)
const fail = async (text) => { console.log(text); await server.kill(); process.exit(1) }
await server.start()
const one = await new Receiver('127.0.13.2', PORT).open(), two = await new Receiver('127.0.13.3', PORT).open()
const iAm = (r) => r.socket.send(Buffer.from([0x81, 0x0a, 0, 20, 1, 0, 0x10, 0, 0xc4, 2, 0, DEVICE >> 8, DEVICE & 255, 0x22, 5, 0xc4, 0x91, 3, 0x21, 99]), PORT, IP)
let where, asked = 0                                    // the device, wherever it is, hears broadcasts
const air = dgram.createSocket({ type: 'udp4', reuseAddr: true })
air.on('message', (m) => {
    if (!m.subarray(-8).includes(Buffer.from([0x10, 8])) && !m.includes(Buffer.from([0x10, 8, 0x0a]))) return
    asked++
    iAm(where)
})
await new Promise((ok) => air.bind(PORT, '127.255.255.255', ok))
let v = 0
async function told(r, text) {
    const t0 = Date.now()
    r.got.length = 0
    await server.ask({ op: 'set', values: { v: v = 1 - v } })
    const came = await until(() => r.got.length > 0)
    console.log(`${text}: ${came ? 'told' : 'not told'} after ${Date.now() - t0} ms, ${asked} Who-Is`)
    if (!came || r.got[0].to !== (v ? 2 : 0)) await fail('never, or of another state')
}
where = one
await told(one, 'looked for')
await told(one, 'known')
if (asked !== 1) await fail('asked for what is known')
one.mute = true
where = two
iAm(two)                                                // it says where it is now
await sleep(50)
await told(two, 'moved, and said so')
two.mute = true
one.mute = false
where = one
await told(one, 'moved back in silence')
await told(one, 'known')
await server.kill('SIGTERM')
process.exit(0)
