// What was written to a Network Port waits until its own device is told to take it, or restarts: that another device of the
// same program restarts is nothing to it (clause 12.56).
//     node port-pending.mjs BACC BACRT DIRECTORY
import { compile, Server, until } from './alarm-lib.mjs'
import { bytes, bvll, close, ctx, ctxU, F, Host, open, S, TYPE, vmac, what, wpBody } from '../conformance/lib.mjs'

const [bacc, bacrt, dir] = process.argv.slice(2)
const IP = '127.0.15.11', PORT = 47984, NET = 2001, NP = 56, P = { pending: 416, bdt: 414 }
compile(bacc, dir, 't', `<?xml version="1.0" encoding="UTF-8"?>
<Project xmlns="urn:bacc:project:1" name="Ports" guid="5e0c2a6e-52a2-4a0e-9a0b-3b9d6f5f2c8c">
<Variables><Variable name="V" type="REAL" access="read" initial="1"/></Variables>
<Plc name="P" timeZone="UTC"><Channel name="B"><Port id="1" type="IPv4" udpPort="${PORT}" network="1"><Bbmd><Peer address="127.0.15.70"/></Bbmd></Port>
<Port id="2" type="Virtual" network="${NET}"/>
<Device name="Main" instance="4000" port="1" managementPassword="main"/>
<Device name="Behind" instance="4001" port="2" managementPassword="behind"><Object variable="V" type="AI" name="AI"/></Device>
</Channel></Plc></Project>`)
const server = new Server(bacrt, dir, `${dir}/t.bin`, IP)
await server.start()
const c = await Host.at('127.0.15.12', { server: IP, port: PORT, everyone: '127.255.255.255' })
const bad = []
const restart = async (password, net) => {
    const m = await c.ask(S.reinit, bytes(ctxU(0, 1), ctx(1, [0, ...Buffer.from(password)])), { ms: 4000, net })
    if (m.type !== TYPE.simple) bad.push(`restart: ${what(m)}`)
}
const pending = async () => (await c.read(NP, 1, P.pending)).data.at(-2) === 0x11
const peers = async () => {
    c.raw(bvll(F.readBdt))
    const m = await c.next((x) => x.fn === F.readBdtAck, 2000)
    return Array.from({ length: m.body.length / 10 }, (_, i) => [...m.body.subarray(i * 10, i * 10 + 4)].join('.')).slice(1).join()
}
const entry = bytes(open(0), open(0), ctx(1, [127, 0, 15, 71]), close(0), ctxU(1, 47808), close(0), ctx(1, [255, 255, 255, 255]))
const m = await c.ask(S.wp, wpBody(NP, 1, P.bdt, entry))
if (m.type !== TYPE.simple) bad.push(`write: ${what(m)}`)
if (!await pending() || await peers() !== '127.0.15.70') bad.push(`written: pending ${await pending()}, ${await peers()}`)
await restart('behind', { dnet: NET, dadr: vmac(4001) })
await c.alive()
if (!await pending() || await peers() !== '127.0.15.70') bad.push(`another device restarted: pending ${await pending()}, ${await peers()}`)
await restart('main')
if (!await until(async () => !await pending() && await peers() === '127.0.15.71', 3000)) bad.push(`its device restarted: pending ${await pending()}, ${await peers()}`)
c.close()
await server.kill('SIGTERM')
if (bad.length) console.log(bad.join('\n'))
process.exit(bad.length ? 1 : 0)
