// 10,000 alarms in one second: every notification reaches two independent receivers with default
// socket buffers (one unconfirmed, one confirmed), the most urgent first; one recipient that is not
// there holds up nobody. Then kill -9 in the middle of a second flood: no transition is forgotten, none
// is announced anew, what nobody acknowledged is unacknowledged still.
//     node flood.mjs BACC BACRT DIRECTORY [COUNT]
import { execFileSync, spawn } from 'node:child_process'
import dgram from 'node:dgram'
import fs from 'node:fs'
import net from 'node:net'

const [bacc, bacrt, dir, count = '10000'] = process.argv.slice(2)
const N = Number(count), SERVER = '127.0.6.1', PLAIN = '127.0.6.2', SURE = '127.0.6.3', PORT = 47996
const sleep = (ms) => new Promise((r) => setTimeout(r, ms))
const mac = (ip) => ip.split('.').map((n) => Number(n).toString(16).padStart(2, '0')).join('') + PORT.toString(16)
const fail = (text) => { console.log(text); child?.kill('SIGKILL'); process.exit(1) }
let child

function project() {
    const classes = [10, 100, 200], to = (ip, more) => `<Recipient network="0" mac="${mac(ip)}" ${more}/>`
    const variables = Array.from({ length: N }, (_, i) =>
        `<Variable name="v${i}" type="BOOL" access="readWrite" bacnetVisible="true" retain="true" initial="0" alarmPoint="A" notificationClass="C${classes[i % 3]}"/>`)
    return `<?xml version="1.0" encoding="UTF-8"?>
<Project xmlns="urn:bacc:project:1" name="Flood" guid="11111111-2222-4333-8444-555555555557" lastChange="2026-11-20">
<AlarmPoints><AlarmPoint name="A" kind="states" alarmStates="1" delay="0s" text="{name}"/></AlarmPoints>
<Variables>${variables.join('\n')}</Variables>
<Plc name="Flood" timeZone="UTC"><Channel name="BACnet" protocol="BACnetServer" link="UDP">
<Port id="1" type="IPv4" udpPort="${PORT}"/>
<Device name="Main" instance="4001" port="1">
${classes.map((p, i) => `<NotificationClass name="C${p}" instance="${i + 1}" toOffnormal="${p}" toFault="${p}" toNormal="${p}" ackRequired="toOffnormal">
${to(PLAIN, 'processId="1"')}${to(SURE, 'processId="2" confirmed="true"')}${to('127.0.6.9', 'processId="3" confirmed="true"')}</NotificationClass>`).join('\n')}
</Device></Channel></Plc></Project>`
}

// --- a receiver: counts (object, time stamp, state), acknowledges confirmed ones ---
function receiver(ip) {
    const seen = new Map(), order = []
    const s = dgram.createSocket('udp4')
    s.on('message', (m, from) => {
        if (m[0] !== 0x81) return
        let at = m[1] === 4 ? 10 : 4
        const control = m[at + 1]
        at += 2
        if (control & 0x28) return
        const confirmed = m[at] >> 4 === 0
        if ((confirmed && m[at + 3] !== 2) || (!confirmed && (m[at] >> 4 !== 1 || m[at + 1] !== 3))) return
        const body = m.subarray(at + (confirmed ? 4 : 2))
        const process = body.indexOf(0x2c)           // [2] event object behind [0] and [1]
        const object = body.readUInt32BE(process + 1)
        const stamp = body.subarray(process + 7, process + 17).toString('hex')
        const from69 = body.indexOf(0x59, process + 17)
        const key = `${object}:${stamp}`
        seen.set(key, (seen.get(key) ?? 0) + 1)
        order.push({ object, priority: body[from69 + 1], at: performance.now() })
        if (confirmed)
            s.send(Buffer.from([0x81, 0x0a, 0, 9, 1, 0, 0x20, m[at + 2], 2]), from.port, from.address)
    })
    return new Promise((ok) => s.bind(PORT, ip, () => ok({ seen, order, close: () => s.close() })))
}

