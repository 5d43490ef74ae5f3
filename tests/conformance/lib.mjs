// What the conformance tests share: hosts with sockets of their own, messages put together octet by
// octet, and a look at what came back. No BACnet library: the encodings here are written by hand.
import dgram from 'node:dgram'
import { recorder } from '../pcap.mjs'

export const hex = (b) => [...b].map((x) => x.toString(16).padStart(2, '0')).join(' ')
export const bytes = (...parts) => Buffer.concat(parts.map((p) => (typeof p === 'number' ? Buffer.from([p])
    : typeof p === 'string' ? Buffer.from(p.replace(/\s+/g, ''), 'hex') : Array.isArray(p) ? bytes(...p) : Buffer.from(p))))
export const u16 = (n) => [(n >> 8) & 255, n & 255]
export const u32 = (n) => [(n >>> 24) & 255, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]
export const ip = (a, port) => [...a.split('.').map(Number), ...u16(port)]
export const sleep = (ms) => new Promise((ok) => setTimeout(ok, ms))

export class Failed extends Error {}
export class Skipped extends Error {}
export const fail = (text) => { throw new Failed(text) }
export const skip = (text) => { throw new Skipped(text) }
export const check = (ok, text) => ok || fail(text)
export const same = (got, want, text) => JSON.stringify(got) === JSON.stringify(want) ||
    fail(`${text}: ${JSON.stringify(got)?.slice(0, 200)} instead of ${JSON.stringify(want)?.slice(0, 200)}`)

// --- tags ---
export const tag = (n, cls, len) => (n < 15 ? [] : [n]).length
    ? [0xf0 | (cls << 3) | Math.min(len, 5), n] : [(n << 4) | (cls << 3) | (len < 5 ? len : 5), ...(len < 5 ? [] : [len])]
export const oid = (type, instance) => u32((type << 22 | instance) >>> 0)
const least = (v) => { let n = 1; while (n < 4 && v >= 2 ** (8 * n)) n++; return u32(v).slice(4 - n) }
export const ctx = (n, octets) => [...tag(n, 1, octets.length), ...octets]
export const ctxU = (n, v) => ctx(n, least(v))
export const app = (n, octets) => [...tag(n, 0, octets.length), ...octets]
export const appU = (v) => app(2, least(v))
export const open = (n) => (n << 4) | 14
export const close = (n) => (n << 4) | 15
export const real = (v) => { const b = Buffer.alloc(4); b.writeFloatBE(v); return app(4, [...b]) }

// --- services ---
export const S = { subscribeCov: 5, rp: 12, rpm: 14, wp: 15, wpm: 16, dcc: 17, reinit: 20, readRange: 26 }
export const OT = { AI: 0, AO: 1, AV: 2, BI: 3, BO: 4, BV: 5, DEV: 8, NP: 56 }
export const rpBody = (type, instance, property, index) => bytes(ctx(0, oid(type, instance)), ctxU(1, property),
    index === undefined ? [] : ctxU(2, index))
export const wpBody = (type, instance, property, value, priority) => bytes(ctx(0, oid(type, instance)), ctxU(1, property),
    open(3), value, close(3), priority === undefined ? [] : ctxU(4, priority))
export const rpmBody = (...objects) => bytes(...objects.map(([type, instance, ...props]) =>
    [...ctx(0, oid(type, instance)), open(1), ...props.flatMap((p) => ctxU(0, p)), close(1)]))
const SIZES = { 50: 0, 128: 1, 206: 2, 480: 3, 1024: 4, 1476: 5 }
const SEGS = { 0: 0, 2: 1, 4: 2, 8: 3, 16: 4, 32: 5, 64: 6, 65: 7 }
export const request = (service, body, { id = 1, sa = true, size = 1476, segs = 64 } = {}) =>
    bytes(sa ? 2 : 0, (SEGS[segs] << 4) | SIZES[size], id, service, body)
export const segment = (service, body, { id = 1, seq, more, window, size = 1476, segs = 64 }) =>
    bytes(8 | (more ? 4 : 0) | 2, (SEGS[segs] << 4) | SIZES[size], id, seq, window, service, body)
export const segmentAck = (id, seq, window, { nak = false, server = false } = {}) =>
    bytes(0x40 | (nak ? 2 : 0) | (server ? 1 : 0), id, seq, window)
