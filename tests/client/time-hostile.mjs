// An unfriendly client among schedules, calendars and trend logs: days that no year has, times that are none,
// programs without end, references in circles, logs that log themselves, a clock thrown to and fro, logs switched
// and emptied without pause. What is wrong gets the standard's error, nothing spins or grows, every record is in
// its place, and who means well finds everything as it should be.
//     node time-hostile.mjs BACC BACRT DIRECTORY
import fs from 'node:fs'
import { compile, Server, sleep, until } from './alarm-lib.mjs'
import { app, appU, bytes, close, ctx, ctxU, Host, oid, open, real, rpBody, S, segment, TYPE, what, wpBody } from '../conformance/lib.mjs'

const [bacc, bacrt, dir] = process.argv.slice(2)
const IP = '127.0.12.21', PORT = 47994, SCHEDULE = 17, CALENDAR = 6, LOG = 20, AO = 1
const P = { weekly: 123, exception: 38, default: 174, effective: 32, references: 54, oos: 81, dates: 23, of: 132, enable: 133, count: 141, total: 145 }
compile(bacc, dir, 't', `<?xml version="1.0" encoding="UTF-8"?>
<Project xmlns="urn:bacc:project:1" name="T" guid="11111111-2222-4333-8444-555555555558" lastChange="2026-11-20">
<Variables><Variable name="O" type="REAL" access="output" bacnetVisible="true"/><Variable name="V" type="REAL" access="readWrite" bacnetVisible="true"/>
<Variable name="A" type="SCHEDULE_REAL" bacnetVisible="true"/><Variable name="B" type="SCHEDULE_REAL" bacnetVisible="true"/></Variables>
<Plc name="T" timeZone="UTC"><Channel name="BACnet" protocol="BACnetServer" link="UDP"><Port id="1" type="IPv4" udpPort="${PORT}"/>
<Device name="Main" instance="4100" port="1" timeSync="offset"><Calendar name="C"/>
<Schedule variable="A" default="16"><Target variable="O"/></Schedule><Schedule variable="B" default="17"/>
<TrendLog name="changes" variable="V" logging="cov" covIncrement="0" bufferSize="5000"/>
<TrendLog name="often" variable="V" interval="1s" bufferSize="5000"/>
<TrendLog name="asked" variable="V" logging="triggered" bufferSize="5000"/>
</Device></Channel></Plc></Project>`)
const server = new Server(bacrt, dir, `${dir}/t.bin`, IP)
const fail = async (text) => { console.log(text); await server.kill(); process.exit(1) }
const check = async (ok, text) => ok || fail(text)
await server.start()
const c = await Host.at('127.0.12.22', { server: IP, port: PORT })
const proc = (file) => fs.readFileSync(`/proc/${server.child.pid}/${file}`, 'utf8')
const cpu = () => { const s = proc('stat').split(') ')[1].split(' '); return (Number(s[11]) + Number(s[12])) * 10 }
const memory = () => Number(/VmRSS:\s+(\d+)/.exec(proc('status'))[1])

// --- writing, in as many segments as it takes ---
async function inSegments(body) {
    const SIZE = 1400, n = Math.ceil(body.length / SIZE), id = c.last = ((c.last ?? 0) + 1) & 255
    for (let next = 0, window = 1; ;) {
        for (let i = next; i < Math.min(n, next + window); i++) {
            const part = body.subarray(i * SIZE, (i + 1) * SIZE)
            c.unicast(segment(S.wp, part, { id, seq: i & 255, more: i < n - 1, window: 16 }), { der: true })
        }
        const m = await c.next((x) => x.id === id && x.apdu && x.type > 1, 5000)
        if (m?.type !== TYPE.segAck) return m
        const last = next - (next & 255) + m.seq
        next = (last < next - 1 ? last + 256 : last) + 1
        window = m.window
        if (next >= n) return c.next((x) => x.id === id && x.apdu && x.type > 1, 5000)
    }
}
async function put(type, instance, property, value, index) {
    const body = index === undefined ? wpBody(type, instance, property, value)
        : bytes(ctx(0, oid(type, instance)), ctxU(1, property), ctxU(2, index), open(3), value, close(3))
    const m = body.length > 1400 ? await inSegments(body) : await c.ask(S.wp, body)
    return m?.type === TYPE.simple ? 'ok' : m?.type === TYPE.error ? m.error : what(m)
}
const gets = async (text, want, ...write) => { const got = await put(...write); await check(got === want, `${text}: ${got} instead of ${want}`) }
const RANGE = '2/37', ENCODING = '2/9', NO_SPACE = '3/20', DENIED = '2/40'
const date = (y, m, d, w = 255) => app(10, [y, m, d, w]), time = (h, m = 0, s = 0, x = 0) => app(11, [h, m, s, x])
const day = (...e) => [open(0), ...e.flat(2), close(0)], everyDay = (...e) => Array(7).fill(day(...e)).flat()
const special = (entry, priority, ...e) => [open(0), ...entry, close(0), open(2), ...e.flat(2), close(2), ...ctxU(3, priority)]
const on = (...d) => ctx(0, d), week = (...d) => ctx(2, d), range = (...d) => [open(1), ...d.flat(), close(1)]
const reference = (type, instance, property, ...more) => [...ctx(0, oid(type, instance)), ...ctxU(1, property), ...more]

