// A recipient on a network behind a router that nobody has heard of yet, at the second of two BACnet/IP ports: the router
// is asked for there, and the alarm itself said to all on both, so that it gets there at once (135-2020 clauses 6.5.3,
// 6.6.3.2); once the router is known, what was not answered goes to it alone.
//     node alarm-beyond.mjs BACC BACRT DIRECTORY
import { compile, Server } from './alarm-lib.mjs'
import { app, appU, bvll, bytes, close, F, Host, open, real, S, TYPE, what, wpBody } from '../conformance/lib.mjs'

const [bacc, bacrt, dir] = process.argv.slice(2)
const IP = '127.0.15.13', PORTS = [47982, 47983], FAR = 99, NC = 15, AV = 2, MAC = 7
compile(bacc, dir, 't', `<?xml version="1.0" encoding="UTF-8"?>
<Project xmlns="urn:bacc:project:1" name="Beyond" guid="5e0c2a6e-52a2-4a0e-9a0b-3b9d6f5f2c8d">
<AlarmPoints><AlarmPoint name="A" kind="limits" high="80" delay="0s"/></AlarmPoints>
<Variables><Variable name="V" type="REAL" access="readWrite" initial="1" alarmPoint="A"/></Variables>
<Plc name="P" timeZone="UTC"><Channel name="B"><Port id="1" type="IPv4" address="${IP}" udpPort="${PORTS[0]}" network="1"/>
<Port id="2" type="IPv4" address="${IP}" udpPort="${PORTS[1]}" network="2"/>
<Device name="Main" instance="4000" port="1" apduTimeout="1s" apduRetries="3"><NotificationClass name="C" instance="1"/><Object variable="V" type="AV" instance="1" name="AV"/></Device>
</Channel></Plc></Project>`)
const server = new Server(bacrt, dir, `${dir}/t.bin`, IP)
const world = (port) => ({ server: IP, port, everyone: '127.255.255.255' })
const client = await Host.at('127.0.15.14', world(PORTS[0]))
const near = await Host.at('127.255.255.255', world(PORTS[0])), ear = await Host.at('127.255.255.255', world(PORTS[1]))
await server.start()
const bad = []
const put = async (...args) => {
    const m = await client.ask(S.wp, wpBody(...args))
    if (m.type !== TYPE.simple) bad.push(`write: ${what(m)}`)
}
await put(NC, 1, 102, bytes([0x82, 1, 0xfe], app(11, [0, 0, 0, 0]), app(11, [23, 59, 59, 99]), open(1), appU(FAR), app(6, [MAC]), close(1), appU(1), 0x11, [0x82, 5, 0xe0]))
ear.got.length = 0
await put(AV, 1, 85, real(90))
if (!await ear.next((m) => m.message === 0 && m.data[1] === FAR, 3000)) bad.push('its router is not asked for on the second port')
for (const h of [near, ear])
    if (!await h.next((m) => m.request !== undefined && m.dnet === FAR && m.dadr[0] === MAC, 3000)) bad.push(`the alarm is not said to all: ${h === near ? 'first' : 'second'} port`)
const router = await Host.at('127.0.15.15', world(PORTS[1]))
router.raw(bvll(F.broadcast, bytes([1, 0x80, 1, FAR >> 8, FAR & 255])), '127.255.255.255', PORTS[1])           // I-Am-Router-To-Network
if (!await router.next((m) => m.request !== undefined && m.dnet === FAR && m.dadr[0] === MAC, 5000)) bad.push('the router does not get it')
for (const h of [client, near, ear, router]) h.close()
await server.kill('SIGTERM')
if (bad.length) console.log(bad.join('\n'))
process.exit(bad.length ? 1 : 0)
