// The projects of the conformance worlds; node worlds.mjs DIRECTORY writes them.
import fs from 'node:fs'

// Worlds whose projects name their own port; the others have any.
export const ports = { bbmd: 47913, foreign: 47914 }

const variable = (name, attrs) => `    <Variable name="${name}" ${attrs}/>\n`
const project = (name, variables, channel) => `<?xml version="1.0" encoding="UTF-8"?>
<Project xmlns="urn:bacc:project:1" name="${name}" guid="5e0c2a6e-52a2-4a0e-9a0b-3b9d6f5f2c02">
  <StateTexts name="OffOn"><State value="0">Off</State><State value="1">On</State></StateTexts>
  <Variables>
${variables}  </Variables>
  <Plc name="PLC"><Channel name="BACnet" protocol="BACnetServer" link="UDP">
${channel}
  </Channel></Plc>
</Project>
`
const on = (device) => `bacnetVisible="true" bacnetDevice="${device}"`
const few = (device) => variable(`${device}_AV`, `type="REAL" unit="°C" access="readWrite" initial="21" ${on(device)}`) +
    variable(`${device}_AI`, `type="REAL" unit="°C" access="read" initial="1.5" ${on(device)}`) +
    variable(`${device}_AO`, `type="REAL" unit="%" access="output" initial="0" ${on(device)}`)
let many = few('Main') + variable('Main_BV', `type="BOOL" stateTexts="OffOn" access="readWrite" initial="false" ${on('Main')}`)
for (let i = 1; i < 2500; i++) many += variable(`V${String(i).padStart(4, '0')}`, `type="REAL" unit="°C" access="readWrite" initial="${i % 30}" ${on('Main')}`)
const port = '    <Port id="1" type="IPv4"/>'
const device = (name, instance, p) => `    <Device name="${name}" instance="${instance}" port="${p}" managementPassword="test" timeSync="offset"/>`

