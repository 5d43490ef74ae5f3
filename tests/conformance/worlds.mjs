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
const worlds = {
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
