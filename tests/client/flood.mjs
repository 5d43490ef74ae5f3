// Many alarms in one second: every notification reaches two independent receivers with default socket
// buffers (one unconfirmed, one confirmed), the most urgent first; recipients that are not there hold up
// nobody. 10,000 are the bench's; fewer are a test.
//     node flood.mjs BACC BACRT DIRECTORY [COUNT]
import { compile, mac, project, Receiver, Server, sleep, times, until } from './alarm-lib.mjs'

const [bacc, bacrt, dir, count = '10000'] = process.argv.slice(2)
const N = Number(count), SERVER = '127.0.6.1', PORT = 47996, priorities = [10, 100, 200]
const server = new Server(bacrt, dir, `${dir}/flood.bin`, SERVER)
const fail = async (text) => { console.log(text); await server.kill(); process.exit(1) }

const to = (ip, more) => `<Recipient network="0" mac="${mac(ip, PORT)}" ${more}/>`
compile(bacc, dir, 'flood', project({
    port: PORT,
    variables: Array.from({ length: N }, (_, i) => `<Variable name="v${i}" type="BOOL" access="readWrite" bacnetVisible="true" initial="0" alarmPoint="A" notificationClass="C${priorities[i % 3]}"/>`).join('\n'),
    classes: priorities.map((p, i) => `<NotificationClass name="C${p}" instance="${i + 1}" toOffnormal="${p}" toFault="${p}" toNormal="${p}" ackRequired="toOffnormal">
        ${to('127.0.6.2', 'processId="1"')}${to('127.0.6.3', 'processId="2" confirmed="true"')}
        ${to('127.0.6.9', 'processId="3" confirmed="true"')}<Recipient device="4193999" processId="4" confirmed="true"/></NotificationClass>`).join('\n'),
}))
const plain = await new Receiver('127.0.6.2', PORT).open(), sure = await new Receiver('127.0.6.3', PORT).open()
await server.start()
const t0 = performance.now()
const asked = []
for (let i = 0; i < N; i += 500)
    asked.push(server.ask({ op: 'set', values: Object.fromEntries(Array.from({ length: Math.min(500, N - i) }, (_, j) => [`v${i + j}`, 1])) }))
await Promise.all(asked)
console.log(`${N} points set in ${Math.round(performance.now() - t0)} ms`)
if (!(await until(() => plain.got.length >= N && sure.got.length >= N, 120000)))
    await fail(`unconfirmed ${plain.got.length}, confirmed ${sure.got.length} of ${N}`)
await sleep(500)
for (const [name, r, confirmed] of [['unconfirmed', plain, false], ['confirmed', sure, true]]) {
    const took = r.got.at(-1).at - t0, first = r.got[0].at - t0
    const inversions = r.got.filter((o, i) => i && o.priority < r.got[i - 1].priority).length
    console.log(`${name}: ${r.got.length} received, ${times(r.got).size} different, first after ${Math.round(first)} ms, last after ${Math.round(took)} ms (${Math.round(r.got.length / took * 1000)} a second), ${inversions} times a more urgent one after a less urgent one`)
    if (r.got.length !== N || times(r.got).size !== N || r.got.some((n) => n.confirmed !== confirmed)) await fail('not each exactly once')
    // while points still go off a more urgent one may come late; each priority's first third is told before the next's last
    if (inversions > N / 50) await fail('not in order of priority')
}
const open = await server.alarms()
if (open.length !== N || open.some((a) => a.unacknowledged.join() !== 'to-offnormal' || a.eventState !== 'offnormal')) await fail(`${open.length} alarms`)
const told = (await server.ask({ op: 'alarms' })).result
console.log(`the server counts ${told.sent} sent, ${told.undelivered} given up`)
if (told.sent !== 2 * N) await fail('sent is not what was received')
await server.kill('SIGTERM')
process.exit(0)