let virtual = ''
let crowd = '    <Port id="1" network="1" type="IPv4"/><Port id="2" network="2001" type="Virtual"/>\n' + device('Main', 1001, 1)
let crowdVariables = few('Main')
for (let i = 1; i <= 1000; i++) {
    crowd += `\n${device(`D${i}`, 20000 + i, 2)}`
    crowdVariables += variable(`D${i}_T`, `type="REAL" unit="°C" access="read" initial="${i % 50}" ${on(`D${i}`)}`)
}
for (const [n, i, p] of [['Main', 1001, 1], ['D3', 1003, 2], ['D4', 1004, 2], ['D5', 1005, 3]]) virtual += `${device(n, i, p)}\n`
// One object of every type and make.
const kinds = `<?xml version="1.0" encoding="UTF-8"?>
<Project xmlns="urn:bacc:project:1" name="Kinds" guid="5e0c2a6e-52a2-4a0e-9a0b-3b9d6f5f2c03">
  <StateTexts name="OffOn"><State value="0">Off</State><State value="1">On</State></StateTexts>
  <StateTexts name="Speed"><State value="1">Off</State><State value="2">Low</State><State value="3">High</State></StateTexts>
  <AlarmPoints>
    <AlarmPoint name="Limits" kind="limits" high="80" low="10" faultHigh="150" faultLow="-50" deadband="2" delay="1s"/>
    <AlarmPoint name="Plain" kind="limits" high="80" low="10" deadband="2" delay="1s"/>
    <AlarmPoint name="On" kind="states" alarmStates="On" delay="1s"/>
    <AlarmPoint name="High" kind="states" alarmStates="High" faultStates="Low" delay="1s"/>
    <AlarmPoint name="Runs" kind="feedback" feedback="bv1" delay="1s"/>
    <AlarmPoint name="Turns" kind="feedback" feedback="mv1" delay="1s"/>
  </AlarmPoints>
  <Variables>
${[['ai1', 'REAL" unit="°C" access="read" low="-40" high="120" initial="20" alarmPoint="Limits'], ['ai2', 'REAL" unit="°C" access="read" initial="20'],
        ['ao1', 'REAL" unit="%" access="output" low="0" high="100" initial="20" alarmPoint="Plain'], ['ao2', 'REAL" unit="%" access="output" initial="20'],
        ['av1', 'REAL" unit="%" low="0" high="100" initial="20" alarmPoint="Limits'], ['av2', 'REAL" unit="%" commandable="true" initial="20'], ['av3', 'REAL" unit="%" initial="20'],
        ['bi1', 'BOOL" stateTexts="OffOn" access="read" alarmPoint="On'], ['bi2', 'BOOL" access="read" counters="true'],
        ['bo1', 'BOOL" stateTexts="OffOn" access="output" alarmPoint="Runs'], ['bo2', 'BOOL" access="output" counters="true" minimumOnTime="0s" minimumOffTime="0s'],
        ['bv1', 'BOOL" stateTexts="OffOn'], ['bv2', 'BOOL" stateTexts="OffOn" commandable="true" alarmPoint="On'],
        ['mi1', 'INT" stateTexts="Speed" access="read" initial="1" alarmPoint="High'], ['mi2', 'INT" stateTexts="Speed" access="read" initial="1'],
        ['mo1', 'INT" stateTexts="Speed" access="output" initial="1" alarmPoint="Turns'], ['mo2', 'INT" stateTexts="Speed" access="output" initial="1'],
        ['mv1', 'INT" stateTexts="Speed" initial="1" alarmPoint="High'], ['mv2', 'INT" stateTexts="Speed" commandable="true" initial="1'],
        ['sb', 'SCHEDULE_BOOL'], ['si', 'SCHEDULE_INT'], ['sr', 'SCHEDULE_REAL']]
        .map(([name, rest]) => `    <Variable name="${name}" type="${rest}" bacnetVisible="true" description="${name}"/>\n`).join('')}  </Variables>
  <Plc name="PLC"><Channel name="BACnet">
    <Port id="1" network="1" type="IPv4"><Bbmd><Peer address="127.0.1.20"/></Bbmd></Port><Port id="2" network="2001" type="Virtual"/>
    <Device name="Main" instance="1001" port="1" managementPassword="test" location="Here">
      <NotificationClass name="Class" instance="1"><Recipient address="127.0.1.9:47808" processId="1"/></NotificationClass>
      <Calendar name="Days"><Date on="*-12-24"/><DateRange from="2026-07-01" to="2026-07-31"/><WeekNDay week="last" day="Fri"/></Calendar>
      <Schedule variable="sb" default="false"><Week><Monday><At time="06:00" value="true"/></Monday></Week>
        <Exception calendar="Days" priority="5"><At time="00:00" value="false"/></Exception><Target variable="bv2"/></Schedule>
      <Schedule variable="si" default="1"><Week><Monday><At time="06:00" value="2"/></Monday></Week><Target variable="mv2"/></Schedule>
      <Schedule variable="sr" default="20"><Week><Monday><At time="06:00" value="21.5"/></Monday></Week><Target variable="av2"/></Schedule>
      <TrendLog variable="av3" interval="1h" bufferSize="100" fullAlarm="true" threshold="50"/>
      <TrendLog variable="av1" logging="cov" covIncrement="2" name="Log of changes"/>
      <TrendLog variable="av2" logging="triggered" name="Log on demand"/>
    </Device>
    <Device name="Other" instance="1002" port="2"/>
  </Channel></Plc>
</Project>
`.replaceAll('bacnetVisible="true"', 'bacnetVisible="true" bacnetDevice="Main"')
// Objects that report events; AV 0 to 19 without delay, 20 to 24 with one.
const onOff = 'stateTexts="OffOn"', speed = 'stateTexts="Speed" initial="1"'
const events = `<?xml version="1.0" encoding="UTF-8"?>
<Project xmlns="urn:bacc:project:1" name="Events" guid="5e0c2a6e-52a2-4a0e-9a0b-3b9d6f5f2c04">
  <StateTexts name="OffOn"><State value="0">Off</State><State value="1">On</State></StateTexts>
  <StateTexts name="Speed"><State value="1">Off</State><State value="2">Low</State><State value="3">High</State></StateTexts>
  <AlarmPoints>
    <AlarmPoint name="Quick" kind="limits" high="80" low="10" deadband="4"/>
    <AlarmPoint name="Slow" kind="limits" high="80" low="10" deadband="4" delay="1s" delayNormal="2s"/>
    <AlarmPoint name="On" kind="states" alarmStates="On"/>
    <AlarmPoint name="Runs" kind="states" alarmStates="Low High"/>
    <AlarmPoint name="BinaryFails" kind="feedback" feedback="bv0"/>
    <AlarmPoint name="StateFails" kind="feedback" feedback="mv0"/>
  </AlarmPoints>
  <Variables>
${Array.from({ length: 25 }, (_, i) => variable(`av${i}`, `type="REAL" unit="%" initial="50" bacnetVisible="true" alarmPoint="${i < 20 ? 'Quick' : 'Slow'}"`)).join('')
}${Array.from({ length: 5 }, (_, i) => variable(`ai${i}`, 'type="REAL" unit="%" access="read" initial="50" bacnetVisible="true" alarmPoint="Quick"')).join('')
}${[['bv0', `BOOL" ${onOff}`], ['bv1', `BOOL" ${onOff} alarmPoint="On"`], ['mv0', `INT" ${speed}`], ['mv1', `INT" ${speed} alarmPoint="Runs"`],
        ['bo0', `BOOL" ${onOff} access="output" alarmPoint="BinaryFails"`], ['mo0', `INT" ${speed} access="output" alarmPoint="StateFails"`]]
        .map(([name, rest]) => variable(name, `type="${rest} bacnetVisible="true"`)).join('')}  </Variables>
  <Plc name="PLC"><Channel name="BACnet">
    <Port id="1" type="IPv4"/>
    <Device name="Main" instance="1001" port="1" defaultNotificationClass="One" apduTimeout="500ms" apduRetries="2">
      ${['One', 'Two', 'Three', 'Four'].map((n, i) => `<NotificationClass name="${n}" instance="${i + 1}"/>`).join('')}
      <TrendLog variable="bv0" logging="triggered" bufferSize="10" fullAlarm="true" threshold="3"/>
    </Device>
  </Channel></Plc>
