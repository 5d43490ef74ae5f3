// Changes of value (135.1 clauses 8.2, 8.3, 9.10, 9.11).
import { app, bytes, check, close, cov, ctx, ctxU, expectError, expectReject, Host, oid, open, OT, real, S, same, skip, sleep, TYPE, u16, vmac, what, wpBody } from './lib.mjs'
import { value } from './generic.mjs'

const CONFIRMED = true, AV = (n) => [OT.AV, n]
const body = (process, [type, instance], confirmed, lifetime) => bytes(ctxU(0, process), ctx(1, oid(type, instance)),
    confirmed === undefined ? [] : ctx(2, [confirmed ? 1 : 0]), lifetime === undefined ? [] : ctxU(3, lifetime))
async function subscribe(c, ...args) {
    const m = await c.ask(S.subscribeCov, body(...args))
    if (m.type === TYPE.reject && m.reason === 9) skip('SubscribeCOV is not executed')
    return m
}
const cancel = (c, process, object) => c.ask(S.subscribeCov, body(process, object))
const put = async (c, [type, n], v, property = 85) => same((await c.ask(S.wp, wpBody(type, n, property, real(v)))).type, TYPE.simple, 'WriteProperty')
async function started(c, process, object, confirmed, lifetime) {
    same((await subscribe(c, process, object, confirmed, lifetime)).type, TYPE.simple, 'subscription')
    const m = await cov(c, 1500)
    check(m, 'no first notification')
    return m
}
const none = async (c, ms = 300) => check(!(await cov(c, ms)), 'a notification where none is due')
const property = (process, [type, n], prop, lifetime, increment, confirmed = false) => bytes(ctxU(0, process), ctx(1, oid(type, n)), ctx(2, [confirmed ? 1 : 0]),
    ctxU(3, lifetime), open(4), ctxU(0, prop), close(4), increment === undefined ? [] : ctx(5, real(increment).slice(1)))
async function subscribeProperty(c, ...args) {
    const m = await c.ask(28, property(...args))
    if (m.type === TYPE.reject && m.reason === 9) skip('SubscribeCOVProperty is not executed')
    return m
}

