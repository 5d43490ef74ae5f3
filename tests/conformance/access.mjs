// Every property of every object type, and every wrong way to reach it (135-2020 clauses 12, 15.5, 15.7, 15.9, 14.1,
// 13.14). What is right stands in properties.tsv; the walk reads it row by row against one object of each make.
import fs from 'node:fs'
import { app, appU, bytes, check, close, ctx, ctxU, fail, oid, open, OT, real, rpmBody, S, TYPE, what, wpBody } from './lib.mjs'
import { number, tokens, matches } from './types.mjs'

const ABSENT = 512                                  // no standard property has this number
const rows = fs.readFileSync(new URL('properties.tsv', import.meta.url), 'utf8').split('\n').filter((l) => l && !l.startsWith('#'))
    .map((l) => { const [type, id, name, code, condition, datatype] = l.split('\t'); return { type: +type, id: +id, name, code, condition, datatype } })
const row = (type, id) => rows.find((r) => r.type === type && r.id === id)
const isArray = (r) => r.datatype.startsWith('Array')
const isList = (r) => r.datatype.startsWith('List')
const element = (r) => r.datatype.replace(/^(Array\d*|List):/, '').replace(/^Enumerated:.*/, 'Enumerated').replace(/^BitString:.*/, 'BitString')
const fixedArray = (r) => /^Array\d/.test(r.datatype)
const P = { name: 77, type: 79, list: 371, pv: 85, oos: 81, flags: 111, reliability: 103, priorities: 87, default: 104 }
const NOT_ARRAY = '2/50', ACCESS = '2/40', TYPE_WRONG = '2/9', RANGE = '2/37', INDEX = '2/42', UNKNOWN = '2/32', NO_LIST = '5/22', ENCODING = '2/142'

// --- the objects and their properties, read once ---
let objects
async function walk(c) {
    if (objects) return objects
    const n = number(valueOf(await c.read(OT.DEV, 0x3fffff, 76, 0)), 1)
    objects = []
    for (let i = 1; i <= n; i++) {
        const m = await c.read(OT.DEV, 0x3fffff, 76, i)
        const o = valueOf(m).readUInt32BE(1)
        const list = tokens(valueOf(await c.read(o >>> 22, o & 0x3fffff, P.list))).map((t) => t.u)
        if ([20, 25].includes(o >>> 22)) await c.ask(S.wp, wpBody(o >>> 22, o & 0x3fffff, 133, [0x10]))      // Buffer_Size may change
        objects.push({ type: o >>> 22, n: o & 0x3fffff, has: [...list, 75, P.name, P.type, P.list] })
    }
    return objects
}
function valueOf(m) {                               // between the tags [3] of a ReadProperty answer
    check(m.type === TYPE.complex && !m.seg, `a value expected, came ${what(m)}`)
    let at = 5 + 1 + (m.data[5] & 7)
    if (m.data[at] >> 4 === 2) at += 1 + (m.data[at] & 7)
    return m.data.subarray(at + 1, m.data.length - 1)
}
const answer = (m) => (m.type === TYPE.simple ? 'done' : m.type === TYPE.complex ? 'value' : m.type === TYPE.error ? m.error
    : m.type === TYPE.reject ? `reject ${m.reason}` : what(m))

// What went otherwise, all of it.
class Notes {
    list = []
    expect(got, want, o, p, how) {
        if (![want].flat().includes(got)) this.list.push(`${o.type},${o.n} ${row(o.type, p)?.name ?? p} ${how}: ${got} instead of ${want}`)
    }
    end() { if (this.list.length) fail(`${this.list.length} deviations: ${this.list.slice(0, +(process.env.MANY ?? 12)).join('; ')}`) }
}
async function each(c, visit) {
    const notes = new Notes()
    for (const o of await walk(c))
        for (const p of o.has) if (row(o.type, p)) await visit(notes, o, p, row(o.type, p))
    notes.end()
}
const write = async (c, o, p, value, { index, priority } = {}) => answer(await c.ask(S.wp, bytes(ctx(0, oid(o.type, o.n)), ctxU(1, p),
    index === undefined ? [] : ctxU(2, index), open(3), value, close(3), priority === undefined ? [] : ctxU(4, priority))))
