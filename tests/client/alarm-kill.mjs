// kill -9 while alarms are told: afterwards every transition and every acknowledgement that the history
// holds has reached both receivers, and nothing else has; states and acknowledgements are as the history
// says; what was told twice is no more than can have been under way (NOTIFY_UNMARKED for each recipient).
// The same while the image is taken anew.
//     node alarm-kill.mjs BACC BACRT DIRECTORY [KILLS]
import { byPosition, bySequence, byTime, compile, mac, project, readEventLog, Receiver, Server, sleep, times, until, word } from './alarm-lib.mjs'

const [bacc, bacrt, dir, kills = '6'] = process.argv.slice(2)
const N = 300, PORT = 47995, UNMARKED = 64, STATES = { normal: 0, fault: 1, offnormal: 2 }
const server = new Server(bacrt, dir, `${dir}/kill.bin`, '127.0.7.1')
const fail = async (text) => { console.log(text); await server.kill(); process.exit(1) }
const to = (ip, more) => `<Recipient network="0" mac="${mac(ip, PORT)}" ${more}/>`
compile(bacc, dir, 'kill', project({
    port: PORT,
    variables: Array.from({ length: N }, (_, i) => `<Variable name="v${i}" type="BOOL" access="readWrite" bacnetVisible="true" retain="true" initial="0" alarmPoint="A" notificationClass="C"/>`).join('\n'),
    classes: `<NotificationClass name="C" instance="1" toOffnormal="100" toFault="100" toNormal="100" ackRequired="toOffnormal toNormal">
        ${to('127.0.7.2', 'processId="1"')}${to('127.0.7.3', 'processId="2" confirmed="true"')}</NotificationClass>`,
}))
const plain = await new Receiver('127.0.7.2', PORT).open(), sure = await new Receiver('127.0.7.3', PORT).open()

let random = 12345                                      // the same run every time
const dice = (n) => {
    random = (Math.imul(random, 1664525) + 1013904223) >>> 0
    return Math.floor(random / 2 ** 32 * n)
}
async function load(stop) {                             // points go off and back, some are acknowledged
    while (!stop.now) {
        const values = {}, names = []
        for (let i = 0; i < 40; i++) values[`v${dice(N)}`] = dice(2)
        for (let i = 0; i < 10; i++) names.push(`v${dice(N)}`)
        void server.ask({ op: 'set', values })
        void server.ask({ op: 'ack', names })
        await sleep(15)
    }
}
const said = (e) => `${(e.object.startsWith('binary-value') ? 5 : 3) * 4194304 + Number(e.object.split(',')[1])}:${e.time.slice(0, 22)}:${e.kind}:${STATES[e.to]}`

let deaths = 0
for (; deaths < Number(kills); deaths++) {
    await server.start()
    const stop = { now: false }, busy = load(stop)
    await sleep(120 + dice(300))
    if (deaths % 2) void server.ask({ op: 'reload' })   // the image is taken anew meanwhile: nothing is lost by that either
    await sleep(dice(300))
    stop.now = true
    await server.kill()
    await busy
}
await server.start()
// What went off or back just before the last kill is found after the start, when what was owed has been told.
let history = await server.history(), before
do {
    before = history.length
    await sleep(1000)
    history = await server.history()
} while (history.length !== before)
const words = new Set(history.map(said))
const whole = (r) => { const seen = new Set(r.got.map(word)); return [...words].every((w) => seen.has(w)) }
await until(() => whole(plain) && whole(sure), 20000)
await sleep(500)
for (const [name, r] of [['unconfirmed', plain], ['confirmed', sure]]) {
    const seen = times(r.got)
    const lost = [...words].filter((w) => !seen.has(w)), never = [...seen.keys()].filter((w) => !words.has(w))
    const again = r.got.length - seen.size
    console.log(`${name}: ${words.size} in the history, ${seen.size} told, ${again} told again in ${deaths} kills, ${lost.length} forgotten, ${never.length} that never were`)
    if (lost.length || never.length) await fail([...lost, ...never].slice(0, 5).join('\n'))
    if (again > (deaths + deaths / 2) * UNMARKED) await fail('more told again than can have been under way')
}
// As the history says: the newest transition is the state, what was acknowledged since then is.
const last = {}, bits = { offnormal: 'to-offnormal', normal: 'to-normal', fault: 'to-fault' }
for (const e of history) {
    const o = last[e.name] ??= { state: 'normal', open: new Set() }
    if (e.kind === 'transition') { o.state = e.to; o.open.add(bits[e.to]) } else if (e.kind === 'ack') o.open.delete(bits[e.to])
}
let compared = 0
for (const a of await server.alarms(true)) {
    const o = last[a.name] ?? { state: 'normal', open: new Set() }
    compared++
    if (a.eventState !== o.state || [...a.unacknowledged].sort().join() !== [...o.open].sort().join())
        await fail(`${a.name}: ${a.eventState} [${a.unacknowledged}], by the history ${o.state} [${[...o.open]}]`)
}
// The Event Log has them all, in order, each once, whatever was killed when; read in pieces by sequence number.
const log = []
for (let at = (await readEventLog(plain, server.ip, PORT, byTime([0xa4, 0, 1, 1, 1, 0xb4, 0, 0, 0, 0], 1))).first; ;) {
    const r = await readEventLog(plain, server.ip, PORT, bySequence(at, 20))
    if (r.error) await fail(`the event log: ${r.error}`)
    if (r.first !== at && r.records.length) await fail(`the event log: sequence ${r.first} instead of ${at}`)
    log.push(...r.records)
    at += r.records.length
    if (!r.records.length || r.flags & 0x40) break
}
const logged = log.filter((r) => r.notification).map((r) => word(r.notification)), newest = history.filter((e) => e.kind !== 'reset').map(said)
console.log(`event log: ${log.length} records, ${logged.length} notifications, ${log.filter((r) => r.status).length} of its own state`)
if (JSON.stringify(logged) !== JSON.stringify(newest.slice(-logged.length)) || (log.length < 10000 && logged.length !== newest.length)) {
    const i = logged.findIndex((w, k) => w !== newest.slice(-logged.length)[k])
    await fail(`the event log is not the history: at ${i} of ${logged.length} (${newest.length}): ${logged[i]} ${newest.slice(-logged.length)[i]}`)
}
if (log.some((r) => r.notification && (r.notification.process !== 0 || r.notification.device !== 8 * 4194304 + 4001))) await fail('a record of another process or device')
// by time: those after the one in the middle, and none that are older; by position from the end
const middle = log[Math.floor(log.length / 2)], later = log.filter((r) => Buffer.compare(Buffer.from(r.stamp), Buffer.from(middle.stamp)) > 0)
const timed = await readEventLog(plain, server.ip, PORT, byTime([...middle.raw], 5))
if (JSON.stringify(timed.records.map((r) => r.stamp)) !== JSON.stringify(later.slice(0, timed.count).map((r) => r.stamp)) || !timed.count) await fail(`by time: ${timed.error ?? timed.count}`)
const back = await readEventLog(plain, server.ip, PORT, byPosition(log.length, -3))
if (back.count !== 3 || JSON.stringify(back.records.map((r) => r.stamp)) !== JSON.stringify(log.slice(-3).map((r) => r.stamp))) await fail(`the last three: ${back.error ?? back.count}`)
if (compared !== N) await fail(`${compared} points`)
await server.kill('SIGTERM')
process.exit(0)
