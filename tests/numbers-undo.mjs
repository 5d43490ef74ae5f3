// Numbers stay where numbers.mjs does not look: names taken over, exchanged and given again, GUIDs that come, change and
// go, objects called after a variable, edits that are undone in the project alone, and branches that meet. An edit is
// data, so that two branches' edits can be made in one project.
//     node tests/numbers-undo.mjs SEED STEPS       in an empty folder, bacc and git in PATH
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

let seed = Number(process.argv[2]) >>> 0;
const random = n => {                                            // xorshift: the same on every machine
    seed ^= seed << 13; seed >>>= 0; seed ^= seed >>> 17; seed ^= seed << 5; seed >>>= 0;
    return seed % n;
};
for (let i = 0; i < 5; i++) random(2);
const pick = list => list[random(list.length)];
const percent = n => random(100) < n;
const guid = () => 'xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx'.replace(/x/g, () => random(16).toString(16));
const fail = (what, ...more) => {
    console.error(`seed ${process.argv[2]}, ${what}`);
    for (const x of more) console.error(typeof x === 'string' ? x : JSON.stringify(x));
    console.error(readFileSync('project.bacids', 'utf8'));
    process.exit(1);
};

// ---- what there is: variables, schedules of a variable, trend logs of either, classes
const PLC = { Main: 'P1', Floor: 'P1', Cellar: 'P2' };
const TYPES = { REAL: 'read', LREAL: 'readWrite', BOOL: 'read', UINT: 'output' };
let model = { things: [] }, last = null;                         // last: what the last compilation made
const find = (m, id) => m.things.find(t => t.id === id);
const variable = t => t.kind === 'v' || t.kind === 's';
const plain = t => t.point ?? t.name;
const called = (m, t) => t.own ?? (t.kind === 't' ? `${plain(find(m, t.of))} trend` : plain(t));
const key = (m, t) => t.kind === 'v' ? t.name : called(m, t);
const texts = m => new Set(m.things.flatMap(t => [t.name, t.point, t.own, t.formerly, t.ownFormerly]).filter(x => x));
const ever = new Set();
function text(m, begin) {                                        // a new one, or one that is nobody's now
    const free = [...ever].filter(x => x.startsWith('point') === (begin === 'point') && !texts(m).has(x));
    const name = free.length && percent(40) ? pick(free) : `${begin}${ever.size}`;
    ever.add(name);
    return name;
}
const twice = (m, t) => t.kind === 't' && m.things.some(x => x !== t && x.kind === 't' && x.of === t.of && !x.own);
let ids = 0;
const one = (m, test) => pick(m.things.filter(test)) ?? {};
const before = id => last && find(last.model, id) ? called(last.model, find(last.model, id)) : undefined;
// what is edited, or undefined; apply() does it
const edits = {
    add(m) {
        const t = { id: ++ids, kind: pick(['v', 'v', 's', 's', 't', 'c']), device: pick(Object.keys(PLC)) };
        if (t.kind === 't') t.of = one(m, x => variable(x) && PLC[x.device] === PLC[t.device]).id;
        else t.name = text(m, t.kind);
        if (t.kind === 't' && !t.of) return undefined;
        if (t.kind === 'v') t.type = pick(Object.keys(TYPES));
        if (t.kind === 's') t.form = pick(['', 'Schedule', 'Object']);
        if (t.kind === 't' && twice(m, t)) t.own = text(m, 'own');
        if (variable(t) && percent(50)) t.point = text(m, 'point');
        if (t.kind !== 't' && percent(40)) t.guid = guid();
        return { t };
    },
    remove: m => ({ id: m.things.length > 12 ? pick(m.things).id : undefined }),
    rename(m) {
        const t = one(m, x => x.name && !x.formerly);
        return { id: t.id, name: text(m, t.kind), formerly: t.guid ? undefined : t.name };
    },
    own(m) {                                                     // from called after a variable to a name of its own, and back
        const { id, own } = one(m, x => x.kind === 't' || (x.kind === 's' && x.form));
        return { id, own: own && percent(50) ? undefined : text(m, 'own'), ownFormerly: before(id) };
    },
    row: m => ({ id: one(m, x => x.kind === 'v').id, own: percent(30) ? undefined : text(m, 'row') }),
    point: m => ({ id: one(m, variable).id, point: percent(30) ? undefined : text(m, 'point') }),
    'exchange points'(m) {
        const t = one(m, x => variable(x) && x.point);
        return { id: t.id, other: one(m, x => x !== t && x.kind === t.kind && x.point).id };
    },
    'exchange names'(m) {
        const t = one(m, x => variable(x) && x.guid && x.point);
        return { id: t.id, other: one(m, x => x !== t && x.kind === t.kind && x.guid && x.point).id };
    },
    'add a GUID': m => ({ id: one(m, x => x.kind !== 't' && !x.guid).id, guid: guid() }),
    'take a GUID': m => ({ id: one(m, x => x.guid).id }),
    'another GUID': m => ({ id: one(m, x => x.guid && !x.formerly).id, guid: guid(), next: ++ids }),
    retype: m => ({ id: one(m, x => x.kind === 'v').id, type: pick(Object.keys(TYPES)), next: ++ids }),
    move: m => ({ id: one(m, x => x.kind !== 't' && PLC[x.device] === 'P1').id, next: ++ids }),
    reorder: () => ({ id: 0, order: random(1000), files: random(4) }),
};
function another(m, t, next) {                                   // it is another object: what logs it still does
    for (const x of m.things) if (x.of === t.id) x.of = next;
    t.id = next;
}
function apply(m, e) {                                           // false: not possible, or not any more
    const t = e.id && find(m, e.id), o = e.other && find(m, e.other), has = texts(m);
    if ((e.id !== 0 && !t && !e.t) || ('other' in e && !o)) return false;
    if ([e.name, e.own, e.point, e.t?.name].some(x => x && has.has(x))) return false;
    switch (e.edit) {
    case 'add':
        if (e.t.kind === 't' && (!find(m, e.t.of) || (!e.t.own && twice(m, e.t)))) return false;
        m.things.push({ ...e.t });
        break;
    case 'remove': m.things = m.things.filter(x => x !== t && x.of !== t.id); break;
    case 'rename': t.name = e.name; t.formerly = e.formerly; break;
    case 'own': if (!e.own && twice(m, t)) return false; t.own = e.own; t.ownFormerly = e.ownFormerly; break;
    case 'row': t.own = e.own; break;
    case 'point': t.point = e.point; break;
    case 'exchange points': if (!t.point || !o.point) return false; [t.point, o.point] = [o.point, t.point]; break;
    case 'exchange names':
        if (!t.guid || !o.guid || !t.point || !o.point) return false;
        [t.name, o.name, t.formerly, o.formerly] = [o.name, t.name];
        break;
    case 'add a GUID': case 'take a GUID': t.guid = e.guid; break;
    case 'another GUID': t.guid = e.guid; if (t.form !== 'Schedule') another(m, t, e.next); break;
    case 'retype': if (t.type === e.type) return false; t.type = e.type; another(m, t, e.next); break;
    case 'move': t.device = t.device === 'Main' ? 'Floor' : 'Main'; another(m, t, e.next); break;
    default: m.order = e.order; m.files = e.files;
    }
    return true;
}
function edit(m, n, allowed = () => true) {                      // one edit of a thing per compilation
    const made = [];
    for (const t of m.things) { if (percent(60)) delete t.formerly; delete t.ownFormerly; }
    for (let i = 0; i < n; i++) {
        const name = pick(Object.keys(edits)), e = { edit: name, ...edits[name](m) };
        const of = [e.id, e.other, e.t?.of].filter(x => x);
        const done = made.some(x => [x.id, x.other, x.next].some(id => of.includes(id)));
        if (allowed(of) && !done && apply(m, e)) made.push(e);
    }
    return made;
}

