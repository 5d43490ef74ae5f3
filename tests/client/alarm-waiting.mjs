// Notifications that wait for a recipient which is away, over a kill -9 or while the image is taken anew: what an
// object said before comes before what it says then, and nothing is lost where its recipient's entry or its class is
// another one since, in the image or by an operator.
//     node alarm-waiting.mjs BACC BACRT DIRECTORY
import fs from 'node:fs'
import { compile, mac, project, Receiver, Server, sleep, until } from './alarm-lib.mjs'

const [bacc, bacrt, dir] = process.argv.slice(2)
const PORT = 47990, IP = '127.0.21.1', AWAY = '127.0.21.2', THERE = '127.0.21.3'
const server = new Server(bacrt, dir, `${dir}/run.bin`, IP)
const fail = async (text) => { console.log(text); await server.kill(); process.exit(1) }
const point = (name, type, more) => `<Variable name="${name}" type="${type}" access="readWrite" bacnetVisible="true" ${more}/>`
// limit: of "real"; away: of the entry of who is away
function image(name, { limit = 50, away = 'processId="1"', cls = 'name="C" instance="1"' } = {}) {
    const to = (ip, more) => `<Recipient network="0" mac="${mac(ip, PORT)}" ${more}/>`
    const own = /name="(\w+)"/.exec(cls)[1]
    compile(bacc, dir, name, project({
        port: PORT,
        variables: point('bool', 'BOOL', `initial="0" alarmPoint="A" notificationClass="${own}"`) +
            point('real', 'REAL', `initial="20" retain="true" alarmPoint="L" notificationClass="${own}"`),
        classes: `<NotificationClass ${cls} toOffnormal="100" toFault="100" toNormal="100">${to(AWAY, `confirmed="true" ${away}`)}${to(THERE, 'processId="9"')}</NotificationClass>`,
        more: `<AlarmPoint name="L" kind="limits" high="${limit}" low="5" deadband="0" delay="0s" text="{name}"/>`,
    }))
}
const said = (r) => r.got.map((n) => `${n.text}:${n.process}:${n.from}>${n.to}`)
const same = (list, want) => want.every((w) => list.filter((x) => x === w).length === 1) && list.length === want.length

// Both points have an alarm that AWAY does not hear; then `how` with image `then`, and AWAY is there.
async function trial(text, how, then, want, first) {
    fs.rmSync(`${dir}/state`, { recursive: true, force: true })
    fs.copyFileSync(`${dir}/as-it-was.bin`, `${dir}/run.bin`)
    await server.start()
    const there = await new Receiver(THERE, PORT).open()
    await server.ask({ op: 'set', values: { bool: 1, real: 60 } })
    if (!await until(() => there.got.length === 2)) await fail(`${text}: ${said(there)} told to who is there`)
    await sleep(1500)                                   // so that its marks are stored
    fs.copyFileSync(`${dir}/${then}.bin`, `${dir}/run.bin`)
    const kept = how === 'import' && (await server.ask({ op: 'state-export' })).result.values
    if (how !== 'reload') await server.kill()
    if (how === 'import') fs.rmSync(`${dir}/state`, { recursive: true })
    const away = await new Receiver(AWAY, PORT).open()
    if (how !== 'reload') await server.start()
    if (how === 'import' && !(await server.ask({ op: 'state-import', values: kept })).ok) await fail(`${text}: not imported`)
    if (how === 'reload' && !(await server.ask({ op: 'reload' })).ok) await fail(`${text}: not reloaded`)
    await until(() => away.got.length >= want.length)
    await sleep(200)
    const got = said(away)
    console.log(`${text}: ${got.join(' ')}`)
    if (!same(got, want)) await fail(`instead of ${want.join(' ')}`)
    if (first && got.indexOf(first[0]) > got.indexOf(first[1])) await fail(`${first[1]} before ${first[0]}`)
    const twice = said(there).filter((x) => x.endsWith('0>2') || x.endsWith('0>3'))
    if (how === 'reload' && twice.length !== 2) await fail(`who was there was told ${twice.join(' ')}`)
    for (const r of [away, there]) r.close()
    await server.kill()
}
const ALARMS = (process) => [`bool:${process}:0>2`, `real:${process}:0>3`]

image('as-it-was')
image('wider', { limit: 100 })
await trial('a restart with an alarm that has gone', 'restart', 'as-it-was', [...ALARMS(1), 'bool:1:2>0'], ['bool:1:0>2', 'bool:1:2>0'])
await trial('another machine that goes on with the state', 'import', 'as-it-was', [...ALARMS(1), 'bool:1:2>0'], ['bool:1:0>2', 'bool:1:2>0'])
await trial('a reload that ends an alarm', 'reload', 'wider', [...ALARMS(1), 'real:1:3>0'], ['real:1:0>3', 'real:1:3>0'])

image('process', { away: 'processId="2"' })
image('hours', { away: 'processId="1" from="00:00" to="23:59:59"' })
image('class', { cls: 'name="D" instance="7"' })
for (const [then, process] of [['process', 2], ['hours', 1], ['class', 1]]) {
    await trial(`a reload with another ${then}`, 'reload', then, ALARMS(process))
    await trial(`a restart with another ${then}`, 'restart', then, [...ALARMS(process), `bool:${process}:2>0`])
}
// an operator gives who is away another process id: what was tried before waits on, too, and comes first
fs.rmSync(`${dir}/state`, { recursive: true, force: true })
fs.copyFileSync(`${dir}/as-it-was.bin`, `${dir}/run.bin`)
await server.start()
const deaf = await new Receiver(AWAY, PORT, { mute: true }).open()
await server.ask({ op: 'set', values: { bool: 1 } })
if (!await until(() => deaf.got.length === 4)) await fail(`tried ${deaf.got.length} times`)
deaf.close()
await sleep(4500)                                       // the last retry is over, too
const added = await server.ask({ op: 'recipients', action: 'add', recipient: { mac: mac(AWAY, PORT), network: 0, processId: 5, confirmed: true } })
if (!added.ok) await fail(JSON.stringify(added))
const away = await new Receiver(AWAY, PORT).open()
await server.ask({ op: 'set', values: { real: 60 } })
await until(() => away.got.length >= 2)
await sleep(200)
console.log(`another entry: ${said(away).join(' ')}`)
if (said(away).join() !== 'bool:1:0>2,real:5:0>3') await fail('instead of what waited, and what is new')
await server.kill()
process.exit(0)
