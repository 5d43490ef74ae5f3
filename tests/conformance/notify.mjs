// Distribution, acknowledgement and summaries of events (135-2020 clauses 12.21, 13.4 to 13.12; 135.1 clauses 8.5, 9.1, 9.7, 9.8).
import { app, appU, bytes, check, close, ctx, ctxU, expectError, expectReject, Host, oid, open, OT, real, S, same, sleep, TYPE, what } from './lib.mjs'
import { acknowledge, bits, destination, event, expect, get, listener, P, put, quiet, recipients, STATE, U } from './events.mjs'
import { tokens } from './types.mjs'
import { value } from './generic.mjs'

const set = (c, n, v) => put(c, OT.AV, n, P.pv, real(v))
const high = { from: STATE.normal, to: STATE.high, type: 5 }
const acked = async (c, n) => (await get(c, OT.AV, n, P.acked)).at(-1) >> 5
const stamps = async (c, n, k) => tokens(await get(c, OT.AV, n, P.stamps, k)).flatMap((t) => [...(t.b ?? [])])

// What GetEventInformation says: [object, state, acked bits], and whether there is more.
async function information(c, last, options) {
    const m = await c.ask(29, last === undefined ? [] : ctx(0, oid(last >>> 22, last & 0x3fffff)), options)
    check(m.type === TYPE.complex && !m.seg, `GetEventInformation: ${what(m)}`)
    const list = []
    let depth = 0, more
    for (const t of tokens(m.data)) {
        if (t.open !== undefined) depth++
        else if (t.close !== undefined) depth--
        else if (depth === 0) more = t.u === 1
        else if (depth === 1 && t.ctx === 0) list.push([t.u])
        else if (depth === 1 && (t.ctx === 1 || t.ctx === 2)) list.at(-1).push(t.b.at(-1))
    }
    return { list, more, size: m.apdu.length }
}
async function today(c) { return value(await c.read(OT.DEV, 0x3fffff, 56))[4] - 1 }

