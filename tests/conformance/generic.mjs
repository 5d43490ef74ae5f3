// Faults of requests whatever the service (135.1 clauses 9.39, 13.4), and what belongs to a Device object.
import { app, bytes, check, close, ctx, ctxU, expectAbort, expectError, expectReject, F, bvll, Host, npdu, oid, open, OT, real, request, rpBody,
    rpmBody, S, same, skip, TYPE, what, whoIs, wpBody } from './lib.mjs'

const number = (m, at = 0) => [...m.data.subarray(at)].reduce((a, b) => a * 256 + b, 0)
// The value of a ReadProperty answer: octets between opening and closing tag 3.
export const value = (m) => {
    check(m.type === TYPE.complex && !m.seg, `a value expected, came ${what(m)}`)
    let at = 5 + 1 + (m.data[5] & 7)                // behind object and property
    if (m.data[at] >> 4 === 2) at += 1 + (m.data[at] & 7)
    same(m.data[at], 0x3e, 'opening tag 3')
    return m.data.subarray(at + 1, m.data.length - 1)
}
export const unsigned = (m) => [...value(m).subarray(1)].reduce((a, b) => a * 256 + b, 0)
export const bit = (b, n) => (b[Math.floor(n / 8)] >> (7 - n % 8)) & 1
const bits = (v) => v.subarray(v[0] % 8 === 5 ? 3 : 2)          // without tag, length, unused bits
async function objects(c) {
    const n = unsigned(await c.read(OT.DEV, 0x3fffff, 76, 0))
    const list = []
    for (let i = 1; i <= n; i++) list.push(value(await c.read(OT.DEV, 0x3fffff, 76, i)).readUInt32BE(1))
    return list
}
const few = (list) => list.filter((o, i) => list.findIndex((p) => p >>> 22 === o >>> 22) === i)
async function propertyList(c, o) {
    const v = value(await c.read(o >>> 22, o & 0x3fffff, 371))
    const list = []
    for (let at = 0; at < v.length;) { const n = v[at] & 7; list.push([...v.subarray(at + 1, at + 1 + n)].reduce((a, b) => a * 256 + b, 0)); at += 1 + n }
    return list
}