export const whoIs = (low, high) => bytes(0x10, 8, low === undefined ? [] : [ctxU(0, low), ctxU(1, high ?? low)].flat())

// --- network layer and BVLL ---
export const npdu = (apdu, { dnet, dadr = [], snet, sadr, hops = 255, der = false, prio = 0, message, version = 1 } = {}) => bytes(version,
    (message !== undefined ? 0x80 : 0) | (dnet !== undefined ? 0x20 : 0) | (snet !== undefined ? 8 : 0) | (der ? 4 : 0) | prio,
    dnet === undefined ? [] : [...u16(dnet), dadr.length, ...dadr], snet === undefined ? [] : [...u16(snet), sadr.length, ...sadr],
    dnet === undefined ? [] : hops, message === undefined ? [] : message, apdu ?? [])
export const bvll = (fn, body = []) => { const b = bytes(body); return bytes(0x81, fn, u16(b.length + 4), b) }
export const F = { result: 0, writeBdt: 1, readBdt: 2, readBdtAck: 3, forwarded: 4, register: 5, readFdt: 6, readFdtAck: 7,
    deleteFdt: 8, distribute: 9, unicast: 10, broadcast: 11 }
export const vmac = (instance) => [(instance >> 16) & 255, (instance >> 8) & 255, instance & 255]

// A received datagram, taken apart as far as it goes.
export function parse(b) {
    const m = { raw: b, fn: b[1] }
    if (b.readUInt16BE(2) !== b.length) fail(`BVLL length ${b.readUInt16BE(2)} of a datagram of ${b.length}: ${hex(b)}`)
    let at = 4
    if (m.fn === F.forwarded) { m.origin = [...b.subarray(4, 10)]; at = 10 }
    if (![F.forwarded, F.distribute, F.unicast, F.broadcast].includes(m.fn)) { m.body = b.subarray(4); return m }
    const control = b[at + 1]
    m.der = (control & 4) !== 0
    m.prio = control & 3
    at += 2
    const address = () => { const net = b.readUInt16BE(at), n = b[at + 2]; at += 3 + n; return [net, [...b.subarray(at - n, at)]] }
    if (control & 0x20) [m.dnet, m.dadr] = address()
    if (control & 8) [m.snet, m.sadr] = address()
    if (control & 0x20) m.hops = b[at++]
    if (control & 0x80) { m.message = b[at++]; m.data = [...b.subarray(at)]; return m }
    m.apdu = b.subarray(at)
    m.type = m.apdu[0] >> 4
    if (m.type === 3) {
        m.seg = (m.apdu[0] & 8) !== 0
        m.more = (m.apdu[0] & 4) !== 0
        m.id = m.apdu[1]
        if (m.seg) [m.seq, m.window] = [m.apdu[2], m.apdu[3]]
        m.service = m.apdu[m.seg ? 4 : 2]
        m.data = m.apdu.subarray(m.seg ? 5 : 3)
    } else if (m.type === 0) {
        [m.request, m.service, m.data] = [m.apdu[2], m.apdu[3], m.apdu.subarray(4)]
    } else if (m.type === 4) {
        [m.nak, m.server, m.id, m.seq, m.window] = [(m.apdu[0] & 2) !== 0, (m.apdu[0] & 1) !== 0, m.apdu[1], m.apdu[2], m.apdu[3]]
    } else if (m.type === 1) {
        m.service = m.apdu[1]
        m.data = m.apdu.subarray(2)
        if (m.service === 0) m.device = m.apdu.readUInt32BE(3) & 0x3fffff
    } else {
        m.id = m.apdu[1]
        m.server = m.type === 7 ? (m.apdu[0] & 1) === 1 : undefined
        m.reason = m.apdu[2]
        if (m.type === 5) m.error = `${m.apdu[m.apdu[3] === 0x0e ? 5 : 4]}/${m.apdu[m.apdu[3] === 0x0e ? 7 : 6]}`
    }
    return m
}
export const TYPE = { unconfirmed: 1, simple: 2, complex: 3, segAck: 4, error: 5, reject: 6, abort: 7 }
export const what = (m) => (m ? hex(m.raw.subarray(0, 60)) : 'silence')

// --- hosts ---
let keep = () => {}
export const record = (path, server) => { keep = recorder(path, server) }

