// What the tests of alarms share: a project of many points, a server to start and kill, its control
// socket, and receivers of notifications that are programs of their own: hand-written octets, default
// socket buffers, no BACnet library.
import { execFileSync, spawn } from 'node:child_process'
import dgram from 'node:dgram'
import fs from 'node:fs'
import net from 'node:net'

export const sleep = (ms) => new Promise((r) => setTimeout(r, ms))
// Waits for what must come. The limit is for what never comes: a machine that is busy with other things takes long.
export async function until(fn, ms = 30000) {
    for (const end = Date.now() + ms; Date.now() < end; await sleep(20)) if (await fn()) return true
    return false
}
export const mac = (ip, port) => [...ip.split('.').map(Number), port >> 8, port & 255].map((n) => n.toString(16).padStart(2, '0')).join('')

export function compile(bacc, dir, name, xml) {
    fs.mkdirSync(dir, { recursive: true })
    fs.writeFileSync(`${dir}/${name}.xml`, xml)
    execFileSync(bacc, ['compile', `${dir}/${name}.xml`, '-o', `${dir}/${name}.bin`], { stdio: ['ignore', 'ignore', 'ignore'] })
}

// `classes`: XML of the notification classes; `variables`: XML; points have alarm point A (states, 1).
export const project = ({ port, variables, classes, instance = 4001, more = '' }) => `<?xml version="1.0" encoding="UTF-8"?>
<Project xmlns="urn:bacc:project:1" name="Alarms" guid="11111111-2222-4333-8444-555555555557" lastChange="2026-11-20">
<AlarmPoints><AlarmPoint name="A" kind="states" alarmStates="1" delay="0s" text="{name}"/>${more}</AlarmPoints>
<Variables>${variables}</Variables>
<Plc name="Alarms" timeZone="UTC"><Channel name="BACnet" protocol="BACnetServer" link="UDP">
<Port id="1" type="IPv4" udpPort="${port}"/>
<Device name="Main" instance="${instance}" port="1">${classes}</Device></Channel></Plc></Project>`

// --- a server ---
export class Server {
    // fileMax: no file of it may be longer than so many KiB, as on a disk that is full
    constructor(bacrt, dir, image, ip, { fileMax } = {}) { Object.assign(this, { bacrt, dir, image, ip, fileMax }) }
    async start() {
        const log = fs.openSync(`${this.dir}/log`, 'a')
        const args = ['run', this.image, '--bind', this.ip, '--data', `${this.dir}/state`]
        this.child = this.fileMax ? spawn('bash', ['-c', `ulimit -S -f ${this.fileMax}; exec "$0" "$@"`, this.bacrt, ...args], { stdio: ['ignore', log, log] })
            : spawn(this.bacrt, args, { stdio: ['ignore', log, log] })
        this.ended = new Promise((ok) => this.child.on('exit', ok))
        fs.closeSync(log)
        for (let i = 0; i < 200; i++) {
            const c = await new Promise((ok) => {
                const s = net.connect(`${this.dir}/state/control`, () => ok(s))
                s.on('error', () => ok(null))
            })
            if (c) return this.talk(c)
            await sleep(50)
        }
        throw new Error('the server does not start')
    }
    talk(c) {
        let text = ''
        const wait = this.wait = []
        this.socket = c
        c.on('error', () => {})
        c.on('close', () => { for (const w of wait) w({}) })
        c.on('data', (d) => {
            text += d
            for (let i; (i = text.indexOf('\n')) >= 0; text = text.slice(i + 1)) wait.shift()?.(JSON.parse(text.slice(0, i)))
        })
    }
    ask(request) { return new Promise((ok) => { this.wait.push(ok); this.socket.write(JSON.stringify({ id: 1, ...request }) + '\n') }) }
    async kill(signal = 'SIGKILL') {
        this.child.kill(signal)
        this.socket.destroy()
        await this.ended
    }
    // Every alarm that `op` alarms lists.
    async alarms(all = false) {
        const list = []
        for (let offset = 0; offset !== undefined;) {
            const r = (await this.ask({ op: 'alarms', offset, all })).result
            list.push(...r.alarms)
            offset = r.next
        }
        return list
    }
    // The whole history, oldest first.
    async history() {
        const list = []
        for (let from = 1; from !== undefined;) {
            const r = (await this.ask({ op: 'events', from, since: '2000-01-01T00:00:00Z', limit: 200 })).result
            list.push(...r.events)
            from = r.next
        }
        return list
    }
}

