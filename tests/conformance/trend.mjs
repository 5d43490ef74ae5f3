// Trend logs and ReadRange (135.1 clauses 7.3.2.24, 9.21). Positions of logs are those of the world.
import { app, appU, bytes, check, close, ctx, ctxU, expectError, expectReject, oid, open, OT, real, rpmBody, S, same, skip, sleep, TYPE, what, wpBody } from './lib.mjs'

const [GROW, WINDOW, FULL, CHANGES, RING, ALIGNED, RANGES, NOTIFIES, LARGE, CLOCK, ANY] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
const TL = 20, CAL = 6, NC = 15, BUFFER = 131
const P = { enable: 133, count: 141, total: 145, size: 126, stopWhenFull: 144, start: 142, stop: 143, trigger: 205, interval: 134,
    reference: 132, threshold: 137, since: 140, last: 173 }
const F = 4, L = 2, M = 1       // first-item, last-item, more-items, as the three bits are read here
const yes = [0x11], no = [0x10], never = [...app(10, [255, 255, 255, 255]), ...app(11, [255, 255, 255, 255])]

const put = async (c, log, property, value, type = TL) => same((await c.ask(S.wp, wpBody(type, log, property, value))).type, TYPE.simple, `write of ${property}`)
const refused = async (c, log, property, value, error) => expectError(await c.ask(S.wp, wpBody(TL, log, property, value)), error)
async function number(c, log, property) {
    const m = await c.read(TL, log, property)
    check(m.type === TYPE.complex, `property ${property}: ${what(m)}`)
    const at = m.data.indexOf(0x3e)
    const t = m.data[at + 1]
    return t >> 4 === 1 ? t & 7 : m.data.subarray(at + 2, at + 2 + (t & 7)).reduce((a, b) => a * 256 + b, 0)
}
const set = (c, v, object = 0) => put(c, object, 85, real(v), OT.AV)
async function trigger(c, log, v) {
    await set(c, v)
    await put(c, log, P.trigger, yes)
}

// --- ReadRange ---
const i16 = (n) => app(3, n >= -128 && n < 128 ? [n & 255] : [(n >> 8) & 255, n & 255])
const range = (log, choice, reference, count, type = TL, property = BUFFER) => bytes(ctx(0, oid(type, log)), ctxU(1, property),
    choice ? [open(choice), choice === 7 ? reference : appU(reference), i16(count), close(choice)].flat() : [])
const length = (b, at) => ((b[at] & 7) < 5 ? [b[at] & 7, at + 1] : [b[at + 1], at + 2])
// One BACnetLogRecord: when, what, which status flags.
function record(b, at, out) {
    check(b[at] === 0x0e && b[at + 1] === 0xa4 && b[at + 6] === 0xb4 && b[at + 11] === 0x0f && b[at + 12] === 0x1e, 'timestamp, then log-datum')
    const r = { at: b.subarray(at + 1, at + 11), time: Date.UTC(1900 + b[at + 2], b[at + 3] - 1, b[at + 4], b[at + 7], b[at + 8], b[at + 9], b[at + 10] * 10) }
    at += 13
    const choice = b[at] >> 4
    if ((b[at] & 7) === 6) {
        const end = b.indexOf(close(choice), at)
        r.datum = [choice, ...b.subarray(at + 1, end)]
        at = end + 1
    } else {
        const [n, from] = length(b, at)
        r.datum = [choice, ...b.subarray(from, from + n)]
        if (choice === 2 || choice === 9) r.value = b.readFloatBE(from)
        if (choice === 0) r.status = b[from + 1] >> 5
        at = from + n
    }
    check(b[at++] === 0x1f, 'end of log-datum')
    if (b[at] === 0x2a) { r.flags = b[at + 2] >> 4; at += 3 }
    out.push(r)
    return at
}
function unpack(m, log, property = BUFFER) {
    check(m.type === TYPE.complex && m.service === S.readRange, `a ReadRange-ACK expected, came ${what(m)}`)
    const b = m.data
    same([...b.subarray(0, 7)], [0x0c, ...oid(property === BUFFER ? TL : CAL, log), 0x19, property], 'object and property')
    check(b[7] === 0x3a && b[8] === 5, 'resultFlags')
    const [n, from] = length(b, 10)
    const r = { flags: b[9] >> 5, n: b.subarray(from, from + n).reduce((a, x) => a * 256 + x, 0), items: [] }
    let at = from + n
    check(b[10] >> 4 === 4 && b[at++] === 0x5e, 'itemCount, itemData')
    if (property !== BUFFER) return Object.assign(r, { rest: b.subarray(at) })
    while (b[at] !== 0x5f) at = record(b, at, r.items)
    same(r.items.length, r.n, 'itemCount')
    if (++at < b.length) {
        check(b[at] >> 3 === 0x0d, 'firstSequenceNumber')
        r.first = b.subarray(at + 1).reduce((a, x) => a * 256 + x, 0)
    }
    return r
}
const read = async (c, log, choice, reference, count, options) => unpack(await c.ask(S.readRange, range(log, choice, reference, count), options), log)
const values = (r) => r.items.map((i) => i.value)
const status = (r) => r.items.map((i) => i.status)
const LOG = { disabled: 4, purged: 2, interrupted: 1 }