export default {
    async T001(c) {
        const v = value(await c.read(OT.DEV, 0x3fffff, 97))
        const b = bits(v)
        same(b.length * 8 - v[2], 49, 'bits of Protocol_Services_Supported')
        const confirmed = { 5: 5, 6: 6, 7: 7, 8: 8, 9: 9, 12: 12, 14: 14, 15: 15, 16: 16, 17: 17, 20: 20, 26: 35, 28: 38, 29: 39, 30: 41 }
        for (const [choice, at] of Object.entries(confirmed)) {
            const m = await c.ask(Number(choice), [])
            const refused = m.type === TYPE.reject && m.reason === 9
            same(!refused, bit(b, at) === 1, `service ${choice} executed, as its bit says`)
        }
    },
    async T002(c) {
        const v = value(await c.read(OT.DEV, 0x3fffff, 96))
        same((v.length - 3) * 8 - v[2], 65, 'bits of Protocol_Object_Types_Supported')
        for (const o of few(await objects(c))) check(bit(bits(v), o >>> 22), `type ${o >>> 22} is in Object_List and not announced`)
    },
    async T003(c) {
        same(unsigned(await c.read(OT.DEV, 0x3fffff, 98)), 1, 'Protocol_Version')
        same(unsigned(await c.read(OT.DEV, 0x3fffff, 139)), 24, 'Protocol_Revision')
    },
    async T004(c) {
        const list = await objects(c)
        same(new Set(list).size, list.length, 'different objects')
        check(list.some((o) => o >>> 22 === OT.DEV), 'the Device is in its list')
        const m = await c.read(OT.DEV, 0x3fffff, 76, undefined, { segs: 65 })
        const all = m.seg ? Buffer.concat((await c.segments(m, 16)).map((s) => s.data)) : m.data
        const from = all.indexOf(0x3e, 7) + 1
        const whole = list.map((_, i) => all.readUInt32BE(from + 5 * i + 1))
        same(whole, list, 'the whole list')
    },
    async T005(c) {
        for (const o of few(await objects(c))) {
            const [type, n] = [o >>> 22, o & 0x3fffff]
            same(value(await c.read(type, n, 75)).readUInt32BE(1), o >>> 0, 'Object_Identifier')
            same(unsigned(await c.read(type, n, 79)), type, 'Object_Type')
            check(value(await c.read(type, n, 77)).length > 2, 'Object_Name')
        }
    },
    async T006(c) {
        for (const o of few(await objects(c))) {
            const list = await propertyList(c, o)
            for (const p of [75, 77, 79, 371]) check(!list.includes(p), `property ${p} is listed`)
            for (const p of list) {
                const m = await c.read(o >>> 22, o & 0x3fffff, p)
                const logBuffer = p === 131 && m.type === TYPE.error
                check(m.type === TYPE.complex || logBuffer, `listed property ${p} of type ${o >>> 22}: ${what(m)}`)
                if (m.seg) c.unicast(bytes(0x70, m.id, 0))
            }
        }
    },
    async T007(c) {
        for (const o of few(await objects(c))) {
            const list = await propertyList(c, o)
            for (const p of [4, 33, 85, 103, 117, 130, 155].filter((x) => !list.includes(x)))
                expectError(await c.read(o >>> 22, o & 0x3fffff, p), '2/32')
        }
    },
    async T009(c, w) {
        const v = value(await c.read(OT.NP, 0x3fffff, 423))
        same([...v.subarray(v[0] === 0x65 ? 2 : 1)], [...w.server.split('.').map(Number), w.port >> 8, w.port & 255], 'MAC_Address')
    },
    async T012(c) {
        for (const o of await objects(c)) {
            if (![1, 4, 14].includes(o >>> 22)) continue
            same(unsigned(await c.read(o >>> 22, o & 0x3fffff, 87, 0)), 16, 'size of Priority_Array')
        }
    },
    async T014(c, w) {
        c.unicast(whoIs())
        const m = await c.next((x) => x.type === 1 && x.service === 0)
        check(m, 'no I-Am')
        same(m.data.readUInt32BE(1) & 0x3fffff, w.instance, 'instance')
        same([...m.data.subarray(5)], [...value(await c.read(OT.DEV, 0x3fffff, 62)), ...value(await c.read(OT.DEV, 0x3fffff, 107)),
            ...value(await c.read(OT.DEV, 0x3fffff, 120))], 'I-Am and the Device object')
    },
    async T015(c) { same((await c.read(OT.DEV, 0x3fffff, 30)).type, TYPE.complex, 'Device_Address_Binding') },
    async T021(c) {
        const n = unsigned(await c.read(OT.DEV, 0x3fffff, 76, 0))
        check(n > 3, 'size')
        same(value(await c.read(OT.DEV, 0x3fffff, 76, n)).length, 5, 'last element')
    },
    async T022(c) { expectError(await c.read(OT.AI, 4194302, 85), '1/31') },
    async T023(c) { expectError(await c.read(OT.AV, 0, 9999), '2/32') },
    async T024(c) { expectError(await c.read(OT.AV, 0, 85, 1), '2/50') },
    async T025(c) {
        const n = unsigned(await c.read(OT.DEV, 0x3fffff, 76, 0))
        expectError(await c.read(OT.DEV, 0x3fffff, 76, n + 1), '2/42')
    },
    async T026(c, w) { same((await c.read(OT.DEV, 0x3fffff, 77)).data.readUInt32BE(1) & 0x3fffff, w.instance, 'instance of the answer') },
    async T027(c) { same((await c.read(OT.NP, 0x3fffff, 427)).data.readUInt32BE(1) & 0x3fffff, 1, 'instance of the answer') },
    async T028(c, w) { expectError(await c.read(OT.DEV, w.instance + 1, 77), '1/31') },
    async T030(c) { const m = await c.read(OT.DEV, 0x3fffff, 8); check(m.type === TYPE.error || m.type === TYPE.reject, what(m)) },
    async T031(c) { expectReject(await c.ask(S.rp, ctx(0, oid(OT.AV, 0))), 4, 5) },
    async T032(c) { expectReject(await c.ask(S.rp, [...ctxU(1, 85), ...ctx(0, oid(OT.AV, 0))]), 2, 4, 5) },
    async T033(c) { expectReject(await c.ask(S.rp, [...ctx(9, oid(OT.AV, 0)), ...ctxU(1, 85)]), 2, 3, 4, 5, 7) },
    async T034(c) { expectReject(await c.ask(S.rp, bytes(rpBody(OT.AV, 0, 85), ctxU(4, 1))), 7, 4) },
    async T035(c) { expectReject(await c.ask(S.rp, [...ctx(0, [0, 0x80, 1]), ...ctxU(1, 85)]), 3, 4) },
    async T037(c) {
        const m = await c.ask(S.rpm, rpmBody([OT.AV, 0, 85, 9999, 77]))
        check(m.type === TYPE.complex && m.data.includes(0x5e), `an embedded error expected, came ${what(m)}`)
    },
    async T038(c) {
        const m = await c.ask(S.rpm, rpmBody([OT.AV, 0, 85], [OT.AV, 4000000, 85], [OT.AV, 1, 85]))
        check(m.type === TYPE.complex && m.data.includes(0x5e), `an embedded error expected, came ${what(m)}`)
    },
    async T045(c, w) { same((await c.ask(S.rpm, rpmBody([OT.DEV, 0x3fffff, 75]))).data.readUInt32BE(1) & 0x3fffff, w.instance, 'instance') },
    async T046(c) {
        expectReject(await c.ask(S.rpm, ctx(0, oid(OT.AV, 0))), 4, 5)
        expectReject(await c.ask(S.rpm, [...ctx(0, oid(OT.AV, 0)), open(1), ...ctxU(0, 85)]), 4, 5)
    },
    async T047(c) {
        const body = rpmBody(...Array.from({ length: 60 }, (_, i) => [OT.AV, i, 75, 77, 85, 28]))
        const m = await c.ask(S.rpm, body, { size: 480, segs: 65 })
        check(m.seg, 'a segmented answer')
        await c.segments(m, 8)
        expectAbort(await c.ask(S.rpm, body, { size: 480, sa: false }), 4)
    },
    async T052(c) { expectError(await c.ask(S.wp, wpBody(OT.AV, 0, 117, app(9, [62]))), '2/40') },
    async T053(c) { expectError(await c.ask(S.wp, wpBody(OT.AV, 0, 85, app(2, [1]))), '2/9') },
    async T056(c) { for (const p of [0, 17]) expectError(await c.ask(S.wp, wpBody(OT.AO, 0, 85, real(1), p)), ['5/80', '2/37']) },
    async T057(c) { expectError(await c.ask(S.wp, wpBody(OT.AO, 0, 85, real(1), 6)), '2/40') },
    async T060(c) { for (let i = 0; i < 2; i++) same((await c.ask(S.wp, wpBody(OT.AO, 0, 85, [0], 9))).type, TYPE.simple, 'NULL') },
    async T066(c) { expectError(await c.ask(S.wp, wpBody(OT.AV, 0, 22, real(-1))), '2/37') },
    async T260(c, w) {
        for (const [low, high, heard] of [[0, 0x3fffff, true], [w.instance, w.instance, true], [w.instance + 1, w.instance + 9, false], [0x3fffff, 0x3fffff, false]]) {
            c.unicast(whoIs(low, high))
            const m = await c.next((x) => x.type === 1 && x.service === 0, heard ? 1500 : 300)
            same(!!m, heard, `I-Am for ${low}..${high}`)
        }
    },
    async T261(c) {
        for (const body of [ctxU(0, 1), [...ctxU(0, 9), ...ctxU(1, 1)], [...ctxU(0, 0), ...ctxU(1, 4194304)], [0xff, 0xff]]) {
            c.unicast(bytes(0x10, 8, body))
            await c.silence(150)
        }
    },
    async T262(c, w) {
        const d = await Host.at(w.host(4), w, 0)
        try {
            d.unicast(whoIs())
            check(await d.next((x) => x.type === 1 && x.service === 0), 'no I-Am at an ephemeral port')
        } finally { d.close() }
    },
    async T263(c) {
        for (let i = 0; i < 3; i++) c.unicast(whoIs())
        check(await c.next((x) => x.type === 1 && x.service === 0), 'no I-Am')
        await c.next(() => false, 200)
    },
    async T264(c) {
        const name = value(await c.read(OT.AV, 0, 77))
        const text = [...name.subarray(name[0] === 0x75 ? 2 : 1)]
        for (const body of [ctx(2, oid(OT.AV, 0)), ctx(3, text)]) {
            c.unicast(bytes(0x10, 7, body))
            const m = await c.next((x) => x.type === 1 && x.service === 1)
            check(m, 'no I-Have')
            same(m.data.readUInt32BE(6), OT.AV << 22, 'object of I-Have')
        }
        c.unicast(bytes(0x10, 7, ctx(2, oid(OT.AV, 4000000))))
        await c.silence()
    },
    async T280(c) { for (const s of [13, 24, 25, 99, 255]) expectReject(await c.ask(s, [1, 2, 3]), 9) },
    async T281(c) { c.unicast(bytes(0x10, 99, 1, 2)); await c.silence() },
    async T282(c, w) { c.broadcast(request(S.rp, rpBody(OT.DEV, w.instance, 77), { id: 9 }), { der: true }); await c.silence(300, (m) => m.id === 9) },
    async T283(c) { for (let t = 8; t < 16; t++) c.unicast(bytes(t << 4, 1, 1, 1)); await c.silence() },
    async T284(c) {
        c.unicast([]); c.unicast([0]); c.unicast([0x30]); c.unicast(whoIs(), { version: 2 })
        c.raw([0x81, 10, 0, 5, 1]); c.raw([0x81]); c.raw([])
        await c.silence()
    },
    async T285(c, w) {
        let seed = 12345
        const rnd = (n) => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) % n
        const d = await Host.at(w.host(7), w)
        const good = bvll(F.unicast, npdu(request(S.rpm, rpmBody([OT.AV, 0, 85, 77], [OT.DEV, w.instance, 76])), { der: true }))
        for (let i = 0; i < 10000; i++) {
            const b = rnd(3) ? Buffer.from(good) : Buffer.from(Array.from({ length: 4 + rnd(60) }, () => rnd(256)))
            for (let k = rnd(6); k >= 0; k--) b[4 + rnd(b.length - 4)] = rnd(256)
            b[0] = 0x81
            b[1] = 10
            b.writeUInt16BE(b.length, 2)
            d.raw(b)
            if (i % 100 === 99) await d.next(() => false, 1)
        }
        await d.next(() => false, 500)
        d.close()                               // what it left open is its own
    },
    async T286(c) {
        c.unicast(request(S.rp, rpBody(OT.DEV, 0x3fffff, 77), { id: 31 }), { der: true })
        c.unicast(request(S.rp, rpBody(OT.DEV, 0x3fffff, 77), { id: 32 }), { der: true })
        check(await c.next((m) => m.id === 31) && await c.next((m) => m.id === 32), 'both answered')
    },
    async T287(c) {
        const b = request(S.rp, rpBody(OT.DEV, 0x3fffff, 76), { id: 33, size: 480, segs: 65 })
        c.unicast(b, { der: true })
        check(await c.next((m) => m.id === 33 && m.seg), 'first segment')
        c.unicast(b, { der: true })
        await c.silence(300, (m) => m.id === 33)
        c.unicast(bytes(0x70, 33, 0))
    },
    async T288(c) {
        same((await c.read(OT.AV, 0, 85, undefined, { size: 50, sa: false })).type, TYPE.complex, 'a short answer')
        expectAbort(await c.read(OT.DEV, 0x3fffff, 76, undefined, { size: 50, sa: false }), 4)
    },
    async T289(c) {
        for (const size of [50, 128, 206, 480, 1024, 1476]) {
            const m = await c.ask(S.rpm, rpmBody(...Array.from({ length: 8 }, (_, i) => [OT.AV, i, 77, 85])), { size, segs: 65 })
            check(m.apdu.length <= size, `${m.apdu.length} octets for a client that takes ${size}`)
            if (m.seg) c.unicast(bytes(0x70, m.id, 0))
        }
    },
    async T290(c) {
        for (const prio of [0, 1, 2, 3]) {
            const m = await c.read(OT.AV, 0, 85, undefined, { net: { prio } })
            same([m.prio, m.der], [prio, false], 'priority and data-expecting-reply of the answer')
        }
    },
}
