// Event algorithms and the state machine of intrinsic reporting (135-2020 clauses 13.2, 13.3; 135.1 clauses 7.3.1, 8.4).
import { app, appU, bytes, check, close, ctx, ctxU, expectError, Host, ip, oid, open, OT, real, S, same, skip, sleep, TYPE, what } from './lib.mjs'
import { value } from './generic.mjs'
import { tokens } from './types.mjs'

export const P = { pv: 85, oos: 81, reliability: 103, state: 36, acked: 0, enable: 35, stamps: 130, flags: 111, notify: 72, limits: 52, detection: 353,
    inhibit: 354, texts: 351, config: 352, cls: 17, delay: 113, recipients: 102 }
export const STATE = { normal: 0, fault: 1, offnormal: 2, high: 3, low: 4 }
const EVENT = { state: 1, failure: 3, range: 5, ready: 10, reliability: 19 }
const TRUE = [0x11], FALSE = [0x10]
export const bits = (n, v) => app(8, [8 - n, v << (8 - n)])
export const U = (v) => tokens(v)[0].u

// A BACnetDestination.
export const destination = ({ host, process = 1, confirmed = false, days = 0x7f, from = [0, 0, 0, 0], to = [23, 59, 59, 99], transitions = 7, device, network = 0, mac }) => [
    ...bits(7, days), ...app(11, from), ...app(11, to),
    ...(device === undefined ? [open(1), ...appU(network), ...app(6, mac ?? ip(host.address, host.world.port)), close(1)] : ctx(0, oid(OT.DEV, device))),
    ...appU(process), confirmed ? 0x11 : 0x10, ...bits(3, transitions)]
export async function put(c, type, n, property, v, index) {
    const m = await c.ask(S.wp, bytes(ctx(0, oid(type, n)), ctxU(1, property), index === undefined ? [] : ctxU(2, index), open(3), v, close(3)))
    check(m.type === TYPE.simple, `${type},${n} property ${property} written: ${what(m)}`)
}
export const get = async (c, type, n, property, index) => value(await c.read(type, n, property, index))
export const recipients = (c, cls, ...list) => put(c, 15, cls, P.recipients, bytes(list.map(destination)))

// The next event notification, taken apart and acknowledged; undefined where none comes.
export async function event(h, ms = 1500, ack = true) {
    const m = await h.next((x) => (x.type === 1 && x.service === 3) || (x.type === 0 && x.service === 2), ms)
    if (!m) return undefined
    if (m.type === 0 && ack) h.unicast(bytes(0x20, m.request, 2))
    const all = tokens(m.data)
    const e = { message: m, confirmed: m.type === 0, values: [] }
    const names = ['process', 'device', 'object', 'stamp', 'cls', 'priority', 'type', 'text', 'notify', 'ackRequired', 'from', 'to']
    let depth = 0, outer
    for (const t of all) {
        if (t.open !== undefined && depth++ === 0) { outer = t.open; if (outer === 3) e.stamp = []; continue }
        if (t.close !== undefined && --depth === 0) continue
        if (depth === 0) e[names[t.ctx]] = t.ctx === 7 ? t.b.subarray(1).toString() : t.u
        else if (outer === 3) e.stamp.push(...(t.b ?? []))
        else e.values.push(t)
    }
    return e
}
// The numbers inside the parameters [12], without their own brackets.
export const parameters = (e) => e.values.filter((t) => t.b).map((t) => t.b)
const floats = (e) => parameters(e).filter((b) => b.length === 4).map((b) => b.readFloatBE(0))

