// Schedules and calendars (135.1 clauses 7.3.2.8, 7.3.2.23), on a clock that TimeSynchronization drives.
import { app, appU, bytes, check, close, ctx, ctxU, expectError, Host, oid, open, OT, real, S, same, sleep, TYPE, u32, what, wpBody } from './lib.mjs'
import { value } from './generic.mjs'

const SCHEDULE = 17, CALENDAR = 6, S0 = 0
const P = { weekly: 123, exception: 38, default: 174, effective: 32, references: 54, oos: 81, pv: 85, reliability: 103, array: 87, dates: 23 }
const NULL = [0x00], yes = [0x11], no = [0x10]

// --- values as the properties hold them ---
const date = (y, m, d, w = 255) => app(10, [y === 255 ? 255 : y - 1900, m, d, w])
const time = (h, m = 0, s = 0) => app(11, [h, m, s, 0])
const day = (...entries) => [open(0), ...entries.flat(2), close(0)]
const week = (today) => [[], [], [], [], [], [], []].map((_, i) => day(...(today[i] ?? []))).flat()
const everyDay = (...entries) => Array(7).fill(day(...entries)).flat()
const on = { date: (...d) => [open(0), ...ctx(0, date(...d).slice(1)), close(0)],
    range: (a, b) => [open(0), open(1), ...date(...a), ...date(...b), close(1), close(0)],
    weekNDay: (m, w, d) => [open(0), ...ctx(2, [m, w, d]), close(0)],
    calendar: (n) => ctx(1, oid(CALENDAR, n)) }
const special = (when, priority, ...entries) => [...when, open(2), ...entries.flat(2), close(2), ...ctxU(3, priority)]
const any = [...date(255, 255, 255), ...date(255, 255, 255)]
const WED = 2                                                            // of the week, Monday first

const put = async (c, property, v, { index, type = SCHEDULE, at = S0, priority } = {}) => {
    const b = wpBody(type, at, property, v, priority)
    return c.ask(S.wp, index === undefined ? b : bytes(ctx(0, oid(type, at)), ctxU(1, property), ctxU(2, index), open(3), v, close(3)))
}
const wrote = async (c, property, v, options) => { const m = await put(c, property, v, options); same(m.type, TYPE.simple, `write of ${property}: ${what(m)}`) }
const number = (v) => (v[0] === 0x44 ? v.readFloatBE(1) : v[0] === 0 ? null : v[v.length - 1])
const pv = async (c, type = SCHEDULE, at = S0) => number(value(await c.read(type, at, P.pv)))
const slot = async (c, priority = 12, at = 0) => number(value(await c.read(OT.AO, at, P.array, priority)))
async function becomes(c, want, read, text) {
    let got
    for (const end = Date.now() + 2500; Date.now() < end; await sleep(40)) if ((got = await read()) === want) return
    same(got, want, text)
}
const shows = (c, want, text) => becomes(c, want, () => pv(c), text)
// The clock: Wednesday 25 November 2026 where nothing else is said.
const clock = async (c, h, m = 0, s = 0, [y, mo, d, w] = [2026, 11, 25, 3]) => {
    c.unicast(bytes(0x10, 6, app(10, [y - 1900, mo, d, w]), app(11, [h, m, s, 0])))
    await sleep(120)
}
async function fresh(c, h = 12, m = 0, s = 0) {
    await wrote(c, P.oos, no)
    await wrote(c, P.weekly, everyDay())
    await wrote(c, P.exception, [])
    await wrote(c, P.effective, any)
    await wrote(c, P.default, real(16))
    await wrote(c, P.dates, [], { type: CALENDAR })
    await clock(c, h, m, s)
    await shows(c, 16, 'the default, to begin with')
}
const entry = (h, v) => [time(h), real(v)]

