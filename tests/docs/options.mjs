// The manual pages and --help name the same commands and options, per command where the page has a
// section for it.      node tests/docs/options.mjs
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const root = process.env.ROOT, build = `${root}/${process.env.B ?? 'build'}`;
const said = (prog, ...args) => spawnSync(`${build}/${prog}`, args, { encoding: 'utf8' }).stdout;
const named = s => new Set([...s.matchAll(/(?<![\w-])--([a-z][a-z-]*)/g)].map(m => m[1]));
const plain = s => s.replace(/^\.\\".*\n/gm, '').replace(/^\.EX\n[^]*?^\.EE\n/gm, '').replace(/\\-/g, '-');
let bad = 0;
const complain = what => { console.log(what); bad++; };

for (const [prog, page] of [['bacc', 'man/bacc.1'], ['bacrt', 'man/bacrt.8']]) {
    const text = plain(readFileSync(`${root}/${page}`, 'utf8'));
    const sections = new Map([...text.matchAll(/^\.S([SH]) (.*)\n([^]*?)(?=^\.S[SH] )/gm)].map(m => [m[2], m[3]]));
    const common = named(sections.get('OPTIONS'));
    const commands = [...said(prog, '--help').matchAll(/^  ([a-z][a-z-]*) +\S/gm)].map(m => m[1]);
    const all = new Set(['version', 'help', 'name']);        // --name stands for any
    for (const c of commands) {
        const own = [...sections].find(([title]) => title.split(' ').slice(0, 2).join(' ') === `${prog} ${c}`);
        if (!own) { complain(`${page}: no section '.SS ${prog} ${c} ...'`); continue; }
        const documented = named(own[1]);
        if (/^(start|stop|ack)$/.test(c)) continue;                  // told with restart and reset
        const taken = named(said(prog, c, '--help').replace(/'bacc [^']*'/g, ''));
        taken.add('help');
        taken.forEach(o => all.add(o));
        for (const o of taken)
            if (!documented.has(o) && !common.has(o)) complain(`${page}: ${c} --${o} is not described`);
        for (const o of documented)
            if (!taken.has(o)) complain(`${page}: ${c} has no --${o}`);
    }
    for (const o of named(text))
        if (!all.has(o)) complain(`${page}: no command takes --${o}`);
}
process.exit(bad ? 1 : 0);
