// Inputs that flap without a delay, faster than a slow recipient takes notifications: an urgent alarm beside
// them is told soon all the same, what is stored and waits stays bounded, and it ends when they end.
//     node alarm-flap.mjs BACC BACRT DIRECTORY
import { compile, mac, project, Receiver, Server, sleep, until } from './alarm-lib.mjs'

const [bacc, bacrt, dir] = process.argv.slice(2)
const PORT = 47987, IP = '127.0.14.1', FLAPPING = 20, URGENT = 8
const to = (ip, more) => `<Recipient network="0" mac="${mac(ip, PORT)}" ${more}/>`
const cls = (name, n, p) => `<NotificationClass name="${name}" instance="${n}" toOffnormal="${p}" toFault="${p}" toNormal="${p}">${to('127.0.14.2', 'processId="1" confirmed="true"')}${to('127.0.14.3', 'processId="2"')}</NotificationClass>`
const points = (name, n, c) => Array.from({ length: n }, (_, i) => `<Variable name="${name}${i}" type="BOOL" access="readWrite" bacnetVisible="true" initial="0" alarmPoint="A" notificationClass="${c}"/>`).join('')
compile(bacc, dir, 'f', project({ port: PORT, variables: points('f', FLAPPING, 'Low') + points('u', URGENT, 'High'), classes: cls('Low', 1, 200) + cls('High', 2, 10) }))
const server = new Server(bacrt, dir, `${dir}/f.bin`, IP)
const fail = async (text) => { console.log(text); await server.kill(); process.exit(1) }
await server.start()
const slow = await new Receiver('127.0.14.2', PORT, { delay: 5 }).open(), plain = await new Receiver('127.0.14.3', PORT).open()
let over = false, value = 0, flips = 0, worst = 0
const flap = (async () => {
    while (!over) {
        value = 1 - value
        await server.ask({ op: 'set', values: Object.fromEntries(Array.from({ length: FLAPPING }, (_, i) => [`f${i}`, value])) })
        flips += FLAPPING
        await sleep(1)
    }
})()
await sleep(2500)                                       // long enough to fill what there is to fill
for (let i = 0; i < URGENT; i++) {
    const t0 = performance.now(), told = (r) => r.got.some((n) => n.text === `u${i}`)
    await server.ask({ op: 'set', values: { [`u${i}`]: 1 } })
    if (!(await until(() => told(slow) && told(plain)))) await fail(`u${i} is not told beside inputs that flap`)
    worst = Math.max(worst, performance.now() - t0)
    await sleep(50)
}
over = true
await flap
await until(async () => slow.got.length === plain.got.length)
await sleep(300)
const history = await server.history()
console.log(`${flips} flips, ${history.length} transitions; urgent ones told after ${Math.round(worst)} ms at most`)
if (slow.got.length !== history.length || plain.got.length !== history.length) await fail(`told ${slow.got.length}, ${plain.got.length} of ${history.length}`)
const state = (await server.alarms()).filter((a) => a.name.startsWith('f') && a.eventState === 'offnormal').length
if (state !== (value ? FLAPPING : 0)) await fail(`${state} of them are offnormal at the end`)
await server.kill('SIGTERM')
process.exit(0)
