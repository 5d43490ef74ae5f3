// Numbers stay, whatever happens to a project: a project of two PLCs is edited at random, and after
// each compilation every object that was there before must have the number and the identity that
// it had, nothing may have the number of something that is gone, and no revision may go back.
//     node tests/numbers.mjs SEED STEPS       in an empty folder, bacc in PATH
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

let seed = Number(process.argv[2]) >>> 0;
const steps = Number(process.argv[3]);
const random = n => {                                            // xorshift: the same on every machine
    seed ^= seed << 13; seed >>>= 0; seed ^= seed >>> 17; seed ^= seed << 5; seed >>>= 0;
    return seed % n;
};
const pick = list => list[random(list.length)];
let named = 0;
const fresh = kind => `${kind}${String.fromCharCode(65 + random(26))}${++named}`;
const guid = () => 'xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx'.replace(/x/g, () => random(16).toString(16));

// What there is. `was`: number and identity in the last image.
const TYPES = { REAL: 'read', LREAL: 'readWrite', BOOL: 'read', UINT: 'output' };
const ELEMENTS = { class: 'NotificationClass', calendar: 'Calendar', schedule: 'Schedule', trend: 'TrendLog' };
const devices = [
    { handle: 'Main', instance: 1001, plc: 'P1', port: 1 }, { handle: 'Floor', instance: 1002, plc: 'P1', port: 2 },
    { handle: 'Cellar', instance: 2001, plc: 'P2', port: 1 }];
let things = [];
const add = (kind, device = pick(devices)) => {
    const t = { kind, device, name: fresh(kind), type: pick(Object.keys(TYPES)) };
    if (kind === 'schedule') t.variable = add('occupancy', device);
    if (kind === 'trend') {
        t.variable = pick(things.filter(v => v.kind === 'variable' && v.device === device)) ?? add('variable', device);
    }
    things.splice(random(things.length + 1), 0, t);
    return t;
};
for (const kind of ['variable', 'variable', 'variable', 'class', 'calendar', 'schedule', 'trend'])
    for (const d of devices) add(kind, d);

const attributes = t => `name="${t.name}"${t.guid ? ` guid="${t.guid}"` : ''}${t.formerly ? ` formerly="${t.formerly}"` : ''}`;
const variable = t => t.kind === 'occupancy' ? `<Variable name="${t.name}" type="SCHEDULE_BOOL"/>`
    : `<Variable ${attributes(t)} type="${t.type}" access="${TYPES[t.type]}" bacnetVisible="true" bacnetDevice="${t.device.handle}"/>`;
const child = t => `<${ELEMENTS[t.kind]} ${attributes(t)}${t.variable ? ` variable="${t.variable.name}"` : ''}>${
    t.kind === 'class' ? '<Recipient device="5" processId="1"/>' : ''}</${ELEMENTS[t.kind]}>`;
let split = 0;                                                   // how many files the variables are in
function write() {
    const variables = things.filter(t => !ELEMENTS[t.kind]).map(variable);
    const files = [];
    for (let i = 0; i < split; i++) {
        const part = variables.splice(0, Math.ceil(variables.length / (split - i + 1)));
        writeFileSync(`part${i}.xml`, `<Variables xmlns="urn:bacc:project:1">${part.join('\n')}</Variables>`);
        files.push(`<xi:include href="part${i}.xml"/>`);
    }
    const plc = name => `<Plc name="${name}"><Channel name="B" protocol="BACnetServer" link="UDP">
<Port id="1" network="1" type="IPv4" udpPort="47808"/><Port id="2" network="${name === 'P1' ? 2 : 3}" type="Virtual"/>
${devices.filter(d => d.plc === name).map(d => `<Device name="${d.handle}" instance="${d.instance}" port="${d.port}"${
        d.formerly ? ` formerly="${d.formerly}"` : ''}>
${things.filter(t => ELEMENTS[t.kind] && t.device === d).sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind)).map(child).join('\n')}
</Device>`).join('\n')}</Channel></Plc>`;
    writeFileSync('project.xml', `<Project xmlns="urn:bacc:project:1" xmlns:xi="http://www.w3.org/2001/XInclude"
name="N" guid="11111111-2222-4333-8444-555555555555">
${files.join('\n')}<Variables>${variables.join('\n')}</Variables>${plcOrder.map(plc).join('\n')}</Project>`);
}
const order = Object.keys(ELEMENTS);
const plcOrder = ['P1', 'P2'];