// --- days ---
const days = [['month 15', RANGE, on(126, 15, 1, 255)], ['month 0', RANGE, on(126, 0, 1, 255)], ['day 35', RANGE, on(126, 1, 35, 255)], ['weekday 8', RANGE, on(126, 1, 1, 8)],
    ['30 February', RANGE, on(255, 2, 30, 255)], ['29 February 2027', RANGE, on(127, 2, 29, 255)], ['31 April', RANGE, on(255, 4, 31, 255)],
    ['29 February 2028', 'ok', on(128, 2, 29, 255)], ['29 February of any year', 'ok', on(255, 2, 29, 255)], ['31 of odd months', 'ok', on(255, 13, 31, 255)],
    ['month 15 of a week', RANGE, week(15, 1, 1)], ['week 0', RANGE, week(1, 0, 1)], ['week 10', RANGE, week(1, 10, 1)], ['weekday 0', RANGE, week(1, 1, 0)], ['half a week', ENCODING, week(1, 1)],
    ['a range backwards', RANGE, range(date(126, 12, 1), date(126, 1, 1))], ['a range of any year', RANGE, range(date(255, 12, 1), date(126, 1, 1))],
    ['a range from 30 February', RANGE, range(date(126, 2, 30), date(126, 3, 1))], ['half a range', ENCODING, range(date(126, 2, 3))]]
for (const [text, want, entry] of days) {
    await gets(`exception, ${text}`, want, SCHEDULE, 0, P.exception, special(entry, 5, time(0), real(1)))
    await gets(`calendar, ${text}`, want, CALENDAR, 0, P.dates, entry)
}
await gets('a period backwards', RANGE, SCHEDULE, 0, P.effective, [...date(126, 12, 1), ...date(126, 1, 1)])
await gets('no exception', 'ok', SCHEDULE, 0, P.exception, [])
await gets('no date', 'ok', CALENDAR, 0, P.dates, [])
// --- times and values ---
const at = (t, v = real(2)) => everyDay([...t, ...v])
for (const [text, want, value] of [['24:00', RANGE, at(time(24))], ['second 60', RANGE, at(time(1, 0, 60))], ['hundredth 100', RANGE, at(time(1, 0, 0, 100))], ['any hour', RANGE, at(time(255))],
    ['a time without value', ENCODING, at(time(1), [])], ['no number', RANGE, at(time(1), app(4, [0x7f, 0xc0, 0, 0]))], ['one time twice', RANGE, everyDay([...time(8), ...real(2)], [...time(8), ...real(3)])],
    ['out of order', 'ok', everyDay([...time(18), ...real(2)], [...time(0), ...real(3)], [...time(6), ...real(4)])]]) await gets(text, want, SCHEDULE, 0, P.weekly, value)