export class Host {
    static async at(address, world, port = world.port) {
        const h = new Host()
        Object.assign(h, { address, world, got: [], waiting: [], socket: dgram.createSocket({ type: 'udp4', reuseAddr: true }) })
        h.socket.on('message', (b, from) => {
            if (from.address === world.server) keep(from.address, address, b)
            h.got.push(Object.assign(parse(b), { from: from.address, port: from.port }))
            h.waiting.splice(0).forEach((wake) => wake())
        })
        await new Promise((ok, bad) => { h.socket.once('error', bad); h.socket.bind(port, address, ok) })
        h.socket.setBroadcast(true)
        return h
    }
    close() { this.socket.close() }
    raw(b, to = this.world.server, port = this.world.port) { this.socket.send(bytes(b), port, to) }
    unicast(apdu, options) { this.raw(bvll(F.unicast, npdu(apdu, options))) }
    broadcast(apdu, options) { this.raw(bvll(F.broadcast, npdu(apdu, options)), this.world.everyone) }
    // The first message that fits, taken out; undefined after `ms`.
    async next(fits = () => true, ms = 1500) {
        for (const end = Date.now() + ms; ;) {
            const i = this.got.findIndex(fits)
            if (i >= 0) return this.got.splice(i, 1)[0]
            const left = end - Date.now()
            if (left <= 0) return undefined
            await new Promise((ok) => { this.waiting.push(ok); setTimeout(ok, left) })
        }
    }
    async silence(ms = 250, fits = () => true) {
        const m = await this.next(fits, ms)
        check(!m, `an answer where none is allowed: ${what(m)}`)
    }
    async ask(service, body, options = {}) {
        const id = options.id ?? (this.last = ((this.last ?? 0) + 1) & 255)
        this.unicast(request(service, body, { ...options, id }), { der: true, ...options.net })
        const m = await this.next((x) => x.id === id && x.apdu && x.type > 1, options.ms)
        check(m, 'no answer')
        return m
    }
    read(type, instance, property, index, options) { return this.ask(S.rp, rpBody(type, instance, property, index), options) }
    async alive() {
        this.got.length = 0
        const m = await this.read(OT.DEV, 0x3fffff, 75)
        check(m.type === TYPE.complex, `the server is not well afterwards: ${what(m)}`)
    }
    // A whole segmented answer, acknowledged with `window`; returns its segments.
    async segments(first, window, net) {
        const all = [first]
        let m = first
        for (let expect = 1, since = 0; ;) {
            if (!m.more || since === 0) {
                this.unicast(segmentAck(m.id, m.seq, window), net)
                since = window
                if (!m.more) return all
            }
            const id = m.id
            m = await this.next((x) => x.type === TYPE.complex && x.id === id)
            check(m, `segment ${expect} did not come`)
            same(m.seq, expect & 255, 'sequence number')
            expect++
            since--
            all.push(m)
        }
    }
}
// A COV notification, acknowledged where that is asked for; undefined where none comes.
export async function cov(h, ms = 600, ack = true) {
    const m = await h.next((x) => (x.type === 1 && x.service === 2) || (x.type === 0 && x.service === 1), ms)
    if (!m) return m
    if (m.type === 0 && ack) h.unicast(bytes(0x20, m.request, 1), m.snet ? { dnet: m.snet, dadr: m.sadr } : {})
    const d = m.data
    const n = (at) => d.subarray(at + 1, at + 1 + (d[at] & 7)).reduce((a, b) => a * 256 + b, 0)
    let at = 0
    m.process = n(at); at += 1 + (d[at] & 7)
    m.initiator = n(at) & 0x3fffff; at += 5
    m.object = n(at); at += 5
    m.remaining = n(at); at += 1 + (d[at] & 7)
    m.values = d.subarray(at + 1, d.length - 1)
    m.pv = m.values[0] === 0x09 && m.values[1] === 85 && m.values[2] === 0x2e && m.values[3] === 0x44 ? m.values.readFloatBE(4) : undefined
    return m
}
export const expectError = (m, want) => check(m.type === TYPE.error && [want].flat().includes(m.error),
    `error ${want} expected, came ${what(m)}`)
export const expectReject = (m, ...reasons) => check(m.type === TYPE.reject && reasons.includes(m.reason), `reject ${reasons} expected, came ${what(m)}`)
export const expectAbort = (m, ...reasons) => check(m?.type === TYPE.abort && m.server && reasons.includes(m.reason),
    `abort ${reasons} by the server expected, came ${what(m)}`)
