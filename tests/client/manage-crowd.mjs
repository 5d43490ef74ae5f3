// DeviceCommunicationControl for all devices of a building at once: each is answered, however many passwords are compared
// at a time; a wrong one is refused.
//     node manage-crowd.mjs BACC BACRT DIRECTORY
import { compile, Server } from './alarm-lib.mjs'
import { bytes, ctx, ctxU, Host, request, S, TYPE, vmac, what } from '../conformance/lib.mjs'

const [bacc, bacrt, dir] = process.argv.slice(2)
const IP = '127.0.15.9', PORT = 47985, NET = 2001, DEVICES = 40
const each = (f) => Array.from({ length: DEVICES }, (_, i) => f(i + 1)).join('')
compile(bacc, dir, 't', `<?xml version="1.0" encoding="UTF-8"?>
<Project xmlns="urn:bacc:project:1" name="Crowd" guid="5e0c2a6e-52a2-4a0e-9a0b-3b9d6f5f2c8b">
<Variables>${each((i) => `<Variable name="V${i}" type="REAL" access="read" initial="${i}"/>`)}</Variables>
<Plc name="P" timeZone="UTC"><Channel name="B"><Port id="1" type="IPv4" udpPort="${PORT}" network="1"/><Port id="2" type="Virtual" network="${NET}"/>
<Device name="Main" instance="4000" port="1"/>
${each((i) => `<Device name="D${i}" instance="${4000 + i}" port="2" managementPassword="secret"><Object variable="V${i}" type="AI" name="AI-${i}"/></Device>`)}
</Channel></Plc></Project>`)
const server = new Server(bacrt, dir, `${dir}/t.bin`, IP)
await server.start()
const c = await Host.at('127.0.15.10', { server: IP, port: PORT, everyone: '127.255.255.255' })
const bad = []
for (const [password, right] of [['secret', true], ['public', false]]) {
    c.got.length = 0
    for (let i = 1; i <= DEVICES; i++)
        c.unicast(request(S.dcc, bytes(ctxU(0, 1), ctxU(1, 2), ctx(2, [0, ...Buffer.from(password)])), { id: i }), { der: true, dnet: NET, dadr: vmac(4000 + i) })
    for (let i = 1; i <= DEVICES; i++) {
        const m = await c.next((x) => x.id === i && x.apdu && x.type > 1, 4000)
        if (!m || (right ? m.type !== TYPE.simple : m.error !== '4/26')) bad.push(`device ${i}, ${password}: ${what(m)}`)
    }
}
c.close()
await server.kill('SIGTERM')
if (bad.length) console.log(`${bad.length} of ${2 * DEVICES} are not answered as they should be, the first: ${bad[0]}`)
process.exit(bad.length ? 1 : 0)