const shown = (await c.ask(S.rp, rpBody(SCHEDULE, 0, 85))).data.toString('hex')
const hour = new Date().getUTCHours()
await check([hour, (hour + 1) % 24].some((h) => shown.includes(bytes(real(h < 6 ? 3 : h < 18 ? 4 : 2)).toString('hex'))), `out of order: ${shown}`)
// --- without end ---
const before = memory()
const entries = (n) => Array.from({ length: n }, (_, i) => [...time(i / 3600 | 0, (i / 60 | 0) % 60, i % 60), ...real(1)]).flat()
await gets('10,000 entries', NO_SPACE, SCHEDULE, 0, P.weekly, day(entries(10000)), 1)
await gets('5,000 exceptions', NO_SPACE, SCHEDULE, 0, P.exception, Array(5000).fill(special(on(255, 255, 255, 255), 5, time(0), real(9))).flat())
await gets('9,000 days', NO_SPACE, CALENDAR, 0, P.dates, Array(9000).fill(on(255, 255, 255, 255)).flat())
await gets('5,000 references', NO_SPACE, SCHEDULE, 0, P.references, Array(5000).fill(reference(AO, 0, 85)).flat())
await gets('4,294,967,295 exceptions', NO_SPACE, SCHEDULE, 0, P.exception, app(2, [255, 255, 255, 255]), 0)
const overlapping = Array.from({ length: 400 }, (_, i) => special(on(255, 255, 255, 255), 16 - (i >> 5) % 16, time(0), real(i))).flat()
await gets('400 exceptions for one day', 'ok', SCHEDULE, 0, P.exception, overlapping)
await check(await until(async () => (await c.ask(S.rp, rpBody(SCHEDULE, 0, 85))).data.includes(bytes(real(384)))), 'the first of the most important')
await gets('none', 'ok', SCHEDULE, 0, P.exception, [])
await gets('an empty week', 'ok', SCHEDULE, 0, P.weekly, everyDay())
// --- circles ---
const calm = async (text) => { const used = cpu(); await sleep(1000); await check(cpu() - used < 500, `${text}: ${cpu() - used} ms of CPU in a second`) }
await gets('nobody', 'ok', SCHEDULE, 0, P.references, [...reference(AO, 777, 85), ...reference(999, 1, 85), ...reference(AO, 0, 9999), ...reference(AO, 0, 85, ...ctx(3, oid(8, 4194302)))])
await gets('every property', RANGE, SCHEDULE, 0, P.references, reference(AO, 0, 8))
await gets('A to B', 'ok', SCHEDULE, 0, P.references, [...reference(SCHEDULE, 1, P.default), ...reference(SCHEDULE, 0, P.oos)])
await gets('B to A', 'ok', SCHEDULE, 1, P.references, reference(SCHEDULE, 0, P.default))
await Promise.all([put(SCHEDULE, 0, P.default, real(5)), put(SCHEDULE, 1, P.default, real(6))])
for (const [text, of] of [['its own total', reference(LOG, 0, P.total)], ['its own buffer', reference(LOG, 0, 131)], ['all objects', reference(8, 4100, 76)], ['nothing', reference(0, 4194303, 85)]])
    await gets(`a log of ${text}`, 'ok', LOG, 0, P.of, of)
await gets('a log of itself', 'ok', LOG, 0, P.of, reference(LOG, 0, P.total))
await calm('circles')
await gets('a log of what it was', 'ok', LOG, 0, P.of, reference(2, 0, 85))
// --- the clock to and fro, logs switched and emptied ---
for (let i = 0; i < 100; i++) { c.unicast(bytes(0x10, 6, date(126 + i % 2, 1 + i % 12, 1 + i % 28), time(i % 24))); if (i % 10 === 0) await sleep(5) }
let id = 0
for (let i = 0; i < 1000; i++) {
    c.unicast(bytes([2, 5, ++id & 255, S.wp], wpBody(LOG, 2, P.enable, [0x10 | (i & 1)])))
    if (i % 3 === 0) c.unicast(bytes([2, 5, ++id & 255, S.wp], wpBody(LOG, 2, P.count, appU(0))))
    if (i % 20 === 0) await sleep(2)
}
await sleep(500)
c.got.length = 0                                        // answers to all that
await gets('a number of records', DENIED, LOG, 2, P.count, appU(7))
await calm('afterwards')
const grown = memory() - before
await check(grown < 8192, `${grown} kB more than before`)
// --- and now somebody who means well ---
await gets('a default', 'ok', SCHEDULE, 0, P.default, real(19))
await gets('a target', 'ok', SCHEDULE, 0, P.references, reference(AO, 0, 85))
await gets('in service', 'ok', SCHEDULE, 0, P.oos, [0x10])
await gets('a day', 'ok', CALENDAR, 0, P.dates, on(255, 255, 255, 255))
await gets('an exception', 'ok', SCHEDULE, 0, P.exception, special(on(255, 255, 255, 255), 5, time(0), real(23)))
await check(await until(async () => (await c.ask(S.rp, rpBody(AO, 0, 85))).data.includes(bytes(real(23)))), 'the exception at its object')
for (const name of ['changes', 'often', 'asked']) {
    const all = []
    for (let from = 1; from !== undefined;) {
        const r = await server.ask({ op: 'trend', name, from })
        await check(r.ok, JSON.stringify(r))
        all.push(...r.result.records)
        from = r.result.next
    }
    await check(all.every((r, i) => i === 0 || r.n === all[i - 1].n + 1), `${name}: a record is missing`)
    let clock = 0, unmarked = 0                         // time goes back only where a mark says so
    for (const r of all) {
        const t = Date.parse(r.time)
        unmarked += t < clock && r.timeChange === undefined
        clock = t
    }
    await check(!unmarked, `${name}: ${unmarked} times back without a mark`)
    await check(name !== 'often' || all.some((r) => r.timeChange !== undefined), `${name}: no mark of a clock that was set`)
}
console.log('an unfriendly client got nowhere')
await server.kill('SIGTERM')
process.exit(0)
