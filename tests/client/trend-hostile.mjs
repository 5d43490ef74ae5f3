// An unfriendly client of trend logs: ReadRange that is cut, turned over, of nothing, of everything; logs of
// themselves, of groups, of objects that are not there; sizes, intervals and windows that cannot be; the clock
// set to and fro. Refused as the standard says, or recorded as what it is; the log next to it records on.
//     node trend-hostile.mjs BACC BACRT DIRECTORY
import { compile, Server, sleep, until } from './alarm-lib.mjs'
import { app, appU, bytes, close, ctx, ctxU, Host, oid, open, real, S, TYPE, what, wpBody } from '../conformance/lib.mjs'

const [bacc, bacrt, dir] = process.argv.slice(2)
const IP = '127.0.15.1', PORT = 47996, TL = 20, AV = 2, DEV = 8
compile(bacc, dir, 't', `<?xml version="1.0" encoding="UTF-8"?>
<Project xmlns="urn:bacc:project:1" name="Hostile" guid="5e0c2a6e-52a2-4a0e-9a0b-3b9d6f5f2c82">
<Variables><Variable name="V" type="REAL" access="readWrite" initial="1" bacnetVisible="true"/></Variables>
<Plc name="P" timeZone="UTC"><Channel name="B"><Port id="1" type="IPv4" udpPort="${PORT}"/>
<Device name="Main" instance="4003" port="1" timeSync="offset">
<TrendLog name="victim" variable="V" logging="triggered" bufferSize="100"/>
<TrendLog name="witness" variable="V" interval="1s" align="false" bufferSize="1000"/>
<TrendLog name="changes" variable="V" logging="cov" covIncrement="0" bufferSize="100"/></Device></Channel></Plc></Project>`)
const server = new Server(bacrt, dir, `${dir}/t.bin`, IP)
await server.start()
const world = { server: IP, port: PORT, everyone: '127.255.255.255' }
const c = await Host.at('127.0.15.2', world)
const fail = async (text) => { console.log(text); await server.kill(); process.exit(1) }
const check = async (ok, text) => ok || fail(text)
let slowest = 0
async function ask(service, body) {
    const began = performance.now()
    c.got.length = 0
    const m = await c.ask(service, body, { ms: 10000 }).catch(() => fail(`no answer to service ${service}: ${body.toString('hex')}`))
    slowest = Math.max(slowest, performance.now() - began)
    return m
}

// --- octets ---
const P = { buffer: 131, count: 141, total: 145, size: 126, start: 142, stop: 143, interval: 134, reference: 132, enable: 133, trigger: 205,
    type: 197, threshold: 137, present: 85, increment: 127 }
const yes = [0x11], no = [0x10]
const date = (y, m, d, w = 255) => app(10, [y === 255 ? 255 : y - 1900, m, d, w])
const time = (h, m = 0, s = 0, k = 0) => app(11, [h, m, s, k])
const signed = (n) => app(3, [n >> 8 & 255, n & 255])
const range = (choice, reference, count, { log = 0, type = TL, property = P.buffer, index } = {}) => bytes(ctx(0, oid(type, log)), ctxU(1, property),
    index === undefined ? [] : ctxU(2, index), choice ? [open(choice), reference, count, close(choice)].flat() : [])
const reference = (type, instance, property, device, index) => [...ctx(0, oid(type, instance)), ...ctxU(1, property),
    ...(index === undefined ? [] : ctxU(2, index)), ...(device === undefined ? [] : ctx(3, oid(DEV, device)))]
const put = (property, value, log = 0, type = TL) => ask(S.wp, wpBody(type, log, property, value))
async function refused(text, errors, ...args) {
    const m = await put(...args)
    await check(m.type === TYPE.error && [errors].flat().includes(m.error), `${text}: ${errors} expected, came ${what(m)}`)
}
async function taken(text, ...args) {
    const m = await put(...args)
    await check(m.type === TYPE.simple, `${text}: ${what(m)}`)
}
async function number(property, log = 0) {
    const m = await c.read(TL, log, property)
    await check(m.type === TYPE.complex, `property ${property}: ${what(m)}`)
    const at = m.data.indexOf(0x3e) + 1
    return m.data[at] >> 4 === 1 ? m.data[at] & 7 : m.data.subarray(at + 1, at + 1 + (m.data[at] & 7)).reduce((a, b) => a * 256 + b, 0)
}
const records = async (name) => (await server.ask({ op: 'trend', name })).result.records
async function trigger(text) {
    const before = await number(P.total)
    await taken(text, P.trigger, yes)
    await check(await until(async () => await number(P.total) > before), `${text}: nothing recorded`)
    return (await records('victim')).at(-1)
}