function start() {
    child = spawn(bacrt, ['run', `${dir}/flood.bin`, '--bind', SERVER, '--data', `${dir}/state`], { stdio: ['ignore', 'inherit', fs.openSync(`${dir}/log`, 'a')] })
    return new Promise((ok) => {
        const look = setInterval(() => {
            const c = net.connect(`${dir}/state/control`, () => { clearInterval(look); ok(talk(c)) })
            c.on('error', () => {})
        }, 50)
    })
}
function talk(c) {
    let text = ''
    const wait = []
    c.on('error', () => {})
    c.on('data', (d) => {
        text += d
        for (let i; (i = text.indexOf('\n')) >= 0; text = text.slice(i + 1)) wait.shift()?.(JSON.parse(text.slice(0, i)))
    })
    return { ask: (o) => new Promise((ok) => { wait.push(ok); c.write(JSON.stringify({ id: 1, ...o }) + '\n') }), end: () => c.destroy() }
}
async function setAll(k, value, from = 0) {
    const all = []
    for (let i = from; i < N; i += 500)
        all.push(k.ask({ op: 'set', values: Object.fromEntries(Array.from({ length: Math.min(500, N - i) }, (_, j) => [`v${i + j}`, value])) }))
    return Promise.all(all)
}
async function until(fn, ms) {
    for (const end = Date.now() + ms; Date.now() < end; await sleep(50)) if (fn()) return true
    return false
}
async function unacknowledged(k) {
    let n = 0, active = 0
    for (let offset = 0; offset !== undefined;) {
        const r = (await k.ask({ op: 'alarms', offset })).result
        n += r.alarms.filter((a) => a.unacknowledged.includes('to-offnormal')).length
        active += r.alarms.filter((a) => a.eventState === 'offnormal').length
        offset = r.next
    }
    return [n, active]
}

fs.mkdirSync(dir, { recursive: true })
fs.writeFileSync(`${dir}/flood.xml`, project())
execFileSync(bacc, ['compile', `${dir}/flood.xml`, '-o', `${dir}/flood.bin`, '-W', 'no-all'].slice(0, 4), { stdio: ['ignore', 'ignore', 'ignore'] })
const plain = await receiver(PLAIN), sure = await receiver(SURE)
let k = await start()
let t0 = performance.now()
await setAll(k, 1)
console.log(`${N} points set in ${Math.round(performance.now() - t0)} ms`)
if (!(await until(() => plain.order.length >= N && sure.order.length >= N, 120000)))
    fail(`unconfirmed ${plain.order.length}, confirmed ${sure.order.length} of ${N}`)
for (const [name, r] of [['unconfirmed', plain], ['confirmed', sure]]) {
    const took = r.order.at(-1).at - t0, first = r.order[0].at - t0
    const inversions = r.order.filter((o, i) => i && o.priority < r.order[i - 1].priority).length
    console.log(`${name}: ${r.order.length} received, ${r.seen.size} different, first after ${Math.round(first)} ms, last after ${Math.round(took)} ms, ${inversions} times a more urgent one after a less urgent one`)
    if (r.seen.size !== N) fail('not each exactly once')
}
await sleep(500)
if ((await unacknowledged(k)).join() !== `${N},${N}`) fail(`unacknowledged, active: ${await unacknowledged(k)}`)

// --- killed while it returns to normal ---
for (const wait of [150, 400, 900]) {
    plain.seen.clear(); plain.order.length = 0; sure.seen.clear(); sure.order.length = 0
    const value = wait === 400 ? 1 : 0
    void setAll(k, value)
    await sleep(wait)
    child.kill('SIGKILL')
    k.end()
    await sleep(200)
    const before = plain.order.length
    k = await start()
    await setAll(k, value)                       // those that the kill kept from being set
    if (!(await until(() => new Set([...plain.seen.keys()].map((x) => x.split(':')[0])).size >= N && new Set([...sure.seen.keys()].map((x) => x.split(':')[0])).size >= N, 60000)))
        fail(`after kill -9: of ${N} points ${plain.seen.size} and ${sure.seen.size} were told`)
    await sleep(500)
    const again = (r) => [...r.seen.values()].reduce((a, n) => a + n - 1, 0)
    const [n, active] = await unacknowledged(k)
    console.log(`kill -9 after ${wait} ms: ${before} told before; transitions ${plain.seen.size}, ${sure.seen.size}; said again ${again(plain)}, ${again(sure)}; unacknowledged ${n}, active ${active}`)
    if (plain.seen.size !== N || sure.seen.size !== N) fail('a transition happened twice')
    if (n !== N || active !== (value ? N : 0)) fail('states or acknowledgements are not as they were')
}
child.kill('SIGTERM')
await sleep(300)
process.exit(0)