export async function expect(h, { from, to, type, ms }) {
    const e = await event(h, ms)
    check(e, `no notification of ${from} to ${to}`)
    same([e.from, e.to, e.type], [from, to, type], 'from-state, to-state, event type')
    return e
}
export async function quiet(h, ms = 400) {
    const e = await event(h, ms)
    check(!e, `a notification where none is due: ${e && what(e.message)}`)
}
// A host that alone is told of class `cls`.
export async function listener(c, w, run, { cls = 1, address = 20, ...rest } = {}) {
    const h = await Host.at(w.host(address), w)
    try {
        await recipients(c, cls, { host: h, ...rest })
        await run(h)
        await sleep(30)                             // its last acknowledgement is on its way
    } finally { h.close() }
}
const set = (c, n, v) => put(c, OT.AV, n, P.pv, real(v))
const state = async (c, type, n) => U(await get(c, type, n, P.state))
const stampOf = async (c, type, n, k) => tokens(await get(c, type, n, P.stamps, k)).flatMap((t) => [...(t.b ?? [])])
const within = (ms, low, high, text) => check(ms >= low && ms <= high, `${text} after ${ms} ms instead of ${low} to ${high}`)
const high = { from: STATE.normal, to: STATE.high, type: EVENT.range }

export default {
    async T110(c, w) {
        await listener(c, w, async (h) => {
            await set(c, 20, 81)
            await quiet(h, 700)
            const e = await expect(h, high)
            same(floats(e), [81, 4, 80], 'exceeding value, deadband, limit')
            same([...parameters(e)[1]], [4, 0x80], 'status flags: in alarm')
            same(e.stamp, await stampOf(c, OT.AV, 20, 1), 'time stamp and Event_Time_Stamps[1]')
            same(await state(c, OT.AV, 20), STATE.high, 'Event_State')
            same([...(await get(c, OT.AV, 20, P.flags)).subarray(1)], [4, 0x80], 'Status_Flags')
        })
    },
    async T111(c, w) {
        await listener(c, w, async (h) => {
            await set(c, 20, 78)                    // within the deadband
            await quiet(h, 2400)
            await set(c, 20, 75.5)
            const e = await expect(h, { from: STATE.high, to: STATE.normal, type: EVENT.range, ms: 3500 })
            same(floats(e), [75.5, 4, 80], 'value, deadband, the limit that had been exceeded')
        })
    },
    async T112(c, w) {
        await listener(c, w, async (h) => {
            await set(c, 0, 10)
            await quiet(h)                          // equality is no crossing
            await set(c, 0, 9)
            same(floats(await expect(h, { ...high, to: STATE.low })), [9, 4, 10], 'value, deadband, limit')
            await set(c, 0, 14)
            await quiet(h)
            await set(c, 0, 14.5)
            same(floats(await expect(h, { from: STATE.low, to: STATE.normal, type: EVENT.range })), [14.5, 4, 10], 'value, deadband, limit')
        })
    },
    async T113(c, w) {
        await listener(c, w, async (h) => {
            await put(c, OT.AV, 21, P.delay, appU(0))
            await set(c, 21, 90)
            await expect(h, high)
            await put(c, OT.AV, 21, P.limits, bits(2, 2))               // low-limit-enable alone
            await expect(h, { from: STATE.high, to: STATE.normal, type: EVENT.range, ms: 700 })
        })
    },
    async T114(c, w) {
        await listener(c, w, async (h) => {
            await set(c, 22, 81)
            await sleep(500)
            await set(c, 22, 50)
            await quiet(h, 1500)
            same(await state(c, OT.AV, 22), STATE.normal, 'Event_State')
        })
    },
    async T115(c, w) {
        await listener(c, w, async (h) => {
            let since = Date.now()
            await set(c, 23, 90)
            await expect(h, { ...high, ms: 3000 })
            within(Date.now() - since, 900, 1900, 'Time_Delay 1 s: TO_OFFNORMAL')
            since = Date.now()
            await set(c, 23, 50)
            await expect(h, { from: STATE.high, to: STATE.normal, type: EVENT.range, ms: 4000 })
            within(Date.now() - since, 1900, 3200, 'Time_Delay_Normal 2 s: TO_NORMAL')
        })
    },
    async T116(c, w) {
        await listener(c, w, async (h) => {
            await set(c, 1, 90)
            await expect(h, high)
            await set(c, 1, 5)
            await expect(h, { from: STATE.high, to: STATE.low, type: EVENT.range })
        })
    },
    async T117(c, w) {
        await listener(c, w, async (h) => {
            await put(c, OT.AV, 2, P.enable, bits(3, 3))
            await set(c, 2, 90)
            await quiet(h)
            same(await state(c, OT.AV, 2), STATE.high, 'Event_State')
            check((await stampOf(c, OT.AV, 2, 1))[0] !== 255, 'Event_Time_Stamps[1] is set')
            await set(c, 2, 50)
            await expect(h, { from: STATE.high, to: STATE.normal, type: EVENT.range })
        })
    },
    async T118(c, w) {
        await listener(c, w, async (h) => {
            await put(c, OT.AV, 3, P.enable, bits(3, 6))
            await set(c, 3, 90)
            await expect(h, high)
            await set(c, 3, 50)
            await quiet(h)
            same(await state(c, OT.AV, 3), STATE.normal, 'Event_State')
        })
    },
    async T119(c, w) {
        await listener(c, w, async (h) => {
            for (const notify of [1, 0]) {
                await put(c, OT.AV, 4, P.notify, app(9, [notify]))
                await set(c, 4, 90)
                same((await expect(h, high)).notify, notify, 'notify type')
                await set(c, 4, 50)
                same((await event(h)).notify, notify, 'notify type')
            }
        })
    },
    async T120(c, w) {
        await listener(c, w, async (h) => {
            const into = { from: STATE.normal, to: STATE.offnormal, type: EVENT.state }
            const out = { from: STATE.offnormal, to: STATE.normal, type: EVENT.state }
            await put(c, OT.BV, 1, P.pv, app(9, [1]))
            let e = await expect(h, into)
            same(e.values.filter((t) => t.b).map((t) => [t.ctx, t.u]), [[1, 1], [1, 0x0480]], 'new state: binary-value active; status flags')
            await put(c, OT.BV, 1, P.pv, app(9, [0]))
            await expect(h, out)
            await put(c, 19, 1, P.pv, appU(2))
            e = await expect(h, into)
            same(e.values.filter((t) => t.b).map((t) => [t.ctx, t.u]), [[11, 2], [1, 0x0480]], 'new state: unsigned-value 2; status flags')
            await put(c, 19, 1, P.pv, appU(3))                          // within the alarm values: a transition is optional
            e = await event(h, 400)
            if (e) same([e.from, e.to], [STATE.offnormal, STATE.offnormal], 'from one alarm value to another')
            await put(c, 19, 1, P.pv, appU(1))
            await expect(h, out)
        })
    },
    async T121(c, w) {
        await listener(c, w, async (h) => {
            for (const [type, enc, feedback, no, yes] of [[OT.BO, 9, OT.BV, 0, 1], [14, 2, 19, 1, 3]]) {
                await put(c, type, 0, P.pv, app(enc, [yes]))
                let e = await expect(h, { from: STATE.normal, to: STATE.offnormal, type: EVENT.failure })
                same(parameters(e).map((b) => b.at(-1)), [yes, 0x80, no], 'command, status flags, feedback')
                await put(c, feedback, 0, P.pv, app(enc, [yes]))
                e = await expect(h, { from: STATE.offnormal, to: STATE.normal, type: EVENT.failure })
                same(parameters(e).map((b) => b.at(-1)), [yes, 0, yes], 'command, status flags, feedback')
            }
        })
    },
    async T122(c, w) {
        await listener(c, w, async (h) => {
            await put(c, OT.AI, 0, P.oos, TRUE)
            await put(c, OT.AI, 0, P.reliability, app(9, [7]))
            let e = await expect(h, { from: STATE.normal, to: STATE.fault, type: EVENT.reliability, ms: 700 })
            same(parameters(e)[0][0], 7, 'reliability: unreliable-other')
            same(e.values.some((t) => t.ctx === 0 && t.u === P.pv), true, 'Present_Value among the property values')
            await put(c, OT.AI, 0, P.reliability, app(9, [1]))
            e = await expect(h, { from: STATE.fault, to: STATE.fault, type: EVENT.reliability, ms: 700 })
            same(parameters(e)[0][0], 1, 'reliability: no-sensor')
            await put(c, OT.AI, 0, P.reliability, app(9, [0]))
            e = await expect(h, { from: STATE.fault, to: STATE.normal, type: EVENT.reliability, ms: 700 })
            same(parameters(e)[0][0], 0, 'reliability: no-fault-detected')
        })
    },
    async T123(c, w) {
        await listener(c, w, async (h) => {
            await put(c, OT.AI, 1, P.oos, TRUE)
            await put(c, OT.AI, 1, P.pv, real(90))
            await expect(h, high)
            await put(c, OT.AI, 1, P.reliability, app(9, [7]))
            await expect(h, { from: STATE.high, to: STATE.fault, type: EVENT.reliability })
            await put(c, OT.AI, 1, P.reliability, app(9, [0]))
            await expect(h, { from: STATE.fault, to: STATE.normal, type: EVENT.reliability })       // the last word is the alarm
            await expect(h, { from: STATE.normal, to: STATE.high, type: EVENT.range })
        })
    },
    async T124(c, w) {
        await listener(c, w, async (h) => {
            await set(c, 5, 90)
            const e = await expect(h, high)
            await put(c, OT.AV, 5, P.detection, FALSE)
            await quiet(h)
            same(await state(c, OT.AV, 5), STATE.normal, 'Event_State')
            same([...(await get(c, OT.AV, 5, P.acked)).subarray(1)], [5, 0xe0], 'Acked_Transitions')
            for (const k of [1, 2, 3]) same([...new Set(await stampOf(c, OT.AV, 5, k))], [255], `Event_Time_Stamps[${k}] unspecified`)
            await set(c, 5, 95)
            await quiet(h)
            expectError(await acknowledge(c, OT.AV, 5, STATE.high, e.stamp), '1/74')
        })
    },
    async T125(c, w) {
        await listener(c, w, async (h) => {
            await put(c, OT.AI, 2, P.oos, TRUE)
            await put(c, OT.AI, 2, P.pv, real(90))
            await expect(h, high)
            await put(c, OT.AI, 2, P.inhibit, TRUE)
            await expect(h, { from: STATE.high, to: STATE.normal, type: EVENT.range })
            await put(c, OT.AI, 2, P.pv, real(95))
            await quiet(h)
            await put(c, OT.AI, 2, P.reliability, app(9, [7]))
            await expect(h, { from: STATE.normal, to: STATE.fault, type: EVENT.reliability })
            await put(c, OT.AI, 2, P.reliability, app(9, [0]))
            await expect(h, { from: STATE.fault, to: STATE.normal, type: EVENT.reliability })
            await put(c, OT.AI, 2, P.inhibit, FALSE)
            await expect(h, high)
        })
    },
    async T126(c, w) {
        if ((await c.read(OT.AI, 3, 357)).type === TYPE.error) skip('Reliability_Evaluation_Inhibit, which is optional, is not present')
        await listener(c, w, async (h) => {
            await put(c, OT.AI, 3, P.pv, real(20)).catch(() => 0)
            await put(c, OT.AI, 3, 357, TRUE)
            same(U(await get(c, OT.AI, 3, P.reliability)), 0, 'Reliability')
            await quiet(h)
        })
    },
    async T127(c, w) {
        await listener(c, w, async (h) => {
            const acked = async () => [...(await get(c, OT.AV, 6, P.acked)).subarray(1)]
            same(await acked(), [5, 0xe0], 'before')
            await set(c, 6, 90)
            same((await expect(h, high)).ackRequired, 1, 'ack required')
            same(await acked(), [5, 0x60], 'to-offnormal is to be acknowledged')
            await set(c, 6, 50)
            same((await event(h)).ackRequired, 0, 'ack required')
            same(await acked(), [5, 0x60], 'to-normal is not')
        })
    },
}

export const acknowledge = (c, type, n, was, stamp, process = 1) => c.ask(0, bytes(ctxU(0, process), ctx(1, oid(type, n)), ctxU(2, was),
    open(3), open(2), app(10, stamp.slice(0, 4)), app(11, stamp.slice(4)), close(2), close(3), ctx(4, [0, ...Buffer.from('Tester')]),
    open(5), ctx(1, [1]), close(5)))
