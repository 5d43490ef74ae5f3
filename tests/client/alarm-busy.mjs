// Recipients that answer, but take nothing: one that has no room for a while gets it all the same, each object's in
// order, and soon; one that does not know what it is told is told once, and that is counted.
//     node alarm-busy.mjs BACC BACRT DIRECTORY
import { compile, mac, project, Receiver, Server, sleep, until } from './alarm-lib.mjs'

const [bacc, bacrt, dir] = process.argv.slice(2)
const PORT = 47989, IP = '127.0.28.1', N = 12
const to = (ip, process) => `<Recipient network="0" mac="${mac(ip, PORT)}" processId="${process}" confirmed="true"/>`
compile(bacc, dir, 'b', project({
    port: PORT,
    variables: Array.from({ length: N }, (_, i) => `<Variable name="v${i}" type="BOOL" access="readWrite" bacnetVisible="true" initial="0" alarmPoint="A" notificationClass="C"/>`).join(''),
    classes: `<NotificationClass name="C" instance="1" toOffnormal="100" toFault="100" toNormal="100">${to('127.0.28.2', 1)}${to('127.0.28.3', 2)}</NotificationClass>`,
}))
const server = new Server(bacrt, dir, `${dir}/b.bin`, IP)
const fail = async (text) => { console.log(text); await server.kill(); process.exit(1) }
await server.start()
const busy = await new Receiver('127.0.28.2', PORT).open(), well = await new Receiver('127.0.28.3', PORT).open()
const set = (v) => server.ask({ op: 'set', values: Object.fromEntries(Array.from({ length: N }, (_, i) => [`v${i}`, v])) })
const counted = async () => (await server.ask({ op: 'alarms' })).result
// Abort out-of-resources, preempted, time exceeded, TSM-timeout; Reject buffer-overflow; Error device, configuration-in-progress
const forms = [(i) => [0x71, i, 9], (i) => [0x71, i, 3], (i) => [0x71, i, 8], (i) => [0x71, i, 10], (i) => [0x60, i, 1], (i) => [0x50, i, 2, 0x91, 0, 0x91, 2]]
for (const [k, form] of forms.entries()) {
    const value = (k + 1) % 2
    let refused = 0
    busy.refuse = (i) => refused < 3 && ++refused && form(i)
    busy.got.length = well.got.length = 0
    await set(value)
    if (!await until(() => busy.got.length >= N && well.got.length >= N, 12000)) await fail(`${form(0)}: ${busy.got.length} and ${well.got.length} of ${N} told, ${refused} refused`)
    if (well.got.at(-1).at - well.got[0].at > 900) await fail('the other one had to wait')
}
// one of them alone: the others are told, and that one when there is room
busy.refuse = (i, n) => n.text === 'v0' && forms[0](i)
busy.got.length = 0
await set(1)
if (!await until(() => busy.got.length === N - 1)) await fail(`one refused: ${busy.got.length} told`)
busy.refuse = null
if (!await until(() => busy.got.length === N)) await fail('the refused one is not told')
if ((await counted()).undelivered) await fail('given up')
// Reject unrecognized-service: not asked again
let asked = 0
busy.refuse = (i) => ++asked && [0x60, i, 9]
await set(0)
if (!await until(async () => (await counted()).undelivered === N)) await fail(`refused for good: ${(await counted()).undelivered} given up`)
await sleep(1500)
if (asked !== N) await fail(`${N} refused for good, asked ${asked} times`)
await server.kill('SIGTERM')
process.exit(0)
