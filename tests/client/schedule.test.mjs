// Schedules of the three types: a week and an exception written by a client, in each datatype that
// clients use for them, read back, and seen at the object that the schedule writes; a calendar; and a
// trend log read by position, by sequence number and by time.
import { ask, check, connect, done, equal, objectList, P, read, T, value, write } from './lib.mjs'

const client = await connect()
const names = new Map()
for (const o of await objectList(client, 1201)) names.set(await value(client, o.type, o.instance, P.objectName), o)
const at = (name) => [names.get(name).type, names.get(name).instance]
const WEEKLY = 123, EXCEPTION = 38, DEFAULT = 174, EFFECTIVE = 32, DATE_LIST = 23, LOG = 131

// --- octets, by clause 20.2 ---
const u32 = (n) => [n >>> 24, n >>> 16 & 255, n >>> 8 & 255, n & 255]
const real = (v) => { const b = Buffer.alloc(5); b[0] = 0x44; b.writeFloatBE(v, 1); return [...b] }
const bool = (v) => [0x10 | (v ? 1 : 0)], uint = (v) => [0x21, v], enumerated = (v) => [0x91, v], NULL = [0x00]
const time = (h, m = 0) => [0xb4, h, m, 0, 0]
const oid = ({ type, instance }) => u32((type << 22 | instance) >>> 0)
const property = (name, id, value, index) => [0x0c, ...oid(names.get(name)), 0x19, id,
    ...(index === undefined ? [] : [0x29, index]), 0x3e, ...value, 0x3f]
const put = async (name, id, value, index) => (await ask(client, 15, property(name, id, value, index)))
const wrote = async (text, ...args) => {
    const pdu = await put(...args)
    check(pdu[0] === 0x20, `${text}: ${pdu.toString('hex')} instead of an acknowledgement`)
}
const refused = async (text, want, ...args) => {
    const pdu = await put(...args)
    equal([pdu[0] >> 4, pdu[4], pdu[6]], [5, ...want], text)             // Error: class, code
}
const day = (...entries) => [0x0e, ...entries.flat(2), 0x0f]             // BACnetDailySchedule
const week = (d) => Array(7).fill(d).flat()
const always = [0xa4, 120, 1, 1, 255, 0xa4, 199, 12, 31, 255]            // 2020-01-01 .. 2099-12-31
const exception = (period, priority, ...entries) => [...period, 0x2e, ...entries.flat(2), 0x2f, 0x39, priority]
const period = [0x0e, 0x1e, ...always, 0x1f, 0x0f]                       // calendar entry [0], date range [1]
const shows = async (name, want, text) => {
    let got
    for (let i = 0; i < 60; i++) {
        got = await value(client, ...at(name), P.presentValue)
        if (got === want) break
        await new Promise((r) => setTimeout(r, 50))
    }
    equal(got, want, text)
}

// --- the three types, each value in each datatype that clients choose for it ---
const types = [
    { schedule: 'S.Pump', target: 'PUMP', rest: 0, on: [1, enumerated(1), 'ENUMERATED'], off: [0, enumerated(0)],
      also: [[1, bool(true), 'BOOLEAN'], [1, uint(1), 'Unsigned']] },
    { schedule: 'S.Mode', target: 'MODE', rest: 1, on: [3, uint(3), 'Unsigned'], off: [2, uint(2)],
      also: [[2, enumerated(2), 'ENUMERATED']] },
    { schedule: 'S.SP', target: 'SP', rest: 16, on: [21.5, real(21.5), 'REAL'], off: [18, real(18)], also: [] },
]
for (const t of types) {
    const s = t.schedule
    await shows(t.target, t.rest, `${s}: the default`)
    await wrote(`${s}: a week of ${t.on[2]}`, s, WEEKLY, week(day(time(0), t.on[1])))
    await shows(t.target, t.on[0], `${s}: the week's value at its object`)
    const [back] = await read(client, ...at(s), WEEKLY)
    equal(back.value.map((d) => d.map((e) => e.value.value)), Array(7).fill([t.on[0]]), `${s}: the week read back`)
    for (const [want, octets, type] of t.also) {
        await wrote(`${s}: a week of ${type}`, s, WEEKLY, week(day(time(0), octets)))
        await shows(t.target, want, `${s}: the week's ${type} at its object`)
    }
    await wrote(`${s}: an exception`, s, EXCEPTION, exception(period, 5, time(0), t.off[1]))
    await shows(t.target, t.off[0], `${s}: the exception's value at its object`)
    await wrote(`${s}: an exception of NULL gives way to the week`, s, EXCEPTION, exception(period, 5, time(0), NULL))
    await shows(t.target, t.also.length ? t.also.at(-1)[0] : t.on[0], `${s}: the week again`)
    await wrote(`${s}: two exceptions`, s, EXCEPTION,
        [...exception(period, 9, time(0), t.on[1]), ...exception(period, 3, time(0), t.off[1])])
    await shows(t.target, t.off[0], `${s}: the more important of two exceptions`)
    const [list] = await read(client, ...at(s), EXCEPTION)
    equal(list.value.length, 2, `${s}: exceptions read back`)
    await wrote(`${s}: no exception`, s, EXCEPTION, [])
    await wrote(`${s}: an empty week`, s, WEEKLY, week(day()))
    await shows(t.target, t.rest, `${s}: the default again`)
    await wrote(`${s}: one day by its index`, s, WEEKLY, day(time(6), t.on[1], time(18), t.off[1]), 3)
    const size = await ask(client, 12, [0x0c, ...oid(names.get(s)), 0x19, WEEKLY, 0x29, 0])
    equal([...size.subarray(-3)], [0x21, 7, 0x3f], `${s}: size of the week`)
    await refused(`${s}: day 8`, [2, 42], s, WEEKLY, day(), 8)                       // invalid-array-index
    await refused(`${s}: eight days`, [2, 37], s, WEEKLY, [...week(day()), ...day()]) // value-out-of-range
    await refused(`${s}: a time that cannot be`, [2, 37], s, WEEKLY, week(day([0xb4, 25, 0, 0, 0], t.on[1])))
    await refused(`${s}: a time that is no time`, [2, 37], s, WEEKLY, week(day([0xb4, 255, 255, 255, 255], t.on[1])))
    await refused(`${s}: exception priority 17`, [2, 37], s, EXCEPTION, exception(period, 17, time(0), t.on[1]))
}

