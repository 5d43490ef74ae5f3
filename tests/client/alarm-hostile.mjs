// An unfriendly client: acknowledgements that are cut, wrong, repeated, from nobody, with sources that are no
// text or move cursors; filters that match nothing; notifications at the server. What is right still holds
// afterwards, and the history can be read.
//     node alarm-hostile.mjs BACC BACRT DIRECTORY
import { execFileSync } from 'node:child_process'
import { compile, mac, project, Receiver, Server, sleep, until } from './alarm-lib.mjs'

const [bacc, bacrt, dir] = process.argv.slice(2)
const N = 300, PORT = 47992, IP = '127.0.12.1'
compile(bacc, dir, 'h', project({ port: PORT,
    variables: Array.from({ length: N }, (_, i) => `<Variable name="v${i}" type="BOOL" access="readWrite" bacnetVisible="true" initial="0" alarmPoint="A" notificationClass="C"/>`).join('\n'),
    classes: `<NotificationClass name="C" instance="1" toOffnormal="100" toFault="100" toNormal="100" ackRequired="toOffnormal toNormal">
        <Recipient network="0" mac="${mac('127.0.12.2', PORT)}" processId="1" confirmed="true"/></NotificationClass>` }))
const server = new Server(bacrt, dir, `${dir}/h.bin`, IP)
const fail = async (text) => { console.log(text); await server.kill(); process.exit(1) }
const check = async (ok, text) => ok || fail(text)
await server.start()
const me = await new Receiver('127.0.12.2', PORT).open()
const ask = async (service, body) => (await me.request(IP, PORT, service, body)).toString('hex')
await server.ask({ op: 'set', values: Object.fromEntries(Array.from({ length: N }, (_, i) => [`v${i}`, 1])) })
await check(await until(() => me.got.length === N), `${me.got.length} told`)
const alarm = (i) => me.got.find((n) => n.text === `v${i}`)
const octets = (v) => [v >>> 24, (v >> 16) & 255, (v >> 8) & 255, v & 255]
const text = (b, charset = 0) => [0x4d, ...(b.length + 1 < 254 ? [b.length + 1] : [254, (b.length + 1) >> 8, (b.length + 1) & 255]), charset, ...b]
const acknowledge = (a, { object = a.object, state = a.to, stamp = [...a.raw], source = text([65]), process = 1 } = {}) =>
    [0x09, process, 0x1c, ...octets(object), 0x29, state, 0x3e, ...stamp, 0x3f, ...source, 0x5e, ...a.raw, 0x5f]
const again = async (text) => check((await server.alarms()).every((a) => a.unacknowledged.join() === 'to-offnormal'), text)

// --- cut anywhere, with more behind, every octet turned over: never taken, never quiet ---
const good = acknowledge(alarm(0))
for (let n = 0; n < good.length; n++) {
    const a = await ask(0, good.slice(0, n))
    await check(a.startsWith('60'), `cut at ${n}: ${a}`)
}
await check((await ask(0, [...good, 0x2c])).startsWith('60'), 'something behind it')
await again('something was acknowledged')
for (let n = 0; n < good.length; n++) {
    if (n === 6) continue                               // another object, that went off in the same instant
    const bad = [...good]
    bad[n] ^= 0xff
    const a = await ask(0, bad)
    // the process, the source and the time of the acknowledgement are anybody's: those octets may be anything
    if (a.startsWith('20')) await check(n === 1 || n > 23, `octet ${n} turned over was taken`)
    if (a.startsWith('20')) {
        const offnormal = () => me.got.filter((m) => m.text === 'v0' && m.to === 2 && m.notify === 0).length, before = offnormal()
        await server.ask({ op: 'set', values: { v0: 0 } })
        await server.ask({ op: 'set', values: { v0: 1 } })
        await until(() => offnormal() > before)
        me.got = me.got.filter((m) => m.text !== 'v0' || m === me.got.filter((x) => x.text === 'v0' && x.to === 2 && x.notify === 0).at(-1))
        good.splice(0, good.length, ...acknowledge(alarm(0)))
    }
}
// --- wrong ---
const v1 = alarm(1)
const wrong = [['another state', { state: 0 }, '05004980'], ['a state that is none', { state: 99 }, '0591059149'], ['a sequence number', { stamp: [0x19, 5] }, '910e'],
    ['a time alone', { stamp: [0x0c, ...v1.raw.subarray(7, 11)] }, '910e'], ['no such object', { object: 5 * 4194304 + 77777 }, '911f'], ['no alarms there', { object: 15 * 4194304 + 1 }, '914a'],
    ['another time', { stamp: [...v1.raw.subarray(0, 10), (v1.raw[10] + 1) % 100, 0x2f] }, '910e']]