const own = async (c, o, p) => valueOf(await c.read(o.type, o.n, p))
const commandable = (o) => o.has.includes(P.priorities)

const tagName = (b) => ['Null', 'Boolean', 'Unsigned', 'Integer', 'Real', 'Double', 'OctetString', 'CharacterString', 'BitString', 'Enumerated'][b[0] >> 4]

// A property is writable here if the device takes its own value back.
const asked = new Map()
async function writable(c, o, p) {
    const key = `${o.type},${o.n},${p}`
    if (!asked.has(key)) asked.set(key, p !== 131 && await write(c, o, p, p === 141 ? appU(0) : await own(c, o, p)) !== ACCESS)
    return asked.get(key)
}

// --- wrong values ---
const primitives = { Null: [0], Boolean: [0x11], Unsigned: appU(1), Integer: app(3, [1]), Real: real(20), Double: app(5, [0x40, 0x34, 0, 0, 0, 0, 0, 0]),
    OctetString: app(6, [1, 2]), CharacterString: app(7, [0, 0x41]), BitString: app(8, [5, 0xe0]), Enumerated: app(9, [1]),
    Date: app(10, [126, 1, 1, 255]), Time: app(11, [1, 2, 3, 0]), ObjectIdentifier: app(12, oid(OT.AV, 0)) }
const foreign = (r) => Object.entries(primitives).filter(([name]) => name !== 'Null' && name !== element(r) &&
    !(element(r) === 'Any-primitive') && !(element(r) === 'ClientCOV' && name === 'Real') && !(element(r).startsWith('Optional') && name === element(r).slice(8))
    && !(element(r).startsWith('Date') && name === 'Date'))
const nan = app(4, [0x7f, 0xc0, 0, 0]), infinite = app(4, [0x7f, 0x80, 0, 0])
const ENUMS = { BinaryPV: 2, Polarity: 2, NotifyType: 2, Reliability: 26, LoggingType: 3, DeviceStatus: 6, NetworkPortCommand: 60 }
const BITS = { EventTransitionBits: 3, LimitEnable: 2, StatusFlags: 4 }
const beyond = { 86: [[...appU(256), ...appU(1), ...appU(1)]], 88: [appU(0), appU(6), appU(17)], 17: [appU(0x400000)], 22: [real(-1), nan], 25: [real(-1)], 127: [real(-1), nan],
    141: [appU(5)], 7: [appU(0), appU(4)], 39: [appU(0), appU(4)], 142: [[...app(10, [126, 1, 255, 255]), ...app(11, [1, 0, 0, 0])]],
    143: [[...app(10, [126, 1, 1, 255]), ...app(11, [1, 255, 0, 0])]],
    32: [[...app(10, [126, 1, 255, 255]), ...app(10, [255, 255, 255, 255])]], 77: [app(7, [0]), app(7, [0, 7])],
    23: [ctx(0, [126, 15, 1, 255])], 72: [app(9, [2])] }

