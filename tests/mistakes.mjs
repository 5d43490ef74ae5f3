// Every mistake is found in one run, and told once. Each attribute of a sample in turn gets a value that it
// cannot have: exactly one diagnostic. Then each such wrong value together with each mistake of meaning in
// the same element: both are told, unless the second rests on the wrong value.
//     node tests/mistakes.mjs BACC samples/boilerhouse/project.xml
import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';

const [bacc, sample] = process.argv.slice(2);
const base = readFileSync(sample, 'utf8').replace(/<!--[\s\S]*?-->/g, c => ' '.repeat(c.length));
const WRONG = '?!';

function told(text) {
    const r = spawnSync(bacc, ['check', '--diagnostics=json', '-'], { encoding: 'utf8', input: text });
    return JSON.parse(r.stdout).diagnostics.map(d => `${d.line} ${d.code}`);
}
// The same beside the sample's numbers: a mistake that adds, removes and renames nothing does not change them.
copyFileSync(sample.replace(/xml$/, 'bacids'), 'frozen.bacids');
function frozen(text) {
    writeFileSync('frozen.xml', text);
    const r = spawnSync(bacc, ['check', '--frozen', '--diagnostics=json', 'frozen.xml'], { encoding: 'utf8' });
    return JSON.parse(r.stdout).diagnostics.map(d => `${d.line} ${d.code}`);
}
function edited(...edits) {
    let text = base;
    for (const e of edits.sort((a, b) => b.at - a.at))
        text = text.slice(0, e.at) + e.to + text.slice(e.at + e.length);
    return text;
}
const line = at => base.slice(0, at).split('\n').length;

// The elements between which mistakes are independent anyway: in each, everything is tried with everything.
const ELEMENTS = /<(StateTexts|AlarmPoint|Variable|Port|NotificationClass|Calendar|Schedule|TrendLog|Object)\b/g;
const elements = [...base.matchAll(ELEMENTS)].map(m => {
    const tag = base.slice(m.index, base.indexOf('>', m.index) + 1), close = `</${m[1]}>`;
    const end = tag.endsWith('/>') ? m.index + tag.length : base.indexOf(close, m.index) + close.length;
    return { start: m.index, end };
});

// What takes any text, and names: what refers to a name that is gone is a mistake of its own.
const ANY = /^(name|author|description|text|id|discipline|dataPointName|location|read|write|path|adapter|message)$/;
const wrong = [...base.matchAll(/([A-Za-z]+)="([^"]*)"/g)]
    .filter(m => !ANY.test(m[1]) && m[1] !== 'xmlns' && !base.slice(0, m.index).endsWith('<?xml '))
    .filter(m => m.index > base.indexOf('<Project'))
    .map(m => ({ what: m[1], at: m.index + m[1].length + 2, length: m[2].length, to: WRONG }));