for (let i = 0; i < 5; i++) await trigger('a value')

// --- ReadRange: cut anywhere, every octet turned over, every bit ---
const good = range(3, appU(1), signed(3))
await check((await ask(S.readRange, good)).type === TYPE.complex, 'ReadRange')
for (let n = 0; n < good.length; n++) {
    const m = await ask(S.readRange, good.subarray(0, n))
    await check(m.type === TYPE.reject || n === 7, `cut at ${n}: ${what(m)}`)           // at 7 it asks for everything
    for (let bit = 0; bit < 8; bit++) {
        const bad = Buffer.from(good)
        bad[n] ^= 1 << bit
        const b = await ask(S.readRange, bad)
        await check(b.type === TYPE.reject || b.type === TYPE.error || (b.type === TYPE.complex && b.data[0] === 0x0c), `octet ${n} bit ${bit}: ${what(b)}`)
    }
}
// --- of nothing, of everything ---
const empty = (m) => m.type === TYPE.complex && m.data.includes(Buffer.from([0x49, 0]))
for (const [text, body] of [['position 0', range(3, appU(0), signed(5))], ['beyond the last', range(3, appU(4294967295), signed(-1))],
    ['a sequence number of another century', range(6, appU(4294967295), signed(5))], ['sequence number 0', range(6, appU(0), signed(5))],
    ['after the end of time', range(7, [...date(2154, 12, 31), ...time(23, 59, 59, 99)], signed(5))],
    ['before its beginning', range(7, [...date(1900, 1, 1), ...time(0)], signed(-5))]]) {
    const m = await ask(S.readRange, body)
    await check(empty(m), `${text}: ${what(m)}`)
}
for (const [text, body, ...want] of [['count 0', range(3, appU(1), signed(0)), '5/80'], ['any time', range(7, [...date(255, 255, 255), ...app(11, [255, 255, 255, 255])], signed(5)), '2/37', '5/80', '2/80', 'reject'],
    ['a day that is none', range(7, [...date(2026, 2, 30), ...time(1)], signed(5)), '5/80'], ['hour 25', range(7, [...date(2026, 2, 3), ...time(25)], signed(5)), '5/80'],
    ['an index', range(3, appU(1), signed(5), { index: 1 }), '2/50'], ['no list', range(3, appU(1), signed(5), { property: P.count }), '2/22', '5/22'],
    ['no such property', range(3, appU(1), signed(5), { property: 9999 }), '2/32'], ['no such log', range(3, appU(1), signed(5), { log: 77 }), '1/31'],
    ['another choice', range(9, appU(1), signed(5)), 'reject'], ['a reference that is no number', range(3, real(1), signed(5)), 'reject']]) {
    const m = await ask(S.readRange, body)
    await check(want.includes(m.type === TYPE.reject ? 'reject' : m.error), `${text}: ${want} expected, came ${what(m)}`)
}
// --- what is logged ---
const RANGE = ['2/37', '2/80']
await taken('off', P.enable, no)
for (const group of [8, 80, 105]) await refused(`a group, ${group}`, RANGE, P.reference, reference(AV, 0, group))
await refused('a device that is none', RANGE, P.reference, [...ctx(0, oid(AV, 0)), ...ctxU(1, 85), ...ctx(3, oid(AV, 1))])
await refused('a device elsewhere', ['2/45', '1/31', '2/37'], P.reference, reference(AV, 0, 85, 99))
await refused('no reference at all', ['2/9', '2/46'], P.reference, real(1))
await taken('on', P.enable, yes)
for (const [text, value, want] of [['an object that is not there', reference(AV, 999, 85), 'object/unknown-object'],
    ['a property that is not there', reference(AV, 0, 9999), 'property/unknown-property'],
    ['an index of no array', reference(AV, 0, 85, undefined, 3), 'property/property-is-not-an-array'],
    ['its own buffer', reference(TL, 0, P.buffer), 'property/read-access-denied'],
    ['a whole array', reference(DEV, 4003, 76), undefined]]) {
    await taken(text, P.reference, value)
    const last = await trigger(text)
    await check(want ? last.failure === want : last.encoded?.startsWith('c4'), `${text}: ${JSON.stringify(last)}`)
}
await taken('changes of an object that is not there', P.reference, reference(AV, 999, 85), 2)
await sleep(300)
const said = (await records('changes')).filter((r) => r.failure === 'object/unknown-object')
await check(said.length === 1, `an object that is not there is said ${said.length} times`)
await taken('no object', P.reference, reference(AV, 4194303, 85))
const nothing = await number(P.total)
await taken('a trigger', P.trigger, yes)
await sleep(200)
await check(await number(P.total) === nothing, 'a reference to nothing records nothing')
await taken('off', P.enable, no)
await taken('its own count', P.reference, reference(TL, 0, P.total))
await taken('on', P.enable, yes)
await check(typeof (await trigger('its own count')).value === 'number', 'its own count is a number')
// --- sizes, intervals, windows ---
await refused('the size of a log that records', ['2/40', '0/40'], P.size, appU(50))
await taken('off', P.enable, no)
await refused('no room at all', ['2/37', '2/80', '3/20'], P.size, appU(0))
await refused('four thousand millions of records', ['2/37', '3/20'], P.size, appU(4294967295))
await refused('a count', ['2/40', '2/37'], P.count, appU(7))
await refused('the total', '2/40', P.total, appU(0))
await refused('a type of logging', '2/40', P.type, app(9, [9]))
const any = [...date(255, 255, 255), ...app(11, [255, 255, 255, 255])]
for (const [text, value] of [['30 February', [...date(2026, 2, 30), ...time(0)]], ['29 February of no leap year', [...date(2027, 2, 29), ...time(0)]], ['hour 24', [...date(2026, 2, 3), ...time(24)]],
    ['any day', [...date(255, 255, 255), ...time(0)]], ['last days', [...date(2026, 1, 32), ...time(0)]]])
    for (const at of [P.start, P.stop]) await refused(text, RANGE, at, value)
