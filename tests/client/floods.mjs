// Floods, and what they draw: Who-Is and network messages under one source address, requests whose other
// segments never come, answers that nobody acknowledges, subscriptions, foreign devices, broadcasts of
// strangers. Each is bounded, answered in the standard's words where it is answered, and counted in
// `bacrt status`; another client is served meanwhile.
//     node floods.mjs BACC BACRT DIRECTORY
import { compile, Server, sleep, until } from './alarm-lib.mjs'
import { bvll, bytes, ctx, ctxU, F, Host, ip, npdu, oid, OT, request, rpmBody, S, segment, TYPE, u16, what, whoIs } from '../conformance/lib.mjs'

const [bacc, bacrt, dir] = process.argv.slice(2)
const IP = '127.0.16.1', PORT = 47997
const variables = Array.from({ length: 40 }, (_, i) => `<Variable name="V${i}" type="REAL" access="readWrite" initial="1" bacnetVisible="true" bacnetDevice="Main"/>`).join('')
compile(bacc, dir, 'f', `<?xml version="1.0" encoding="UTF-8"?>
<Project xmlns="urn:bacc:project:1" name="Floods" guid="5e0c2a6e-52a2-4a0e-9a0b-3b9d6f5f2c84">
<Variables>${variables}</Variables>
<Plc name="P" timeZone="UTC"><Channel name="B"><Port id="1" network="1" type="IPv4" udpPort="${PORT}"><Bbmd><Peer address="127.0.16.77" port="${PORT}"/></Bbmd></Port>
<Port id="2" network="2001" type="Virtual"/>
<Device name="Main" instance="4005" port="1"/><Device name="Far" instance="4006" port="2"/></Channel></Plc></Project>`)
const server = new Server(bacrt, dir, `${dir}/f.bin`, IP)
await server.start()
const world = { server: IP, port: PORT, everyone: '127.255.255.255' }
let mad
const good = await Host.at('127.0.16.3', world)
let next = 10            // every flood has an address of its own
const fail = async (text) => { console.log(text); await server.kill(); process.exit(1) }
const check = async (ok, text) => ok || fail(text)
const counters = async () => (await server.ask({ op: 'status' })).result.counters

// One flood: `send(i)` n times, in bursts that socket buffers hold. Returns what came back and how the
// counters have moved. `answered`: the next burst waits for the answers to the last one, so that none
// is lost and the count is exact. Afterwards somebody else must be answered.
async function flood(name, n, send, answered = false) {
    const before = await counters(), all = []
    mad = await Host.at(`127.0.16.${next++}`, world)
    for (let i = 0, burst = 0; i < n; i++) {
        send(i)
        if (++burst < 40 && i < n - 1) continue
        await sleep(2)
        if (answered) {
            await check(await until(() => mad.got.filter((m) => m.type > 1).length >= burst), `${name}: no answers after ${i}`)
            all.push(...mad.got.splice(0))
        }
        burst = 0
    }
    const began = performance.now()
    const m = await good.read(OT.DEV, 4005, 75).catch(() => fail(`${name}: another client has no answer`))
    await check(m.type === TYPE.complex, `${name}: another client is answered ${what(m)}`)
    const took = Math.round(performance.now() - began)
    await sleep(150)
    const after = await counters(), moved = {}
    for (const [k, v] of Object.entries(after)) moved[k] = v - before[k]
    const got = [...all, ...mad.got.splice(0)]
    console.log(`${name}: ${n} sent, ${got.length} came back; another client's answer after ${took} ms`)
    return { got, moved, after }
}

// --- a small request draws one answer, and only so many of them ---
const discovery = await flood('Who-Is', 1000, () => mad.unicast(whoIs()))
const names = discovery.got.filter((m) => m.type === TYPE.unconfirmed && m.service === 0)
await check(names.length >= 1 && names.length <= 2 * (64 + 4 * 2 + 40), `Who-Is: ${names.length} I-Am`)
await check(discovery.moved.limited_discovery >= 700, `Who-Is: ${discovery.moved.limited_discovery} counted as not answered`)

const network = await flood('Who-Is-Router', 600, () => mad.raw(bvll(F.unicast, npdu([], { message: 0 }))))
await check(network.moved.limited_network >= 450, `Who-Is-Router: ${network.moved.limited_network} counted as not answered`)
await check(network.got.length <= 150, `Who-Is-Router: ${network.got.length} answers`)

const results = await flood('Read-FDT', 600, () => mad.raw(bvll(F.readFdt)))
await check(results.moved.limited_bvll >= 350, `Read-FDT: ${results.moved.limited_bvll} counted as not answered`)