export default {
    async T128(c, w) {
        const other = await Host.at(w.host(21), w)
        try {
            await listener(c, w, async (h) => {
                await recipients(c, 1, { host: h }, { host: other, process: 9, confirmed: true })
                await set(c, 0, 90)
                const e = await expect(h, high)
                await expect(other, high)
                same((await acknowledge(c, OT.AV, 0, STATE.high, e.stamp)).type, TYPE.simple, 'AcknowledgeAlarm')
                for (const [host, process] of [[h, 1], [other, 9]]) {
                    const a = await event(host)
                    check(a, 'no ACK_NOTIFICATION')
                    same([a.process, a.notify, a.to, a.type, a.cls, a.from, a.ackRequired], [process, 2, STATE.high, 5, 1, undefined, undefined], 'ACK_NOTIFICATION')
                    same(a.values.length, 0, 'no event values')
                }
                same(await acked(c, 0), 7, 'Acked_Transitions')
            })
        } finally { other.close() }
    },
    async T129(c, w) {
        await listener(c, w, async (h) => {
            await set(c, 1, 90)
            const e = await expect(h, high)
            const wrong = [...e.stamp]
            wrong[7] = (wrong[7] + 1) % 100
            expectError(await acknowledge(c, OT.AV, 1, STATE.high, wrong), '5/14')
            same(await acked(c, 1), 3, 'Acked_Transitions')
            await quiet(h)
        })
    },
    async T130(c, w) {
        await listener(c, w, async (h) => {
            await set(c, 2, 90)
            const e = await expect(h, high)
            for (const wrong of [STATE.low, STATE.fault]) expectError(await acknowledge(c, OT.AV, 2, wrong, e.stamp), '5/73')
            same(await acked(c, 2), 3, 'Acked_Transitions')
        })
    },
    async T131(c) {
        const stamp = [126, 1, 1, 4, 0, 0, 0, 0]
        expectError(await acknowledge(c, OT.AV, 4000000, STATE.high, stamp), '1/31')
        for (const type of [OT.DEV, 15]) expectError(await acknowledge(c, type, type === OT.DEV ? 1001 : 1, STATE.high, stamp), '1/74')
        const id = [...ctxU(0, 1), ...ctx(1, oid(OT.AV, 0))]
        expectReject(await c.ask(0, bytes(id)), 5, 4)
        expectReject(await c.ask(0, bytes(id, ctxU(2, 3), open(3), ctx(7, [1]), close(3))), 3, 4, 5)
    },
    async T132(c, w) {
        await listener(c, w, async (h) => {
            await set(c, 3, 90)
            const e = await expect(h, high)
            same((await acknowledge(c, OT.AV, 3, STATE.high, e.stamp, 4194304)).type, TYPE.simple, 'AcknowledgeAlarm with another process identifier')
            same(await acked(c, 3), 7, 'Acked_Transitions')
        })
    },
    async T133(c, w) {
        await put(c, 15, 2, 1, bits(3, 7))
        await listener(c, w, async (h) => {
            await put(c, OT.AV, 4, P.cls, appU(2))
            await set(c, 4, 90)
            const up = await expect(h, high)
            await set(c, 4, 50)
            const down = await expect(h, { from: STATE.high, to: STATE.normal, type: 5 })
            same(await acked(c, 4), 2, 'neither is acknowledged')
            same((await acknowledge(c, OT.AV, 4, STATE.normal, down.stamp)).type, TYPE.simple, 'to-normal first')
            same(await acked(c, 4), 3, 'to-normal acknowledged')
            same((await acknowledge(c, OT.AV, 4, STATE.high, up.stamp)).type, TYPE.simple, 'then to-offnormal')
            same(await acked(c, 4), 7, 'both')
        }, { cls: 2 })
    },
    async T134(c, w) {
        const other = await Host.at(w.host(21), w)
        try {
            await listener(c, w, async (h) => {
                await recipients(c, 1, { host: h, process: 5 }, { host: other, process: 4294967295, confirmed: true })
                await set(c, 5, 90)
                const [a, b] = [await expect(h, high), await expect(other, high)]
                same([a.confirmed, a.process, b.confirmed, b.process], [false, 5, true, 4294967295], 'confirmed, process identifier')
                same([a.device & 0x3fffff, a.object & 0x3fffff, a.cls], [1001, 5, 1], 'device, object, class')
            })
        } finally { other.close() }
    },
    async T135(c, w) {
        await listener(c, w, async (h) => {
            await recipients(c, 1, { device: 4000 })
            w.listener.got.length = 0
            await set(c, 6, 90)
            const asked = await w.listener.next((m) => m.type === 1 && m.service === 8, 3000)
            check(asked, 'no Who-Is for the recipient')
            same([...asked.data], [...ctxU(0, 4000), ...ctxU(1, 4000)], 'limits of Who-Is')
            h.unicast(bytes(0x10, 0, app(12, oid(OT.DEV, 4000)), appU(1476), app(9, [3]), appU(7)))
            await expect(h, { ...high, ms: 4000 })
            await set(c, 6, 50)
            await expect(h, { from: STATE.high, to: STATE.normal, type: 5 })
        })
    },
    async T136(c, w) {
        await listener(c, w, async (h) => {
            const day = await today(c)
            const hour = value(await c.read(OT.DEV, 0x3fffff, 57))[1]
            await recipients(c, 1, { host: h, days: 0x7f & ~(0x40 >> day) }, { host: h, process: 2, from: [(hour + 2) % 24, 0, 0, 0], to: [(hour + 2) % 24, 30, 0, 0] })
            await set(c, 7, 90)
            await quiet(h)
            await recipients(c, 1, { host: h, days: 0x40 >> day, process: 3 })
            await set(c, 7, 50)
            same((await expect(h, { from: STATE.high, to: STATE.normal, type: 5 })).process, 3, 'today')
        })
    },
    async T137(c, w) {
        await listener(c, w, async (h) => {
            await set(c, 8, 90)
            await quiet(h)
            await set(c, 8, 50)
            await expect(h, { from: STATE.high, to: STATE.normal, type: 5 })
        }, { transitions: 1 })
    },
    async T138(c, w) {
        for (const [n, network] of [[9, 0], [10, 65535]]) {
            await recipients(c, 1, { network, mac: [] })
            w.listener.got.length = 0
            await set(c, n, 90)
            const e = await expect(w.listener, high)
            same([e.confirmed, e.message.fn], [false, 11], 'an unconfirmed broadcast')
            same(e.message.dnet, network ? 65535 : undefined, 'destination network')
        }
    },
    async T139(c, w) {
        for (const [k, priority, network] of [[11, 0, 3], [11, 63, 3], [12, 64, 2], [12, 128, 1], [12, 191, 1], [13, 192, 0], [13, 255, 0]]) {
            await put(c, 15, 3, 86, appU(priority), 1)
            await listener(c, w, async (h) => {
                await put(c, OT.AV, k, P.cls, appU(3))
                await set(c, k, 90)
                const e = await expect(h, high)
                same([e.priority, e.message.prio], [priority, network], 'event priority, network priority')
                await set(c, k, 50)
                same((await event(h)).priority, 192, 'priority of to-normal')
            }, { cls: 3 })
        }
    },
    async T140(c, w) {
        await listener(c, w, async (h) => {
            const text = (s) => app(7, [0, ...Buffer.from(s)])
            await put(c, OT.AV, 14, P.config, text('Too warm'), 1)
            await set(c, 14, 90)
            same((await expect(h, high)).text, 'Too warm', 'message text')
            same((await get(c, OT.AV, 14, P.texts, 1)).toString('latin1').slice(-8), 'Too warm', 'Event_Message_Texts[1]')
        })
    },
    async T142(c, w) {
        const active = [15, 16, 17, 18, 19]
        await listener(c, w, async () => {
            for (const n of active) await set(c, n, 90)
            await sleep(100)
            const whole = (await information(c)).list
            for (const n of active) same(whole.find(([o]) => o === (OT.AV << 22 | n))?.slice(1), [STATE.high, 0x60], `object ${n}: state, acknowledged transitions`)
            const seen = []
            for (let last, more = true; more;) {
                const part = await information(c, last, { size: 206, sa: false })
                check(part.size <= 206 && part.list.length, 'part of the list')
                seen.push(...part.list)
                last = seen.at(-1)[0]
                more = part.more
                check(seen.length <= whole.length, 'an object comes twice')
            }
            same(seen, whole, 'the parts make up the whole')
            expectReject(await c.ask(29, [...ctx(0, oid(OT.AV, 0)), 0x21, 1]), 7, 4)
            for (const n of active) await set(c, n, 50)
        })
    },
    async T143(c) {
        const m = await c.ask(29, [])
        same([...m.data], [0x0e, 0x0f, 0x19, 0], 'an empty list and FALSE')
    },
    async T144(c, w) {
        await listener(c, w, async () => {
            await set(c, 15, 90)
            const alarm = await c.ask(3, [])
            check(tokens(alarm.data).some((t) => t.app === 12 && t.u === (OT.AV << 22 | 15)), 'the alarm is in GetAlarmSummary')
            const enrolled = async (...filter) => tokens((await c.ask(4, bytes(filter))).data).filter((t) => t.app === 12).map((t) => t.u >>> 0)
            const all = await enrolled(ctxU(0, 0))
            const object = OT.AV << 22 | 15
            check(all.includes(object), 'all')
            check((await enrolled(ctxU(0, 2))).includes(object) && !(await enrolled(ctxU(0, 1))).includes(object), 'not acknowledged')
            check((await enrolled(ctxU(0, 0), ctxU(2, 0))).includes(object) && !(await enrolled(ctxU(0, 0), ctxU(2, 2))).includes(object), 'off-normal')
            check((await enrolled(ctxU(0, 0), ctxU(3, 5))).includes(object) && !(await enrolled(ctxU(0, 0), ctxU(3, 1))).includes(object), 'event type')
            check(!(await enrolled(ctxU(0, 0), open(4), ctxU(0, 200), ctxU(1, 255), close(4))).includes(object), 'priority')
            check((await enrolled(ctxU(0, 0), ctxU(5, 1))).includes(object) && !(await enrolled(ctxU(0, 0), ctxU(5, 3))).includes(object), 'class')
            expectReject(await c.ask(4, ctxU(0, 3)), 8)
            expectReject(await c.ask(4, bytes(ctxU(0, 0), ctxU(2, 9))), 8)
            expectReject(await c.ask(4, []), 5, 4)
            expectReject(await c.ask(3, [0x21, 1]), 7, 4)
            await set(c, 15, 50)
        })
    },
    async T145(c, w) {
        await listener(c, w, async (h) => {
            await set(c, 16, 90)
            const ids = []
            for (let e; (e = await event(h, 1500, false));) ids.push(e.message.request)
            same([ids.length, new Set(ids).size], [3, 1], 'sent once and repeated twice, with the same invoke identifier')
            await set(c, 16, 50)
            same((await event(h))?.to, STATE.high, 'with the next one what had not been answered comes again')
            same((await event(h))?.to, STATE.normal, 'the next one')
        }, { confirmed: true })
    },
    async T146(c, w) {
        await listener(c, w, async (h) => {
            for (let i = 0; i < 4; i++) { await put(c, 20, 0, 205, [0x11]); await sleep(150) }
            const e = await event(h)
            check(e, 'no BUFFER_READY')
            same([e.type, e.from, e.to], [10, 0, 0], 'BUFFER_READY, normal to normal')
            const p = e.values.filter((t) => t.b).map((t) => t.u)
            same(p.slice(0, 2), [(20 << 22) >>> 0, 131], 'Log_Buffer of the log')
            same(p.at(-1) - p.at(-2) >= 3, true, 'records since the last notification')
        })
    },
    async T147(c, w) {
        await listener(c, w, async (h) => {
            await set(c, 17, 90)
            same((await expect(h, high)).stamp, await stamps(c, 17, 1), 'to-offnormal')
            await put(c, OT.AV, 17, P.oos, [0x11])
            await put(c, OT.AV, 17, P.reliability, app(9, [7]))
            same((await event(h)).stamp, await stamps(c, 17, 2), 'to-fault')
            await set(c, 17, 50)
            await put(c, OT.AV, 17, P.reliability, app(9, [0]))
            same((await event(h)).stamp, await stamps(c, 17, 3), 'to-normal')
        })
    },
    async T148(c) {
        const priority = (v, index) => c.ask(S.wp, bytes(ctx(0, oid(15, 1)), ctxU(1, 86), index ? ctxU(2, index) : [], open(3), v, close(3)))
        expectError(await priority(appU(256), 1), '2/37')
        expectError(await priority(bytes(appU(1), appU(2), appU(256))), '2/37')
    },
    async T149(c) { expectError(await c.ask(S.wp, bytes(ctx(0, oid(15, 1)), ctxU(1, P.cls), open(3), appU(5), close(3))), '2/40') },
    async T150(c, w) {
        await listener(c, w, async (h) => {
            await put(c, OT.AV, 18, P.cls, appU(99))
            await set(c, 18, 90)
            await quiet(h)
            same(U(await get(c, OT.AV, 18, P.state)), STATE.high, 'Event_State')
            await set(c, 18, 50)
            await put(c, OT.AV, 18, P.cls, appU(1))
        })
    },
    async T141(c, w) {
        const entry = (i) => destination({ mac: [127, 0, 1, 40 + i, 0xba, 0xc0], process: i, confirmed: i % 2 === 1 })
        const eight = bytes(Array.from({ length: 8 }, (_, i) => entry(i)))
        await put(c, 15, 4, P.recipients, eight)
        const list = () => get(c, 15, 4, P.recipients)
        check((await list()).equals(eight), 'eight entries read back')
        const change = (service, v) => c.ask(service, bytes(ctx(0, oid(15, 4)), ctxU(1, P.recipients), open(3), v, close(3)))
        const device = destination({ device: 77, process: 9 })
        for (let i = 0; i < 2; i++) same((await change(8, device)).type, TYPE.simple, 'AddListElement, twice')
        check((await list()).equals(bytes(eight, device)), 'added once')
        same((await change(9, entry(3))).type, TYPE.simple, 'RemoveListElement')
        const m = await change(9, bytes(device, entry(3)))
        same([...m.apdu.subarray(3)], [0x0e, 0x91, 5, 0x91, 81, 0x0f, 0x19, 2], 'the second element is not there')
        const left = bytes(Array.from({ length: 8 }, (_, i) => (i === 3 ? [] : entry(i))), device)
        check((await list()).equals(left), 'all or nothing')
        await w.restart()
        check((await list()).equals(left), 'the list after a restart')
    },
}
