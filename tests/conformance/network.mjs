// Router and virtual devices (135.1 clause 10). World `router`: network 1 on IPv4 with device 1001; virtual
// networks 2001 with 1003 and 1004, 2002 with 1005.
import { app, bytes, check, ctxU, F, Host, OT, request, rpBody, S, same, skip, sleep, TYPE, u16, vmac, what, whoIs, wpBody } from './lib.mjs'

const at = (instance, net = 2001) => ({ net: { dnet: net, dadr: vmac(instance) } })
const name = rpBody(OT.DEV, 0x3fffff, 75)
const instanceOf = (m) => m.data.readUInt32BE(1) & 0x3fffff
const iAms = async (c, ms = 500) => {
    const found = []
    for (let m; (m = await c.next((x) => x.type === 1 && x.service === 0, ms));) found.push([m.device, m.snet ?? 0])
    return found.sort((a, b) => a[0] - b[0])
}
const message = (c, type, data = [], options = {}) => c.unicast(data, { message: type, ...options })
const networks = (m) => { const d = m.data; return Array.from({ length: d.length / 2 }, (_, i) => d[2 * i] * 256 + d[2 * i + 1]).sort() }

export default {
    async T320(c, w) {
        const m = await c.ask(S.rp, name, { net: { snet: 77, sadr: [1, 2, 3] } })
        same([m.dnet, m.dadr, m.hops, m.snet], [77, [1, 2, 3], 255, undefined], 'destination of the answer')
    },
    async T321(c, w) {
        c.broadcast(whoIs(), { dnet: 0xffff })
        same(await iAms(c), [[1001, 0], [1003, 2001], [1004, 2001], [1005, 2002]], 'I-Am of router and virtual devices')
    },
    async T322(c) {
        c.unicast(request(S.rp, name, { id: 5 }), { der: true, dnet: 999, dadr: [1] })
        const m = await c.next((x) => x.message === 3)
        check(m, 'no Reject-Message-To-Network')
        same(m.data, [1, ...u16(999)], 'reason and network')
    },
    async T323(c, w) {
        const b = w.listener
        b.got.length = 0
        message(c, 0)
        same(networks(await b.next((m) => m.message === 1) ?? { data: [] }), [2001, 2002], 'I-Am-Router for all networks but the asker\'s')
        message(c, 0, u16(2002))
        same(networks(await b.next((m) => m.message === 1) ?? { data: [] }), [2002], 'I-Am-Router for one')
        message(c, 0, u16(1))
        message(c, 0, u16(4242))
        await b.silence(300, (m) => m.message === 1)
    },
    async T324(c, w) {
        const first = w.first
        check(first.some((m) => m.message === 1 && networks(m).join() === '2001,2002'), 'I-Am-Router-To-Network at start')
        check(first.some((m) => m.message === 0x13 && m.data.join() === '0,1,1'), 'Network-Number-Is at start')
        same(first.filter((m) => m.service === 0 && m.type === 1).length, 4, 'I-Am of each device at start')
    },
    async T325(c, w) {
        const b = w.listener
        b.got.length = 0
        message(c, 0x12)
        same((await b.next((m) => m.message === 0x13))?.data, [0, 1, 1], 'Network-Number-Is')
        message(c, 0x12, [], { dnet: 0xffff })
        message(c, 0x12, [], { snet: 9, sadr: [1] })
        await b.silence(300, (m) => m.message === 0x13)
    },
    async T326(c) {
        message(c, 6, [0])
        const m = await c.next((x) => x.message === 7)
        check(m, 'no Initialize-Routing-Table-Ack')
        same(m.data[0], m.data.length > 1 ? (m.data.length - 1) / 4 : 0, 'number of ports')
        check([1, 2001, 2002].every((n) => m.data.join().includes(u16(n).join())), `networks in ${m.data}`)
        message(c, 6, [1, ...u16(55), 9, 0])
        same((await c.next((x) => x.message === 7))?.data, [0], 'acknowledgement of an update')
    },
    async T327(c) {
        same(instanceOf(await c.ask(S.rp, name, { net: { dnet: 2001, dadr: vmac(1003), hops: 2 } })), 1003, 'hop count 2')
        c.unicast(request(S.rp, name, { id: 201 }), { der: true, dnet: 2001, dadr: vmac(1003), hops: 0 })
        await c.silence(300, (m) => m.id === 201)
    },
    async T328(c) {
        for (const type of [0x15, 0x80]) {
            message(c, type, type === 0x80 ? [0, 9, 1] : [])
            const m = await c.next((x) => x.message === 3)
            same(m?.data?.[0], 3, `reason for message ${type}`)
        }
    },
    async T329(c) {
        const m = await c.ask(S.rp, rpBody(OT.DEV, 1004, 77), at(1004))
        same([m.type, m.snet, m.sadr, m.dnet], [TYPE.complex, 2001, vmac(1004), undefined], 'source of the answer')
    },
    async T330(c) {
        c.unicast(request(S.rp, name, { id: 202 }), { der: true, dnet: 2001, dadr: vmac(9999) })
        await c.silence(300)
    },
    async T331(c) {
        c.broadcast(whoIs(1004), { dnet: 0xffff })
        same(await iAms(c), [[1004, 2001]], 'by a global broadcast')
        c.unicast(whoIs(), { dnet: 2001 })
        same(await iAms(c), [[1003, 2001], [1004, 2001]], 'by a broadcast on the network')
        c.broadcast(whoIs())
        same(await iAms(c), [[1001, 0]], 'by a local broadcast')
    },
    async T332(c) {
        for (const [i, net] of [[1003, 2001], [1004, 2001], [1005, 2002]]) c.unicast(request(S.rp, name, { id: 44 }), { der: true, dnet: net, dadr: vmac(i) })
        const got = []
        for (let m; (m = await c.next((x) => x.id === 44, 300));) got.push(instanceOf(m))
        same(got.sort(), [1003, 1004, 1005], 'answers')
    },
    async T334(c) {
        const m = await c.ask(S.dcc, [...ctxU(1, 2), 0x2d, 5, 0, 0x74, 0x65, 0x73, 0x74], at(1003))
        if (m.type === TYPE.reject && m.reason === 9) skip('DeviceCommunicationControl is not executed')
        same((await c.ask(S.rp, name, at(1004))).type, TYPE.complex, 'another device')
        await c.ask(S.dcc, [...ctxU(1, 0), 0x2d, 5, 0, 0x74, 0x65, 0x73, 0x74], at(1003))
    },
    async T335(c) {
        for (const prio of [0, 3]) same((await c.ask(S.rp, name, { net: { ...at(1003).net, prio } })).prio, prio, 'priority')
    },
    async T336(c) {
        c.unicast(whoIs(), { dnet: 2001, dadr: vmac(1003) })
        same(await iAms(c), [[1003, 2001]], 'a unicast reaches one')
    },
    async T337(c) { for (const [i, n] of [[1003, 2001], [1005, 2002]]) same(instanceOf(await c.ask(S.rp, name, at(i, n))), i, 'the wildcard names') },
    async T338(c) { message(c, 4); message(c, 5); await c.silence() },
    async T339(c) {
        c.unicast(whoIs(), { snet: 0xffff, sadr: [1] })
        c.unicast(whoIs(), { snet: 5, sadr: [] })
        c.unicast(whoIs(), { snet: 2001, sadr: vmac(1003) })        // only we lead to 2001
        await c.silence()
    },
    async T340(c, w) {
        w.listener.got.length = 0
        const m = await c.ask(S.rp, name, { net: { dnet: 1, dadr: [...w.server.split('.').map(Number), ...u16(w.port)] }, ms: 400 }).catch(() => undefined)
        check(!m || m.type === TYPE.complex, what(m))
        c.unicast(whoIs(7777), { dnet: 1 })
        await w.listener.silence(200, (x) => x.dnet === 1)
    },
}
