// A disk that is full: what cannot be stored is told all the same, each once, and states go on; when the
// disk is well again it catches up: after a kill -9 the states are the newest.
//     node alarm-full.mjs BACC BACRT DIRECTORY
import { compile, mac, project, Receiver, Server, sleep, times, until } from './alarm-lib.mjs'

const [bacc, bacrt, dir] = process.argv.slice(2)
const N = 500, ROUNDS = 14, PORT = 47993, IP = '127.0.11.1'
const points = { port: PORT,
    variables: Array.from({ length: N }, (_, i) => `<Variable name="v${i}" type="BOOL" access="readWrite" bacnetVisible="true" initial="0" alarmPoint="A" notificationClass="C"/>`).join('\n'),
    classes: `<NotificationClass name="C" instance="1" toOffnormal="100" toFault="100" toNormal="100" ackRequired="toOffnormal">
        <Recipient network="0" mac="${mac('127.0.11.2', PORT)}" processId="1" confirmed="true"/></NotificationClass>` }
compile(bacc, dir, 'f', project(points))
let server = new Server(bacrt, dir, `${dir}/f.bin`, IP, { fileMax: 600 })
const fail = async (text) => { console.log(text); await server.kill(); process.exit(1) }
const me = await new Receiver('127.0.11.2', PORT).open()
await server.start()
const storage = async () => (await server.ask({ op: 'status' })).result.storage
for (let round = 1; round <= ROUNDS; round++) {
    await server.ask({ op: 'set', values: Object.fromEntries(Array.from({ length: N }, (_, i) => [`v${i}`, round % 2])) })
    if (!(await until(() => me.got.length >= N * round))) await fail(`round ${round}: ${me.got.length} of ${N * round} told; ${JSON.stringify(await storage())}`)
}
const was = await storage()
if (was.state === 'ok' || !was.refused) await fail(`the disk was not full: ${JSON.stringify(was)}`)
await sleep(200)
if (times(me.got).size !== N * ROUNDS || me.got.length !== N * ROUNDS) await fail('not each once')
if ((await server.ask({ op: 'ack', names: ['v3'] })).result?.count !== 1) await fail('v3 cannot be acknowledged')
console.log(`${me.got.length} told with a full disk, ${was.refused} puts refused`)
// room again: the limit of the running process is lifted
const { execFileSync } = await import('node:child_process')
execFileSync('prlimit', ['--pid', String(server.child.pid), '--fsize=unlimited'])
if (!(await until(async () => (await storage()).state === 'ok' && (await storage()).queued === 0, 10000))) await fail(`not well again: ${JSON.stringify(await storage())}`)
await sleep(1500)
const word = (a) => `${a.name} ${a.state} ${a.eventState} ${a.since} ${a.unacknowledged} ${a.text}`
const before = (await server.alarms(true)).map(word)
await server.kill()
server = new Server(bacrt, dir, `${dir}/f.bin`, IP)
await server.start()
const after = (await server.alarms(true)).map(word), wrong = before.filter((a, i) => a !== after[i])
if (before.length !== N || wrong.length) await fail(`${wrong.length} of ${before.length} are not as they were: ${wrong[0]}; ${after[before.indexOf(wrong[0])]}`)
if (before.filter((a) => a.includes('to-offnormal')).length !== N - 1) await fail('acknowledgements are not as they were')
await server.kill('SIGTERM')
process.exit(0)
