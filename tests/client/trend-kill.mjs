// kill -9 while trend logs record, KILLS times:  node trend-kill.mjs BACC BACRT DIRECTORY KILLS
// One log records every value that an operator writes, one on demand, one every second. Afterwards their whole
// history is read: sequence numbers follow each other without a hole or a repetition, each interruption has its
// mark, and between two marks no value is missing: a kill takes at most the end of what was recorded, what
// the store was about to write, and says how much.
import { compile, Server, sleep } from './alarm-lib.mjs'

const [bacc, bacrt, dir, kills] = process.argv.slice(2)
compile(bacc, dir, 'trend', `<?xml version="1.0" encoding="UTF-8"?>
<Project xmlns="urn:bacc:project:1" name="TrendKill" guid="11111111-2222-4333-8444-555555555558" lastChange="2026-11-20">
<Variables><Variable name="V" type="REAL" access="readWrite" initial="0" retain="true" bacnetVisible="true"/></Variables>
<Plc name="P" timeZone="UTC"><Channel name="B" protocol="BACnetServer" link="UDP"><Port id="1" type="IPv4" udpPort="47861"/>
<Device name="Main" instance="4101" port="1">
<TrendLog name="cov" variable="V" logging="cov" covIncrement="0" bufferSize="10000" keep="1d"/>
<TrendLog name="demand" variable="V" logging="triggered" bufferSize="10000" keep="1d"/>
<TrendLog name="every" variable="V" interval="1s" bufferSize="10000" keep="1d"/>
</Device></Channel></Plc></Project>`)
const server = new Server(bacrt, dir, `${dir}/trend.bin`, '127.0.3.232')
let value = 0, cut = 0, lives = 0, bad = 0
const complain = (text) => { if (bad++ < 10) console.log(text) }
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
const acknowledged = []                                 // the last value written before each kill
for (let k = 0; k < Number(kills); k++) {
    await server.start()
    // the first life is long enough for the log that records each second: all of them need not see a second begin
    while (k === 0 && (await records('every')).length < 3) await sleep(100)
    const end = Date.now() + 60 + Math.floor(Math.random() * 500)
    let dead = false
    const killed = sleep(end - Date.now()).then(() => { dead = true; return server.kill() })
    while (!dead) {
        const r = await server.ask({ op: 'set', name: 'V', value: value + 1 })
        if (!r.ok) break
        value++
        if (value % 3 === 0) await server.ask({ op: 'set', name: 'trend-log,1', value: true, property: 'trigger' })
    }
    await killed
    acknowledged.push(value)
    value++                                              // was perhaps stored, though not acknowledged
}
await server.start()
for (const name of ['cov', 'demand', 'every']) {
    const all = await records(name)
    let marks = 0, values = 0, since = 0, before, end
    all.forEach((r, i) => {
        if (i && r.n !== all[i - 1].n + 1) complain(`${name}: record ${r.n} follows ${all[i - 1].n}`)
        if (i && Date.parse(r.time) < Date.parse(all[i - 1].time)) complain(`${name}: record ${r.n} is older than the one before`)
        if (r.status) {
            if (r.status.includes('log-interrupted')) { marks++; end = before }
            since = 0
            return
        }
        values++
        if (since && r.value < before) complain(`${name}: ${r.value} after ${before}`)
        // the first of a life is what was stored, the second may skip what was not acknowledged
        if (name === 'cov' && since && r.value !== before + 1 && !(since === 1 && r.value === before + 2))
            complain(`cov: ${before} is followed by ${r.value} without a mark`)
        if (name === 'cov' && !since && end !== undefined) { cut += Math.max(0, r.value - end - 1); lives++ }
        before = r.value
        since++
    })
    if (!marks || !values) complain(`${name}: ${values} values, ${marks} marks`)
    console.log(`${name}: ${all.length} records, ${values} values, ${marks} marks`)
}
console.log(`${kills} kills: of ${acknowledged.at(-1)} values written, ${cut} were not yet in the log when the process was killed (${Math.round(cut / Math.max(1, lives))} each)`)
if (cut > Number(kills)) complain('more than the very last value of a life is missing')
await server.kill('SIGTERM')
process.exit(bad ? 1 : 0)
