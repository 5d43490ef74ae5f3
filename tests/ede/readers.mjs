// Small readers of EDE sets, each written from what an importer is known to do with its files.
//     node tests/ede/readers.mjs DIR READER...       prints what each took from DIR; status 1: one choked
// A reader throws where the importer would stop, skip a row or put a cell into the wrong place.
import { readFileSync, readdirSync } from 'node:fs';

const [dir, ...wanted] = process.argv.slice(2);
const files = readdirSync(dir);
const check = (ok, what) => { if (!ok) throw new Error(what); };
const one = re => { const f = files.filter(n => re.test(n)); check(f.length === 1, `${f.length} files like ${re}`); return f[0]; };
const bytes = name => readFileSync(`${dir}/${name}`);
const utf8 = name => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes(name));
const lines = text => text.split(/\r?\n/).filter((l, i, all) => i < all.length - 1 || l !== '');
const cells = text => lines(text).map(l => l.split(';'));
const number = (s, what) => { check(/^-?\d+(\.\d+)?$/.test(s), `${what}: '${s}' is no number`); return Number(s); };
const whole = (s, what) => { check(/^\d+$/.test(s), `${what}: '${s}' is no whole number`); return Number(s); };
const stateSets = file => new Map(cells(utf8(file)).slice(2).map(r => [whole(r[0], 'state reference'), r.slice(1).filter(t => t !== '')]));
const BINARY = new Set([3, 4, 5]), MULTI = new Set([13, 14, 19]);
const seen = (type, device, instance, name) => `${device} ${type},${instance} ${name}`;