for (const [what, over, error] of wrong) {
    const a = await ask(0, acknowledge(v1, over))
    await check(a.startsWith('50') && (what === 'another state' || a.endsWith(error) || a.endsWith(error.slice(-4))), `${what}: ${a}`)
}
await check((await server.alarms()).find((a) => a.name === 'v1').unacknowledged.join() === 'to-offnormal', 'v1 was acknowledged')
// --- odd sources: taken, kept as text ---
const sources = [[0xff, 0xfe, 0x00, 0x22, 0x5c, 0x0a], [...Buffer.from('\x1b[2J\x1b]0;x\x07\u009b31m')], Array(1300).fill(0x41), [...Buffer.from('ž'.repeat(400))], []]
for (let i = 0; i < sources.length; i++)
    await check((await ask(0, acknowledge(alarm(2 + i), { source: text(sources[i]) }))).startsWith('20'), `source ${i}`)
await check((await ask(0, acknowledge(alarm(9), { source: text([0, 65], 4) }))).startsWith('20'), 'a source in UCS-2')
await check((await ask(0, acknowledge(alarm(2), { source: text([65]) }))).startsWith('20'), 'acknowledged twice')
const shown = execFileSync(bacrt, ['events', '--kind', 'ack', '--control', `${dir}/state/control`])
await check(!/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/.test(shown.toString()), 'control characters on a terminal')
const acks = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(execFileSync(bacrt, ['events', '--kind', 'ack', '--json', '--limit', '1000', '--control', `${dir}/state/control`]))).events
await check(acks.filter((e) => e.name === 'v2').length === 1, 'acknowledged twice, in the history once')
await check(acks.every((e) => (e.source ?? '').length <= 260), 'a source without end')
JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(execFileSync(bacrt, ['audit', '--kind', 'ack', '--json', '--control', `${dir}/state/control`])))
// --- questions ---
for (const [service, body, want] of [[29, [0x0c, 0xff, 0xff, 0xff, 0xff], '30'], [29, [0x0c, 0, 0], '60'], [29, [0x1c, 0, 0, 0, 0], '60'], [4, [], '60'], [4, [0x09, 9], '60'],
    [4, [0x09, 0, 0x4e, 0x09, 200, 0x19, 100, 0x4f], '60'], [4, [0x09, 0, 0x29, 77], '60'], [4, [0x09, 0, 0x39, 77], '30'], [4, [0x09, 0, 0x59, 77], '30'], [3, [0x09, 0], '60'],
    [2, [0x09, 1], '60'], [2, [...me.got[0].raw], '60']]) {
    const a = await ask(service, body)
    await check(a.startsWith(want), `service ${service} ${Buffer.from(body).toString('hex')}: ${a}`)
}
// --- and now somebody who means well ---
me.got.length = 0
await check((await ask(0, acknowledge(v1, { process: 99 }))).startsWith('20'), 'a good one')
await check(await until(() => me.got.some((n) => n.notify === 2 && n.object === v1.object)), 'no ACK_NOTIFICATION')
await sleep(200)
await check(me.got.filter((n) => n.notify === 2).length === 1, 'one ACK_NOTIFICATION')
console.log('an unfriendly client got nowhere')
await server.kill('SIGTERM')
process.exit(0)