// element, what is written, the mistake, the attributes that it rests on besides those it is written in
const MEANING = [
    ['<Variable name="AHU1_TSup"', 'low="-30"', 'low="95"', 'high'],
    ['<Variable name="AHU1_TSup"', 'covIncrement="0.2"', 'covIncrement="-0.2"', ''],
    ['<Variable name="AHU1_TSup"', 'unit="°C"', 'unit="°X"', ''],
    ['<Variable name="AHU1_TSup"', 'alarmPoint="TSup_HiLo"', 'alarmPoint="Nothing"', ''],
    ['<Variable name="AHU1_TSup"', 'alarmPoint="TSup_HiLo"', 'alarmPoint="Trip"', 'type dataPointType'],
    ['<Variable name="AHU1_TSup"', 'dataPointType="AI"', 'dataPointType="AO"', 'type access'],
    ['<Variable name="AHU1_TSup"', 'bacnetDevice="Main"', 'bacnetDevice="None"', ''],
    ['<Variable name="AHU1_TSup"', 'register="holding:100"', 'path="$.v"', 'source'],
    ['<Variable name="AHU1_SetP"', 'initial="21"', 'initial="99"', 'high'],
    ['<Variable name="AHU1_SetP"', 'initial="21"', 'initial="Off"', 'type'],
    ['<Variable name="AHU1_SetP"', 'initial="21"', 'initial="1e99"', 'type'],
    ['<Variable name="FAN1_CMD"', 'stateTexts="OffOn"', 'stateTexts="FanSpeed"', 'type'],
    ['<Variable name="FAN1_CMD"', 'alarmPoint="FanFail"', 'alarmPoint="TSup_HiLo"', 'type access'],
    ['<Variable name="FAN1_SPEED"', 'stateTexts="FanSpeed"', 'stateTexts="FanSpeed" initial="7"', 'type'],
    ['<Variable name="FAN1_SPEED"', 'stateTexts="FanSpeed"', 'stateTexts="FanSpeed" polarity="reverse"',
        'type access'],
    ['<AlarmPoint name="TSup_HiLo"', 'low="5"', 'low="80"', 'high'],
    ['<AlarmPoint name="TSup_HiLo"', 'deadband="1"', 'deadband="-1"', ''],
    ['<AlarmPoint name="TSup_HiLo"', '{state}', '{stat}', ''],
    ['<AlarmPoint name="TSup_HiLo"', 'delay="30s"', 'alarmStates="1"', 'kind'],
    ['<AlarmPoint name="Trip"', 'alarmStates="1"', 'alarmStates="9"', 'kind'],
    ['<AlarmPoint name="FanFail"', 'feedback="FAN1_RUN"', 'feedback="AHU1_SetP"', 'kind'],
    ['<AlarmPoint name="FanFail"', 'feedback="FAN1_RUN"', 'feedback="FAN1_RUM"', ''],
    ['<StateTexts name="FanSpeed"', '<State value="2">High', '<State value="1">High', 'value'],
    ['<StateTexts name="FanSpeed"', '>Low<', '><', ''],
    ['<Port id="1"', 'network="1"', 'network="2001"', ''],
    ['<Port id="2"', 'network="2001"', 'network="2001" udpPort="5"', 'type'],
    ['<NotificationClass', 'transitions="toOffnormal toFault toNormal"', 'transitions=""', ''],
    ['<NotificationClass', 'processId="7"', 'processId="7" confirmed="true"', 'broadcast'],
    ['<NotificationClass', 'from="06:00"', 'from="23:00"', 'to'],
    ['<Calendar', 'on="2026-12-24"', 'on="2026-02-30"', ''],
    ['<Calendar', 'to="2026-08-31"', 'to="2026-02-30"', ''],
    ['<Schedule', 'effectiveFrom="2026-01-01"', 'effectiveFrom="2026-02-30"', ''],
    ['<Schedule', 'default="0"', 'default="banana"', 'variable'],
    ['<Schedule', 'value="2"', 'value="1.5"', 'variable'],
    ['<Schedule', 'value="2"', 'value="banana"', 'variable'],
    ['<Schedule', 'calendar="Holidays"', 'calendar="Holiday"', ''],
    ['<Schedule', '<Target variable="FAN1_SPEED"/>', '<Target variable="AHU1_TSup"/>', 'variable'],
    ['<Schedule', 'object="MV,4"', 'object="BV,4"', 'variable property device'],
    ['<Schedule', 'device="2077" object="MV,4"', 'device="1001" object="MV,4"', 'variable device property'],
    ['<Schedule', 'device="2077" object="MV,4"', 'device="1001" object="AI,0"', 'variable device property'],
    ['<TrendLog', 'threshold="800"', 'threshold="1000"', 'bufferSize'],
    ['<TrendLog', 'interval="5min"', 'interval="1min"', 'logging'],
    ['<TrendLog', 'property="present-value"', 'property="priority-array"', 'variable'],
    ['<TrendLog', 'notificationClass="Class_1"', 'notificationClass="Class_2"', ''],
    ['<Object', 'type="BI"', 'type="BI" instance="4" commandable="true"', 'variable'],
    ['<Object', 'notificationClass="Class_1"', 'notificationClass="Class_9"', 'variable'],
].map(([element, from, to, rests]) => {
    const start = base.indexOf(element), at = base.indexOf(from, start);
    if (start < 0 || at < 0) throw new Error(`the sample has no ${element} ... ${from}`);
    const told_beside = { FAN1_RUM: 'E310', Nothing: 'E314', None: 'E312' }[(/="([^"]*)"$/.exec(to) ?? [])[1]];
    return { what: to, at, length: from.length, to, rests: rests.split(' '), told_beside };
});

