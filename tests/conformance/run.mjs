// Runs the conformance rows: starts a device for each world, runs the tests against it over UDP, adds what the
// wire cases said, and prints every row with its state, by clause.
//     node run.mjs ROWS WIRE-RESULTS SCRATCH [T-number...]
import fs from 'node:fs'
import { spawn } from 'node:child_process'
import { Failed, Host, record, Skipped, sleep } from './lib.mjs'
import { ports } from './worlds.mjs'

const [, , rowsFile, wireResults, scratch, ...only] = process.argv
// Every file here that exports rows; each has devices of its own, so that all of them run at once.
const files = fs.readdirSync(import.meta.dirname).filter((f) => f.endsWith('.mjs') && !['run.mjs', 'lib.mjs', 'worlds.mjs', 'crowd.mjs', 'types.mjs'].includes(f)).sort()
const tests = {}
const fileOf = {}
for (const f of files) {
    const exported = (await import(`./${f}`)).default ?? {}
    for (const [id, test] of Object.entries(exported)) [tests[id], fileOf[id]] = [test, f]
}
const rows = fs.readFileSync(rowsFile, 'utf8').split('\n').filter((l) => l && !l.startsWith('#'))
    .map((l) => { const [id, clause, world, by, text] = l.split('\t'); return { id, clause, world, by, text } })
const wire = new Map(fs.readFileSync(wireResults, 'utf8').split('\n').filter(Boolean)
    .map((l) => [l.replace(/^\S+ ([^: ]+).*/, '$1'), l]))

class World {
    constructor(name, data, port) {
        Object.assign(this, { name, data, port, server: '127.0.1.1', everyone: '127.255.255.255', instance: 1001 })
    }
    host(n) { return `127.0.1.${n}` }
    async start() {
        this.listener = await Host.at(this.everyone, this)
        if (this.name === 'foreign') this.bbmd = await Host.at('127.0.1.30', this)
        this.client = await Host.at(this.host(2), this)
        fs.mkdirSync(this.data, { recursive: true })
        await this.launch()
        this.first = this.listener.got.splice(0)
    }
    async launch() {
        const log = fs.openSync(`${this.data}/../${this.port}.log`, 'a')
        this.process = spawn(process.env.BACRT, ['run', `${scratch}/${this.name}/device.bin`, '--bind', this.server, '--port', String(this.port),
            '--data', this.data], { stdio: ['ignore', log, log] })
        this.ended = new Promise((ok) => this.process.on('exit', (code, signal) => ok(signal ?? code)))
        for (let i = 0; ; i++) {
            try { await this.client.read(8, 0x3fffff, 75, undefined, { ms: 200 }); break } catch { if (i > 40) throw new Error(`${this.name}: the server does not start: ${fs.readFileSync(`${this.data}/../${this.port}.log`)}`) }
        }
        await sleep(300)
    }
    async quit() {
        this.process.kill('SIGTERM')
        const end = await Promise.race([this.ended, sleep(5000).then(() => 'no end')])
        if (end === 'no end') this.process.kill('SIGKILL')
        return end
    }
    // The server ended in good order and started again with the same data.
    async restart() {
        const end = await this.quit()
        if (end !== 0) throw new Failed(`the server ended with ${end}`)
        await this.launch()
    }
    async stop() {
        const end = await this.quit()
        for (const h of [this.listener, this.bbmd, this.client]) h?.close()
        return end
    }
}

function state(row, kind, reason) { Object.assign(row, { state: kind, reason }) }

async function one(world, row) {
    const test = tests[row.id]
    if (world.dead) return state(row, 'failed', world.dead)
    try {
        await sleep(20)
        world.client.got.length = 0
        await test(world.client, world)
        await world.client.alive()
        state(row, 'passed')
    } catch (e) {
        if (e instanceof Skipped) return state(row, 'skipped', e.message)
        state(row, 'failed', e instanceof Failed ? e.message : e.stack.split('\n').slice(0, 3).join(' '))
        await world.client.alive().catch(() => { world.dead = 'the server does not answer any more' })
    }
}

const wanted = (row) => only.length === 0 || only.includes(row.id)
function withoutServer(row) {
    if (row.by.startsWith('na:')) return state(row, 'not applicable', row.by.slice(3))
    if (row.by.startsWith('skip:')) return state(row, 'skipped', row.by.slice(5))
    const cases = row.by === '-' ? [] : row.by.split(',')
    const said = cases.map((c) => wire.get(c))
    if (cases.length === 0) return state(row, 'skipped', 'no test of this row yet')
    const bad = said.findIndex((l) => !l?.startsWith('pass '))
    if (bad < 0) state(row, 'passed')
    else if (said[bad]?.startsWith('FAIL')) state(row, 'failed', cases[bad])
    else state(row, 'skipped', said[bad]?.replace(/^skip [^:]*: /, '') ?? `${cases[bad]} was not run`)
}

async function run([name, file], i) {
    const mine = rows.filter((r) => fileOf[r.id] === file && r.world === name && wanted(r))
    const world = new World(name, `${scratch}/${name}/data-${file}`, ports[name] ?? 47920 + i)
    await world.start()
    for (const row of mine) await one(world, row)
    const end = await world.stop()
    if (end !== 0) mine.forEach((r) => state(r, 'failed', `the server ended with ${end}`))
}

record(`${scratch}/conformance.pcap`, '127.0.1.1')
rows.filter((r) => !tests[r.id] && wanted(r)).forEach(withoutServer)
const groups = new Map(rows.filter((r) => tests[r.id] && wanted(r)).map((r) => [`${r.world} ${fileOf[r.id]}`, [r.world, fileOf[r.id]]]))
const results = await Promise.allSettled([...groups.values()].map(run))
for (const r of results) if (r.status === 'rejected') console.log(r.reason.message)

const count = {}
let group
for (const r of rows.filter(wanted)) {
    r.state ??= 'failed'
    count[r.state] = (count[r.state] ?? 0) + 1
    if (r.clause !== group) console.log(`\n135.1 clause ${(group = r.clause)}`)
    console.log(`  ${r.id}  ${r.state.padEnd(14)} ${r.text}${r.reason ? `\n${' '.repeat(24)}-> ${r.reason}` : ''}`)
}
console.log(`\n${['passed', 'failed', 'skipped', 'not applicable'].map((s) => `${count[s] ?? 0} ${s}`).join(', ')}`)
process.exit(count.failed ? 1 : 0)