async function until(c, log, property, fits, ms = 6000) {
    for (const end = Date.now() + ms; ;) {
        const n = await number(c, log, property)
        if (fits(n)) return n
        check(Date.now() < end, `property ${property} stays ${n}`)
        await sleep(100)
    }
}
const clock = (ms) => { const d = new Date(ms); return [...app(10, [d.getUTCFullYear() - 1900, d.getUTCMonth() + 1, d.getUTCDate(), 255]),
    ...app(11, [d.getUTCHours(), d.getUTCMinutes(), d.getUTCSeconds(), Math.floor(d.getUTCMilliseconds() / 10)])] }
const moment = (ms) => { const b = clock(ms); b[4] = new Date(ms).getUTCDay() || 7; return b }

// A buffer full of values, 1 to 20, once: the log that the range tests read.
let filled
const fill = (c) => (filled ??= (async () => { for (let v = 1; v <= 20; v++) { await trigger(c, RANGES, v); await sleep(30) } })())
const upTo = (n) => Array.from({ length: n }, (_, i) => i + 1)

export default {
    async T029(c) { expectError(await c.read(TL, GROW, BUFFER), '2/27') },
    async T043(c) {
        const m = await c.ask(S.rpm, rpmBody([TL, GROW, 8]))
        const at = m.data.indexOf(Buffer.from([0x29, BUFFER]))
        same([...m.data.subarray(at + 2, at + 8)], [0x5e, 0x91, 2, 0x91, 27, 0x5f], 'Log_Buffer among ALL')
    },
    async T220(c) {
        await set(c, 21.5)
        const before = await number(c, GROW, P.count)
        await put(c, GROW, P.enable, yes)
        await until(c, GROW, P.count, (n) => n >= before + 4)
        const r = await read(c, GROW, 3, before + 1, 4)
        same(r.items[0].status, 0, 'logging begins')
        same(values(r).slice(1), [21.5, 21.5, 21.5], 'values')
        check(r.items.slice(1).every((i) => i.flags === 0), 'status flags')
        for (const i of [2, 3]) check(Math.abs(r.items[i].time - r.items[i - 1].time - 1000) < 150, `${r.items[i].time - r.items[i - 1].time} ms apart`)
        await put(c, GROW, P.enable, no)
        const after = await read(c, GROW, 3, await number(c, GROW, P.count), -1)
        same(status(after), [LOG.disabled], 'logging ends')
    },
    async T221(c) {
        const now = Date.now()
        await put(c, WINDOW, P.start, moment(now + 2000))
        await put(c, WINDOW, P.stop, moment(now + 5000))
        await put(c, WINDOW, P.enable, yes)
        await sleep(1500)
        const before = await number(c, WINDOW, P.total)
        await sleep(5000)
        const n = await number(c, WINDOW, P.count), r = await read(c, WINDOW, 0)
        check(r.items.filter((i) => i.value !== undefined).every((i) => i.time >= now + 1900 && i.time < now + 5100), 'records within the window')
        check(n - before >= 4 && n - before <= 6, `${n - before} records`)
        same(r.items.at(-1).status, LOG.disabled, 'log-disabled at its end')
        same(await number(c, WINDOW, P.enable), 1, 'Enable')
        await put(c, WINDOW, P.start, never)
        await put(c, WINDOW, P.stop, never)
        await refused(c, WINDOW, P.stop, [...app(10, [126, 255, 1, 255]), ...app(11, [0, 0, 0, 0])], ['2/37', '2/80'])
        await put(c, WINDOW, P.enable, no)
    },
    async T222(c) {
        for (let v = 1; v <= 12; v++) {
            await set(c, v)
            const m = await c.ask(S.wp, wpBody(TL, FULL, P.trigger, yes))
            check(v > 9 || m.type === TYPE.simple, what(m))
        }
        const r = await read(c, FULL, 0)
        same([r.n, r.flags], [10, F | L], 'as many as fit')
        same(values(r).slice(0, 9), [1, 2, 3, 4, 5, 6, 7, 8, 9], 'the first ones')
        same(r.items[9].status, LOG.disabled, 'the last record')
        same(await number(c, FULL, P.enable), 0, 'Enable')
    },
    async T223(c) {
        for (let v = 1; v <= 15; v++) await trigger(c, RING, v)
        const r = await read(c, RING, 0)
        same(values(r), [6, 7, 8, 9, 10, 11, 12, 13, 14, 15], 'the newest')
        same(await number(c, RING, P.count), 10, 'Record_Count')
    },
    async T224(c) { await refused(c, FULL, P.enable, yes, '1/75') },
    async T225(c) {
        await refused(c, FULL, P.count, appU(5), ['2/40', '2/37'])
        await put(c, FULL, P.count, appU(0))
        same(status(await read(c, FULL, 0)), [LOG.purged | LOG.disabled], 'after a purge while disabled')
        await put(c, RING, P.count, appU(0))
        const r = await read(c, RING, 0)
        same([r.n, status(r)], [1, [LOG.purged]], 'after a purge while logging')
        same(await number(c, RING, P.count), 1, 'Record_Count')
        await put(c, FULL, P.enable, yes)       // there is room again
        same(await number(c, FULL, P.enable), 1, 'Enable')
    },
    async T226(c) {
        const before = await number(c, RING, P.total)
        await put(c, RING, P.count, appU(0))
        same(await number(c, RING, P.total), before + 1, 'Total_Record_Count after a purge')
        await trigger(c, RING, 1)
        same(await number(c, RING, P.total), before + 2, 'Total_Record_Count')
    },
    async T227(c) {
        const before = await number(c, CHANGES, P.count)
        for (const v of [21, 21.9, 22.5, 23, 30]) await set(c, v, 1)
        await put(c, 1, 81, yes, OT.AV)
        await put(c, 1, 81, no, OT.AV)
        const r = await read(c, CHANGES, 3, before + 1, 50)
        same(values(r), [22.5, 30, 30, 30], 'by increment, then by status')
        same(r.items.slice(-2).map((i) => i.flags), [1, 0], 'status flags')
    },
    async T228(c) {
        const before = await number(c, RING, P.total)
        await trigger(c, RING, 42)
        same([await number(c, RING, P.total), await number(c, RING, P.trigger)], [before + 1, 0], 'one record, Trigger FALSE')
        const m = await c.ask(S.wp, wpBody(TL, GROW, P.trigger, yes))
        expectError(m, '2/78')
    },
    async T229(c) {
        await until(c, ALIGNED, P.count, (n) => n >= 3)
        const r = await read(c, ALIGNED, 3, await number(c, ALIGNED, P.count), -2)
        for (const i of r.items) check(i.time % 2000 >= 500 && i.time % 2000 < 600, `at ${i.time % 2000} ms of two seconds`)
    },
    async T230(c, w) {
        const before = await number(c, CLOCK, P.count)
        c.unicast(bytes(0x10, 6, clock(Date.now() + 3600000)))
        await until(c, CLOCK, P.count, (n) => n > before)
        let r = await read(c, CLOCK, 3, before + 1, 1)
        check(r.items[0].datum[0] === 9 && Math.abs(r.items[0].value - 3600) < 2, 'time-change of an hour')
        c.unicast(bytes(0x10, 6, clock(Date.now())))
        await until(c, CLOCK, P.count, (n) => n > before + 1)
        r = await read(c, CLOCK, 3, await number(c, CLOCK, P.count), -1)
        check(r.items[0].datum[0] === 9 && Math.abs(r.items[0].value + 3600) < 2, 'time-change back')
        const total = await number(c, CLOCK, P.total), ring = values(await read(c, RING, 0))
        await w.restart()
        r = await read(c, CLOCK, 6, total + 1, 1)
        same([status(r), r.first], [[LOG.interrupted], total + 1], 'log-interrupted after a restart')
        same(values(await read(c, RING, 0)).slice(0, ring.length), ring, 'records outlive it')
    },
    async T231(c, w) {
        await put(c, 1, 102, bytes('8201fe', app(11, [0, 0, 0, 0]), app(11, [23, 59, 59, 99]), open(1), appU(0),
            [0x65, 6, ...c.address.split('.').map(Number), w.port >> 8, w.port & 255], close(1), appU(9), no, '8205e0'), NC)
        const before = await number(c, NOTIFIES, P.last)
        let m
        for (let v = 0; v < 4 && !m; v++) {
            await trigger(c, NOTIFIES, v)
            m = await c.next((x) => x.type === 1 && x.service === 3, 300)
        }
        check(m, 'no notification')
        const total = await number(c, NOTIFIES, P.total), d = m.data
        same([...d.subarray(0, 12)], [0x09, 9, 0x1c, ...oid(OT.DEV, w.instance), 0x2c, ...oid(TL, NOTIFIES)], 'process, device, object')
        check(d.includes(Buffer.from([0x49, 1, 0x59, 77, 0x69, 10])), 'class, priority, event type buffer-ready')
        check(d.includes('notifies: buffer-ready'), 'what it is about, in words')
        check(d.includes(Buffer.from([0xce, 0xae, 0x0e, 0x0c, ...oid(TL, NOTIFIES), 0x19, BUFFER])) ||
            d.includes(Buffer.from([0xce, 0xae, 0x0e, 0x0c, ...oid(TL, NOTIFIES), 0x19, BUFFER, 0x3c])), 'buffer property')
        check(d.includes(Buffer.from([0x19, before, 0x29, total, 0xaf, 0xcf])), 'previous and current notification')
        same([await number(c, NOTIFIES, P.since), await number(c, NOTIFIES, P.last)], [0, total], 'Records_Since_Notification, Last_Notify_Record')
        same(await number(c, NOTIFIES, P.threshold), 3, 'Notification_Threshold')
        await trigger(c, NOTIFIES, 9)
        await put(c, NOTIFIES, P.count, appU(0))
        same([await number(c, NOTIFIES, P.since), await number(c, NOTIFIES, P.last)], [1, total], 'after a purge: its own record is new')
        await trigger(c, NOTIFIES, 8)
        m = await c.next((x) => x.type === 1 && x.service === 3, 300)
        check(!m, 'a notification of two new records')
        await trigger(c, NOTIFIES, 7)
        m = await c.next((x) => x.type === 1 && x.service === 3, 300)
        check(m?.data.includes(Buffer.from([0x19, total, 0x29, total + 4, 0xaf, 0xcf])), 'a notification of the third')
    },
    async T232(c) {
        await fill(c)
        const r = await read(c, RANGES, 0)
        same([r.flags, r.n, values(r)[0], r.first], [F | L, 20, 1, undefined], 'all')
    },
    async T233(c) {
        await fill(c)
        for (const [at, n, want, flags] of [[1, 3, [1, 2, 3], F], [3, 2, [3, 4], 0], [20, 5, [20], L], [5, -2, [4, 5], 0], [2, -9, [1, 2], F],
            [20, -20, upTo(20), F | L]]) {
            const r = await read(c, RANGES, 3, at, n)
            same([values(r), r.flags, r.first], [want, flags, undefined], `position ${at}, count ${n}`)
        }
    },
    async T234(c) {
        await fill(c)
        const low = await number(c, RANGES, P.total) - 20
        for (const [at, n, want, flags] of [[1, 3, [1, 2, 3], F], [9, 2, [9, 10], 0], [19, 5, [19, 20], L], [5, -2, [4, 5], 0], [2, -9, [1, 2], F]]) {
            const r = await read(c, RANGES, 6, low + at, n)
            same([values(r), r.flags, r.first], [want, flags, low + (n > 0 ? at : want[0])], `sequence ${low + at}, count ${n}`)
        }
    },
    async T235(c) {
        await fill(c)
        const all = await read(c, RANGES, 0), low = await number(c, RANGES, P.total) - 20
        let r = await read(c, RANGES, 7, all.items[4].at, 3)
        same([values(r), r.flags, r.first], [[6, 7, 8], 0, low + 6], 'newer than the fifth')
        r = await read(c, RANGES, 7, all.items[4].at, -3)
        same([values(r), r.flags, r.first], [[2, 3, 4], 0, low + 2], 'older than the fifth')
        r = await read(c, RANGES, 7, moment(0), 2)
        same([values(r), r.flags], [[1, 2], F], 'newer than 1970')
        r = await read(c, RANGES, 7, moment(Date.now() + 86400000), -2)
        same([values(r), r.flags], [[19, 20], L], 'older than tomorrow')
    },
    async T236(c) {
        await fill(c)
        const total = await number(c, RANGES, P.total)
        for (const [choice, reference, n] of [[3, 21, 1], [3, 21, -1], [6, total + 1, 1], [7, moment(Date.now() + 86400000), 1], [7, moment(0), -1]]) {
            const r = await read(c, RANGES, choice, reference, n)
            same([r.flags, r.n, r.first], [0, 0, undefined], `choice ${choice}`)
        }
    },
    async T237(c) {
        for (const [choice, reference] of [[3, 1], [6, 1], [7, moment(Date.now())]]) {
            const m = await c.ask(S.readRange, range(RANGES, choice, reference, 0))
            if (m.type === TYPE.reject) expectReject(m, 6)
            else expectError(m, '5/80')
        }
    },
    async T238(c) { expectError(await c.ask(S.readRange, range(0, 3, 1, 1, OT.AV, 85)), '5/22') },
    async T239(c) {
        const r = unpack(await c.ask(S.readRange, range(0, 3, 2, 2, CAL, 23)), 0, 23)
        same([r.flags, r.n, [...r.rest]], [L, 2, bytes('0c ff0c19ff 0c ff0c1aff 5f').toJSON().data], 'the second and third of three dates')
        expectError(await c.ask(S.readRange, range(0, 7, moment(Date.now()), 2, CAL, 23)), '2/141')
        expectError(await c.ask(S.readRange, range(0, 6, 1, 2, CAL, 23)), '2/140')
    },
    async T240(c) {
        for (let v = 1; v <= 200; v++) await trigger(c, LARGE, v)
        const got = [], total = await number(c, LARGE, P.total)
        let r = await read(c, LARGE, 3, 1, 500, { sa: false, size: 480 })
        check(r.n > 5 && r.n < 200 && r.flags === (F | M), `${r.n} items, flags ${r.flags}`)
        for (let turns = 0; turns < 60; turns++) {
            got.push(...values(r))
            if (r.flags & L) break
            r = await read(c, LARGE, 6, total - 200 + got.length + 1, 500, { sa: false, size: 480 })
            check(r.first === total - 200 + got.length + 1, 'firstSequenceNumber')
        }
        same(got, upTo(200), 'piece by piece')
        r = await read(c, LARGE, 3, 200, -200, { sa: false, size: 480 })
        check(r.flags === (L | M) && values(r).at(-1) === 200, 'backwards: those nearest to the reference')
        const whole = await c.ask(S.readRange, range(LARGE, 3, 1, 500), { size: 480, segs: 64 })
        check(whole.seg, 'a segmented answer')
        const all = await c.segments(whole, 4)
        r = unpack({ ...whole, data: Buffer.concat(all.map((s) => s.data)) }, LARGE)
        same([r.n, r.flags], [200, F | L], 'all of it in segments')
    },
    async T241() { skip('no property served here is an array of lists') },
    async T242(c) {
        expectError(await c.ask(S.readRange, range(4000, 3, 1, 1)), '1/31')
        expectError(await c.ask(S.readRange, range(GROW, 3, 1, 1, TL, 85)), '2/32')
        expectError(await c.ask(S.readRange, bytes(ctx(0, oid(TL, GROW)), ctxU(1, BUFFER), ctxU(2, 1), open(3), appU(1), i16(1), close(3))), '2/50')
    },
    async T243(c) {
        await refused(c, RING, P.size, appU(20), '2/40')
        await put(c, RING, P.enable, no)
        await put(c, RING, P.size, appU(20))
        same(await number(c, RING, P.size), 20, 'Buffer_Size')
        await refused(c, RING, P.size, app(2, [0x7f, 0xff, 0xff, 0xff]), ['3/20', '2/37'])
        await put(c, RING, P.enable, yes)
    },
    async T244(c) {
        await put(c, ANY, P.enable, yes)
        await trigger(c, ANY, 5)
        same(values(await read(c, ANY, 0)).includes(5), true, 'while logging')
        await put(c, ANY, P.enable, no)
        const r = await read(c, ANY, 0)
        check(values(r).includes(5) && r.items.at(-1).status === LOG.disabled, 'while disabled')
        await put(c, ANY, P.enable, yes)
        // the other datatypes, by whatever property is logged
        const log = async (type, n, property) => {
            await put(c, ANY, P.reference, [...ctx(0, oid(type, n)), ...ctxU(1, property)])
            await put(c, ANY, P.trigger, yes)
            return (await read(c, ANY, 3, await number(c, ANY, P.count), -1)).items[0].datum
        }
        same(await log(OT.AV, 0, 81), [1, 0], 'BOOLEAN')
        same(await log(OT.BV, 0, 85), [3, 0], 'ENUMERATED')
        same(await log(19, 0, 85), [4, 1], 'Unsigned')
        same(await log(OT.AV, 0, 111), [6, 4, 0], 'BIT STRING')
        same(await log(OT.AV, 0, 4), [8, 0x91, 2, 0x91, 32], 'failure: unknown-property')
        same(await log(OT.AV, 0, 75), [10, 0xc4, ...oid(OT.AV, 0)], 'any other')
        same(await log(OT.AV, 77, 85), [8, 0x91, 1, 0x91, 31], 'failure: unknown-object')
        await put(c, ANY, P.reference, [...ctx(0, oid(OT.AV, 4194303)), ...ctxU(1, 85)])
        const before = await number(c, ANY, P.total)
        await put(c, ANY, P.trigger, yes)
        same(await number(c, ANY, P.total), before, 'no records where no object is said')
    },
}
