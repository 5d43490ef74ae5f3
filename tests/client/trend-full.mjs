// Trend logs on a disk that is full: what cannot be recorded leaves a mark, in each log, before whatever is
// recorded next; nothing is there twice, nothing out of order. When there is room again, all logs go on.
//     node trend-full.mjs BACC BACRT DIRECTORY
import { execFileSync } from 'node:child_process'
import { compile, Server, sleep, until } from './alarm-lib.mjs'

const [bacc, bacrt, dir] = process.argv.slice(2)
const N = 200
const list = (one) => Array.from({ length: N }, (_, i) => one(i)).join('')
compile(bacc, dir, 'f', `<?xml version="1.0" encoding="UTF-8"?>
<Project xmlns="urn:bacc:project:1" name="TrendFull" guid="11111111-2222-4333-8444-555555555559" lastChange="2026-11-20">
<Variables>${list((i) => `<Variable name="V${i}" type="REAL" access="read" initial="0" bacnetVisible="true"/>`)}</Variables>
<Plc name="P" timeZone="UTC"><Channel name="B" protocol="BACnetServer" link="UDP"><Port id="1" type="IPv4" udpPort="47862"/>
<Device name="Main" instance="4102" port="1">${list((i) => `<TrendLog name="L${i}" variable="V${i}" logging="cov" covIncrement="0" bufferSize="10000"/>`)}
<TrendLog name="every" variable="V0" interval="1s" bufferSize="1000"/></Device></Channel></Plc></Project>`)
let server = new Server(bacrt, dir, `${dir}/f.bin`, '127.0.3.233', { fileMax: 500 })
const fail = async (text) => { console.log(text); await server.kill(); process.exit(1) }
const storage = async () => (await server.ask({ op: 'status' })).result.storage
let value = 0
const step = async (n, pause) => {
    for (let k = 0; k < n; k++, await sleep(pause)) {
        value++
        await server.ask({ op: 'set', values: Object.fromEntries(Array.from({ length: N }, (_, i) => [`V${i}`, value])) })
    }
}
async function records(name) {
    const all = []
    for (let from = 0; from !== undefined;) {
        const r = await server.ask(from ? { op: 'trend', name, from } : { op: 'trend', name })
        if (!r.ok) await fail(JSON.stringify(r))
        all.push(...r.result.records)
        from = r.result.next
    }
    return all
}
await server.start()
for (let i = 0; i < 400 && !(await storage()).refused; i++) await step(10, 0)
const full = await storage()
if (full.state === 'ok' || !full.refused) await fail(`the disk was not full: ${JSON.stringify(full)}`)
const atFull = value
await step(5, 300)                                      // what is polled is lost as well
execFileSync('prlimit', ['--pid', String(server.child.pid), '--fsize=unlimited'])
if (!(await until(async () => (await storage()).state === 'ok' && (await storage()).queued === 0, 20000))) await fail(`not well again: ${JSON.stringify(await storage())}`)
const wellAgain = value
await step(3, 50)
await sleep(1200)

let gaps = 0, lost = 0, bad = 0
const complain = (text) => { if (bad++ < 10) console.log(text) }
async function look(name, when) {
    const all = await records(name)
    let before, marked = false
    all.forEach((r, i) => {
        if (i && r.n !== all[i - 1].n + 1) complain(`${name} ${when}: record ${r.n} follows ${all[i - 1].n}`)
        if (r.status) { marked ||= r.status.includes('log-interrupted'); return }
        if (name === 'every') {
            const t = Date.parse(r.time)
            if (before && t - before > 1900 && !marked) complain(`every ${when}: ${t - before} ms without a record and no mark`)
            if (before && t < before) complain(`every ${when}: record ${r.n} is older than the one before`)
            before = t
        } else {
            if (before !== undefined && r.value <= before) complain(`${name} ${when}: ${r.value} after ${before}`)
            if (before !== undefined && r.value > before + 1) {
                if (!marked) complain(`${name} ${when}: ${before} is followed by ${r.value} without a mark`)
                gaps++
                lost += r.value - before - 1
            }
            before = r.value
        }
        marked = false
    })
    if (name !== 'every' && before !== value) complain(`${name} ${when}: ends with ${before}, not ${value}`)
    return all.length
}
const counts = []
for (let i = 0; i < N; i++) counts.push(await look(`L${i}`, 'while it runs'))
await look('every', 'while it runs')
if (!gaps) complain('nothing was lost: the disk was not full for long')
console.log(`full at value ${atFull}, well again at ${wellAgain} of ${value}; ${gaps} gaps, ${lost} values lost, each gap marked`)

await server.kill()
server = new Server(bacrt, dir, `${dir}/f.bin`, '127.0.3.233')
await server.start()
// a start records the value as it is then
for (let i = 0; i < N; i++) {
    const all = await records(`L${i}`), same = all.slice(0, counts[i])
    if (all.length < counts[i] || same.some((r, k) => r.n !== k + 1)) complain(`L${i}: ${all.length} records after a kill, ${counts[i]} before`)
    if (!all[counts[i]]?.status?.includes('log-interrupted')) complain(`L${i}: the kill has no mark`)
}
await server.kill('SIGTERM')
process.exit(bad ? 1 : 0)