await taken('a window that ends', P.stop, [...date(2020, 1, 1), ...time(0)])
await taken('before it begins', P.start, [...date(2030, 1, 1), ...time(0)])
await taken('on', P.enable, yes)
const total = await number(P.total)
await put(P.trigger, yes)
await sleep(300)
await check(await number(P.total) <= total + 1, 'it records outside of its window')
await taken('any start', P.start, any)
await taken('any stop', P.stop, any)
await taken('what it was', P.reference, reference(AV, 0, 85))
// --- the witness: an interval that drives it mad; the clock to and fro ---
for (const n of [1, 2, 5]) {
    const m = await put(P.interval, appU(n), 1)
    await check(m.type === TYPE.simple || m.type === TYPE.error, `interval ${n}: ${what(m)}`)
    const before = await number(P.total, 1)
    await sleep(300)
    await check(await number(P.total, 1) - before <= 60, `interval ${n}: ${await number(P.total, 1) - before} records in 300 ms`)
}
await taken('every second', P.interval, appU(100), 1)
const set = async (y, mo, d, h) => { c.unicast(bytes(0x10, 6, date(y, mo, d), time(h))); await sleep(150) }
const steps = [[2030, 1, 1, 0], [2020, 2, 29, 12], [2030, 1, 1, 0], [2154, 12, 31, 23], [1990, 1, 1, 0], [2026, 2, 30, 1], [2026, 11, 26, 12]]
const before = (await records('witness')).at(-1).n
for (const s of steps) await set(...s)
await sleep(1300)
const after = (await records('witness')).filter((r) => r.n > before)
await check(after.filter((r) => r.timeChange !== undefined).length >= 4, `steps of the clock are marked: ${JSON.stringify(after).slice(0, 600)}`)
await check(after.at(-1).value === 1, `the witness records on: ${JSON.stringify(after.at(-1))}`)
const back = await ask(S.readRange, range(7, [...date(2020, 2, 29), ...time(11)], signed(5), { log: 1 }))
await check(back.type === TYPE.complex && !empty(back), `by time over clocks that were set: ${what(back)}`)
await check((await trigger('a value')).value === 1, 'the victim records as before')
console.log(`slowest answer ${slowest.toFixed(0)} ms`)
await server.kill('SIGTERM')
process.exit(0)