// --- first segments of requests that never go on ---
const half = await flood('half requests', 200, (i) => mad.unicast(segment(S.wpm, bytes(new Array(40).fill(0)), { id: i, seq: 0, more: true, window: 4 })))
const refused = half.got.filter((m) => m.type === TYPE.abort && m.server && m.reason === 9)
await check(refused.length === 200 - 64, `half requests: ${refused.length} aborted with out-of-resources instead of ${200 - 64}`)
await check(half.moved.no_transaction === 200 - 64, `half requests: ${half.moved.no_transaction} counted`)
await check(half.moved.aborts >= 200 - 64, `half requests: ${half.moved.aborts} aborts counted`)
await check(half.after.transactions >= 64, `half requests: ${half.after.transactions} transactions open`)

// --- the same by one host from many ports: another host's long answers and notifications find room ---
const many = []
for (let i = 0; i < 40; i++) many.push(await Host.at('127.0.16.5', world, 40200 + i))
for (const h of many) {
    for (let i = 0; i < 64; i++) h.unicast(segment(S.wpm, bytes(new Array(40).fill(0)), { id: i, seq: 0, more: true, window: 4 }))
    await sleep(5)
}
const crowded = await counters()
await check(crowded.transactions >= 256 && crowded.transactions <= 64 + 256, `many ports: ${crowded.transactions} transactions open`)
const beside = await good.ask(S.rpm, rpmBody(...Array.from({ length: 40 }, (_, i) => [OT.AV, i, 8])), { size: 480 })
await check(beside.type === TYPE.complex, `many ports: another client is answered ${what(beside)}`)
for (const h of many) h.close()

// --- long answers that nobody acknowledges: a false source has little of them ---
const all = rpmBody(...Array.from({ length: 40 }, (_, i) => [OT.AV, i, 8]))
const deaf = await flood('long answers', 200, (i) => mad.unicast(request(S.rpm, all, { id: i, size: 480 }), { der: true }))
const parts = deaf.got.filter((m) => m.type === TYPE.complex)
await check(parts.length >= 1 && parts.length <= 32, `long answers: ${parts.length} first segments, 32 may be unproven`)
await check(deaf.moved.no_transaction >= 200 - 32, `long answers: ${deaf.moved.no_transaction} counted`)

// --- subscriptions: one host has three quarters of them, the rest is for others ---
const subscribe = (process, object) => bytes(ctxU(0, process), ctx(1, oid(OT.AV, object)), [0x29, 0], ctxU(3, 600))
const SHARE = 12288
const subs = await flood('subscriptions', SHARE + 200, (i) => mad.unicast(request(S.subscribeCov, subscribe(i, i % 40), { id: i & 255 })), true)
const errors = subs.got.filter((m) => m.type === TYPE.error)
await check(subs.after.subscriptions === SHARE, `subscriptions: ${subs.after.subscriptions} instead of ${SHARE}`)
await check(errors.length === 200 && errors.every((m) => m.error === errors[0].error), `subscriptions: ${errors.length} refused, ${errors[0]?.error}`)
await check(subs.moved.subscriptions_refused === 200, `subscriptions: ${subs.moved.subscriptions_refused} counted`)
const other = await good.ask(S.subscribeCov, subscribe(1, 1))
await check(other.type === TYPE.simple, `another subscriber: ${what(other)}`)
const disguised = await Host.at(mad.address, world, 40300)
const more = await disguised.ask(S.subscribeCov, subscribe(1, 1))
await check(more.type === TYPE.error, `the same subscriber from another port: ${what(more)}`)
disguised.close()

// --- foreign devices: 16 of one host ---
const ports = []
for (let i = 0; i < 20; i++) ports.push(await Host.at('127.0.16.4', world, 40100 + i))
const before = await counters()
for (const h of ports) h.raw(bvll(F.register, u16(60)))
await sleep(200)
const codes = ports.map((h) => h.got.filter((m) => m.fn === F.result).map((m) => m.body.readUInt16BE(0))).flat()
await check(codes.filter((x) => x === 0).length === 16 && codes.filter((x) => x === 0x30).length === 4, `registrations: ${codes}`)
const registered = await counters()
await check(registered.foreign_devices - before.foreign_devices === 16 && registered.bbmd_full - before.bbmd_full === 4,
    `registrations: ${registered.foreign_devices} kept, ${registered.bbmd_full} counted`)
ports.forEach((h) => h.close())

// --- who is neither a peer nor registered has nothing carried on ---
const strangers = await flood('strangers', 100, (i) => mad.raw(i % 2 ? bvll(F.distribute, npdu(whoIs(1, 1)))
    : bvll(F.forwarded, bytes(ip('10.1.2.3', PORT), npdu(whoIs(1, 1))))))
await check(strangers.moved.bbmd_strangers === 100, `strangers: ${strangers.moved.bbmd_strangers} counted`)
await check(strangers.got.every((m) => m.fn === F.result && m.body.readUInt16BE(0) === 0x60), 'strangers: an answer other than a refusal')

await check(await until(async () => (await counters()).transactions === 0, 40000), 'what nobody goes on with is kept for ever')
await server.kill('SIGTERM')
process.exit(0)
