// Many trend logs and schedules in one process, in real time:
//     node tests/scale.mjs LOGS SCHEDULES INTERVAL-SECONDS SECONDS DIRECTORY       BACC, BACRT: the programs
// LOGS log a value each at that interval, aligned; SCHEDULES switch an output each at the same times, which is
// logged by change of value. Afterwards every log is read back: a sample for every instant, none late, none
// twice, no mark of a gap; every switching there. Says what it cost; ends with 1 if anything was lost or late.
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { Server, sleep } from './client/alarm-lib.mjs'

const [logs, schedules, interval, seconds] = process.argv.slice(2, 6).map(Number), dir = process.argv[6]
const LATE = Number(process.env.LATE_MS ?? 1000)
const two = (n) => String(n).padStart(2, '0')
const clock = (ms) => { const d = new Date(ms); return `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}` }
const step = interval * 1000
const begin = (Math.floor(Date.now() / step) + 1) * step

// Switching times of the next day at most, alternating; the same for all, so that all fall due at once.
const rounds = Math.ceil(seconds / interval) + 3
const times = Array.from({ length: rounds }, (_, i) => `<At time="${clock(begin + i * step)}" value="${i % 2 ? 'false' : 'true'}"/>`).join('')
const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'].map((d) => `<${d}>${times}</${d}>`).join('')
const list = (n, one) => Array.from({ length: n }, (_, i) => one(i)).join('\n')
fs.mkdirSync(dir, { recursive: true })
fs.writeFileSync(`${dir}/scale.xml`, `<?xml version="1.0" encoding="UTF-8"?>
<Project xmlns="urn:bacc:project:1" name="Scale" guid="5e0c2a6e-52a2-4a0e-9a0b-3b9d6f5f2c7a" lastChange="2026-11-20">
<Variables>
${list(logs, (i) => `<Variable name="V${i}" type="REAL" unit="°C" access="readWrite" initial="${i % 100}" bacnetVisible="true"/>`)}
${list(schedules, (i) => `<Variable name="B${i}" type="BOOL" access="output" bacnetVisible="true"/><Variable name="S${i}" type="SCHEDULE_BOOL" bacnetVisible="true"/>`)}
</Variables>
<Plc name="Scale" timeZone="UTC"><Channel name="BACnet" protocol="BACnetServer" link="UDP"><Port id="1" type="IPv4"/>
<Device name="Main" instance="4100" port="1">
${list(schedules, (i) => `<Schedule variable="S${i}" default="false"><Week>${days}</Week><Target variable="B${i}"/></Schedule>`)}
${list(logs, (i) => `<TrendLog name="L${i}" variable="V${i}" interval="${interval}s" bufferSize="1000"/>`)}
${list(schedules, (i) => `<TrendLog name="C${i}" variable="B${i}" logging="cov" bufferSize="1000"/>`)}
</Device></Channel></Plc></Project>
`)
const made = spawnSync(process.env.BACC, ['compile', `${dir}/scale.xml`, '-o', `${dir}/scale.bin`, '-W', 'no-fast-trend'], { encoding: 'utf8' })
if (made.status !== 0) { console.log(made.stderr.slice(0, 2000)); process.exit(1) }

const server = new Server(process.env.BACRT, dir, `${dir}/scale.bin`, '127.0.3.231')
await server.start()
const started = Date.now()
const usage = () => {
    const stat = fs.readFileSync(`/proc/${server.child.pid}/stat`, 'utf8').split(') ')[1].split(' ')
    const kb = (key) => Number(new RegExp(`${key}:\\s+(\\d+)`).exec(fs.readFileSync(`/proc/${server.child.pid}/status`, 'utf8'))[1])
    return { cpu: (Number(stat[11]) + Number(stat[12])) * 10, rss: kb('VmRSS'), anonymous: kb('RssAnon') }
}
await sleep(Math.max(0, Math.ceil((Date.now() + 1) / step) * step - Date.now()) % step + 100)
const first = usage(), before = (await server.ask({ op: 'status' })).result.storage.commits
await sleep(seconds * 1000)
const last = usage(), storage = (await server.ask({ op: 'status' })).result.storage
const until = Date.now() - LATE

// --- read back ---
let late = 0, lost = 0, marks = 0, samples = 0, worst = 0, switched = 0
const complain = []
async function records(name) {
    const all = []
    for (let from = 0; from !== undefined;) {
        const r = await server.ask(from ? { op: 'trend', name, from } : { op: 'trend', name })
        if (!r.ok) throw new Error(JSON.stringify(r))
        all.push(...r.result.records)
        from = r.result.next
    }
    return all
}
const from = Math.ceil(started / step) * step
for (let i = 0; i < logs; i++) {
    const at = new Map()
    for (const r of await records(`L${i}`)) {
        if (r.status) { marks += r.status.length > 0; continue }
        if (r.failure || r.timeChange !== undefined) { marks++; continue }
        const t = Date.parse(r.time), instant = Math.floor(t / step) * step
        worst = Math.max(worst, t - instant)
        late += t - instant > LATE
        if (at.has(instant)) complain.push(`L${i}: two samples for ${new Date(instant).toISOString()}`)
        at.set(instant, r.value)
        samples++
    }
    for (let t = from; t < until; t += step) if (!at.has(t)) { lost++; complain.push(`L${i}: none for ${new Date(t).toISOString()}`) }
}
let slowest = 0
for (let i = 0; i < schedules; i++) {
    const at = new Set()
    for (const r of await records(`C${i}`)) {
        if (r.value === undefined) continue
        const t = Date.parse(r.time), instant = Math.floor(t / step) * step
        if (t < from) continue
        slowest = Math.max(slowest, t - instant)
        late += t - instant > LATE
        at.add(instant)
        switched++
    }
    for (let t = Math.max(from, begin + step); t < until; t += step) if (!at.has(t)) { lost++; complain.push(`C${i}: not switched at ${new Date(t).toISOString()}`) }
}
await server.kill('SIGTERM')
complain.slice(0, 10).forEach((c) => console.log(c))
console.log(`${logs} logs every ${interval} s, ${schedules} schedules, ${seconds} s: ${samples} samples, ${switched} switchings, ${lost} lost, ${late} late, ${marks} marks of gaps`)
console.log(`latest sample ${worst} ms after its time, latest switching ${slowest} ms; ${storage.commits - before} commits; ` +
    `CPU ${last.cpu - first.cpu} ms; resident ${last.rss} kB, of which ${last.anonymous} kB of its own (${first.anonymous} at first)`)
process.exit(lost || late || marks || samples === 0 || (schedules > 0 && switched === 0) ? 1 : 0)
