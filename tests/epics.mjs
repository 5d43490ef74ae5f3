// A strict reader of EPICS files, by the grammar of 135.1 clause 4 as VTS reads it: what it does not know
// it refuses. With a dump of the same device it compares the objects.
// VTS: lines of at most 255 octets with their end; a list goes on in the next line after a comma; no tags of
// choices; dates of a Calendar in braces each; a date and time, or two dates, without braces; no index or device
// of a reference without what it stands before; a REAL has a point.
//     node tests/epics.mjs file.epics [dump.json]
import { readFileSync } from 'node:fs';

const lines = readFileSync(process.argv[2], 'utf8').split('\n');
let at = 0;
const die = why => { console.log(`${process.argv[2]}:${at}: ${why}: ${lines[at - 1]}`); process.exit(1); };
const next = () => {
    while (at < lines.length && /^\s*(--.*)?$/.test(lines[at])) at++;
    return at < lines.length ? lines[at++].trim() : die('the file ends');
};
const want = text => { if (next() !== text) die(`'${text}' is expected`); };

// ---- values: a recursive descent, everything must be used up ----
const TIME = /^(\d+|\*):(\d\d|\*):(\d\d|\*)\.(\d\d?|\*)/;
const SIMPLE = [
    /^\?/, /^(TRUE|FALSE|NULL|T|F)(?![\w-])/, /^X'([0-9A-F]{2})*'/, /^B'[01]*'/, /^"[^"]*"/, /^'[^']*'/,
    /^-?\d+(\.\d+(e[+-]?\d+)?)?(?![\w:.])/i, TIME, /^(unknown|proprietary):\d+/, /^proprietary \d+(?=,)/, /^[a-z][a-z0-9-]*/,
];
const DATE = /^\((\*|\d{1,2})-(\*|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC|1[34])-(\*|\d{4}),(\*|[1-7])\)/;
const value = s => {
    let m = s.match(DATE);
    if (m) return s.slice(m[0].length);
    if (s[0] === '{' || s[0] === '(') {
        const close = s[0] === '{' ? '}' : ')';
        s = s.slice(1);
        if (s[0] === close) return s.slice(1);
        for (;;) {
            if (s[0] !== ',') s = value(s);     // an absent item before another keeps its comma
            if (s[0] === close) return s.slice(1);
            if (s[0] !== ',') die(`',' or '${close}' is expected at '${s.slice(0, 30)}'`);
            s = s.slice(1);
        }
    }
    for (const form of SIMPLE) if ((m = s.match(form))) return s.slice(m[0].length);
    die(`no value at '${s.slice(0, 30)}'`);
};
// A whole value: also the two that are pairs without brackets.
const whole = s => {
    const rest = value(s), m = DATE.test(s) && rest.match(/^,(?=[\d*(])/);
    return m ? value(rest.slice(1)) : rest;
};
const RESTRICTION = /^<(minimum|maximum|resolution): -?\d+(\.\d+)?(e[+-]?\d+)?(; (minimum|maximum|resolution): -?\d+(\.\d+)?(e[+-]?\d+)?)*>$|^<only: \d+(,\d+)+>$/i;

// ---- sections ----
const items = name => {
    const out = [];
    want(`${name}:`);
    want('{');
    for (let l; (l = next()) !== '}';) out.push(l);
    return out;
};
const only = (name, form) => { for (const l of items(name)) if (!form.test(l)) { console.log(`${name}: unknown item: ${l}`); process.exit(1); } };

for (const l of lines) if (Buffer.byteLength(l) > 254 && !l.startsWith('  object-name: ')) { console.log(`too long a line: ${l}`); process.exit(1); }
want('PICS 0');
want('BACnet Protocol Implementation Conformance Statement');
for (const name of ['Vendor Name', 'Product Name', 'Product Model Number', 'Product Description'])
    if (!new RegExp(`^${name}: ("[^"]*"|'[^']*')$`).test(next())) die(`${name} is expected`);
const bibbs = items('BIBBs Supported');
if (bibbs.some(b => !/^(DS|AE|SCHED|T|DM|NM|GW)(-[A-Z]+)+-?[AB]?$/.test(b))) die('a strange BIBB');
const services = new Map(items('BACnet Standard Application Services Supported').map(l => {
    const m = l.match(/^(\S+)(\s+Initiate)?(\s+Execute)?$/) ?? die('a service with Initiate or Execute is expected');
    if (!m[2] && !m[3]) die('neither Initiate nor Execute');
    return [m[1], { initiate: !!m[2], execute: !!m[3] }];
}));
const types = items('Standard Object-Types Supported').map(l => l.toLowerCase().replace(/ /g, '-'));
only('Data Link Layer Option', /^(BACnet\/IP, 'DIX' Ethernet|Other)$/);
only('Character Sets Supported', /^(ANSI X3\.4|ISO 10646 \(UTF-8\)|ISO 10646 \(UCS-[24]\)|ISO 8859-1)$/);
only('Special Functionality', /^(Maximum APDU size in octets: \d+|Segmented (Requests|Responses) Supported, window size: \d+|Router|BACnet\/IP BBMD)$/);
only('Default Property Value Restrictions', /^(unsigned-integer|signed-integer|real|date|character-string|list|variable-length-array): <[^<>]+>$/);
only('Fail Times', /^[A-Z][A-Za-z\/ ]+: \d+$/);

const objects = new Map(), names = new Set();
want('List of Objects in Test Device:');
want('{');
for (let l; (l = next()) !== '}';) {
    if (l !== '{') die("'{' is expected");
    const first = next().match(/^object-identifier: \(([a-z-]+),(\d+)\)$/) ?? die('object-identifier is expected first');
    const id = `${first[1]},${first[2]}`, properties = new Map();
    if (objects.has(id)) die(`${id} stands twice`);
    while ((l = next()) !== '}') {
        while (l.endsWith(',')) l += next();
        const m = l.match(/^([a-z][a-z0-9-]*): (.*)$/) ?? die('a property is expected');
        if (properties.has(m[1])) die('the property stands twice');
        const rest = whole(m[2]), tail = rest.match(/^( W)?( <.*>)?$/) ?? die(`what is '${rest}'`);
        if (tail[2] && !RESTRICTION.test(tail[2].trim())) die(`what is '${tail[2]}'`);
        properties.set(m[1], { text: m[2].slice(0, m[2].length - rest.length), writable: !!tail[1] });
    }
    objects.set(id, properties);
    const name = properties.get('object-name')?.text ?? die(`${id} has no name`);
    if (names.has(name)) die(`the name ${name} is not unique`);
    names.add(name);
}
want('End of BACnet Protocol Implementation Conformance Statement');

// ---- 135.1 clause 5: the parts agree ----
const complain = why => { console.log(why); process.exitCode = 1; };
const device = [...objects].find(([id]) => id.startsWith('device,'))?.[1] ?? complain('no Device object');
const flags = text => text.slice(1, -1).split(',').map(f => f === 'T');
const listed = device.get('object-list').text.slice(1, -1).split('),(').map(s => s.replace(/[()]/g, ''));
if (listed.join() !== [...objects.keys()].join()) complain('object-list is not the list of objects');
if (flags(device.get('protocol-object-types-supported').text).filter(Boolean).length !== types.length)
    complain('protocol-object-types-supported is not the list of types');
const bits = flags(device.get('protocol-services-supported').text);
if (bits.length !== 49 || bits.filter(Boolean).length !== [...services.values()].filter(s => s.execute).length)
    complain('protocol-services-supported is not the list of executed services');
for (const [id, p] of objects) {
    if (!types.includes(id.split(',')[0])) complain(`${id}: its type is not supported`);
    const own = p.get('property-list').text.slice(1, -1).split(',');
    const shown = [...p.keys()].filter(k => !['object-name', 'object-type', 'property-list'].includes(k));
    if (own.sort().join() !== shown.sort().join()) complain(`${id}: property-list is not the list of properties`);
    if (/-output,/.test(id) && !p.get('present-value').writable && device.get('object-name').writable)
        complain(`${id}: present-value is not writable`);
    const nc = p.get('notification-class')?.text;
    if (nc && !objects.has(`notification-class,${nc}`)) complain(`${id}: no notification class ${nc}`);
    const n = p.get('number-of-states')?.text, texts = p.get('state-text')?.text.match(/"[^"]*"|'[^']*'/g);
    if (n && texts && texts.length !== +n) complain(`${id}: ${texts.length} texts for ${n} states`);
}
const needs = { 'DS-RP-B': ['ReadProperty'], 'DS-COV-B': ['SubscribeCOV'], 'AE-ACK-B': ['AcknowledgeAlarm'], 'DM-RD-B': ['ReinitializeDevice'],
    'T-VMT-I-B': ['ReadRange'], 'DM-BR-B': ['AtomicReadFile', 'AtomicWriteFile'], 'DM-LM-B': ['AddListElement', 'RemoveListElement'] };
for (const b of bibbs) for (const s of needs[b] ?? []) if (!services.get(s)?.execute) complain(`${b} without ${s}`);
for (const [bibb, type] of [['T-VMT-I-B', 'trend-log'], ['SCHED-I-B', 'calendar'], ['SCHED-I-B', 'schedule'], ['AE-N-I-B', 'notification-class']])
    if (bibbs.includes(bibb) && ![...objects.keys()].some(id => id.startsWith(`${type},`))) complain(`${bibb} without ${type}`);

if (process.argv[3]) {              // the device's dump: same objects, same constants
    const dump = JSON.parse(readFileSync(process.argv[3], 'utf8')).images.flatMap(i => i.devices);
    const it = dump.find(d => objects.has(`device,${d.instance}`));
    if (it.objects.length !== objects.size) complain(`${objects.size} objects, the image has ${it.objects.length}`);
    for (const o of it.objects) {
        const p = objects.get(o['object-identifier']) ?? complain(`${o['object-identifier']} is missing`);
        if (p && p.get('object-name').text.slice(1, -1) !== o['object-name'].replace(/"/g, p.get('object-name').text[0] === '"' ? '`' : '"'))
            complain(`${o['object-identifier']}: ${p.get('object-name').text} is '${o['object-name']}'`);
    }
}
console.log(`${objects.size} objects, ${bibbs.length} BIBBs, ${services.size} services`);