// --- a receiver ---
function tagged(b, at) {                                // a tag: number, context or not, opening, length, next
    let n = b[at] >> 4, len = b[at] & 7
    const context = (b[at] & 8) !== 0
    at++
    if (n === 15) n = b[at++]
    if (context && len >= 6) return { n, opens: len === 6, closes: len === 7, at, len: 0 }
    if (len === 5) {
        len = b[at++]
        if (len === 254) { len = b.readUInt16BE(at); at += 2 }
    }
    return { n, at, len }
}
const number = (b, t) => { let v = 0; for (let i = 0; i < t.len; i++) v = v * 256 + b[t.at + i]; return v }

// ConfirmedEventNotification-Request, UnconfirmedEventNotification-Request: the fields that are one number,
// the time stamp as text.
export function notification(body) {
    const names = ['process', 'device', 'object', 'stamp', 'class', 'priority', 'type', 'text', 'notify', 'ackRequired', 'from', 'to', 'values']
    const out = {}
    for (let at = 0; at < body.length;) {
        const t = tagged(body, at)
        at = t.at + t.len
        if (t.n === 3 && t.opens) {
            const b = body.subarray(t.at, t.at + 12)    // 2e a4 date b4 time 2f
            const two = (v) => String(v).padStart(2, '0')
            out.raw = body.subarray(t.at, t.at + 12)
            out.stamp = `${b[2] + 1900}-${two(b[3])}-${two(b[4])}T${two(b[7])}:${two(b[8])}:${two(b[9])}.${two(b[10])}`
            at = t.at + 13
        } else if (t.n === 12 && t.opens) {
            out.values = body.subarray(t.at, body.length - 1)
            break
        } else if (t.n === 7) {
            out.text = body.subarray(t.at + 1, at).toString()
        } else {
            out[names[t.n]] = number(body, t)
        }
    }
    return out
}

// Counts what it gets; answers confirmed ones unless `mute`. Those for which refuse() gives the octets of another APDU
// get that, and are not counted.
export class Receiver {
    constructor(ip, port, { mute = false, delay = 0 } = {}) { Object.assign(this, { ip, port, mute, delay, got: [], invoked: 0 }) }
    async open() {
        this.socket = dgram.createSocket('udp4')
        this.socket.on('message', (m, from) => this.take(m, from))
        await new Promise((ok) => this.socket.bind(this.port, this.ip, ok))
        return this
    }
    close() { this.socket.close() }
    take(m, from) {
        if (m[0] !== 0x81 || ![0x04, 0x0a, 0x0b].includes(m[1])) return
        let at = m[1] === 4 ? 10 : 4
        const control = m[at + 1]
        at += 2
        if (control & 0x80) return
        if (control & 0x20) at += 3 + m[at + 2] + 1
        if (control & 8) at += 3 + m[at + 2]
        const pdu = m[at] >> 4
        const other = pdu === 0 && m[at + 3] === 2 && this.refuse?.(m[at + 2], notification(m.subarray(at + 4)))
        if (other) {
            this.socket.send(Buffer.from([0x81, 0x0a, 0, 6 + other.length, 1, 0, ...other]), from.port, from.address)
        } else if (pdu === 0 && m[at + 3] === 2) {
            this.got.push({ ...notification(m.subarray(at + 4)), confirmed: true, at: performance.now(), invoke: m[at + 2], networkPriority: control & 3 })
            if (!this.mute)
                setTimeout(() => this.socket.send(Buffer.from([0x81, 0x0a, 0, 9, 1, 0, 0x20, m[at + 2], 2]), from.port, from.address), this.delay)
        } else if (pdu === 1 && m[at + 1] === 3) {
            this.got.push({ ...notification(m.subarray(at + 2)), confirmed: false, at: performance.now(), networkPriority: control & 3 })
        } else if (pdu !== 1) {
            this.answer?.(m.subarray(at))
        }
    }
    // A confirmed request; the APDU of its answer.
    request(to, toPort, service, body, ms = 10000) {
        const apdu = Buffer.from([0, 0x05, this.invoked = (this.invoked + 1) % 256, service, ...body])
        const head = Buffer.from([0x81, 0x0a, 0, 6 + apdu.length, 1, 4])
        head.writeUInt16BE(6 + apdu.length, 2)
        return new Promise((ok, no) => {
            const timer = setTimeout(() => no(new Error('no answer')), ms)
            this.answer = (a) => { if (a[1] === this.invoked) { clearTimeout(timer); ok(a) } }
            this.socket.send(Buffer.concat([head, apdu]), toPort, to)
        })
    }
}

