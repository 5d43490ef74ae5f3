// A disk that fills while trend logs record, and is sound again later: what storage could not take leaves a mark
// in the log, nothing else is missing, and recording goes on.     node trend-full.mjs BACC BACRT DIRECTORY
// One log records every value that an operator writes: 1, 2, 3 ...
import { execFileSync } from 'node:child_process'
import { compile, Server, sleep, until } from './alarm-lib.mjs'

const [bacc, bacrt, dir] = process.argv.slice(2)
compile(bacc, dir, 'f', `<?xml version="1.0" encoding="UTF-8"?>
<Project xmlns="urn:bacc:project:1" name="T" guid="11111111-2222-4333-8444-555555555559" lastChange="2026-11-20">
<Variables><Variable name="V" type="REAL" access="readWrite" bacnetVisible="true"/></Variables>
<Plc name="T" timeZone="UTC"><Channel name="BACnet" protocol="BACnetServer" link="UDP"><Port id="1" type="IPv4" udpPort="47995"/>
<Device name="Main" instance="4100" port="1"><TrendLog name="changes" variable="V" logging="cov" covIncrement="0" bufferSize="1000" keep="10d"/></Device>
</Channel></Plc></Project>`)
const server = new Server(bacrt, dir, `${dir}/f.bin`, '127.0.12.31', { fileMax: 600 })
const check = async (ok, text) => { if (!ok) { console.log(text); await server.kill(); process.exit(1) } }
await server.start()
const storage = async () => (await server.ask({ op: 'status' })).result.storage
let written = 0
const write = async (n) => { for (; n > 0; n--) await server.ask({ op: 'set', values: { V: ++written } }) }

// --- full: until the queue is, too, and records are turned away ---
await write(1000)
await check(await until(async () => { await write(500); return (await storage()).refused > 500 }, 60000), 'storage takes everything')
const full = await storage()
await check(full.state !== 'ok' && !full.off, `full: ${JSON.stringify(full)}`)
// --- sound again ---
execFileSync('prlimit', ['--fsize=unlimited:unlimited', '--pid', String(server.child.pid)])
await check(await until(async () => { await write(1); const s = await storage(); return s.state === 'ok' && s.queued < 4096 }, 20000), 'it does not catch up')
await write(200)

async function records() {
    const all = []
    for (let from = 1; from !== undefined;) {
        const r = await server.ask({ op: 'trend', name: 'changes', from })
        await check(r.ok, JSON.stringify(r))
        all.push(...r.result.records)
        from = r.result.next
    }
    return all
}
// Numbers follow each other; values do, but where a mark stands between them. How many marked gaps, last value.
async function judge(all, text) {
    let gaps = 0, last = null, marked = false
    for (let i = 0; i < all.length; i++) {
        const r = all[i]
        await check(i === 0 || r.n === all[i - 1].n + 1, `${text}: record ${r.n} after ${all[i - 1]?.n}`)
        if (r.status) { marked = r.status.includes('log-interrupted'); continue }
        const gap = last !== null && r.value !== last + 1
        await check(!gap || marked, `${text}: ${r.value} after ${last} without a mark`)
        gaps += gap
        last = r.value
        marked = false
    }
    return { gaps, last }
}
await check(await until(async () => (await records()).at(-1).value === written), 'the last value is not there')
const running = await records(), seen = await judge(running, 'running')
await check(seen.gaps >= 1 && seen.gaps < 20, `${seen.gaps} gaps`)
// --- and from the disk ---
await server.kill('SIGTERM')
server.fileMax = undefined
await server.start()
await sleep(100)
const again = await records(), kept = await judge(again, 'after a restart')
await check(JSON.stringify(again.slice(0, running.length)) === JSON.stringify(running), 'records are not what they were')
// V begins anew at 0: one more place where values do not follow, and the mark of the restart before it
await check(kept.gaps === seen.gaps + 1 && kept.last === 0, `after a restart: ${kept.gaps} gaps, ${seen.gaps} before`)
console.log(`${written} values, ${running.length} records, ${seen.gaps} marked gaps`)
await server.kill('SIGTERM')
process.exit(0)