</Project>
`
// Logs of every kind; instances in this order.
const trends = `<?xml version="1.0" encoding="UTF-8"?>
<Project xmlns="urn:bacc:project:1" name="Trends" guid="5e0c2a6e-52a2-4a0e-9a0b-3b9d6f5f2c05">
  <StateTexts name="Speed"><State value="1">Off</State><State value="2">Low</State></StateTexts>
  <Variables>
${['T', 'C'].map((n) => variable(n, 'type="REAL" initial="20" bacnetVisible="true" covIncrement="1"')).join('')}${variable('B', 'type="BOOL" bacnetVisible="true"')
}${variable('M', 'type="INT" stateTexts="Speed" initial="1" bacnetVisible="true"')}  </Variables>
  <Plc name="PLC" timeZone="UTC"><Channel name="BACnet">
    <Port id="1" type="IPv4"/>
    <Device name="Main" instance="1001" port="1" managementPassword="test" timeSync="offset">
      <NotificationClass name="Class" instance="1" toNormal="77"/>
      <Calendar name="Days"><Date on="*-12-24"/><Date on="*-12-25"/><Date on="*-12-26"/></Calendar>
      <TrendLog name="grow" variable="T" interval="1s" bufferSize="10" enabled="false"/>
      <TrendLog name="window" variable="T" interval="1s" bufferSize="100" enabled="false"/>
      <TrendLog name="full" variable="T" logging="triggered" stopWhenFull="true" bufferSize="10"/>
      <TrendLog name="changes" variable="C" logging="cov" covIncrement="2" bufferSize="100"/>
      <TrendLog name="ring" variable="T" logging="triggered" bufferSize="10"/>
      <TrendLog name="aligned" variable="T" interval="2s" offset="500ms" bufferSize="100"/>
      <TrendLog name="ranges" variable="T" logging="triggered" bufferSize="20"/>
      <TrendLog name="notifies" variable="T" logging="triggered" bufferSize="20" fullAlarm="true" threshold="3"/>
      <TrendLog name="large" variable="T" logging="triggered" bufferSize="200"/>
      <TrendLog name="clock" variable="T" interval="1h" align="false" bufferSize="100"/>
      <TrendLog name="any" variable="T" logging="triggered" bufferSize="20"/>
    </Device>
  </Channel></Plc>
</Project>
`
// A program that a client writes, and what it may switch.
const programs = `<?xml version="1.0" encoding="UTF-8"?>
<Project xmlns="urn:bacc:project:1" name="Programs" guid="5e0c2a6e-52a2-4a0e-9a0b-3b9d6f5f2c06">
  <Variables>
${['O0', 'O1'].map((n) => variable(n, 'type="REAL" access="output" bacnetVisible="true"')).join('')}${variable('I0', 'type="REAL" access="read" bacnetVisible="true"')
}${variable('S0', 'type="SCHEDULE_REAL" bacnetVisible="true"')}  </Variables>
  <Plc name="PLC" timeZone="UTC"><Channel name="BACnet">
    <Port id="1" type="IPv4"/>
    <Device name="Main" instance="1001" port="1" managementPassword="test" timeSync="offset">
      <Calendar name="Days"/>
      <Schedule variable="S0" default="16" priority="12"><Target variable="O0"/></Schedule>
    </Device>
  </Channel></Plc>
</Project>
`
const worlds = {
    programs,
    trends,
    kinds,
    events,
    one: project('One', many, `${port}\n${device('Main', 1001, 1)}`),
    router: project('Router', ['Main', 'D3', 'D4', 'D5'].map(few).join(''),
        `    <Port id="1" network="1" type="IPv4"/><Port id="2" network="2001" type="Virtual"/><Port id="3" network="2002" type="Virtual"/>\n${virtual}`),
    bbmd: project('Bbmd', few('Main'),
        `    <Port id="1" type="IPv4"><Bbmd><Peer address="127.0.1.20" port="47913"/></Bbmd></Port>\n${device('Main', 1001, 1)}`),
    foreign: project('Foreign', few('Main'),
        `    <Port id="1" type="IPv4"><ForeignDevice bbmd="127.0.1.30:47914" ttl="20s"/></Port>\n${device('Main', 1001, 1)}`),
    crowd: project('Crowd', crowdVariables, crowd),
}
if (process.argv[1].endsWith('worlds.mjs')) {
    for (const [name, text] of Object.entries(worlds)) {
        fs.mkdirSync(`${process.argv[2]}/${name}/data`, { recursive: true })
        fs.writeFileSync(`${process.argv[2]}/${name}/project.xml`, text)
    }
}