// --- the Event Log ---
const least = (v) => { const b = [v >>> 24, (v >> 16) & 255, (v >> 8) & 255, v & 255]; while (b.length > 1 && !b[0]) b.shift(); return b }
const unsigned = (v) => [0x20 | least(v).length, ...least(v)]
const signed = (v) => [0x32, (v >> 8) & 255, v & 255]
export const bySequence = (n, count) => [0x6e, ...unsigned(n), ...signed(count), 0x6f]
export const byPosition = (n, count) => [0x3e, ...unsigned(n), ...signed(count), 0x3f]
export const byTime = (b, count) => [0x7e, ...b, ...signed(count), 0x7f]
// ReadRange of Event Log 0: flags, count, first sequence, records: { stamp, notification | status | change }
export async function readEventLog(r, to, port, range) {
    const a = await r.request(to, port, 26, [0x0c, 25 << 22 >>> 24, (25 << 22 >> 16) & 255, 0, 0, 0x19, 131, ...range])
    if (a[0] !== 0x30) return { error: a.toString('hex') }
    const out = { records: [] }
    for (let at = 3, inside = false; at < a.length;) {
        const t = tagged(a, at)
        if (t.n === 5 && (t.opens || t.closes) && inside === Boolean(t.closes)) {
            inside = Boolean(t.opens)
            at = t.at
        } else if (inside) {                            // [0] date time [1] a choice
            const stamp = a.subarray(at, at + 12)
            const kind = tagged(a, at + 13)
            const record = { stamp: [...stamp.subarray(2, 6), ...stamp.subarray(7, 11)], raw: stamp.subarray(1, 11) }
            let end = kind.at
            if (kind.n === 1 && kind.opens) {
                for (let depth = 1; depth;) {
                    const inner = tagged(a, end)
                    if (inner.opens) depth++
                    if (inner.closes) depth--
                    end = inner.at + inner.len
                }
                record.notification = notification(a.subarray(kind.at, end - 1))
            } else {
                end = kind.at + kind.len
                record[kind.n === 0 ? 'status' : 'change'] = a.subarray(kind.at, end)
            }
            out.records.push(record)
            at = end + 1
        } else {
            if (t.n === 3) out.flags = a[t.at + 1]
            if (t.n === 4) out.count = number(a, t)
            if (t.n === 6) out.first = number(a, t)
            at = t.at + t.len
        }
    }
    return out
}

// One transition or acknowledgement as a word: the same at every receiver, in the history too.
export const word = (n) => `${n.object}:${n.stamp}:${n.notify === 2 ? 'ack' : 'transition'}:${n.to}`
export function times(list) {
    const seen = new Map()
    for (const n of list) seen.set(word(n), (seen.get(word(n)) ?? 0) + 1)
    return seen
}
