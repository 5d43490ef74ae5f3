// Runs the examples of a page as a reader would: every line that begins with "$ " is a command for sh,
// the lines below it are what it prints (both streams together).
//     node tests/docs/run.mjs README.md|man/PAGE        in an empty directory, programs in PATH
// In the page, invisible to the reader, as <!-- doc: ... --> or .\" doc: ...
//     file X = Y      X is Y of the repository; a fenced block that follows shows the same text
//     file X          the block that follows is the file X
//     in X            the next block stands in the element X of a project; together they must compile
//     run COMMAND     something that the reader is supposed to have done
//     serve IMAGE     bacrt runs on that image until the page ends
//     control         the next block is talk on the control socket: > sent, < received (at least that)
//     background      the next block's command stays running until the page ends
//     skip WHY        the next block is not run
//     needs X...      without these programs (or directories) the rest of the page is not run
// In expected output a line "..." stands for any lines; times of logs and sizes in bytes are not compared. 127.0.0.x is
// exchanged for addresses of tests, so that pages may show the usual port.
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';

const root = process.env.ROOT, page = process.argv[2];
const text = readFileSync(`${root}/${page}`, 'utf8');
const subnet = `127.${64 + process.pid % 128}.${1 + (process.pid >> 7) % 250}`;       // of this run alone
const blank = s => s.replace(/[^\w./-]/g, '\\$&');        // a path as a shell reads it
const moved = s => s.replace(/\b127\.0\.0\.(\d+)/g, `${subnet}.$1`)
    .replace(/(^| )build\/tests\//g, `$1${blank(dirname(process.env.BACRT))}/tests/`).replace(/(^| )(tests|samples)\//g, `$1${blank(root)}/$2/`);
const calm = s => s.replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time>');
const background = [], fragments = {};
let bad = 0, ran = 0;

const complain = (line, what) => { console.log(`${page}:${line}: ${what}`); bad++; };

// man(7) text as it is read
function unroff(s) {
    const chars = { de: '°', aq: "'", dq: '"', bu: '•', rs: '\\', ti: '~', ha: '^' };
    return s.replace(/\\(-|e|&|\(..|\[[^\]]*\]|f.)/g, (_, c) => c === '-' ? '-' : c === 'e' ? '\\' :
        c === '&' || c[0] === 'f' ? '' : chars[c.replace(/[([\]]/g, '')] ?? '?');
}

// [{ kind: 'doc', line, words } | { kind: 'block', line, lines }], in order
function pieces() {
    const out = [], man = /\.[1-8]$/.test(page);
    let block = null;
    text.split('\n').forEach((l, i) => {
        const doc = man ? /^\.\\" doc: (.*)$/.exec(l) : /^<!-- doc: (.*) -->$/.exec(l);
        if (doc) out.push({ kind: 'doc', line: i + 1, words: doc[1] });
        else if (block && (man ? l === '.EE' : l === '```')) block = null;
        else if (block) block.lines.push(man ? unroff(l) : l);
        else if (man ? l === '.EX' : /^```\w/.test(l))
            out.push(block = { kind: 'block', line: i + 1, lines: [] });
    });
    return out;
}

const asLines = s => calm(s).replace(/\n$/, '').split('\n');
const pattern = lines => new RegExp('^' + lines.map(l => l === '...' ? '(?:.*\n)*?' :
    calm(l).replace(/[.*+?^${}()|[\]\\]/g, '\\$&').trimEnd() + '[ \t]*\n').join('') + '$');

function matches(line, command, want, got) {
    // a device of another test that has just said I-Am to all of 127.0.0.0/8 is no answer
    const ours = got.split('\n').filter(l => !/^device \d+ at 127\./.test(l) || l.includes(` ${subnet}.`) || l.includes(' 127.0.0.')).join('\n');
    const lines = asLines(ours.replace(/\r/g, ''));
    const flat = lines.length === 1 && lines[0] === '' ? '' : lines.join('\n') + '\n';
    if (pattern(want.map(moved)).test(flat)) return;
    complain(line, `$ ${command}\n--- the page says\n${want.join('\n')}\n--- it says\n${got}`);
}

function shell(line, command, want) {
    const p = spawnSync('sh', ['-c', `{ ${moved(command)}\n} 2>&1`], { encoding: 'utf8', timeout: 30000 });
    ran++;
    matches(line, command, want, p.stdout);
    if (p.status !== 0 && !want.length) complain(line, `$ ${command}\nends with ${p.status ?? p.signal}`);
}

async function keep(line, command, want) {
    const p = spawn('sh', ['-c', `exec ${moved(command)} 2>&1`]);
    const job = { p, line, command, want, said: '', ended: new Promise(r => p.on('close', r)) };
    p.stdout.on('data', d => { job.said += d; });
    background.push(job);
    ran++;
    for (let i = 0; i < 100 && !job.said.includes('\n') && p.exitCode === null; i++)
        await new Promise(r => setTimeout(r, 50));
    if (p.exitCode !== null) complain(line, `$ ${command}\nends at once: ${job.said}`);
    await new Promise(r => setTimeout(r, 200));
}

// Is all that the page shows in what came?
const holds = (want, got) => want === null || typeof want !== 'object' ? want === got :
    got !== null && typeof got === 'object' && Object.keys(want).every(k => holds(want[k], got[k]));

async function talk(block) {
    const socket = createConnection('project.state/control'), turns = [];
    const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
    block.lines.forEach((l, i) => {
        if (/^[<>] /.test(l)) turns.push({ line: block.line + 1 + i, sent: l[0] === '>', text: l.slice(2) });
        else turns.at(-1).text += l;
    });
    for (const t of turns) {
        if (t.sent) { socket.write(t.text + '\n'); ran++; continue; }
        const timer = setTimeout(() => socket.destroy(), 5000), { value } = await lines.next();
        clearTimeout(timer);
        if (!value || !holds(JSON.parse(t.text), JSON.parse(value)))
            complain(t.line, `--- the page says\n${t.text}\n--- it says\n${value}`);
    }
    socket.destroy();
}

function commandsOf(block) {
    const out = [];
    block.lines.forEach((l, i) => {
        if (l.startsWith('$ ')) out.push({ line: block.line + 1 + i, command: l.slice(2), want: [] });
        else if (out.length && out.at(-1).command.endsWith('\\')) out.at(-1).command += '\n' + l;
        else if (out.length) out.at(-1).want.push(l);
        else if (l) complain(block.line + 1 + i, 'output without a command');
    });
    return out;
}

let mode = null, file = null;
for (const piece of pieces()) {
    if (piece.kind === 'doc') {
        const [, verb, rest] = /^(\w+) ?(.*)$/.exec(piece.words);
        const [name, source] = rest.split(' = ');
        if (verb === 'file') {
            mkdirSync(dirname(name), { recursive: true });
            if (source) copyFileSync(`${root}/${source}`, name);
            file = name;
        } else if (verb === 'run') {
            const p = spawnSync('sh', ['-c', unroff(rest)], { encoding: 'utf8' });
            if (p.status !== 0) complain(piece.line, `${rest}: ${p.stderr}${p.stdout}`);
        } else if (verb === 'needs') {
            const missing = rest.split(' ').filter(n => n.includes('/') ? !existsSync(`${root}/${n}`)
                : spawnSync('sh', ['-c', `command -v ${n}`]).status !== 0);
            if (missing.length === 0) continue;
            console.log(`${page}:${piece.line}: the rest is not run without ${missing.join(', ')}`);
            break;
        } else if (verb === 'in') {
            mode = `in ${rest}`;
        } else if (verb === 'serve') {
            await keep(piece.line, `bacrt run ${rest} --bind 127.0.0.1`, ['...']);
        } else if (verb === 'control') {
            mode = verb;
        } else if (verb === 'background' || verb === 'skip') mode = verb;
        else complain(piece.line, `doc: ${verb}?`);
        if (verb === 'file' && source) file = `=${name}`;
        continue;
    }
    if (mode?.startsWith('in ')) {
        const place = mode.slice(3);
        fragments[place] = `${fragments[place] ?? ''}${piece.lines.join('\n')}\n`;
        mode = null;
        continue;
    }
    if (mode === 'control') {
        await talk(piece);
        mode = null;
        continue;
    }
    const shows = piece.lines.some(l => l.startsWith('$ '));
    if (!shows && file && file[0] === '=') {
        if (readFileSync(file.slice(1), 'utf8') !== piece.lines.join('\n') + '\n')
            complain(piece.line, `is not ${file.slice(1)} of the repository`);
    } else if (!shows && file) writeFileSync(file, piece.lines.join('\n') + '\n');
    else if (shows && mode !== 'skip')
        for (const c of commandsOf(piece))
            await (mode === 'background' ? keep(c.line, c.command, c.want) : shell(c.line, c.command, c.want));
    mode = file = shows || file ? null : file;
}
if (fragments.Project) {
    const plc = (fragments.Plc ?? '').replace(/<!--.*-->/, fragments.Device ?? '');
    writeFileSync('page.xml', `<Project xmlns="urn:bacc:project:1" name="Page">\n${fragments.Project}` +
        `<Variables>\n${fragments.Variables ?? ''}</Variables>\n${plc}</Project>\n`);
    shell(1, 'bacc check page.xml', []);
}
for (const job of background.reverse()) {
    job.p.kill('SIGTERM');
    await job.ended;
    if (job.p.exitCode !== 0 && (job.p.signalCode !== 'SIGTERM' || /^bacrt/.test(job.command))) complain(job.line, `$ ${job.command}\nends with ${job.p.exitCode ?? job.p.signalCode}`);
    matches(job.line, job.command, [...job.want, '...'], job.said);
}
console.log(`${ran} commands run`);
process.exit(bad ? 1 : 0);