// --- a calendar whose list a client writes ---
const special = [0x1c, ...oid(names.get('Special'))]                     // calendarReference [1]
await wrote('an exception by calendar', 'S.SP', EXCEPTION, exception(special, 5, time(0), real(5)))
await shows('SP', 16, 'the calendar is empty')
await wrote('Date_List', 'Special', DATE_LIST, [0x1e, ...always, 0x1f])
await shows('SP', 5, 'the calendar covers today')
equal(await value(client, ...at('Special'), P.presentValue), true, 'Present_Value of the calendar')
await wrote('Date_List emptied', 'Special', DATE_LIST, [])
await shows('SP', 16, 'the calendar is empty again')

// --- a program that is not in effect ---
await wrote('Effective_Period in the past', 'S.SP', EFFECTIVE, [0xa4, 100, 1, 1, 255, 0xa4, 101, 1, 1, 255])
await wrote('a week outside the period', 'S.SP', WEEKLY, week(day(time(0), real(30))))
await new Promise((r) => setTimeout(r, 300))
await shows('SP', 16, 'nothing is written outside the period')
await wrote('Effective_Period open', 'S.SP', EFFECTIVE, [0xa4, 255, 255, 255, 255, 0xa4, 255, 255, 255, 255])
await shows('SP', 30, 'in effect again')

// --- the trend log, three ways ---
for (let i = 1; i <= 9; i++) await write(client, ...at('T'), P.presentValue, T.REAL, 20 + i)
const log = names.get('T log')
const range = async (choice, reference, count) => {
    const signed = count < 0 ? [0x31, count & 255] : [0x31, count]
    const pdu = await ask(client, 26, [0x0c, ...oid(log), 0x19, LOG, choice << 4 | 0x0e, ...reference, ...signed, choice << 4 | 0x0f])
    check(pdu[0] >> 4 === 3, `ReadRange ${choice}: ${pdu.toString('hex')}`)
    return pdu
}
let total
for (let i = 0; i < 40; i++) {
    total = await value(client, log.type, log.instance, 145)             // Total_Record_Count
    if (total >= 10) break
    await new Promise((r) => setTimeout(r, 50))
}
check(total >= 10, `Total_Record_Count ${total}`)
// count, first/last/more flags and first sequence number of an answer
const parts = (pdu) => {
    const from = pdu.indexOf(Buffer.from([0x3a, 0x05])), n = pdu[from + 4]
    const tail = pdu.at(-2) === 0x69 ? pdu.at(-1) : null
    return { flags: pdu[from + 2] >> 5, n, sequence: tail }
}
const reals = (pdu) => {                                                 // log-datum [1] { real-value [2] }
    const found = []
    for (let i = 0; i + 6 < pdu.length; i++)
        if (pdu[i] === 0x1e && pdu[i + 1] === 0x2c && pdu[i + 6] === 0x1f) found.push(pdu.readFloatBE(i + 2))
    return found
}
const newest = [25, 26, 27, 28, 29]
const byPosition = await client.readRange(client.to, log, total - 4, 5)
equal(byPosition.itemCount, 5, 'by position, decoded by the client')
const position = await range(3, [0x21, total - 4], 5)
equal([parts(position).flags, parts(position).n, reals(position)], [0b010, 5, newest], 'by position: the newest five')
equal(reals(await range(3, [0x21, total], -5)), newest, 'by position, backwards')
const sequence = await range(6, [0x21, total - 4], 5)
equal([parts(sequence), reals(sequence)], [{ flags: 0b010, n: 5, sequence: total - 4 }, newest], 'by sequence number')
const future = [0xa4, 199, 12, 31, 4, 0xb4, 0, 0, 0, 0], past = [0xa4, 120, 1, 1, 3, 0xb4, 0, 0, 0, 0]
const late = await range(7, future, -5)
equal([parts(late), reals(late)], [{ flags: 0b010, n: 5, sequence: total - 4 }, newest], 'by time, backwards from the end')
const early = await range(7, past, 3)
equal([parts(early).flags & 0b100, parts(early).n, parts(early).sequence], [0b100, 3, 1], 'by time, from the beginning')
equal(parts(await range(7, future, 5)).n, 0, 'by time: nothing after the end')
done(client)
