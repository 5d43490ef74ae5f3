// Recipients that are hostile or dead beside one that is well, which is told of everything, once, soon:
// hundreds that do not answer, addresses that are nobody's, our own, a broadcast's, of networks that are
// not there, days and times that never come, lists too long.
//     node alarm-recipients.mjs BACC BACRT DIRECTORY
import { compile, mac, project, Receiver, Server, sleep, times, until } from './alarm-lib.mjs'

const [bacc, bacrt, dir] = process.argv.slice(2)
const N = 100, PORT = 47994, IP = '127.0.8.1', NC = 15, RECIPIENTS = 102
const server = new Server(bacrt, dir, `${dir}/r.bin`, IP)
const fail = async (text) => { console.log(text); await server.kill(); process.exit(1) }
const check = async (ok, text) => ok || fail(text)
compile(bacc, dir, 'r', project({
    port: PORT,
    variables: Array.from({ length: N }, (_, i) => `<Variable name="v${i}" type="BOOL" access="readWrite" bacnetVisible="true" initial="0" alarmPoint="A" notificationClass="C"/>`).join('\n'),
    classes: `<NotificationClass name="C" instance="1" toOffnormal="100" toFault="100" toNormal="100"/>`,
}))
// --- octets ---
const least = (v) => { const b = [v >>> 24, (v >> 16) & 255, (v >> 8) & 255, v & 255]; while (b.length > 1 && !b[0]) b.shift(); return b }
const octets = (b) => [0x60 | (b.length < 5 ? b.length : 5), ...(b.length < 5 ? [] : [b.length]), ...b]
const unsigned = (v) => [0x20 | least(v).length, ...least(v)]
const address = (m, network = 0) => [0x1e, ...unsigned(network), ...octets(m), 0x1f]
const device = (n) => [0x0c, ...[0x02000000 + n].flatMap((v) => [v >>> 24, (v >> 16) & 255, (v >> 8) & 255, v & 255])]
const at = (ip, port = PORT) => [...ip.split('.').map(Number), port >> 8, port & 255]
const destination = (recipient, { process = 1, confirmed = true, days = 0xfe, from = [0, 0, 0, 0], to = [23, 59, 59, 99], transitions = 0xe0 } = {}) =>
    [0x82, 1, days, 0xb4, ...from, 0xb4, ...to, ...recipient, ...unsigned(process), confirmed ? 0x11 : 0x10, 0x82, 5, transitions]
const list = (entries) => [0x0c, NC << 22 >>> 24, (NC << 22 >> 16) & 255, 0, 1, 0x19, RECIPIENTS, 0x3e, ...entries.flat(), 0x3f]
const ADD = 8, REMOVE = 9, WRITE = 15

await server.start()
const me = await new Receiver('127.0.8.2', PORT).open(), plain = await new Receiver('127.0.8.3', PORT).open()
const ask = (service, entries) => me.request(IP, PORT, service, list(entries))
const simple = async (service, entries, text) => { const a = await ask(service, entries); await check(a[0] === 0x20, `${text}: ${a.toString('hex')}`) }
const clear = () => simple(WRITE, [], 'the list emptied')
const well = [destination(address(at('127.0.8.2')), { process: 1 }), destination(address(at('127.0.8.3')), { process: 2, confirmed: false })]
let value = 0
// All points change; the two that are well are told of each, once.
async function flood(text) {
    me.got.length = plain.got.length = 0
    value = 1 - value
    const t0 = performance.now()
    await server.ask({ op: 'set', values: Object.fromEntries(Array.from({ length: N }, (_, i) => [`v${i}`, value])) })
    await until(() => me.got.length >= N && plain.got.length >= N)
    const took = Math.round(performance.now() - t0)
    await sleep(150)
    const own = (r, p) => r.got.filter((n) => n.process === p)
    await check(own(me, 1).length === N && own(plain, 2).length === N && times(own(me, 1)).size === N,
        `${text}: ${own(me, 1).length} and ${own(plain, 2).length} of ${N} told after ${took} ms`)
    console.log(`${text}: told in ${took} ms`)
}

