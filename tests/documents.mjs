// With --diagnostics=json or sarif there is one document and nothing beside it where it goes: on standard
// output, or on standard error where the command's result is on standard output. Whatever happens.
//     node tests/documents.mjs BACC        in a folder with good.xml warns.xml wrong.xml
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

const bacc = process.argv[2];
let failed = 0, documents = 0;
const LEVELS = ['none', 'note', 'warning', 'error'];

function sarif(s, status, fail) {
    const run = s.runs?.[0], rules = run?.tool?.driver?.rules, call = run?.invocations?.[0];
    if (s.version !== '2.1.0' || s.runs.length !== 1 || !run.tool.driver.name) return fail('no SARIF 2.1.0 log');
    if (new Set(rules.map(r => r.id)).size !== rules.length) fail('a rule stands there twice');
    for (const r of rules)
        if (!/^[EW]\d{3}$/.test(r.id) || !r.fullDescription.text || !LEVELS.includes(r.defaultConfiguration.level))
            fail(`rule ${r.id}`);
    if (call.executionSuccessful !== (status !== 1)) fail('the invocation says otherwise');
    if ((status === 1) !== call.toolExecutionNotifications.length > 0) fail('notifications of failures');
    for (const n of call.toolExecutionNotifications)
        if (!n.message.text || !LEVELS.includes(n.level)) fail('a notification without text');
    const place = l => {
        const p = l.physicalLocation, r = p.region;
        if (!p.artifactLocation.uri || /[^\x21-\x7e]|["<>\\^`{|}]|%(?![0-9A-F]{2})/.test(p.artifactLocation.uri)) fail('no URI');
        if (r && (r.startLine < 1 || (r.startColumn ?? 1) < 1)) fail('no region');
    };
    for (const r of run.results) {
        if (rules[r.ruleIndex]?.id !== r.ruleId || !r.message.text || !LEVELS.includes(r.level)) fail(`result ${r.ruleId}`);
        r.locations?.forEach(place);
        r.relatedLocations?.forEach(l => { place(l); if (!l.message.text) fail('a related location without text'); });
    }
    return { errors: run.results.filter(r => r.level === 'error').length,
             warnings: run.results.filter(r => r.level === 'warning').length };
}
function json(j, status, fail) {
    for (const d of j.diagnostics)
        if (!/^[EW]\d{3}$/.test(d.code) || !d.name || !d.text || typeof d.hint !== 'string' || !Array.isArray(d.notes))
            fail(`diagnostic ${d.code}`);
    if ((status === 1) !== j.failures.length > 0) fail('failures');
    if (j.errors + j.warnings !== j.diagnostics.length) fail('the numbers at the end');
    return j;
}

function one(where, ...args) {
    for (const format of ['json', 'sarif']) {
        const r = spawnSync(bacc, [...args, `--diagnostics=${format}`], { encoding: 'utf8' });
        const fail = text => { failed++; console.log(`bacc ${args.join(' ')} (${format}): ${text}`); };
        const text = r[where].replace(/^(bacc: error:|\S+: \d+ variables?).*\n/gm, m => where === 'stderr' ? '' : m);
        documents++;
        let found;
        try {
            found = JSON.parse(text);
        } catch (e) {
            fail(`${where} is no document: ${e.message}: ${r[where].slice(0, 80)}`);
            continue;
        }
        const n = (format === 'json' ? json : sarif)(found, r.status, fail);
        if (r.status === 2 !== n.errors > 0 && r.status !== 1) fail(`status ${r.status} with ${n.errors} errors`);
        if (/warns/.test(args.join(' ')) && args[0] !== 'import' && !n.warnings) fail('the warning is missing');
        if (where === 'stdout' && /diagnostics":/.test(r.stderr)) fail('a second document');
    }
}

writeFileSync('points.csv', 'name;type\nA;REAL\n');
writeFileSync('bad.csv', 'what;is\nthis;?\n');
for (const p of ['good.xml', 'warns.xml', 'wrong.xml', 'missing.xml', 'dir #1/naïve %.xml']) {
    one('stdout', 'check', p);
    one('stdout', 'compile', p);
    one('stdout', 'compile', p, '-q');
    one('stdout', 'export-ede', p);
    one('stdout', 'export-csv', p, '-o', 'out.csv');
    one('stdout', 'export-pics', p, '-o', 'out.txt');
    one('stdout', 'import', 'csv', 'points.csv', '--into', p, '--dry-run');
    one('stderr', 'export-csv', p);
    one('stderr', 'export-pics', p);
    one('stderr', 'export-epics', p);
    one('stderr', 'diff', p, 'good.xml');
    one('stderr', 'diff', 'good.xml', p, '--json');
    one('stderr', 'dump', p);
}
one('stdout', 'import', 'csv', 'points.csv', '-o', 'new.xml', '--force');
one('stdout', 'import', 'csv', 'bad.csv', '-o', 'new.xml', '--force');
one('stderr', 'import', 'csv', 'points.csv');
one('stderr', 'import', 'csv', 'bad.csv');
console.log(`${documents} documents`);
process.exit(failed ? 1 : 0);
