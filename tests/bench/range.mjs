// ReadRange of ten records at random places of a full buffer of 10,000, by position, by sequence number and by
// time; as rates and as ratios to the one by position, from one run.
//     node range.mjs DIRECTORY SECONDS       BACC, BACRT: the programs
import { spawn, spawnSync } from 'node:child_process'
import dgram from 'node:dgram'
import fs from 'node:fs'

const [dir, seconds] = [process.argv[2], Number(process.argv[3] ?? 2)]
const SIZE = 10000, TEN = [0x31, 10], IP = '127.0.3.6', PORT = 47906
fs.mkdirSync(dir, { recursive: true })
fs.writeFileSync(`${dir}/range.xml`, `<Project xmlns="urn:bacc:project:1" name="Range" guid="5e0c2a6e-52a2-4a0e-9a0b-3b9d6f5f2c7b">
<Variables><Variable name="T" type="REAL" access="readWrite" initial="20" bacnetVisible="true"/></Variables>
<Plc name="P" timeZone="UTC"><Channel name="B" protocol="BACnetServer" link="UDP"><Port id="1" type="IPv4"/>
<Device name="Main" instance="4200" port="1"><TrendLog variable="T" logging="triggered" bufferSize="${SIZE}"/></Device></Channel></Plc></Project>`)
if (spawnSync(process.env.BACC, ['compile', `${dir}/range.xml`, '-o', `${dir}/range.bin`]).status !== 0) throw new Error('does not compile')
const server = spawn(process.env.BACRT, ['run', `${dir}/range.bin`, '--bind', IP, '--port', String(PORT), '--data', `${dir}/data`, '--log-level', 'warning'], { stdio: 'ignore' })
process.on('exit', () => server.kill())

const socket = dgram.createSocket('udp4')
await new Promise((ok) => socket.bind(0, '127.0.3.7', ok))
const waiting = new Map()
socket.on('message', (b) => { const w = waiting.get(b[7]); if (w) { waiting.delete(b[7]); w(b.subarray(6)) } })
function ask(id, service, body) {
    const b = Buffer.from([0x81, 0x0a, 0, 0, 1, 4, 0x02, 0x75, id, service, ...body])
    b.writeUInt16BE(b.length, 2)
    return new Promise((ok) => {
        const timer = setInterval(() => socket.send(b, PORT, IP), 1000)
        waiting.set(id, (answer) => { clearInterval(timer); ok(answer) })
        socket.send(b, PORT, IP)
    })
}
// So many under way at a time, until `next` says stop.
async function load(next, width = 8) {
    let done = 0
    await Promise.all(Array.from({ length: width }, async (_, id) => {
        for (let r; (r = next()) !== undefined; done++) {
            const a = await ask(id, ...r)
            if (a[0] >> 4 !== 2 && a[0] >> 4 !== 3) throw new Error(`refused: ${a.toString('hex')} to ${Buffer.from(r[1]).toString('hex')}`)
        }
    }))
    return done
}
const log = [0x0c, 0x05, 0, 0, 0]                                        // trend-log,0
const unsigned = (v) => (v < 256 ? [0x21, v] : v < 65536 ? [0x22, v >> 8, v & 255] : [0x23, v >> 16, (v >> 8) & 255, v & 255])
const range = (choice, reference) => [26, [...log, 0x19, 131, choice << 4 | 14, ...reference, ...TEN, choice << 4 | 15]]

for (let i = 0; i < 100; i++) if (await Promise.race([ask(200, 12, [0x0c, 2, 0x3f, 0xff, 0xff, 0x19, 77]), new Promise((ok) => setTimeout(ok, 100))])) break
let left = SIZE + 500
await load(() => (left-- > 0 ? [15, [...log, 0x19, 205, 0x3e, 0x11, 0x3f]] : undefined), 1)      // two in one turn would be one record
const count = await ask(200, 12, [...log, 0x19, 141])
if (count.readUInt16BE(count.length - 3) !== SIZE) throw new Error(`the buffer is not full: ${count.toString('hex')}`)
const times = []
for (let p = 1; p < SIZE; p += 50) {                                    // the time of every fiftieth record
    const b = await ask(201, 26, [...log, 0x19, 131, 0x3e, ...unsigned(p), 0x31, 1, 0x3f])
    const at = b.indexOf(Buffer.from([0x0e, 0xa4]))
    times.push([...b.subarray(at + 1, at + 11)])
}
const any = (n) => Math.floor(Math.random() * n)
const ways = { position: () => range(3, unsigned(1 + any(SIZE - 10))), 'sequence number': () => range(6, unsigned(502 + any(SIZE - 20))),
    time: () => range(7, times[any(times.length)]) }
for (const [name, make] of Object.entries(ways)) {
    const b = await ask(202, ...make()), at = b.indexOf(Buffer.from([0x3a, 5]))
    if (at < 0 || b[at + 3] !== 0x49 || b[at + 4] < 10 - 9 * (name === 'time')) throw new Error(`by ${name}: ${b.toString('hex')}`)
}
let first
for (const [name, make] of Object.entries(ways)) {
    const end = Date.now() + seconds * 1000, begin = process.hrtime.bigint()
    const n = await load(() => (Date.now() < end ? make() : undefined))
    const rate = n / (Number(process.hrtime.bigint() - begin) / 1e9)
    first ??= rate
    console.log(`${`ReadRange by ${name}, 10 of 10,000`.padEnd(44)} ${rate.toFixed(0).padStart(12)} ${(rate / first).toFixed(2).padStart(10)}`)
}
process.exit(0)