await simple(ADD, well, 'two that are well')
await flood('alone')

// --- hundreds that are not there, in front of those who are well: by address, by device, both confirmed ---
await clear()
for (let k = 0; k < 250; k += 25)
    await simple(ADD, Array.from({ length: 25 }, (_, i) => destination(address(at(`127.0.9.${k + i + 1}`)))), 'the dead')
for (let k = 0; k < 250; k += 25)
    await simple(ADD, Array.from({ length: 25 }, (_, i) => destination(device(4000000 + k + i))), 'dead devices')
await simple(ADD, well, 'two that are well behind 500 dead ones')
await flood('behind 500 that do not answer')
await flood('again')
await flood('and again')

// --- odd addresses ---
await clear()
const odd = [
    at(IP),                                             // our own: the device hears of its own alarm
    at('127.255.255.255'), at('255.255.255.255'),       // a broadcast as an address, confirmed
    at('0.0.0.0'), at('127.0.8.4', 0), at('224.0.0.1'), [1], [1, 2, 3], Array(18).fill(7), at('127.0.0.1', 9),
]
for (const m of odd) {
    const a = await ask(ADD, [destination(address(m))])
    await check(a[0] === 0x20 || a[0] === 0x50 || a[0] === 0x60, `address ${m}: ${a.toString('hex')}`)
}
for (const [m, network] of [[[1], 777], [at('127.0.8.2'), 65534], [[1], 65535], [[], 777], [[], 65535], [[], 0]])
    await ask(ADD, [destination(address(m, network), { confirmed: m.length > 0 })])
await simple(ADD, [destination(device(4001))], 'ourselves as a device')
await simple(ADD, well, 'two that are well')
await flood('beside odd addresses')
await flood('again')

// --- days, times and transitions that never come ---
await clear()
await simple(ADD, [
    destination(address(at('127.0.8.2')), { process: 50, days: 0 }),
    destination(address(at('127.0.8.2')), { process: 51, from: [3, 0, 0, 0], to: [3, 0, 0, 0] }),
    destination(address(at('127.0.8.2')), { process: 52, transitions: 0 }),
    ...well], 'never')
await flood('beside times that never come')
await check(!me.got.some((n) => n.process >= 50), 'told at a time that never comes')

// --- lists too long: those in it are still told ---
await clear()
await simple(ADD, well, 'two that are well')
let refused = 0, added = 2
for (let k = 0; k < 700; k += 20) {
    const a = await ask(ADD, Array.from({ length: 20 }, (_, i) => destination(address(at(`127.0.10.${k % 250 + i % 5}`)), { process: 1000 + k + i, confirmed: false, transitions: 0x20 })))
    if (a[0] === 0x20) added += 20
    else refused++
}
await check(refused > 0 && added >= 500 && added <= 512, `${added} in the list, ${refused} times refused`)
await flood(`${added} in the list`)
// malformed ones are refused and change nothing
for (const bad of [well[0].slice(0, -1), well[0].slice(1), [0x00], [...well[0], 0x00], destination(address(at('127.0.8.2')), { from: [25, 0, 0, 0] }),
    destination(address(at('127.0.8.2')), { from: [23, 0, 0, 0], to: [1, 0, 0, 0] }), destination(device(4194304))]) {
    const a = await ask(ADD, [bad])
    await check(a[0] !== 0x20, `${Buffer.from(bad).toString('hex')} was taken`)
}
await simple(REMOVE, [well[0]], 'one taken out')
const again = await ask(REMOVE, [well[0]])
await check(again[0] === 0x50, 'taken out twice')
const told = (await server.ask({ op: 'alarms' })).result
console.log(`${told.sent} sent, ${told.undelivered} given up`)
await server.kill('SIGTERM')
process.exit(0)