const gone = new Map();                                          // numbers of what was removed or retyped, and whose
const key = (device, oid) => `${device.origin ??= device.handle} ${oid}`;
function retire(t) {
    if (t.was) gone.set(key(t.device, t.was.oid), t);
    t.was = undefined;
}
const remove = t => {
    for (const user of things.filter(u => u.variable === t)) remove(user);
    things = things.filter(u => u !== t);
    retire(t);
    if (t.kind === 'schedule') things = things.filter(u => u !== t.variable);
};
const objects = () => things.filter(t => t.kind !== 'occupancy');
const edits = {
    insert() { add(pick(['variable', 'variable', ...order])); },
    remove() { if (objects().length > 8) remove(pick(objects())); },
    rename() { const t = pick(objects()); if (!t.guid) t.formerly = t.name; t.name = fresh(t.kind); },
    'add a GUID'() { pick(objects()).guid ??= guid(); },
    reorder() { for (let i = things.length - 1; i > 0; i--) { const k = random(i + 1); [things[i], things[k]] = [things[k], things[i]]; } },
    retype() {
        const t = pick(things.filter(v => v.kind === 'variable'));
        const before = t.type;
        t.type = pick(Object.keys(TYPES).filter(type => type !== before));
        retire(t);
    },
    'split over files'() { split = random(4); },
    'move a PLC'() { plcOrder.reverse(); },
    'change an instance'() { pick(devices).instance = 3000 + ++named; },
    'rename a device'() { const d = pick(devices); d.origin ??= d.handle; d.formerly = d.handle; d.handle = fresh('Dev'); },
};

const bacc = (...args) => execFileSync('bacc', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
const revision = new Map();
function look(what, only) {
    const fail = text => { throw new Error(`seed ${process.argv[2]}, ${what}: ${text}\n${readFileSync('project.bacids', 'utf8')}`); };
    for (const plc of only ? [only] : ['P1', 'P2']) {
        const image = JSON.parse(bacc('dump', '--json', `project-${plc}.bin`)).images[0];
        for (const served of image.devices) {
            const d = devices.find(x => x.handle === served.handle) ?? fail(`no device ${served.handle}`);
            if (served.instance !== d.instance) fail(`${d.handle} has instance ${served.instance}`);
            const origin = d.origin ?? d.handle;
            if (served['database-revision'] < (revision.get(origin) ?? 0)) fail(`revision of ${d.handle} went back`);
            revision.set(origin, served['database-revision']);
            for (const t of objects().filter(x => x.device === d)) {
                const o = served.objects.find(x => (t.kind === 'variable' ? x.variable === t.name && !/^(schedule|trend)/.test(x['object-identifier'])
                    : x['object-name'] === t.name));
                if (!o) fail(`${t.kind} ${t.name} is not in ${d.handle}`);
                const now = { oid: o['object-identifier'], identity: o.identity };
                if (t.was && (t.was.oid !== now.oid || t.was.identity !== now.identity))
                    fail(`${t.kind} ${t.name} was ${JSON.stringify(t.was)}, is ${JSON.stringify(now)}`);
                // what takes its former type again takes its number again
                if (!t.was && (gone.get(key(d, now.oid)) ?? t) !== t) fail(`${t.kind} ${t.name} got ${now.oid} of something that is gone`);
                t.was = now;
            }
        }
    }
}

write();
bacc('compile', '-q', '-W', 'no-retyped');
look('first');
const done = {};
for (let step = 1; step <= steps; step++) {
    const names = Array.from({ length: 1 + random(3) }, () => pick(Object.keys(edits)));
    // what was renamed in the last step has its new name in the lock now
    for (const t of [...things, ...devices]) delete t.formerly;
    for (const [i, name] of names.entries()) {
        if (names.indexOf(name) !== i) continue;                 // one rename of a thing per compilation
        edits[name]();
        done[name] = (done[name] ?? 0) + 1;
    }
    write();
    // one PLC of several first: the other's lines are left alone
    const plc = pick(['P1', 'P2', null]);
    if (plc) {
        bacc('compile', '-q', '-W', 'no-retyped', '--plc', plc, '-o', `project-${plc}.bin`);
        look(`step ${step} (${names}), ${plc} alone`, plc);
    }
    bacc('compile', '-q', '-W', 'no-retyped');
    look(`step ${step} (${names})`);
    bacc('check', '-q', '-W', 'no-retyped', '--frozen');
}
for (const name of Object.keys(edits))
    if (!done[name]) throw new Error(`seed ${process.argv[2]}: never tried: ${name}`);