export default {
    async T190(c) {
        await fresh(c, 9, 59, 58)
        await wrote(c, P.weekly, week({ [WED]: [entry(10, 21.5)] }))
        same(await pv(c), 16, 'before it is due')
        await sleep(2300)
        same([await pv(c), await slot(c)], [21.5, 21.5], 'Present_Value, and the object at Priority_For_Writing 12')
    },
    async T191(c) {
        await fresh(c, 5)
        await wrote(c, P.weekly, week({ [WED]: [entry(6, 20)] }))
        await sleep(200)
        same(await pv(c), 16, 'before the first entry')
    },
    async T192(c) {
        await fresh(c, 23, 59, 58)
        await wrote(c, P.weekly, week({ [WED]: [entry(18, 20)], 3: [entry(6, 22)] }))
        await shows(c, 20, 'the last entry of the day')
        await sleep(2300)
        same(await pv(c), 16, 'after midnight, no entry at 00:00')
    },
    async T193(c) {
        await fresh(c)
        await wrote(c, P.weekly, everyDay(entry(0, 20)))
        await shows(c, 20, 'the week')
        await wrote(c, P.dates, on.date(2026, 11, 25).slice(1, -1), { type: CALENDAR })
        const forms = { date: on.date(2026, 11, 25), range: on.range([2026, 11, 24], [2026, 11, 26]), weekNDay: on.weekNDay(11, 4, 3),
            calendar: on.calendar(0), 'date with wildcards': on.date(255, 255, 25) }
        let v = 1
        for (const [name, when] of Object.entries(forms)) {
            await wrote(c, P.exception, special(when, 5, entry(0, ++v)))
            await shows(c, v, name)
        }
        await wrote(c, P.exception, special(on.date(2026, 11, 26), 5, entry(0, 9)))
        await shows(c, 20, 'the exception of another day')
    },
    async T194(c) {
        await fresh(c)
        await wrote(c, P.exception, [...special(on.date(2026, 11, 25), 9, entry(0, 1)), ...special(on.date(2026, 11, 25), 3, entry(0, 2))])
        await shows(c, 2, 'priority 3 before 9')
        await wrote(c, P.exception, [...special(on.date(2026, 11, 25), 5, entry(0, 3)), ...special(on.date(2026, 11, 25), 5, entry(0, 4))])
        await shows(c, 3, 'the first of two of the same priority')
    },
    async T195(c) {
        await fresh(c)
        await wrote(c, P.weekly, everyDay(entry(0, 20)))
        await wrote(c, P.exception, [...special(on.date(2026, 11, 25), 3, [time(0), NULL]), ...special(on.date(2026, 11, 25), 9, entry(0, 7))])
        await shows(c, 7, 'the next exception')
        await wrote(c, P.exception, special(on.date(2026, 11, 25), 3, [time(0), NULL]))
        await shows(c, 20, 'the week')
    },
    async T196(c) {
        await fresh(c)
        await wrote(c, P.weekly, everyDay(entry(0, 20)))
        await wrote(c, P.exception, special(on.date(2026, 11, 25), 3, entry(23, 7)))
        await shows(c, 20, 'an exception that begins at 23:00')
    },
    async T197(c) {
        await fresh(c)
        await becomes(c, 16, () => slot(c), 'the object')
        await wrote(c, P.effective, [...date(2020, 1, 1), ...date(2020, 12, 31)])
        await wrote(c, P.weekly, everyDay(entry(0, 30)))
        await sleep(300)
        same(await slot(c), 16, 'the object, out of the period')
        await wrote(c, P.effective, [...date(2026, 11, 25), ...date(255, 255, 255)])
        await becomes(c, 30, () => slot(c), 'the object, in the period')
    },
    async T198(c) {
        await fresh(c)
        expectError(await put(c, P.effective, [...app(10, [126, 255, 1, 255]), ...date(2027, 1, 1)]), ['2/37'])
        expectError(await put(c, P.effective, [...date(2026, 1, 1), ...app(10, [255, 12, 31, 255])]), ['2/37'])
    },
    async T199(c) {
        await fresh(c, 9)
        await wrote(c, P.weekly, week({ [WED]: [entry(10, 21)] }))
        expectError(await put(c, P.pv, real(1)), '2/40')
        await wrote(c, P.oos, yes)
        await wrote(c, P.pv, real(33))
        await becomes(c, 33, () => slot(c), 'the object')
        await clock(c, 11)
        await sleep(300)
        same([await pv(c), await slot(c)], [33, 33], 'after an entry was due')
    },
    async T200(c) {
        await fresh(c, 11)
        await wrote(c, P.weekly, week({ [WED]: [entry(10, 21)] }))
        await wrote(c, P.oos, yes)
        await wrote(c, P.pv, real(33))
        await becomes(c, 33, () => slot(c), 'the object')
        await wrote(c, P.oos, no)
        await shows(c, 21, 'in service again')
        await becomes(c, 21, () => slot(c), 'the object, in service again')
    },
    async T201(c) {
        await fresh(c)
        for (let i = 1; i <= 7; i++) await wrote(c, P.weekly, day(entry(0, 10 + i)), { index: i })
        await shows(c, 13, 'the third day, written by its index')
        const third = value(await c.read(SCHEDULE, S0, P.weekly, 3))
        same([...third], [open(0), ...time(0), ...real(13), close(0)], 'read back by index')
        await wrote(c, P.weekly, everyDay(entry(0, 25)))
        await shows(c, 25, 'the whole week')
        expectError(await put(c, P.weekly, day(), { index: 8 }), '2/42')
        expectError(await put(c, P.weekly, appU(6), { index: 0 }), ['2/40', '2/37', '2/42'])
    },
    async T202(c) {
        await fresh(c)
        expectError(await put(c, P.weekly, week({ [WED]: [entry(8, 1), entry(8, 2)] })), ['2/37', '2/9'])
        expectError(await put(c, P.exception, special(on.date(2026, 11, 25), 5, entry(8, 1), entry(8, 2))), ['2/37', '2/9'])
    },
    async T203(c) {
        await fresh(c)
        for (const p of [0, 17]) expectError(await put(c, P.exception, special(on.date(2026, 11, 25), p, entry(0, 1))), '2/37')
    },
    async T204(c) {
        await fresh(c)
        const m = await put(c, P.exception, special(on.date(2026, 11, 25), 5, [time(0), appU(1)]))
        if (m.type === TYPE.error) return expectError(m, ['2/37', '2/9', '2/47'])
        await wrote(c, P.weekly, everyDay(entry(0, 20)))
        await becomes(c, 10, async () => number(value(await c.read(SCHEDULE, S0, P.reliability))), 'Reliability configuration-error')
        await wrote(c, P.exception, [])
        await becomes(c, 0, async () => number(value(await c.read(SCHEDULE, S0, P.reliability))), 'Reliability afterwards')
    },
    async T205(c) {
        await fresh(c)
        const before = value(await c.read(SCHEDULE, S0, P.references))
        const two = [...ctx(0, oid(OT.AI, 0)), ...ctxU(1, 85), ...ctx(0, oid(OT.AO, 1)), ...ctxU(1, 85)]
        await wrote(c, P.references, two)
        await wrote(c, P.weekly, everyDay(entry(0, 27)))
        await becomes(c, 27, () => slot(c, 12, 1), 'the object behind one that refuses')
        await wrote(c, P.references, [...before])
    },
    async T206(c) {
        await fresh(c, 5)
        await wrote(c, P.weekly, week({ [WED]: [entry(6, 20), entry(12, 22), entry(18, 24)] }))
        await clock(c, 19)
        await shows(c, 24, 'after a jump over three entries')
        await clock(c, 13)
        await shows(c, 22, 'after a jump back')
        await clock(c, 5, 0, 0, [2026, 11, 26, 4])
        await shows(c, 16, 'on the next day')
    },
    async T207(c, w) {
        await fresh(c)
        const peer = await Host.at(w.host(9), w)
        try {
            const before = value(await c.read(SCHEDULE, S0, P.references))
            w.listener.got.length = 0
            const m = await put(c, P.references, [...ctx(0, oid(OT.AO, 7)), ...ctxU(1, 85), ...ctx(3, oid(8, 5555))])
            if (m.type === TYPE.error) return expectError(m, '2/45')
            const iAm = bytes(0x10, 0, app(12, oid(8, 5555)), appU(1476), [0x91, 3], appU(999))
            await wrote(c, P.weekly, everyDay(entry(0, 28)))
            const asked = await w.listener.next((x) => x.type === 1 && x.service === 8 && x.from === w.server, 3000)
            check(asked, 'Who-Is for the device of the reference')
            peer.unicast(iAm)
            const got = await peer.next((x) => x.type === 0 && x.service === S.wp, 5000)
            check(got, 'a WriteProperty to the other device')
            same([...got.data], [...wpBody(OT.AO, 7, 85, real(28), 12)], 'its parameters')
            peer.unicast(bytes(0x20, got.request, S.wp))
            await wrote(c, P.references, [...before])
        } finally { peer.close() }
    },
    async T208(c) {
        await fresh(c)
        await wrote(c, P.weekly, everyDay(entry(0, 20)))
        await becomes(c, 20, () => slot(c), 'the object')
        await wrote(c, P.default, NULL)
        await wrote(c, P.weekly, everyDay())
        await becomes(c, null, () => slot(c), 'relinquished by NULL')
        await wrote(c, P.default, real(16))
        await becomes(c, 16, () => slot(c), 'the default')
    },
    async T209(c) {
        await fresh(c)
        const count = async () => number(value(await c.read(SCHEDULE, S0, P.exception, 0)))
        await wrote(c, P.exception, [...special(on.date(2026, 11, 25), 5, entry(0, 1)), ...special(on.date(2026, 11, 26), 5, entry(0, 2))])
        same(await count(), 2, 'size')
        const m = await put(c, P.exception, appU(3), { index: 0 })
        if (m.type === TYPE.error) return expectError(m, ['2/40', '2/37'])
        same(await count(), 3, 'size after growing')
        await wrote(c, P.exception, appU(1), { index: 0 })
        same(await count(), 1, 'size after shrinking')
        await shows(c, 1, 'the one that stays')
    },
    async T210(c) {
        await fresh(c)
        const forms = [on.date(2026, 11, 25), on.range([2026, 11, 20], [2026, 11, 25]), on.weekNDay(255, 4, 3)]
        for (const form of forms) {
            await wrote(c, P.dates, form.slice(1, -1), { type: CALENDAR })
            await clock(c, 12)
            await becomes(c, 1, async () => value(await c.read(CALENDAR, 0, P.pv))[0] & 1, `Present_Value for ${form}`)
            await clock(c, 23, 59, 59)
            await sleep(1300)
            same(value(await c.read(CALENDAR, 0, P.pv))[0] & 1, 0, `Present_Value on the next day for ${form}`)
        }
    },
    async T211(c) {
        await fresh(c)
        const list = (service, entries) => c.ask(service, bytes(ctx(0, oid(CALENDAR, 0)), ctxU(1, P.dates), open(3), entries, close(3)))
        const one = on.date(2026, 11, 25).slice(1, -1), two = on.range([2026, 1, 1], [2026, 1, 31]).slice(1, -1)
        same((await list(8, [...one, ...two])).type, TYPE.simple, 'AddListElement')
        same((await list(8, one)).type, TYPE.simple, 'AddListElement of what is there')
        same([...value(await c.read(CALENDAR, 0, P.dates))], [...one, ...two], 'each once')
        await becomes(c, 1, async () => value(await c.read(CALENDAR, 0, P.pv))[0] & 1, 'Present_Value')
        same((await list(9, one)).type, TYPE.simple, 'RemoveListElement')
        same([...value(await c.read(CALENDAR, 0, P.dates))], [...two], 'the other one')
        await becomes(c, 0, async () => value(await c.read(CALENDAR, 0, P.pv))[0] & 1, 'Present_Value')
        const m = await list(9, one)
        check(m.type === TYPE.error, 'RemoveListElement of what is not there')
    },
    async T212(c, w) {
        await fresh(c)
        await wrote(c, P.weekly, everyDay(entry(0, 29)))
        await shows(c, 29, 'before')
        await w.restart()
        await shows(c, 29, 'after a restart')
        await becomes(c, 29, () => slot(c), 'the object after a restart')
    },
    async T213(c) {
        await fresh(c, 12)
        const six = [0, 4, 8, 12, 16, 20].map((h) => entry(h, h))
        await wrote(c, P.weekly, everyDay(...six))
        await shows(c, 12, 'six entries a day')
        same([...value(await c.read(SCHEDULE, S0, P.weekly, 1))], [...day(...six)], 'read back')
    },
}