// ---- the project
function write(m, folder) {
    const attributes = o => Object.entries(o).filter(([, v]) => v !== undefined).map(([k, v]) => ` ${k}="${v}"`).join('');
    const variables = [], inside = { Main: [[], [], [], []], Floor: [[], [], [], []], Cellar: [[], [], [], []] };
    const place = t => (t.id * 7919 + (m.order ?? 0) * 104729) % 997;
    for (const t of m.things.slice().sort((a, b) => place(a) - place(b) || a.id - b.id)) {
        const { name, guid, formerly, own, ownFormerly } = t, visible = t.kind === 'v' ? !own : !t.form;
        const row = { variable: name, name: own, formerly: ownFormerly };
        const [classes, schedules, trends, rows] = inside[t.device];
        if (t.kind === 'c') classes.push(`<NotificationClass${attributes({ name, guid, formerly })}/>`);
        else if (t.kind === 't')
            trends.push(`<TrendLog${attributes({ ...row, variable: find(m, t.of).name, logging: 'cov' })}/>`);
        else if (t.kind === 'v' && visible && !guid && !formerly && !t.point && t.id % 3 === 0)
            variables.push(`<Use template="${t.type}" name="${name}"><Arg name="device" value="${t.device}"/></Use>`);
        else
            variables.push(`<Variable${attributes({ name, guid, formerly, dataPointName: t.point, type: t.type ?? 'SCHEDULE_BOOL',
                access: TYPES[t.type], bacnetVisible: visible || undefined, bacnetDevice: visible ? t.device : undefined })}/>`);
        const list = t.form === 'Schedule' ? schedules : rows;
        if (variable(t) && !visible) list.push(`<${t.form ?? 'Object'}${attributes(row)}/>`);
    }
    let files = '';
    for (let i = 0; i < (m.files ?? 0); i++, files += `<xi:include href="part${i - 1}.xml"/>`)
        writeFileSync(`${folder}/part${i}.xml`, `<Variables xmlns="urn:bacc:project:1">${
            variables.splice(0, Math.ceil(variables.length / 3)).join('\n')}</Variables>`);
    const device = (name, instance, port) =>
        `<Device name="${name}" instance="${instance}" port="${port}">${inside[name].flat().join('\n')}</Device>`;
    writeFileSync(`${folder}/project.xml`, `<Project xmlns="urn:bacc:project:1" name="N"
xmlns:xi="http://www.w3.org/2001/XInclude">
${Object.entries(TYPES).map(([type, access]) => `<Template name="${type}"><Param name="device"/>
<Variable name="\${name}" type="${type}" access="${access}" bacnetVisible="true"
bacnetDevice="\${device}"/></Template>`).join('\n')}
${files}<Variables>${variables.join('\n')}</Variables>
<Plc name="P1"><Channel name="B"><Port id="1" network="1" type="IPv4"/><Port id="2" network="2" type="Virtual"/>
${device('Main', 1001, 1)}${device('Floor', 1002, 2)}</Channel></Plc>
<Plc name="P2"><Channel name="B"><Port id="1" network="1" type="IPv4"/>${device('Cellar', 2001, 1)}</Channel></Plc></Project>`);
}
const bacc = (folder, ...args) => spawnSync('bacc', args, { cwd: folder, encoding: 'utf8' });
const compile = folder => bacc(folder, 'compile', '-q', '-W', 'no-retyped', '-W', 'no-unused');
function look(m, folder, what) {
    const seen = { model: structuredClone(m), now: new Map(), revision: {}, objects: {} };
    for (const plc of ['P1', 'P2'])
        for (const d of JSON.parse(bacc(folder, 'dump', '--json', `project-${plc}.bin`).stdout).images[0].devices) {
            const names = new Map(d.objects.map(o => [o['object-name'], o]));
            seen.revision[d.handle] = d['database-revision'];
            seen.objects[d.handle] = d.objects.map(o => `${o['object-identifier']} ${o['object-name']}`).sort();
            if (new Set(d.objects.map(o => o.identity)).size !== d.objects.length) fail(`${what}: identities of ${d.handle}`);
            for (const t of m.things.filter(x => x.device === d.handle)) {
                const o = names.get(called(m, t)) ?? fail(`${what}: ${called(m, t)} is not there`, t);
                seen.now.set(t.id, { number: o['object-identifier'], identity: o.identity });
            }
        }
    return seen;
}
const owners = new Map();                                        // of each number, what had it
function own(m, seen) {
    for (const t of m.things) {
        const at = `${t.device} ${seen.now.get(t.id).number}`;
        if (!owners.has(at)) owners.set(at, new Map());
        owners.get(at).set(t.id, { ...t, key: key(m, t), called: called(m, t) });
    }
}
function judge(m, seen, was, what, ...more) {
    for (const t of m.things) {
        const then = was.now.get(t.id), now = seen.now.get(t.id), others = owners.get(`${t.device} ${now.number}`);
        if (then && then.number !== now.number) fail(`${what}: was ${then.number}, is ${now.number}:`, t, ...more);
        if (then?.identity && then.identity !== now.identity) fail(`${what}: another identity:`, t, ...more);
        if (then || !others || others.has(t.id)) continue;
        const back = x => x.kind === t.kind && [[x.key, key(m, t)], [x.called, called(m, t)], [x.guid, t.guid], [x.name, t.name],
            [x.key, t.formerly], [x.key, t.ownFormerly]].some(([a, b]) => a && a === b);
        if (![...others.values()].some(back)) fail(`${what}: has ${now.number} of another:`, t, [...others.values()], ...more);
    }
    for (const d of Object.keys(PLC)) {
        const same = String(seen.objects[d]) === String(was.objects[d]), rose = seen.revision[d] - was.revision[d];
        const names = x => x.things.map(t => `${t.id} ${t.name}`).sort().join(), alike = same && names(m) === names(was.model);
        if (rose < 0 || (!rose && !same) || (rose && alike)) fail(`${what}: revision of ${d} rose by ${rose}`, ...more);
    }
}
function step(what, was, ...more) {
    write(model, '.');
    const said = compile('.');
    if (said.status) fail(`${what}: not compiled`, said.stderr, ...more);
    const again = bacc('.', 'compile', '-q', '--frozen');
    if (again.status) fail(`${what}: changes again`, again.stderr, ...more);
    const seen = look(model, '.', what);
    if (was) judge(model, seen, was, what, ...more);
    for (const plc of was ? ['P1', 'P2'] : []) {
        const devices = Object.keys(PLC).filter(d => PLC[d] === plc), lists = x => devices.flatMap(d => x.objects[d]);
        const numbers = new Set(devices.flatMap(d => seen.objects[d].map(o => d + o.split(' ')[0])));
        const lost = devices.some(d => last.objects[d].some(o => !numbers.has(d + o.split(' ')[0])));
        const { status, stdout } = bacc('.', 'diff', `was-${plc}.bin`, `project-${plc}.bin`);
        const expected = lost ? 5 : String(lists(seen)) === String(lists(last)) ? 0 : 4;
        if (status < expected) fail(`${what}: diff says ${status}`, stdout);
    }
    for (const plc of ['P1', 'P2']) copyFileSync(`project-${plc}.bin`, `was-${plc}.bin`);
    own(model, seen);
    last = seen;
}
// Two branches, each of which edits what the other does not; both lines are kept, as the file says.
function branches(what) {
    const base = structuredClone(model), sides = ['left', 'right'].map((folder, side) => {
        rmSync(folder, { recursive: true, force: true });
        mkdirSync(folder);
        const m = structuredClone(base), made = edit(m, 3, of => of.length && of.every(id => id % 2 === side));
        write(m, folder);
        copyFileSync('project.bacids', `${folder}/project.bacids`);
        if (compile(folder).status) fail(`${what}: ${folder} is not compiled`, made);
        return { made, seen: look(m, folder, `${what}, ${folder}`) };
    });
    const made = sides.flatMap(s => s.made);
    for (const t of model.things) delete t.ownFormerly;
    if (!made.every(e => apply(model, e))) { model = base; return; }
    copyFileSync('project.bacids', 'base.bacids');
    write(model, '.');
    let lines = spawnSync('git', ['merge-file', '-p', '--union', 'left/project.bacids', 'base.bacids', 'right/project.bacids'],
        { encoding: 'utf8' }).stdout.split('\n'), said;
    do {                                                         // of two new ones with one number one loses its line
        writeFileSync('project.bacids', lines.join('\n'));
        said = compile('.');
        const at = /bacids:(\d+):\d+: error: .*E604/.exec(said.stderr);
        if (!at) break;
        lines.splice(at[1] - 1, 1);
    } while (!/both were/.test(said.stderr));
    if (said.status) {                                           // one object with two numbers: for people
        if (!/E60[45]/.test(said.stderr)) fail(`${what}: not compiled`, said.stderr, made);
        copyFileSync('base.bacids', 'project.bacids');
        model = base;
        return;
    }
    const seen = look(model, '.', what);
    for (const t of model.things.filter(x => last.now.has(x.id) && !(x.kind === 't' && made.some(e => e.edit === 'own'))))
        if (last.now.get(t.id).number !== seen.now.get(t.id).number) fail(`${what}: was ${last.now.get(t.id).number}:`, t, made);
    for (const d of Object.keys(PLC))
        for (const s of sides)
            if (seen.revision[d] < s.seen.revision[d] + (String(seen.objects[d]) !== String(s.seen.objects[d])))
                fail(`${what}: revision ${seen.revision[d]} of ${d}`, made);
    for (const plc of ['P1', 'P2']) copyFileSync(`project-${plc}.bin`, `was-${plc}.bin`);
    own(model, seen);
    last = seen;
}

for (let i = 0; i < 25; i++) apply(model, { edit: 'add', ...edits.add(model) });
step('first');
for (let n = 1; n <= Number(process.argv[3]); n++) {
    if (n % 5 === 0) {
        branches(`step ${n}`);
    } else if (n % 7 === 3) {                                    // the project is what it was, not the file
        const back = structuredClone(model), was = last, made = edit(model, 1 + random(2));
        if (made.some(e => e.edit === 'own' || e.formerly)) { model = back; continue; }
        step(`step ${n}`, last, made);
        model = back;
        for (const t of model.things) delete t.formerly;
        const now = new Map([...was.now].map(([id, { number }]) => [id, { number, identity: last.now.get(id)?.identity }]));
        step(`step ${n} undone`, { ...last, now }, made);
    } else {
        const made = edit(model, 1 + random(4));
        step(`step ${n}`, last, made);
    }
}