export default {
    // --- what must be there ---
    async T400(c) {
        const notes = new Notes()
        for (const o of await walk(c)) {
            const on = (p) => o.has.includes(p)
            const groups = { intrinsic: [17, 35, 0, 72, 130, 353, 113, 137].some(on), commandable: commandable(o) || on(104), cov: o.type < 3, ipv4: on(408),
                bbmd: on(414), 'bbmd-fd': on(414), foreign: on(418), router: on(428), 'application-level': true, 'has-mac': true, segmentation: true,
                'time-sync': true, 'utc-sync': true, 'subscribe-cov': true, 'subscribe-cov-multiple': true, 'monitored-property': true,
                'backup-restore': on(153) || on(338), 'restart-notify': on(202) || on(196), 'cov-logging': on(127), polled: on(193), triggered: on(205) }
            for (const r of rows.filter((x) => x.type === o.type)) {
                const must = (r.code === 'R' || r.code === 'W') ? !r.condition || groups[r.condition] : r.code === 'C' && groups[r.condition]
                if (must) notes.expect(on(r.id), true, o, r.id, 'present')
                for (const pair of [r.condition.match(/^pair-(.*)/)?.[1]].filter(Boolean))
                    notes.expect(on(rows.find((x) => x.type === o.type && x.name === pair).id), on(r.id), o, r.id, 'a pair')
            }
            for (const p of o.has) notes.expect(!!row(o.type, p) || p > 511, true, o, p, 'known to clause 12')
        }
        notes.end()
    },
    async T401(c) {
        await each(c, async (notes, o, p, r) => {
            if (p === 131) return
            const v = await own(c, o, p)
            notes.expect(matches(r.datatype, v), true, o, p, `${v.toString('hex').slice(0, 60)} is ${r.datatype}`)
        })
    },
    async T402(c) {                                 // code W, and what follows from Out_Of_Service
        const notes = new Notes()
        const also = { 6: [23], 15: [102, 86, 1], 17: [123, 38, 174, 32, 54, 88, 81] }
        for (const o of await walk(c)) {
            const must = o.has.filter((p) => row(o.type, p)?.code === 'W' || also[o.type]?.includes(p) || p === P.name)
            for (const p of must) notes.expect(await writable(c, o, p), true, o, p, 'writable')
            if (!o.has.includes(P.oos) || o.type === OT.NP) continue
            notes.expect(await write(c, o, P.oos, [0x11]), 'done', o, P.oos, 'TRUE')
            for (const p of [P.pv, P.reliability].filter((x) => o.has.includes(x))) notes.expect(await write(c, o, p, await own(c, o, p)), 'done', o, p, 'out of service')
            notes.expect((await own(c, o, P.flags)).at(-1) & 0x10, 0x10, o, P.flags, 'OUT_OF_SERVICE')
            notes.expect(await write(c, o, P.oos, [0x10]), 'done', o, P.oos, 'FALSE')
            if (commandable(o)) await write(c, o, P.pv, [0])
        }
        notes.end()
    },
    async T403(c) {                                 // nobody writes these, whatever comes
        await each(c, async (notes, o, p) => {
            if (![75, 79, 371, 111, 36, 87, 431, 0, 130, 351, 145, 140, 173, 76, 96, 97, 98, 139, 112, 155, 120, 121, 152].includes(p)) return
            if (o.type === OT.DEV && p === 75) return
            notes.expect(await write(c, o, p, await own(c, o, p)), ACCESS, o, p, 'written')
        })
    },
    // --- reading ---
    async T404(c) {
        const notes = new Notes()
        for (const o of await walk(c)) {
            const none = [...rows.filter((r) => r.type === o.type && !o.has.includes(r.id)).map((r) => r.id), ABSENT, 4194303, 0xffffffff >>> 0]
            for (const p of none) {
                notes.expect(answer(await c.read(o.type, o.n, p)), UNKNOWN, o, p, 'read, absent')
                notes.expect(answer(await c.read(o.type, o.n, p, 1)), UNKNOWN, o, p, 'read [1], absent')
                notes.expect(await write(c, o, p, real(1)), UNKNOWN, o, p, 'written, absent')
                notes.expect(await write(c, o, p, real(1), { index: 1 }), UNKNOWN, o, p, 'written [1], absent')
            }
            for (const p of [P.pv, P.name]) notes.expect(answer(await c.read(o.type, 4194302, p)), '1/31', o, p, 'of an object that is not there')
        }
        notes.end()
    },
    async T405(c) {
        await each(c, async (notes, o, p, r) => {
            const at = async (i) => answer(await c.read(o.type, o.n, p, i))
            if (!isArray(r)) {
                for (const i of [0, 1, 7, 0xfffffffe]) notes.expect(await at(i), NOT_ARRAY, o, p, `read [${i}]`)
                return
            }
            const n = number(valueOf(await c.read(o.type, o.n, p, 0)), 1)
            const fixed = +(r.datatype.match(/^Array(\d+)/)?.[1] ?? n)
            notes.expect(n, fixed, o, p, 'size')
            let whole = Buffer.alloc(0)
            for (let i = 1; i <= n; i++) whole = Buffer.concat([whole, valueOf(await c.read(o.type, o.n, p, i))])
            notes.expect(whole.equals(await own(c, o, p)), true, o, p, 'elements make up the whole')
            for (const i of [n + 1, n + 1000, 0xfffffffe]) notes.expect(await at(i), INDEX, o, p, `read [${i}]`)
        })
    },
    async T406(c) {                                 // the same by ReadPropertyMultiple, embedded
        await each(c, async (notes, o, p, r) => {
            const m = await c.ask(S.rpm, bytes(ctx(0, oid(o.type, o.n)), open(1), ctxU(0, p), ctxU(0, p), ctxU(1, 0x7fffffff), ctxU(0, ABSENT), close(1)), { segs: 65 })
            if (m.seg) return void c.unicast(bytes(0x70, m.id, 0))
            const errors = tokens(m.data).filter((t, i, all) => all[i - 1]?.open === 5).map((t, i, all) => t.u)
            const codes = []
            tokens(m.data).forEach((t, i, all) => { if (t.open === 5) codes.push(`${all[i + 1].u}/${all[i + 2].u}`) })
            const want = [...(p === 131 ? ['2/27'] : []), isArray(r) ? INDEX : NOT_ARRAY, UNKNOWN]
            if (p === 131) want[1] = NOT_ARRAY
            notes.expect(codes.join(' '), want.join(' '), o, p, 'ReadPropertyMultiple')
            notes.expect(errors.length, want.length, o, p, 'ReadPropertyMultiple')
        })
    },
    // --- writing ---
    async T410(c) {                                 // wrong datatypes
        await each(c, async (notes, o, p, r) => {
            const w = await writable(c, o, p)
            const want = w ? TYPE_WRONG : ACCESS
            const before = p === 131 ? undefined : await own(c, o, p)
            for (const [name, value] of foreign(r)) {
                if (w && element(r) === 'Any-primitive') continue
                notes.expect(await write(c, o, p, value), element(r) === 'Destination' && name === 'BitString' ? [TYPE_WRONG, RANGE] : want, o, p, `given ${name}`)
            }
            if (w && !isList(r) && !isArray(r) && r.datatype.match(/^[A-Z][a-z]+$/)) notes.expect(await write(c, o, p, [...before, ...before]), [TYPE_WRONG, 'reject 7'], o, p, 'given two values')
            if (w && !isList(r) && !isArray(r)) notes.expect(await write(c, o, p, []), [TYPE_WRONG, 'reject 5', 'reject 4', '5/16'], o, p, 'given nothing')
            if (w && ![P.pv, 141, 75, 417].includes(p)) notes.expect((await own(c, o, p)).equals(before), true, o, p, 'unchanged')
        })
    },
    async T411(c) {                                 // values outside the range
        await each(c, async (notes, o, p, r) => {
            if (!await writable(c, o, p)) return
            const name = r.datatype.match(/Enumerated:(.*)/)?.[1]
            if (ENUMS[name]) notes.expect(await write(c, o, p, app(9, [ENUMS[name]])), p === 417 ? [RANGE, '2/45'] : RANGE, o, p, `given ${ENUMS[name]}`)
            if (ENUMS[name]) notes.expect(await write(c, o, p, app(9, [1, 0, 0])), RANGE, o, p, 'given 65536')
            const bits = BITS[r.datatype.match(/BitString:(.*)/)?.[1]]
            if (bits) for (const n of [bits - 1, bits + 1]) notes.expect(await write(c, o, p, app(8, [8 - n, 0])), [RANGE, ENCODING], o, p, `given ${n} bits`)
            for (const v of beyond[p] ?? []) {
                if (p === 17 && o.type === 15) continue
                notes.expect(await write(c, o, p, v), p === 141 ? [ACCESS, RANGE] : RANGE, o, p, `given ${Buffer.from(v).toString('hex')}`)
            }
            if (p !== P.pv) return
            if (o.has.includes(74)) for (const v of [0, 4]) notes.expect(await write(c, o, p, appU(v), { priority: 9 }), RANGE, o, p, `state ${v}`)
            if (o.has.includes(69)) for (const v of [real(-1000), real(1000), nan, infinite]) notes.expect(await write(c, o, p, v, { priority: 9 }), RANGE, o, p, 'out of Min and Max')
        })
    },
    async T412(c) {                                 // indexes
        await each(c, async (notes, o, p, r) => {
            if (!isArray(r)) {
                for (const i of [0, 1, 99]) notes.expect(await write(c, o, p, appU(1), { index: i }), [NOT_ARRAY], o, p, `written [${i}]`)
                return
            }
            const w = await writable(c, o, p)
            const n = number(valueOf(await c.read(o.type, o.n, p, 0)), 1)
            notes.expect(await write(c, o, p, primitives.Real, { index: n + 1 }), INDEX, o, p, `written [${n + 1}]`)
            if (n) {
                const first = valueOf(await c.read(o.type, o.n, p, 1))
                notes.expect(await write(c, o, p, first, { index: 1 }), w ? 'done' : ACCESS, o, p, 'written [1]')
                if (w) notes.expect(await write(c, o, p, primitives.OctetString, { index: 1 }), TYPE_WRONG, o, p, 'wrong type into [1]')
                if (w) notes.expect(await write(c, o, p, [...first, ...first], { index: 1 }), TYPE_WRONG, o, p, 'two values into [1]')
            }
            if (!w) notes.expect(await write(c, o, p, appU(n), { index: 0 }), ACCESS, o, p, 'written [0]')
            else if (fixedArray(r)) notes.expect(await write(c, o, p, appU(n + 1), { index: 0 }), [ACCESS, INDEX], o, p, 'written [0], of fixed size')
            else {
                notes.expect(await write(c, o, p, real(1), { index: 0 }), TYPE_WRONG, o, p, 'REAL into [0]')
                notes.expect(await write(c, o, p, appU(n), { index: 0 }), 'done', o, p, 'written [0], resizable')
            }
            if (!w || !fixedArray(r)) return
            const whole = await own(c, o, p)
            notes.expect(await write(c, o, p, [...whole, ...valueOf(await c.read(o.type, o.n, p, 1))]), [RANGE, TYPE_WRONG], o, p, 'one element too many')
            notes.expect((await own(c, o, p)).equals(whole), true, o, p, 'unchanged')
        })
    },
    async T413(c) {                                 // NULL, 15.9.2 from revision 21
        await each(c, async (notes, o, p, r) => {
            if (['Any-primitive', 'ClientCOV'].includes(r.datatype) || r.datatype.startsWith('Optional')) return
            const w = await writable(c, o, p)
            const before = p === 131 ? undefined : await own(c, o, p)
            notes.expect(await write(c, o, p, [0], { priority: 9 }), w ? 'done' : ACCESS, o, p, 'given NULL')
            if (w && before && p !== 417) notes.expect((await own(c, o, p)).equals(before), true, o, p, 'unchanged by NULL')
        })
    },
    async T414(c) {                                 // priorities
        await each(c, async (notes, o, p) => {
            if (p === 131 || p === 75) return
            const w = await writable(c, o, p)
            const before = p === 141 ? appU(0) : await own(c, o, p)
            for (const priority of [0, 17, 255, 65536]) notes.expect(await write(c, o, p, before, { priority }), ['5/80', 'reject 6'], o, p, `at priority ${priority}`)
            if (p === P.pv && commandable(o)) {
                for (let priority = 1; priority <= 16; priority++) {
                    notes.expect(await write(c, o, p, before, { priority }), priority === 6 ? ACCESS : 'done', o, p, `at priority ${priority}`)
                    notes.expect(await write(c, o, p, [0], { priority }), priority === 6 ? ACCESS : 'done', o, p, `NULL at priority ${priority}`)
                }
            } else if (w && p !== 417) for (const priority of [1, 6, 16]) notes.expect(await write(c, o, p, before, { priority }), 'done', o, p, `at priority ${priority}`)
        })
    },
    async T415(c) {                                 // encodings that cannot be
        await each(c, async (notes, o, p, r) => {
            if (!await writable(c, o, p) || isArray(r) || isList(r)) return
            const broken = { Real: [0x43, 1, 2, 3], Unsigned: [0x20], Enumerated: [0x90], BitString: [0x82, 9, 0], Boolean: [0x12], CharacterString: [0x70], Date: [0xa3, 1, 2, 3] }[element(r)]
            const bad = [TYPE_WRONG, RANGE, ENCODING, '5/57', 'reject 3', 'reject 4', 'reject 6']
            const good = p === 141 ? appU(0) : await own(c, o, p)
            if (broken) notes.expect(await write(c, o, p, broken), bad, o, p, `given ${Buffer.from(broken).toString('hex')}`)
            for (const v of [[0xd1, 1], [0xe1, 1], [0xf1, 1], [0xf9, 20, 1], ctx(2, [1]), [0x1e, 0x21, 1, 0x1f], [0x21], [0x2d, 200, 1]])
                notes.expect(await write(c, o, p, v), [...bad, 'reject 2', 'reject 5', 'reject 7'], o, p, `given ${Buffer.from(v).toString('hex')}`)
            const at = bytes(ctx(0, oid(o.type, o.n)), ctxU(1, p))
            const raw = async (b) => answer(await c.ask(S.wp, b))
            notes.expect(await raw(at), ['reject 5', 'reject 4'], o, p, 'no value')
            notes.expect(await raw(bytes(at, open(3), good)), ['reject 4', 'reject 5'], o, p, 'no closing tag')
            notes.expect(await raw(bytes(at, open(3), good, close(2))), ['reject 4', 'reject 2'], o, p, 'another closing tag')
            notes.expect(await raw(bytes(at, open(3), good, close(3), ctxU(5, 1))), ['reject 7', 'reject 4'], o, p, 'one parameter too many')
            notes.expect(await raw(bytes(at, open(3), good, close(3), ctxU(4, 9), 0)), ['reject 7', 'reject 4'], o, p, 'an octet too many')
            notes.expect(await raw(bytes(at, open(3), good, close(3), real(1))), ['reject 7', 'reject 4'], o, p, 'an application tag as priority')
        })
    },
    async T416(c) {                                 // WritePropertyMultiple says the same and names the place
        await each(c, async (notes, o, p, r) => {
            const w = await writable(c, o, p)
            for (const [index, value, want] of [[undefined, primitives.OctetString, w ? (element(r) === 'Any-primitive' ? undefined : TYPE_WRONG) : ACCESS],
                [7777777, primitives.Real, isArray(r) ? INDEX : NOT_ARRAY]]) {
                if (!want || element(r) === 'OctetString') continue
                const ref = [...ctx(0, oid(o.type, o.n)), ...ctxU(1, p), ...(index === undefined ? [] : ctxU(2, index))]
                const m = await c.ask(S.wpm, bytes(ctx(0, oid(o.type, o.n)), open(1), ctxU(0, p), index === undefined ? [] : ctxU(1, index), open(2), value, close(2), close(1)))
                notes.expect(answer(m), want, o, p, 'WritePropertyMultiple')
                const [cls, code] = want.split('/').map(Number)
                notes.expect(m.apdu.subarray(3).equals(bytes(open(0), app(9, [cls]), app(9, [code]), close(0), open(1), ref, close(1))), true, o, p, 'its error names the place')
            }
        })
    },
    async T417(c) {                                 // texts
        await each(c, async (notes, o, p, r) => {
            if (r.datatype !== 'CharacterString' || !await writable(c, o, p)) return
            const before = await own(c, o, p)
            for (const [name, text, want] of [['UTF-8', [0, 0xc3, 0xa9, 0x41 + o.type, 0x30 + o.n % 10, p & 63 | 0x40], ['done']], ['broken UTF-8', [0, 0xc3, 0x28], [RANGE, '2/41', ENCODING]],
                ['overlong UTF-8', [0, 0xc0, 0x80], [RANGE, '2/41', ENCODING]], ['UCS-2 of three octets', [4, 0, 0x41, 0], [RANGE, '2/41', ENCODING]],
                ['character set 9', [9, 0x41], ['2/41']], ['DBCS', [1, 3, 0x52, 0x41], ['2/41', 'done']], ['1100 octets', [0, ...Array(1100).fill(0x61)], ['3/20', '2/134', RANGE]]]) {
                const v = text.length > 253 ? bytes(0x75, 254, text.length >> 8, text.length & 255, text) : app(7, text)
                notes.expect(await write(c, o, p, v), want, o, p, name)
                if (name === 'UTF-8') notes.expect((await own(c, o, p)).equals(bytes(v)), true, o, p, `${name} reads back`)
            }
            notes.expect(await write(c, o, p, before), 'done', o, p, 'the former text')
        })
    },
    // --- list services, ReadRange, COV ---
    async T420(c) {
        await each(c, async (notes, o, p, r) => {
            for (const service of [8, 9]) {
                const ask = async (index, value) => c.ask(service, bytes(ctx(0, oid(o.type, o.n)), ctxU(1, p), index === undefined ? [] : ctxU(2, index), open(3), value, close(3)))
                const name = service === 8 ? 'AddListElement' : 'RemoveListElement'
                if (!isList(r)) {
                    if (!isArray(r)) notes.expect(answer(await ask(undefined, primitives.Real)), NO_LIST, o, p, name)
                    notes.expect(answer(await ask(1, primitives.Real)), isArray(r) ? [NO_LIST, INDEX] : [NOT_ARRAY, NO_LIST], o, p, `${name} [1]`)
                    continue
                }
                notes.expect(answer(await ask(1, primitives.Real)), NOT_ARRAY, o, p, `${name} [1]`)
                const w = await writable(c, o, p)
                const m = await ask(undefined, primitives.OctetString)
                notes.expect(answer(m), w ? [TYPE_WRONG] : ACCESS, o, p, `${name} of a wrong type`)
                if (m.type === TYPE.error) notes.expect(m.apdu.at(-1), w ? 1 : 0, o, p, `${name}: firstFailedElementNumber`)
            }
        })
    },
    async T421(c) {
        await each(c, async (notes, o, p, r) => {
            const ask = async (index, range) => answer(await c.ask(S.readRange, bytes(ctx(0, oid(o.type, o.n)), ctxU(1, p), index === undefined ? [] : ctxU(2, index), range)))
            const first = bytes(open(3), appU(1), app(3, [1]), close(3)), sequence = bytes(open(6), appU(1), app(3, [1]), close(6))
            const time = bytes(open(7), app(10, [126, 1, 1, 4]), app(11, [0, 0, 0, 0]), app(3, [1]), close(7))
            const element1 = isArray(r) && element(r) === 'DailySchedule' ? ['value', NO_LIST] : isArray(r) ? [NO_LIST] : [NOT_ARRAY]
            if (isArray(r) && !number(valueOf(await c.read(o.type, o.n, p, 0)), 1)) element1.push(INDEX)
            notes.expect(await ask(undefined, []), isList(r) ? 'value' : NO_LIST, o, p, 'ReadRange')
            notes.expect(await ask(undefined, first), isList(r) ? 'value' : NO_LIST, o, p, 'ReadRange by position')
            notes.expect(await ask(1, first), isArray(r) ? element1 : [NOT_ARRAY, ...(isList(r) ? [] : [NO_LIST])], o, p, 'ReadRange [1]')
            if (!isList(r)) return
            notes.expect(await ask(undefined, sequence), p === 131 ? 'value' : '2/140', o, p, 'ReadRange by sequence')
            notes.expect(await ask(undefined, time), p === 131 ? 'value' : '2/141', o, p, 'ReadRange by time')
            notes.expect(await ask(undefined, bytes(open(3), appU(1), app(3, [0]), close(3))), ['5/80', 'reject 6'], o, p, 'ReadRange, count 0')
            notes.expect(await ask(undefined, bytes(open(3), appU(999), app(3, [1]), close(3))), 'value', o, p, 'ReadRange beyond the end')
        })
    },
    async T422(c) {
        const notes = new Notes()
        for (const o of await walk(c)) {
            const values = [0, 1, 2, 3, 4, 5, 13, 14, 19].includes(o.type)
            const ask = async (...body) => answer(await c.ask(S.subscribeCov, bytes(ctxU(0, 5), ctx(1, oid(o.type, o.n)), ...body)))
            notes.expect(await ask(ctx(2, [0]), ctxU(3, 60)), values ? 'done' : '1/45', o, P.pv, 'SubscribeCOV')
            notes.expect(await ask(), values ? 'done' : ['done', '1/45'], o, P.pv, 'its cancellation')
            for (const p of o.has) {
                const m = answer(await c.ask(28, bytes(ctxU(0, 5), ctx(1, oid(o.type, o.n)), ctx(2, [0]), ctxU(3, 60), open(4), ctxU(0, p), close(4))))
                notes.expect(m, values && [P.pv, P.flags].includes(p) ? 'done' : ['done', '2/44'], o, p, 'SubscribeCOVProperty')
                await c.ask(28, bytes(ctxU(0, 5), ctx(1, oid(o.type, o.n)), open(4), ctxU(0, p), close(4)))
            }
            notes.expect(answer(await c.ask(28, bytes(ctxU(0, 5), ctx(1, oid(o.type, o.n)), ctx(2, [0]), ctxU(3, 60), open(4), ctxU(0, ABSENT), close(4)))), UNKNOWN, o, ABSENT, 'SubscribeCOVProperty')
            notes.expect(answer(await c.ask(28, bytes(ctxU(0, 5), ctx(1, oid(o.type, o.n)), ctx(2, [0]), ctxU(3, 60), open(4), ctxU(0, P.name), ctxU(1, 1), close(4)))), NOT_ARRAY, o, P.name, 'SubscribeCOVProperty [1]')
        }
        notes.end()
    },
    async T423(c) {                                 // ALL is REQUIRED and OPTIONAL, and these divide it (15.7.3.1.2)
        const notes = new Notes()
        for (const o of await walk(c)) {
            const of = async (p) => {
                const first = await c.ask(S.rpm, rpmBody([o.type, o.n, p]), { segs: 65 })
                const data = first.seg ? Buffer.concat((await c.segments(first, 8)).map((m) => m.data)) : first.data
                let depth = 0
                return tokens(data).filter((t) => { if (t.open !== undefined) depth++; if (t.close !== undefined) depth--; return depth === 1 && t.ctx === 2 }).map((t) => t.u)
            }
            const [all, required, optional] = [await of(8), await of(105), await of(80)]
            notes.expect(required.filter((p) => optional.includes(p)).join(), '', o, P.list, 'both required and optional')
            notes.expect([...required, ...optional].sort().join(), [...all].sort().join(), o, P.list, 'REQUIRED and OPTIONAL make up ALL')
            notes.expect([...all].sort().join(), o.has.filter((p) => p !== P.list).sort().join(), o, P.list, 'ALL')
            for (const p of all) {
                const code = row(o.type, p)?.code
                if (code === 'R' || code === 'W') notes.expect(required.includes(p), true, o, p, 'REQUIRED')
                if (code === 'O' && !row(o.type, p).condition && p !== 417) notes.expect(optional.includes(p), true, o, p, 'OPTIONAL')
            }
        }
        notes.end()
    },
    // Out_Of_Service, what a client makes such an object say, and the writable scalars around it.
    async T424(c, w) {
        const other = { Boolean: (b) => [b[0] ^ 1], Real: (b) => real(b.readFloatBE(1) + 1), Unsigned: (b) => appU(b.at(-1) + 1),
            Enumerated: (b) => app(9, [b.at(-1) ^ 1]), CharacterString: () => app(7, [0, ...Buffer.from('changed')]) }
        const said = [], clock = [11, 56, 57, 73, 119, 196, 203, 416]   // time-outs, the clock, why it started, what waited for that
        for (const o of await walk(c)) {
            if (![0, 1, 2, 3, 4, 5, 13, 14, 17, 19].includes(o.type)) continue
            check(await write(c, o, P.oos, [0x11]) === 'done', `${o.type},${o.n} Out_Of_Service`)
            for (const p of o.has) {
                const r = row(o.type, p), change = r && !isArray(r) && !isList(r) && other[tagName(await own(c, o, p))]
                if (change && p !== P.oos && p !== P.name && !clock.includes(p)) await write(c, o, p, change(await own(c, o, p)))
            }
        }
        const look = async (o, p) => [...await own(c, o, p)].join()
        for (const o of await walk(c))
            for (const p of o.has.filter((x) => o.type !== 20 && o.type !== 25 && x !== 131 && x !== 33 && !clock.includes(x)))
                said.push([o, p, await look(o, p)])
        await w.restart()
        const notes = new Notes()
        for (const [o, p, was] of said) notes.expect(await look(o, p), was, o, p, 'after a restart')
        notes.end()
    },
}