let failed = 0, pairs = 0;
const fail = text => { failed++; console.log(text); };
// A misspelt attribute: taken for what was meant, so that nothing follows from its being away.
for (const m of base.matchAll(/([A-Za-z]+)="([^"]*)"/g)) {
    if (m.index < base.indexOf('<Project') || m[1] === 'xmlns') continue;
    const end = m.index + m[1].length, said = frozen(edited({ at: end, length: 0, to: m[1].at(-1) }));
    if (said.length !== 1 || !/E105/.test(said[0])) fail(`line ${line(end)}: ${m[1]} misspelt: ${said.join(', ')}`);
}
// A name that cannot be used, or another attribute in its place: who refers to what it may have been is not told
// that it is not there. Where nothing says what it may have been, who refers to it is told, and nothing else is.
const NOBODY = /E(310|311|312|313|314|315|316|317)$/;
for (const m of base.matchAll(/<([A-Z][A-Za-z]+)\s[^>]*?\b((name|id)="([^"]*)")/g)) {
    const at = m.index + m[0].length - m[2].length, length = m[2].length, value = m[4];
    const optional = !told(edited({ at, length, to: '' })).length;
    const known = { [`${m[3]}="${value}&#9;"`]: /E214|E201/, [`nazev="${value}"`]: /E105/ };
    const unknown = { '': /E107/, [`${m[3]}=""`]: /E213|E201/, [`${m[3]}="${'x'.repeat(300)}"`]: /E512|E201/ };
    for (const [to, code] of Object.entries(optional ? {} : { ...known, ...unknown })) {
        const said = frozen(edited({ at, length, to })), others = said.filter(t => !code.test(t));
        if (said.length !== others.length + 1 || !others.every(t => NOBODY.test(t) && to in unknown))
            fail(`line ${line(at)}: ${m[1]} with ${to.slice(0, 30) || 'no name'}: ${said.join(', ') || 'nothing'}`);
    }
}
// Something of every kind is lost: what nobody is called all the same is told, in the same run.
for (const m of MEANING.filter(m => m.told_beside)) {
    for (const to of ['<Qwerty name="Qwe"/>', '<Variable type="REAL"/>', '<Use template="Nothing" name="Qwe"/>']) {
        const at = base.indexOf('<Variables>') + '<Variables>'.length;
        const want = m.told_beside, said = told(edited({ at, length: 0, to }, m));
        if (!said.some(t => t.endsWith(want))) fail(`${to} with ${m.what}: ${want} is missing: ${said.join(', ')}`);
    }
}
// An element that nobody knows: what it may have been is not missing besides. A misspelt one is looked at.
for (const m of base.matchAll(/<([A-Z][A-Za-z]+)\b/g)) {
    const at = m.index + 1, length = m[1].length, tag = base.indexOf('>', at), close = `</${m[1]}>`;
    for (const to of ['Qwerty', m[1] + m[1].at(-1)]) {
        const end = base[tag - 1] === '/' ? [] : [{ at: base.indexOf(close, at) + 2, length, to }];
        const said = frozen(edited({ at, length, to }, ...end));
        if (said.length !== 1 || !/E104|E119/.test(said[0]))
            fail(`line ${line(at)}: ${to} for ${m[1]}: ${said.join(', ') || 'nothing'}`);
    }
}
for (const w of wrong) {
    w.told = frozen(edited(w));
    if (w.told.length !== 1)
        fail(`line ${line(w.at)}: ${w.what}="${WRONG}" alone: ${w.told.join(', ') || 'nothing'}`);
}
for (const m of MEANING) {
    m.told = told(edited(m));
    if (!m.told.length) fail(`line ${line(m.at)}: ${m.what}: nothing is told`);
}
for (const m of MEANING) {
    const around = elements.find(e => e.start <= m.at && m.at < e.end);
    for (const w of wrong) {
        if (w.at < around.start || w.at >= around.end || m.rests.includes(w.what)) continue;
        if (w.at < m.at + m.length && m.at < w.at + w.length) continue;
        pairs++;
        const both = told(edited(w, m)), want = [...w.told, ...m.told];
        const missing = want.filter(t => !both.includes(t)), more = both.filter(t => !want.includes(t));
        if (missing.length || more.length)
            fail(`line ${line(w.at)}: ${w.what}="${WRONG}" with line ${line(m.at)}: ${m.what}:` +
                 `${missing.map(t => ` ${t} is missing`)}${more.map(t => ` ${t} besides`)}`);
    }
}
console.log(`${wrong.length} wrong values, ${MEANING.length} mistakes of meaning, ${pairs} pairs`);
if (pairs < 200) fail('too few pairs');
process.exit(failed ? 1 : 0);
