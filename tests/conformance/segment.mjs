// Segmentation (135.1 clause 13.1.12): both ways, windows, losses, limits. Device `one` has an Object_List of
// some 12,000 octets.
import { bytes, check, expectAbort, Host, OT, request, rpBody, S, same, segment, segmentAck, sleep, TYPE, what, wpBody, real, open, close, ctx, ctxU, oid } from './lib.mjs'

const list = rpBody(OT.DEV, 0x3fffff, 76)
const whole = (segments) => Buffer.concat(segments.map((s) => s.data))

async function start(c, options = {}) {
    const m = await c.ask(S.rp, list, options)
    check(m.type === TYPE.complex && m.seg && m.seq === 0 && m.more, `first segment expected, came ${what(m)}`)
    return m
}
const wpm = (n) => Buffer.concat(Array.from({ length: n }, (_, i) => bytes(ctx(0, oid(OT.AV, i % 50)), open(1), ctxU(0, 85), open(2), real(i % 40), close(2), close(1))))
const cut = (body, size) => Array.from({ length: Math.ceil(body.length / size) }, (_, i) => body.subarray(i * size, (i + 1) * size))

async function sendSegments(c, body, { id, window = 4, size = 400, net } = {}) {
    const parts = cut(body, size)
    let granted = 1
    for (let i = 0; i < parts.length;) {
        const burst = i === 0 ? 1 : granted
        for (let k = 0; k < burst && i < parts.length; k++, i++)
            c.unicast(segment(S.wpm, parts[i], { id, seq: i & 255, more: i + 1 < parts.length, window }), { der: true, ...net })
        const ack = await c.next((m) => m.type === TYPE.segAck && m.id === id)
        check(ack && ack.server && !ack.nak, `SegmentACK by the server expected, came ${what(ack)}`)
        same(ack.seq, (i - 1) & 255, 'acknowledged sequence')
        check(ack.window >= 1 && ack.window <= window, `actual window ${ack.window}`)
        granted = ack.window
    }
    return c.next((m) => m.id === id && m.apdu, 3000)
}

export default {
    async T300(c) {
        for (const size of [50, 128, 206, 480, 1024]) {
            const all = await c.segments(await start(c, { size, segs: 65 }), 8)
            for (const s of all) check(s.apdu.length <= size, `a segment of ${s.apdu.length} octets with max-apdu ${size}`)
            for (const s of all) check(s.window >= 1 && s.window <= 127, `proposed window ${s.window}`)
            same(all.map((s) => s.more).lastIndexOf(true), all.length - 2, 'more-follows')
        }
    },
    async T301(c) {
        let first
        for (const window of [1, 4, 127]) {
            const got = whole(await c.segments(await start(c, { size: 128, segs: 65 }), window))
            first ??= got
            check(got.equals(first), `the answer differs with window ${window}`)
        }
    },
    async T302(c) {
        const m = await start(c, { size: 480, segs: 65 })
        c.unicast(segmentAck(m.id, 0, 4))
        for (let i = 1; i <= 4; i++) same((await c.next((x) => x.seg))?.seq, i, 'sequence in the window')
        c.unicast(segmentAck(m.id, 2, 4, { nak: true }))
        for (let i = 3; i <= 6; i++) same((await c.next((x) => x.seg))?.seq, i, 'sequence after the negative acknowledgement')
        c.unicast(bytes(0x70, m.id, 0))
    },
    async T303(c) {
        const m = await start(c, { size: 480, segs: 65 })
        const again = await c.next((x) => x.seg && x.id === m.id, 7000)
        check(again && again.seq === 0, `the segment was not sent again: ${what(again)}`)
        c.unicast(bytes(0x70, m.id, 0))
    },
    async T304(c) { expectAbort(await c.ask(S.rp, list, { size: 480, segs: 2 }), 1, 11, 4) },
    async T305(c) {
        const m = await start(c, { size: 50, segs: 65 })
        c.unicast(bytes(0x70, m.id, 0))
        await sleep(50)
        c.got.length = 0
        await c.silence(5500, (x) => x.id === m.id)
    },
    async T306(c) {
        const ack = await sendSegments(c, wpm(100), { id: 61 })
        check(ack?.type === TYPE.simple, `SimpleACK expected, came ${what(ack)}`)
        const parts = cut(wpm(100), 300), id = 62
        const send = (i) => c.unicast(segment(S.wpm, parts[i], { id, seq: i, more: i + 1 < parts.length, window: 3 }), { der: true })
        const acked = () => c.next((m) => m.type === TYPE.segAck && m.id === id)
        send(0)
        same((await acked()).seq, 0, 'first acknowledgement')
        send(2)                                 // 1 is lost
        let m = await acked()
        check(m?.nak && m.seq === 0, `a negative acknowledgement of 0 expected, came ${what(m)}`)
        send(1)
        send(1)                                 // twice
        send(2)
        send(3)
        m = await c.next((x) => x.type === TYPE.segAck && x.id === id && x.seq === 3)
        check(m && !m.nak, 'no acknowledgement of the window with a duplicate in it')
        for (let i = 4; i < parts.length; i++) send(i)
        m = await c.next((x) => x.id === id && x.type === TYPE.simple, 3000)
        check(m, 'no SimpleACK')
    },
    async T307(c) {
        c.unicast(segment(S.wpm, wpm(3), { id: 9, seq: 3, more: true, window: 4 }), { der: true })
        expectAbort(await c.next((m) => m.id === 9), 2)
    },
    async T308(c) {
        for (const window of [0, 200]) {
            c.unicast(segment(S.wpm, wpm(3), { id: 10, seq: 0, more: true, window }), { der: true })
            expectAbort(await c.next((m) => m.id === 10), 7)
        }
    },
    async T309(c) {
        c.unicast(segment(S.wpm, wpm(3), { id: 11, seq: 0, more: true, window: 4 }), { der: true })
        check(await c.next((m) => m.type === TYPE.segAck && m.id === 11), 'no SegmentACK')
        await sleep(20500)
        c.got.length = 0
        const m = await c.read(OT.DEV, 0x3fffff, 77, undefined, { id: 11 })
        check(m.type === TYPE.complex, `the same invoke id is not served afterwards: ${what(m)}`)
    },
    async T310(c) {
        const m = await start(c, { size: 480, segs: 65 })
        c.unicast(segmentAck(m.id, 0, 4, { server: true }))
        await c.silence(300, (x) => x.seg)
        c.unicast(segmentAck(m.id, 0, 4))
        same((await c.next((x) => x.seg))?.seq, 1, 'goes on after the right acknowledgement')
        c.unicast(bytes(0x70, m.id, 0))
    },
    async T311(c) {
        const all = await c.segments(await start(c, { size: 50, segs: 65 }), 16)
        check(all.length > 256, `only ${all.length} segments: the sequence does not wrap`)
    },
    async T312(c, w) {
        const d = await Host.at(w.host(3), w)
        try {
            const [a, b] = await Promise.all([c.ask(S.rp, list, { id: 77, size: 206, segs: 65 }), d.ask(S.rp, list, { id: 77, size: 206, segs: 65 })])
            const [x, y] = await Promise.all([c.segments(a, 4), d.segments(b, 4)])
            check(whole(x).equals(whole(y)), 'two clients got different answers')
        } finally {
            d.close()
        }
    },
}
