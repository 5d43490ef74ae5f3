// A supervisor collects sixty logs at once, one ReadRange each: all are answered, however many the store reads at a time.
//     node trend-crowd.mjs BACC BACRT DIRECTORY
import { compile, Server, sleep } from './alarm-lib.mjs'
import { app, appU, bytes, close, ctx, ctxU, Host, oid, open, request, S, TYPE, what } from '../conformance/lib.mjs'

const [bacc, bacrt, dir] = process.argv.slice(2)
const IP = '127.0.15.7', PORT = 47986, TL = 20, BUFFER = 131, LOGS = 60
const each = (f) => Array.from({ length: LOGS }, (_, i) => f(i + 1)).join('')
compile(bacc, dir, 't', `<?xml version="1.0" encoding="UTF-8"?>
<Project xmlns="urn:bacc:project:1" name="Crowd" guid="5e0c2a6e-52a2-4a0e-9a0b-3b9d6f5f2c8a">
<Variables>${each((i) => `<Variable name="V${i}" type="REAL" access="readWrite" initial="${i}"/>`)}</Variables>
<Plc name="P" timeZone="UTC"><Channel name="B"><Port id="1" type="IPv4" udpPort="${PORT}"/>
<Device name="Main" instance="4003" port="1">${each((i) => `<Object variable="V${i}" type="AV" instance="${i}" name="AV-${i}"/>`)}
${each((i) => `<TrendLog name="L${i}" variable="V${i}" instance="${i}" logging="cov" covIncrement="0" bufferSize="10"/>`)}
</Device></Channel></Plc></Project>`)
const server = new Server(bacrt, dir, `${dir}/t.bin`, IP)
await server.start()
const world = { server: IP, port: PORT, everyone: '127.255.255.255' }
const c = await Host.at('127.0.15.8', world)
const bad = []
for (let turn = 0; turn < 3; turn++) {
    c.got.length = 0
    for (let i = 1; i <= LOGS; i++)
        c.unicast(request(S.readRange, bytes(ctx(0, oid(TL, i)), ctxU(1, BUFFER), open(3), appU(1), app(3, [10]), close(3)), { id: i }), { der: true })
    for (let i = 1; i <= LOGS; i++) {
        const m = await c.next((x) => x.id === i && x.apdu && x.type > 1, 4000)
        if (!m || m.type !== TYPE.complex || m.data.readUInt32BE(1) !== (TL << 22 | i)) bad.push(`log ${i}: ${what(m)}`)
    }
    await sleep(100)
}
c.close()
await server.kill('SIGTERM')
if (bad.length) console.log(`${bad.length} of ${3 * LOGS} are not answered, the first: ${bad[0]}`)
process.exit(bad.length ? 1 : 0)
