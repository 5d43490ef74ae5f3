// Runs the conformance rows: starts a device for each world, runs the tests against it over UDP, adds what the
// wire cases said, and prints every row with its state, by clause.
//     node run.mjs ROWS WIRE-RESULTS SCRATCH [T-number...]
import fs from 'node:fs'
import { spawn } from 'node:child_process'
import { Failed, Host, record, Skipped, sleep } from './lib.mjs'
import segment from './segment.mjs'
import generic from './generic.mjs'
import network from './network.mjs'
import bvll from './bvll.mjs'
import cov from './cov.mjs'
import manage from './manage.mjs'

const [, , rowsFile, wireResults, scratch, ...only] = process.argv
const tests = { ...generic, ...segment, ...network, ...bvll, ...cov, ...manage }
const rows = fs.readFileSync(rowsFile, 'utf8').split('\n').filter((l) => l && !l.startsWith('#'))
    .map((l) => { const [id, clause, world, by, text] = l.split('\t'); return { id, clause, world, by, text } })
const wire = new Map(fs.readFileSync(wireResults, 'utf8').split('\n').filter(Boolean)
    .map((l) => [l.replace(/^\S+ ([^: ]+).*/, '$1'), l]))
const WORLDS = { one: [47911, 1001], router: [47912, 1001], bbmd: [47913, 1001], foreign: [47914, 1001] }

class World {
    constructor(name) {
        Object.assign(this, { name, server: '127.0.1.1', everyone: '127.255.255.255', port: WORLDS[name][0], instance: WORLDS[name][1] })
    }
    host(n) { return `127.0.1.${n}` }
    async start() {
        this.listener = await Host.at(this.everyone, this)
        if (this.name === 'foreign') this.bbmd = await Host.at('127.0.1.30', this)
        const log = fs.openSync(`${scratch}/${this.name}.log`, 'w')
        this.process = spawn(process.env.BACRT, ['run', `${scratch}/${this.name}/device.bin`, '--bind', this.server, '--port', String(this.port),
            '--data', `${scratch}/${this.name}/data`], { stdio: ['ignore', log, log] })
        this.ended = new Promise((ok) => this.process.on('exit', (code, signal) => ok(signal ?? code)))
        this.client = await Host.at(this.host(2), this)
        for (let i = 0; ; i++) {
            try { await this.client.read(8, 0x3fffff, 75, undefined, { ms: 200 }); break } catch (e) { if (i > 40) throw new Error(`${this.name}: the server does not start: ${fs.readFileSync(`${scratch}/${this.name}.log`)}`) }
        }
        await sleep(300)
        this.first = this.listener.got.splice(0)
    }
    async stop() {
        this.process.kill('SIGTERM')
        const end = await Promise.race([this.ended, sleep(5000).then(() => 'no end')])
        if (end === 'no end') this.process.kill('SIGKILL')
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

async function run(name) {
    const mine = rows.filter((r) => tests[r.id] && r.world === name && wanted(r))
    if (mine.length === 0) return
    const world = new World(name)
    await world.start()
    for (const row of mine) await one(world, row)
    const end = await world.stop()
    if (end !== 0) mine.forEach((r) => state(r, 'failed', `the server ended with ${end}`))
}

record(`${scratch}/conformance.pcap`, '127.0.1.1')
rows.filter((r) => !tests[r.id] && wanted(r)).forEach(withoutServer)
const results = await Promise.allSettled(Object.keys(WORLDS).map(run))
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
