// The generated parts of manual pages, from what the compiler says of itself.
//     node tests/docs/generate.mjs          compares man/* with what they should be; status 1: they differ
//     node tests/docs/generate.mjs --write  writes them
// A part stands between  .\" generated: NAME  and  .\" end
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const root = process.env.ROOT ?? '.', bacc = process.env.BACC ?? `${root}/build/bacc`;
const says = (...args) => execFileSync(bacc, args, { encoding: 'utf8', maxBuffer: 1 << 26 });
const roff = s => s.replace(/\\/g, '\\e').replace(/-/g, '\\-').replace(/^([.'])/gm, '\\&$1').replace(/'/g, '\\(aq');

// Which element stands where: the compiler's own rows.
function grammar() {
    const rows = readFileSync(`${root}/compiler/grammar.c`, 'utf8')
        .matchAll(/^ *\{ EL_(\w+), (\w+), "([^"]*)" \},$/gm);
    return [...rows].map(m => ({ name: m[1], how: m[2], parents: m[3].split(' ').filter(Boolean) }));
}

// Four columns in 78: a word that is longer than its column may be broken, without a hyphen.
const WIDTHS = [18, 14, 11, 25];
const FORMAT = 'l' + WIDTHS.map(w => `w(${w})`).join('1 l');
const cell = (text, i) => `T{\n${text.split(' ').map(w => {
    const word = roff(w);
    return w.length <= WIDTHS[i] ? word : word.replace(/([.:/?&\-]|[a-z](?=[A-Z]))(?=\w)/g, '$1\\:');
}).join(' ')}\nT}`;
function vocabulary() {
    const rows = says('explain', '--vocabulary').trimEnd().split('\n').map(l => l.split('\t'));
    const elements = grammar(), known = new Set(elements.map(g => g.name));
    for (const r of rows)
        if (!known.has(r[0])) throw new Error(`${r[0]}: an element that compiler/grammar.c does not have`);
    const out = ['.ad l', '.nh', '.TS', 'lb1 lb1 lb1 lb.', 'Attribute\tType\tDefault\tMeaning'];
    for (const el of elements) {
        const how = { ONCE: ', once', TEXT: '; holds a text', OFTEN: '' }[el.how];
        const place = el.parents.length ? `in ${el.parents.join(', ')}${how}` : 'the root';
        const attrs = rows.filter(r => r[0] === el.name);
        out.push('.T&', 'l s s s', `l s s s${attrs.length ? '' : '.'}`, ...(attrs.length ? [`${FORMAT}.`] : []),
            '', `T{\n\\fB${el.name}\\fR (${place})\nT}`);
        for (const [, name, type, dflt, doc] of attrs)
            out.push([name, type.replace(/\|/g, ', ').replace(/^word /, ''), dflt, doc].map(cell).join('\t'));
    }
    return [...out, '.TE', '.hy', '.ad b'];
}

// Words in lines of at most 78 octets; none begins with a control character of roff.
function filled(text) {
    const lines = [];
    for (const word of text.split(/\s+/).map(roff)) {
        const last = lines.at(-1);
        if (last !== undefined && Buffer.byteLength(`${last} ${word}`) <= 78) lines[lines.length - 1] += ` ${word}`;
        else lines.push(word);
    }
    return lines;
}

// `bacc explain --all`: head line, paragraphs, hint
function diagnostics() {
    const out = [];
    for (const entry of says('explain', '--all').trimEnd().split('\n\n\n')) {
        const [head, ...paragraphs] = entry.split('\n\n');
        const [, id, name] = /^(\S+) (\S+) \(\w+\)$/.exec(head);
        out.push('.TP', `.B ${roff(`${id} ${name}`)}`);
        paragraphs.filter(p => !p.startsWith('Silence it')).forEach((p, i) =>
            out.push(...(i ? ['.br'] : []), ...filled(p.trim())));
    }
    return out;
}

const parts = { vocabulary, diagnostics };
let differ = 0;
for (const page of ['man/bacc-project.5', 'man/bacc-diagnostics.7']) {
    const text = readFileSync(`${root}/${page}`, 'utf8');
    const fresh = text.replace(/^(\.\\" generated: (\w+)\n)[^]*?^(\.\\" end)$/gm,
        (_, begin, name, end) => `${begin}${parts[name]().join('\n')}\n${end}`);
    if (fresh === text) continue;
    if (process.argv[2] === '--write') writeFileSync(`${root}/${page}`, fresh);
    else {
        const a = text.split('\n'), b = fresh.split('\n'), i = b.findIndex((l, k) => l !== a[k]);
        console.log(`${page}:${i + 1}: is '${a[i]}', should be '${b[i]}'\n` +
            "bring it up to date with: node tests/docs/generate.mjs --write");
    }
    differ = 1;
}
process.exit(process.argv[2] === '--write' ? 0 : differ);