// positions of all layouts: 17 columns, the first five required
const positional = (rows, width) => rows.map(r => {
    check(r.length === width, `a row of ${r.length} cells instead of ${width}: ${r[0]}`);
    return { key: r[0], device: whole(r[1], 'device'), name: r[2], type: whole(r[3], 'type'), instance: whole(r[4], 'instance'),
        text: r[5], initial: r[6], min: r[7], max: r[8], settable: r[9], cov: r[10], high: r[11], low: r[12], states: r[13], unit: r[14],
        address: r[15], class: r[16] };
});
function sane(o) {                              // what any reader by position would notice
    for (const n of ['initial', 'min', 'max', 'high', 'low'])
        if (o[n]) number(o[n], `${n} of ${o.key}`);
    check(/^[YN]$/.test(o.settable) && /^[YN]$/.test(o.cov), `settable or COV of ${o.key}`);
    for (const n of ['states', 'unit'])
        if (o[n]) whole(o[n], `${n} of ${o.key}`);
    check(o.name !== '' && o.key !== '', 'a name is empty');
    if (o.type > 2) check(o.unit === '', `${o.key} has a unit`);
    return o;
}
const unique = objects => {
    const keys = new Set(objects.map(o => o.key));
    check(keys.size === objects.length, 'two rows have the same keyname');
    return objects;
};
const main = () => one(/_EDE\.csv$/);
const width = t => cells(t).find(r => /^(# ?)?"?keyname/.test(r[0])).length;

const readers = {
    // by position; skips comments and the header's keys; a state reference must exist; two texts for binary
    niagara() {
        const skip = /^(#|PROJECT_NAME|AUTHOR_|VERSION_OF_REFERENCEFILE|TIMESTAMP_|LIMITED_RESOURCES|VERSION_OF_LAYOUT)/i;
        const sets = stateSets(one(/_StateTexts\.csv$/)), text = utf8(main());
        const objects = positional(cells(text).filter(r => !skip.test(r[0])), width(text)).map(sane);
        for (const o of objects) {
            if (o.unit) check(whole(o.unit, 'unit') < 65536, 'unit');
            if (MULTI.has(o.type)) check(o.initial === '', `${o.key}: a default that is no state text discards the states`);
            if (!BINARY.has(o.type) && !MULTI.has(o.type)) continue;
            const set = sets.get(Number(o.states));
            check(o.states !== '' && set, `${o.key}: no state texts ${o.states}`);
            if (BINARY.has(o.type)) check(set.length === 2, `${o.key}: ${set.length} texts`);
            if (MULTI.has(o.type)) check(set.length === Number(o.max) && o.min === '1', `${o.key}: ${set.length} texts for ${o.max} states`);
        }
        return objects;
    },
    // a whole number as layout, eight rows passed over, at least 14 cells, no quotes; edeDataTextX with edeStateTextX
    plc4x() {
        const file = one(/^edeDataText/);
        check(files.includes(file.replace('edeDataText', 'edeStateText')), 'no edeStateText file');
        const rows = cells(utf8(file));
        check(['2', '3', '4'].includes(rows[5][1]), `layout ${rows[5][1]}`);
        check(!utf8(file).includes('"'), 'quotes would stay in the keys');
        return positional(rows.slice(8), rows[5][1] === '4' ? 17 : 16).map(sane);
    },
    // the title row begins with "# keyname"; by title; a device is a row of type 8, points are of types 0..5
    thingsboard() {
        const rows = cells(utf8(main())), at = rows.findIndex(r => r[0] === '# keyname');
        check(at >= 0, 'no row "# keyname"');
        const col = t => { const i = rows[at].indexOf(t); check(i >= 0, `no column ${t}`); return i; };
        const [d, n, t, i] = ['device obj.-instance', 'object-name', 'object-type', 'object-instance'].map(col);
        const all = rows.slice(at + 1).map(r => ({ key: r[0], device: Number(r[d]), name: r[n], type: Number(r[t]), instance: Number(r[i]) }));
        const devices = new Set(all.filter(o => o.type === 8).map(o => o.instance));
        check(devices.size > 0, 'no row of a device');
        return all.filter(o => o.type === 8 || (o.type <= 5 && devices.has(o.device)));
    },
    // "# keyname" exactly; by position; state texts by place: two header rows, binary and multi-state refer to rows
    bepacom() {
        const rows = cells(utf8(main())), at = rows.findIndex(r => r[0] === '# keyname');
        check(at >= 0, 'no row "# keyname"');
        const states = cells(utf8(one(/_StateTexts\.csv$/))).slice(2);
        const objects = positional(rows.slice(at + 1), rows[at].length);
        for (const o of objects) {
            if (BINARY.has(o.type)) check(states[whole(o.states, `states of ${o.key}`)], `${o.key}: beyond the list`);
            if (MULTI.has(o.type)) check(states[whole(o.states, `states of ${o.key}`) - 1][0] === o.states, `${o.key}: another row`);
        }
        return objects;
    },
    // by title; each key row has a cell; layout 2.2 or 2.3; dd.mm.yyyy; integers in integer columns; no blank state text
    bacnet_ede() {
        const rows = cells(utf8(main()).replace(/^\ufeff/, ''));
        const keys = new Map(rows.slice(1, 6).map(r => [r[0].replace(/^# /, ''), r[1]]));
        for (const k of ['PROJECT_NAME', 'VERSION_OF_REFERENCEFILE', 'TIMESTAMP_OF_LAST_CHANGE', 'AUTHOR_OF_LAST_CHANGE', 'VERSION_OF_LAYOUT'])
            check(keys.get(k) !== undefined, `no cell beside ${k}`);
        check(['2.2', '2.3'].includes(keys.get('VERSION_OF_LAYOUT')), `layout ${keys.get('VERSION_OF_LAYOUT')}`);
        check(/^\d\d\.\d\d\.\d{4}$/.test(keys.get('TIMESTAMP_OF_LAST_CHANGE')), 'the date');
        whole(keys.get('VERSION_OF_REFERENCEFILE'), 'version');
        check(rows[7].includes('settable'), 'no column settable');
        return unique(positional(rows.slice(8), rows[7].length).map(sane));
    },
    // eight rows passed over; ' and " are quotes to it, both must be paired
    thingit() {
        const text = utf8(main()), rows = lines(text).slice(8);
        for (const l of rows) check((l.match(/'/g) ?? []).length % 2 === 0 && !l.includes('""'), `quotes: ${l}`);
        return positional(rows.map(l => l.split(';')), width(text));
    },
    // by position, comments passed over, ten cells at least, Y in the tenth
    neuron() {
        return positional(cells(utf8(main())).filter(r => !r[0].startsWith('#') && r.length >= 10), width(utf8(main())));
    },
    // finds the title row, then two columns by title; every row reaches the last of them
    metricq() {
        const rows = cells(utf8(main())), at = rows.findIndex(r => /^#.*keyname/.test(r[0]));
        const v = rows[at].indexOf('vendor-specific-address'), n = rows[at].indexOf('object-name');
        check(v > 0 && n > 0, 'titles');
        return positional(rows.slice(at + 1).filter(r => r[v] !== undefined && r[n]), rows[at].length);
    },
    // seven rows passed over, then titles; 16 names by position
    pandas() {
        const rows = cells(utf8(main())).slice(7);
        check(rows[0].length === 16, `${rows[0].length} columns`);
        return positional(rows.slice(1), 16);
    },
    // the magic of the first row, semicolons, 16 columns
    iridi() {
        const rows = cells(utf8(main()));
        check(rows[0][0].includes('#Engineering-Data-Exchange'), 'the first row');
        return positional(rows.slice(8), 16).map(sane);
    },
    // file kinds by the end of their names; columns by a keyword in the title; units by code
    desigo() {
        for (const kinds of [/_EDE\.csv$/, /(_ObjectTypes|_Object-Types|-object)\.csv$/, /(_StateTexts|_State-Texts|-states)\.csv$/,
            /(_Units|_Unit-Texts|-unit)\.csv$/]) one(kinds);
        const units = new Set(cells(utf8(one(/(_Units|-unit)\.csv$/))).map(r => r[0]));
        const objects = positional(cells(utf8(main())).slice(8), width(utf8(main()))).map(sane);
        for (const o of objects) check(o.unit === '' || units.has(o.unit), `unit ${o.unit} is not in the list`);
        return objects;
    },
    // 13 columns, texts in quotes, Windows-1252
    jci() {
        const text = new TextDecoder('windows-1252').decode(bytes(main())), rows = cells(text);
        check(rows[7].join(';') === '# keyname;device obj.-instance;object-name;object-type;object-instance;description;' +
            'min-present-value;max-present-value;commandable;hi-limit;low-limit;state-text-reference;unit-code', 'titles');
        return rows.slice(8).map(r => {
            check(r.length === 13, `${r.length} cells`);
            check(/^".+"$/.test(r[0]) && /^".+"$/.test(r[2]) && /^(".+")?$/.test(r[5]), `texts in quotes: ${r[0]}`);
            check(/^[YN]$/.test(r[8]), `commandable of ${r[0]}`);
            return { key: r[0], device: whole(r[1]), name: r[2].slice(1, -1), type: whole(r[3]), instance: whole(r[4]) };
        });
    },
    // the nine columns of Domat's own files, each row ended by a semicolon
    domat() {
        const rows = cells(utf8(main()));
        check(rows[7].join(';') === '# keyname;device obj.-instance;object-name;object-type;object-instance;unit-code;hi-limit;' +
            'low-limit;state-text-reference;', 'titles');
        check(cells(utf8(one(/_ObjTypes\.csv$/))).slice(0, 2).map(r => r.join(';')).join('|') ===
            '#Encoding of BACnet Object Types;;;|#Code;Object Type;;', 'object types');
        check(cells(utf8(one(/_StateTexts\.csv$/))).slice(0, 2).map(r => r.join(';')).join('|') ===
            '#State Text Reference;;;;;;|#Reference Number;0;1;2;3;4;', 'state texts');
        check(lines(utf8(one(/_Units\.csv$/)))[0] === '# Unit Texts Reference;', 'units');
        return rows.slice(8).map(r => {
            check(r.length === 10 && r[9] === '', `${r.length} cells`);
            return { key: r[0], device: whole(r[1]), name: r[2], type: whole(r[3]), instance: whole(r[4]) };
        });
    },
};

let bad = 0;
for (const name of wanted) {
    try {
        const objects = readers[name]();
        console.log(`${name}: ${objects.length} objects, ${new Set(objects.map(o => o.device)).size} devices`);
        if (process.env.LIST) objects.forEach(o => console.log(`  ${seen(o.type, o.device, o.instance, o.name)}`));
    } catch (e) {
        console.log(`${name}: ${e.message}`);
        bad = 1;
    }
}
process.exit(bad);
