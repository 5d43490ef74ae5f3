// Eight times as many things of one kind take the compiler about eight times as long: each kind of thing that a
// project may have by the ten thousand, and that something else refers to or that is to be told apart.
//     node tests/linear.mjs BACC SPENT DIRECTORY
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'

const [bacc, spent, dir] = process.argv.slice(2)
const FEW = 1500, TIMES = 8, MOST = 2             // quadratic would be 8 times what is linear
const shown = 'bacnetVisible="true" bacnetDevice="Main"'
const virtual = '<Port id="2" network="2" type="Virtual"/>'
const alarm = '<AlarmPoints><AlarmPoint name="A" kind="limits" high="5" low="1"/></AlarmPoints>'
const real = i => `<Variable name="V${i}" type="REAL" ${shown}/>`
const far = i => `<Variable name="V${i}" type="REAL" bacnetVisible="true" bacnetDevice="D${i}"/>`
const device = (i, inner = '') => `<Device name="D${i}" instance="${i + 2000}" port="2">${inner}</Device>`
const schedule = i => `<Variable name="S${i}" type="SCHEDULE_REAL"/>`

// What each thing adds: before the variables, among them, in the device, behind it, as a file. `ports`: besides the
// first.
const kinds = {
    calendars: { inside: i => `<Calendar name="C${i}"><Date on="2026-12-24"/></Calendar>` },
    schedules: { variables: i => schedule(i) + real(i), inside: i => `<Schedule variable="S${i}"><Target variable="V${i}"/></Schedule>` },
    'targets by number': { ports: virtual, variables: i => schedule(i) + far(i), behind: device,
                           inside: i => `<Schedule variable="S${i}"><Target device="${i + 2000}" object="AV,0"/></Schedule>` },
    classes: { before: () => '', first: alarm, variables: i => `<Variable name="V${i}" type="REAL" ${shown} alarmPoint="A" notificationClass="N${i}"/>`,
               inside: i => `<NotificationClass name="N${i}"><Recipient broadcast="local" processId="1"/></NotificationClass>` },
    'logs of other devices': { ports: virtual, variables: far, behind: device,
                               inside: i => `<TrendLog variable="V${i}" interval="5min"/>` },
    'logs of schedules': { variables: schedule, inside: i => `<Schedule variable="S${i}"/><TrendLog variable="S${i}" interval="5min"/>` },
    'rows of one variable': { ports: virtual, behind: i => device(i, '<Object variable="T"/>') },
    recipients: { first: alarm, variables: i => i ? '' : `<Variable name="V" type="REAL" ${shown} alarmPoint="A" notificationClass="N"/>`,
                  inside: i => `${i % 500 ? '' : `${i ? '</NotificationClass>' : ''}<NotificationClass name="N${i || ''}">`}<Recipient device="${i}" processId="1"/>`,
                  close: '</NotificationClass>' },
    uses: { first: `<Template name="X"><Variable name="\${name}" type="REAL" ${shown}/></Template>`, before: i => `<Use template="X" name="U${i}"/>` },
    'uses of two devices': { ports: virtual, behind: i => i ? '' : device(0),
                             first: '<Template name="X"><Variable name="${name}" type="SCHEDULE_REAL"/><Schedule variable="${name}"/></Template>',
                             before: i => `<Use template="X" name="U${i}" device="${i % 2 ? 'Main' : 'D0'}"/>` },
    'state texts': { before: i => `<StateTexts name="X${i}"><State value="0">a${i}</State><State value="1">b${i}</State></StateTexts>`,
                     variables: i => `<Variable name="V${i}" type="INT" stateTexts="X${i}" ${shown}/>` },
    'alarm points': { before: i => `<AlarmPoints><AlarmPoint name="A${i}" kind="limits" high="${i + 2}" low="1"/></AlarmPoints>`,
                      variables: i => `<Variable name="V${i}" type="REAL" ${shown} alarmPoint="A${i}"/>` },
    'sources that are lost': { first: '<AlarmPoints><AlarmPoint name="A" kind="states" alarmStates="1"/></AlarmPoints>',
                               before: i => `<Sources><Mqtt id="m${i}" url="mqtt://127.0.0.1:1883" alarmPoint="A"/></Sources>`,
                               variables: i => `<Variable name="V${i}" type="REAL" ${shown}><Bind source="m${i}" read="a/${i}"/></Variable>` },
    'included files': { before: i => `<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="part${i}.xml"/>`,
                        file: i => `<Variables xmlns="urn:bacc:project:1">${real(i)}</Variables>` },
    'given numbers': { variables: i => `<Variable name="V${i}" type="REAL"/>`,
                       inside: i => `<Object variable="V${i}" instance="${i * 7919 % 4194302}"/>` },
}

function project(kind, n) {
    const all = one => one ? Array.from({ length: n }, (_, i) => one(i)).join('\n') : ''
    return `<?xml version="1.0" encoding="UTF-8"?>
<Project xmlns="urn:bacc:project:1" name="Many" guid="5e0c2a6e-52a2-4a0e-9a0b-3b9d6f5f2c7b">
${kind.first ?? ''}${all(kind.before)}
<Variables><Variable name="T" type="REAL" ${shown}/>${all(kind.variables)}</Variables>
<Plc name="Many"><Channel name="B"><Port id="1" network="1" type="IPv4"/>${kind.ports ?? ''}
<Device name="Main" instance="1" port="1">${all(kind.inside)}${kind.close ?? ''}</Device>${all(kind.behind)}
</Channel></Plc></Project>
`
}

// CPU milliseconds: the least of three, each with its numbers given anew and then kept.
function cost(name, n) {
    const xml = `${dir}/many.xml`, least = [Infinity, Infinity]
    writeFileSync(xml, project(kinds[name], n))
    for (let i = 0; kinds[name].file && i < n; i++) writeFileSync(`${dir}/part${i}.xml`, kinds[name].file(i))
    for (let run = 0; run < 3; run++) {
        rmSync(`${dir}/many.bacids`, { force: true })
        for (let again = 0; again < 2; again++) {
            const r = spawnSync(spent, [bacc, 'compile', '-q', '-W', 'no-no-recipients', xml], { encoding: 'utf8' })
            const cpu = Number(r.stdout.trim().split(/\s+/)[1])
            if (r.status !== 0 || !cpu || r.stderr) throw new Error(`${name}: ${r.stderr.slice(0, 500)}${r.stdout}`)
            least[again] = Math.min(least[again], cpu)
        }
    }
    return least
}

mkdirSync(dir, { recursive: true })
let failed = 0
for (const name of Object.keys(kinds)) {
    const few = cost(name, FEW), many = cost(name, FEW * TIMES)
    const times = many.map((m, i) => m / few[i] / TIMES)
    console.log(`${name}: ${few.join(' ')} ms, ${many.join(' ')} ms: ${times.map(t => t.toFixed(2)).join(' ')}`)
    failed += times.some(t => t > MOST)
}
process.exit(failed ? 1 : 0)
