// BACnet/IP: BVLL, BBMD, foreign devices (135.1 clauses 12.3 and 14). World `one` is no BBMD; `bbmd` has the peers
// 127.0.1.20 (two-hop); `foreign` registers with 127.0.1.30, which is played here.
import { app, appU, bvll, bytes, check, close, ctx, ctxU, expectError, F, hex, Host, ip, npdu, open, OT, S, same, sleep, TYPE, u16, u32, what, whoIs, wpBody } from './lib.mjs'
import { unsigned, value } from './generic.mjs'

const result = async (c, fn, body = []) => {
    c.raw(bvll(fn, body))
    const m = await c.next((x) => x.fn === F.result)
    check(m, `no BVLC-Result for function ${fn}`)
    return m.body.readUInt16BE(0)
}
const own = (c) => ip(c.address, c.world.port)
const iAm = (c, ms) => c.next((m) => m.type === 1 && m.service === 0, ms)
const entry = (a, port) => bytes(open(0), open(0), ctx(1, a.split('.').map(Number)), close(0), ctxU(1, port), close(0), ctx(1, [255, 255, 255, 255]))

export default {
    async T350(c, w) {
        c.unicast(whoIs())
        check(await iAm(c), 'Original-Unicast')
        c.broadcast(whoIs())
        check(await iAm(c), 'Original-Broadcast')
        const d = await Host.at(w.host(5), w)
        try {
            c.raw(bvll(F.forwarded, bytes(ip(d.address, w.port), npdu(whoIs()))))
            check(await iAm(d), 'the answer to a Forwarded-NPDU goes to the originating address')
        } finally { d.close() }
    },
    async T351(c) {
        for (const [fn, body, code] of [[F.writeBdt, [], 0x10], [F.readBdt, [], 0x20], [F.register, u16(60), 0x30], [F.readFdt, [], 0x40],
            [F.deleteFdt, [1, 2, 3, 4, 5, 6], 0x50], [F.distribute, npdu(whoIs()), 0x60]]) same(await result(c, fn, body), code, `function ${fn}`)
    },
    async T352(c, w) {
        c.raw(bvll(F.readBdt))
        const m = await c.next((x) => x.fn === F.readBdtAck)
        check(m, 'no Read-BDT-Ack')
        same([...m.body], [...ip(w.server, w.port), 255, 255, 255, 255, ...ip('127.0.1.20', w.port), 255, 255, 255, 255], 'table')
    },
    async T353(c, w) {
        const peer = await Host.at('127.0.1.20', w), d = await Host.at(w.host(6), w)
        try {
            same(await result(c, F.register, u16(60)), 0, 'registration')
            same(await result(d, F.register, u16(60)), 0, 'registration')
            c.raw(bvll(F.readFdt))
            const m = await c.next((x) => x.fn === F.readFdtAck)
            const at = hex(m.body).indexOf(hex(bytes(own(c)))) / 3
            same(m.body.readUInt16BE(at + 6), 60, 'time to live')
            const left = m.body.readUInt16BE(at + 8)
            check(left > 80 && left <= 90, `${left} s remaining`)
            w.listener.got.length = 0
            c.raw(bvll(F.distribute, npdu(whoIs(4000000))))
            for (const [who, h] of [['peer', peer], ['other foreign device', d], ['own subnet', w.listener]]) {
                const f = await h.next((x) => x.fn === F.forwarded)
                check(f, `no Forwarded-NPDU to the ${who}`)
                same(f.origin, own(c), `origin at the ${who}`)
            }
            await c.silence(200, (x) => x.fn === F.forwarded)
            same(await result(c, F.register, u16(1)), 0, 'registration for a second')
            await sleep(31500)
            same(await result(c, F.distribute, npdu(whoIs(4000000))), 0x60, 'after TTL and grace')
            await result(d, F.deleteFdt, own(d))
        } finally { peer.close(); d.close() }
    },
    async T354(c) {
        await result(c, F.register, u16(60))
        same(await result(c, F.deleteFdt, own(c)), 0, 'an entry that is there')
        same(await result(c, F.deleteFdt, own(c)), 0x50, 'an entry that is not')
    },
    async T355(c, w) {
        const peer = await Host.at('127.0.1.20', w), d = await Host.at(w.host(6), w)
        try {
            await result(d, F.register, u16(60))
            c.broadcast(whoIs(4000000))
            for (const [who, h] of [['peer', peer], ['foreign device', d]]) {
                const f = await h.next((x) => x.fn === F.forwarded)
                check(f, `no Forwarded-NPDU to the ${who}`)
                same(f.origin, own(c), `origin at the ${who}`)
            }
            await c.silence(200, (x) => x.fn === F.forwarded)
            w.listener.got.length = 0
            peer.raw(bvll(F.forwarded, bytes(ip('127.0.1.77', w.port), npdu(whoIs(4000000)))))
            check(await d.next((x) => x.fn === F.forwarded), 'a peer\'s broadcast reaches the foreign device')
            check(await w.listener.next((x) => x.fn === F.forwarded), 'a peer\'s broadcast reaches the subnet (two-hop)')
            await peer.silence(200, (x) => x.fn === F.forwarded)
            await result(d, F.deleteFdt, own(d))
        } finally { peer.close(); d.close() }
    },
    async T356(c, w) {
        w.listener.got.length = 0
        c.raw(bvll(F.forwarded, bytes(ip('127.0.1.78', w.port), npdu(whoIs(4000000)))))
        await w.listener.silence(300, (x) => x.fn === F.forwarded)
    },
    async T357(c) {
        const b = bvll(F.unicast, npdu(whoIs()))
        for (const [i, v] of [[0, 0x82], [1, 0x20], [2, 1], [3, b.length + 1]]) { const x = Buffer.from(b); x[i] = v; c.raw(x) }
        await c.silence(300)
    },
    async T358(c, w) {
        const b = w.bbmd, isReg = (m) => m.fn === F.register
        const answer = (code) => b.raw(bvll(F.result, u16(code)))
        const isIAm = (m) => m.fn === F.distribute && m.type === 1 && m.service === 0
        let m = await b.next(isReg, 12000)
        check(m, 'it does not register')
        same([...m.body], u16(20), 'time to live')
        check(!b.got.some((x) => x.fn === F.distribute), 'a broadcast before it is registered')
        answer(0)
        check(await b.next(isIAm), 'what it has to say at the start comes when it is registered')
        answer(0x60)
        check(await b.next(isReg, 1000), 'it does not register with a BBMD that has forgotten it')
        answer(0)
        check(await b.next(isIAm, 1000), 'what the BBMD refused comes again')
        c.unicast(whoIs())
        check(await iAm(c), 'a unicast is answered by unicast')
        m = await b.next(isReg, 12000)
        check(m, 'it does not renew before its time is over')
        answer(0x30)
        await sleep(100)
        same(unsigned(await c.read(OT.NP, 0x3fffff, 103)), 19, 'Reliability after a refusal')
        m = await b.next(isReg, 12000)
        check(m, 'it does not try again')
        answer(0)
        await sleep(100)
        same(unsigned(await c.read(OT.NP, 0x3fffff, 103)), 0, 'Reliability after success')
        b.got.length = 0
        c.unicast(whoIs(), { dnet: 0xffff, snet: 5, sadr: [9] })
        await c.next((x) => x.type === 1)
        same((await c.ask(S.wp, wpBody(OT.NP, 1, 417, app(9, [2])))).type, TYPE.simple, 'Command RENEW_FD_REGISTRATION')
        check(await b.next(isReg), 'no registration by command')
        answer(0)
    },
    async T359(c, w) {
        same(await result(c, F.writeBdt, [...ip(w.server, w.port), 255, 255, 255, 255]), 0x10, 'Write-BDT')
        const table = bytes(entry(w.server, w.port), entry('127.0.1.20', w.port), entry('127.0.1.21', w.port))
        same((await c.ask(S.wp, wpBody(OT.NP, 1, 414, table))).type, TYPE.simple, 'the table written')
        same([...value(await c.read(OT.NP, 1, 416))], [0x11], 'Changes_Pending')
        same([...value(await c.read(OT.NP, 1, 414))], [...table], 'the table as written')
        same((await c.ask(S.wp, wpBody(OT.NP, 1, 417, app(9, [1])))).type, TYPE.simple, 'DISCARD_CHANGES')
        same([...value(await c.read(OT.NP, 1, 416))], [0x10], 'Changes_Pending after it')
        same([...value(await c.read(OT.NP, 1, 414))], [...bytes(entry(w.server, w.port), entry('127.0.1.20', w.port))], 'the table as before')
        expectError(await c.ask(S.wp, wpBody(OT.NP, 1, 418, app(9, [1]))), '2/32')
        const bdt = async () => { c.raw(bvll(F.readBdt)); return (await c.next((x) => x.fn === F.readBdtAck)).body.length / 10 }
        const activate = () => c.ask(S.reinit, bytes(ctxU(0, 7), ctx(1, [0, ...Buffer.from('test')])), { ms: 4000 })
        await c.ask(S.wp, wpBody(OT.NP, 1, 414, table))
        same(await bdt(), 2, 'entries before the activation')
        const m = await activate()
        if (m.type === TYPE.reject && m.reason === 9) return
        same(m.type, TYPE.simple, 'ACTIVATE_CHANGES')
        await sleep(300)
        same(await bdt(), 3, 'entries after it')
        same([...value(await c.read(OT.NP, 1, 416))], [0x10], 'Changes_Pending after it')
        await c.ask(S.wp, wpBody(OT.NP, 1, 414, bytes(entry(w.server, w.port), entry('127.0.1.20', w.port))))
        await activate()
        await sleep(300)
        same(await bdt(), 2, 'entries in the end')
    },
    async T360(c) { c.raw(bvll(F.result, u16(0x30))); await c.silence() },
}