export default {
    async T160(c, w) {
        const m = await started(c, 1, AV(1), CONFIRMED, 0)
        same([m.type, m.process, m.initiator, m.object, m.remaining], [0, 1, w.instance, OT.AV << 22 | 1, 0], 'first notification')
        check(m.pv !== undefined && m.values.includes(111), 'Present_Value and Status_Flags')
        await cancel(c, 1, AV(1))
    },
    async T161(c) {
        const m = await started(c, 2, AV(2), !CONFIRMED, 2)
        check(m.remaining <= 2 && m.remaining >= 1, `${m.remaining} s remaining`)
        await sleep(2600)
        await put(c, AV(2), 16)
        await none(c)
    },
    async T162(c) {
        await started(c, 3, AV(3), !CONFIRMED, 60)
        await started(c, 3, AV(3), !CONFIRMED, 60)
        await put(c, AV(3), 20)
        check(await cov(c), 'a notification')
        await none(c)
        await cancel(c, 3, AV(3))
    },
    async T163(c) {
        same((await started(c, 4, AV(4), CONFIRMED, 60)).type, 0, 'confirmed')
        same((await started(c, 4, AV(4), !CONFIRMED, 60)).type, 1, 'unconfirmed')
        await put(c, AV(4), 25)
        same((await cov(c))?.type, 1, 'unconfirmed after the change')
        await cancel(c, 4, AV(4))
    },
    async T164(c) {
        await started(c, 5, AV(5), !CONFIRMED, 60)
        same((await cancel(c, 5, AV(5))).type, TYPE.simple, 'cancellation')
        await put(c, AV(5), 30)
        await none(c)
        same((await cancel(c, 5, AV(5))).type, TYPE.simple, 'cancellation of what is not there')
    },
    async T165(c) {
        await put(c, AV(6), 20)
        await put(c, AV(6), 1, 22)
        await started(c, 6, AV(6), !CONFIRMED, 60)
        await put(c, AV(6), 20.5)
        await none(c)
        await put(c, AV(6), 21)
        same((await cov(c))?.pv, 21, 'value')
        await cancel(c, 6, AV(6))
    },
    async T166(c) {
        await put(c, AV(7), 20)
        await put(c, AV(7), 1, 22)
        await started(c, 7, AV(7), !CONFIRMED, 60)
        for (const v of [20.4, 20.8, 21.2]) await put(c, AV(7), v)
        check(Math.abs((await cov(c))?.pv - 21.2) < 1e-5, 'one notification')
        await none(c)
        await cancel(c, 7, AV(7))
    },
    async T167(c) {
        await started(c, 8, AV(8), !CONFIRMED, 60)
        await c.ask(S.wp, wpBody(...AV(8), 81, [0x11]))
        check(await cov(c), 'a notification for Out_Of_Service')
        await c.ask(S.wp, wpBody(...AV(8), 81, [0x10]))
        check(await cov(c), 'a notification for its end')
        await cancel(c, 8, AV(8))
    },
    async T169(c) { expectError(await subscribe(c, 9, AV(4000000), true, 0), '1/31') },
    async T170(c, w) { expectError(await subscribe(c, 9, [OT.DEV, w.instance], true, 0), ['0/45', '1/45', '2/45', '5/45']) },
    async T171(c) {
        same((await started(c, 10, AV(9), !CONFIRMED, 28800)).remaining, 28800, 'time remaining')
        await cancel(c, 10, AV(9))
    },
    async T172(c) { const m = await subscribe(c, 11, AV(9), undefined, 60); check([TYPE.reject, TYPE.error].includes(m.type), what(m)) },
    async T168(c) {
        const bv = [OT.BV, 0]
        await started(c, 20, bv, !CONFIRMED, 60)
        for (const v of [1, 0]) {
            same((await c.ask(S.wp, wpBody(...bv, 85, app(9, [v])))).type, TYPE.simple, 'WriteProperty')
            check(await cov(c), `a notification of ${v}`)
        }
        await cancel(c, 20, bv)
    },
    async T173(c) {
        for (let i = 0; i < 20; i++) await started(c, 100 + i, AV(30 + i), !CONFIRMED, 60)
        await put(c, AV(49), 29)
        same((await cov(c))?.process, 119, 'the last one is told')
        for (let i = 0; i < 20; i++) await cancel(c, 100 + i, AV(30 + i))
    },
    async T174(c, w) {
        const d = await Host.at(w.host(8), w)
        try {
            await started(c, 12, AV(10), !CONFIRMED, 60)
            await started(d, 12, AV(10), !CONFIRMED, 60)
            await put(c, AV(10), 27)
            check(await cov(c) && await cov(d), 'both are told')
            await cancel(c, 12, AV(10))
            await put(c, AV(10), 17)
            check(await cov(d), 'the other one goes on')
            await cancel(d, 12, AV(10))
        } finally { d.close() }
    },
    async T175(c) {
        const before = value(await c.read(OT.DEV, 0x3fffff, 152)).length
        await started(c, 13, AV(11), !CONFIRMED, 60)
        const during = value(await c.read(OT.DEV, 0x3fffff, 152))
        check(during.length > before, 'an entry more')
        check(Buffer.from(during).includes(Buffer.from(oid(OT.AV, 11))), 'the monitored object')
        await cancel(c, 13, AV(11))
        same(value(await c.read(OT.DEV, 0x3fffff, 152)).length, before, 'size after the cancellation')
    },
    async T176(c) {
        await put(c, AV(12), 20)
        same((await subscribeProperty(c, 14, AV(12), 85, 60, 5)).type, TYPE.simple, 'subscription')
        check(await cov(c, 1500), 'first notification')
        await put(c, AV(12), 23)
        await none(c)
        await put(c, AV(12), 26)
        check(await cov(c), 'the own increment is reached')
        await c.ask(28, bytes(ctxU(0, 14), ctx(1, oid(...AV(12))), open(4), ctxU(0, 85), close(4)))
    },
    async T177(c) {
        expectError(await subscribeProperty(c, 15, AV(12), 9999, 60), '2/32')
        expectError(await subscribeProperty(c, 15, AV(12), 77, 60), ['2/44', '0/45', '5/45', '2/45'])
    },
    async T178(c) { const m = await subscribeProperty(c, 15, AV(12), 85, 0); check([TYPE.reject, TYPE.error].includes(m.type), what(m)) },
    async T179(c, w) {
        const d = await Host.at(w.host(9), w)
        same((await subscribe(d, 16, AV(13), CONFIRMED, 60)).type, TYPE.simple, 'subscription')
        const m = await cov(d, 1500, false)
        check(m, 'first notification')
        const again = await cov(d, 8000, false)
        check(again && again.request === m.request, 'sent again with the same invoke id')
        d.unicast(bytes(0x20, m.request, 1))
        await cancel(d, 16, AV(13))
        d.close()
    },
    async T180(c) {
        const net = { snet: 77, sadr: [9, 9] }
        const m = await c.ask(S.subscribeCov, body(17, AV(14), false, 60), { net })
        if (m.type === TYPE.reject) skip('SubscribeCOV is not executed')
        const n = await cov(c, 1500)
        same([n?.dnet, n?.dadr], [77, [9, 9]], 'destination of the notification')
        await c.ask(S.subscribeCov, body(17, AV(14)), { net })
    },
    async T181(c) {
        await put(c, AV(15), 20)
        await put(c, AV(15), 0, 22)
        await started(c, 18, AV(15), !CONFIRMED, 60)
        await put(c, AV(15), 20.001)
        check(await cov(c), 'each change')
        await put(c, AV(15), 20.001)
        await none(c)
        await cancel(c, 18, AV(15))
    },
    async T182(c) {
        for (const process of [0, 4194303, 0xffffffff]) {
            same((await started(c, process, AV(16), !CONFIRMED, 60)).process, process, 'process id')
            await cancel(c, process, AV(16))
        }
    },
    async T333(c) {
        const net = { dnet: 2001, dadr: vmac(1003) }
        const m = await c.ask(S.subscribeCov, body(19, AV(0), true, 60), { net })
        if (m.type === TYPE.reject) skip('SubscribeCOV is not executed')
        const n = await cov(c, 1500)
        same([n?.initiator, n?.snet, n?.sadr], [1003, 2001, vmac(1003)], 'source of the notification')
        await c.ask(S.subscribeCov, body(19, AV(0)), { net })
    },
}
