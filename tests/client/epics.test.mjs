// sample: minimal
// The conformance statement says what is served: each device is read whole, behind the router too, and compared with
// its EPICS line by line: objects, properties, every value that is given, what may be written and within which bounds,
// services, segmentation. The EPICS is read once by the strict reader as well.
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import * as enums from '../client/node_modules/@bacnet-js/client/dist/lib/enum.js'
import { ask as askClient, check, connect, done, equal } from './lib.mjs'

const client = await connect()
const bacc = (...args) => execFileSync(process.env.BACC, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
const kebab = (s) => s.toLowerCase().replace(/_/g, '-')
const E = enums.default ?? enums

// ---- one confirmed request to a device, wherever it is: the answer's APDU ----
const ask = (to, service, octets) => askClient(client, service, octets, 3000, to)
const unsigned = (n) => { const b = []; do { b.unshift(n % 256); n = Math.floor(n / 256) } while (n); return b }
const reference = (o, p) => [0x0c, o.type >> 2, (o.type & 3) << 6 | o.instance >> 16, o.instance >> 8 & 255, o.instance & 255,
    ...(p > 255 ? [0x1a, p >> 8, p & 255] : [0x19, p])]
// The value's octets; { error } where there is none. Long ones come element by element.
async function read(to, o, p) {
    const pdu = await ask(to, 12, reference(o, p))
    if (pdu[0] === 0x30) return pdu.subarray(3 + reference(o, p).length + 1, pdu.length - 1)
    if (pdu[0] >> 4 === 5) return { error: pdu[4] * 256 + pdu[6] }
    const n = number((await ask(to, 12, [...reference(o, p), 0x29, 0])).subarray(3 + reference(o, p).length + 3))
    const parts = []
    for (let i = 1; i <= n; i++) {
        const index = [i > 255 ? 0x2a : 0x29, ...unsigned(i)], one = await ask(to, 12, [...reference(o, p), ...index])
        parts.push(one.subarray(3 + reference(o, p).length + index.length + 1, one.length - 1))
    }
    return Buffer.concat(parts)
}
const number = (b) => [...b.subarray(1, 1 + (b[0] & 7))].reduce((a, x) => a * 256 + x, 0)
// true: done; else class * 256 + code
async function write(to, o, p, value, more = []) {
    const pdu = await ask(to, 15, [...reference(o, p), 0x3e, ...value, 0x3f, ...more])
    return pdu[0] === 0x20 ? true : pdu[0] >> 4 === 5 ? pdu[4] * 256 + pdu[6] : `PDU ${pdu.toString('hex')}`
}
const DENIED = 2 * 256 + 40, RANGE = 2 * 256 + 37, NO_SPACE = 3 * 256 + 20

// ---- octets as the plain words of an EPICS: no brackets ----
const NAMES = {
    units: 'EngineeringUnits', 'object-type': 'ObjectType', 'notify-type': 'NotifyType', polarity: 'Polarity', 'logging-type': 'LoggingType',
    'segmentation-supported': 'Segmentation', 'network-type': 'NetworkType', 'protocol-level': 'ProtocolLevel', 'property-list': 'PropertyIdentifier',
    'file-access-method': 'FileAccessMethod',
}
const named = (p, n) => kebab(E[NAMES[p] ?? 'BinaryPV'][n] ?? `unknown:${n}`)
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const any = (n, s = String(n)) => n === 255 ? '*' : s
const two = (n) => any(n, String(n).padStart(2, '0'))
const form = {
    date: (b) => [`${any(b[2])}-${b[1] === 255 ? '*' : MONTHS[b[1] - 1] ?? b[1]}-${any(b[0], String(b[0] + 1900))}`, any(b[3])],
    time: (b) => [`${any(b[0])}:${two(b[1])}:${two(b[2])}.${two(b[3])}`],
    oid: (b) => { const v = b.readUInt32BE(0); return [kebab(E.ObjectType[v >>> 22]), String(v & 0x3fffff)] },
    octets: (b) => [`X'${b.toString('hex').toUpperCase()}'`],
    unsigned: (b) => [String(b.reduce((a, x) => a * 256 + x, 0))],
    property: (b) => [kebab(E.PropertyIdentifier[b.reduce((a, x) => a * 256 + x, 0)])],
}
// what context tags hold, by property
const CONTEXT = {
    'recipient-list': { 0: form.oid }, 'restart-notification-recipients': { 0: form.oid }, 'date-list': { 0: form.date, 2: form.octets },
    'list-of-object-property-references': { 0: form.oid, 1: form.property, 2: form.unsigned, 3: form.oid },
    'log-device-object-property': { 0: form.oid, 1: form.property, 2: form.unsigned, 3: form.oid },
}
function words(p, b) {
    const out = []
    for (let at = 0; at < b.length;) {
        const head = b[at++], tag = head >> 4, context = head & 8
        let n = head & 7
        if (context && n > 5) continue
        if (n === 5) n = b[at++]
        if (n === 254) { n = b.readUInt16BE(at); at += 2 }
        if (!context && tag === 1) { out.push(head & 7 ? 'TRUE' : 'FALSE'); continue }
        const c = b.subarray(at, at + n)
        at += n
        if (context) out.push(...CONTEXT[p][tag](c))
        else if (tag === 0) out.push('NULL')
        else if (tag === 2) out.push(...form.unsigned(c))
        else if (tag === 4) out.push(c.readFloatBE(0))
        else if (tag === 6) out.push(...form.octets(c))
        else if (tag === 7) out.push({ text: c.subarray(1).toString('utf8') })
        else if (tag === 8) for (let i = 0; i < (n - 1) * 8 - c[0]; i++) out.push(c[1 + (i >> 3)] & 0x80 >> (i & 7) ? 'T' : 'F')
        else if (tag === 9) out.push(named(p, c.reduce((a, x) => a * 256 + x, 0)))
        else if (tag === 10) out.push(...form.date(c))
        else if (tag === 11) out.push(...form.time(c))
        else if (tag === 12) out.push(...form.oid(c))
        else out.push(`tag ${tag}`)
    }
    return out
}
// ---- an EPICS: Map of "type,instance" -> Map of property -> { words or null, writable, limits } ----
const tokens = (s) => [...s.matchAll(/"([^"]*)"|'([^']*)'|X'[0-9A-F]*'|[^\s,(){}]+/g)].map((m) =>
    m[1] !== undefined || (m[2] !== undefined && m[0][0] === "'") ? { text: m[1] ?? m[2] } : /^-?\d+\.\d+(e[+-]?\d+)?$/.test(m[0]) ? Math.fround(Number(m[0])) : m[0])
function parse(text) {
    const objects = new Map()
    let at
    for (const l of text.replace(/,\n\s+/g, ',').slice(text.indexOf('List of Objects')).split('\n')) {
        const m = l.match(/^  ([a-z0-9-]+): (.*?)( W( <.*>)?)?$/)
        if (!m) continue
        if (m[1] === 'object-identifier') objects.set(m[2].slice(1, -1), at = new Map())
        at.set(m[1], { words: m[2] === '?' ? null : tokens(m[2].replace(/(X'[0-9A-F]*')/g, '$1 ')), writable: !!m[3], limits: m[4]?.trim() })
    }
    return objects
}
const list = (text, name) => text.split(`\n${name}:\n{\n`)[1].split('\n}')[0].split('\n')
const PROPERTY = new Map(Object.entries(E.PropertyIdentifier).filter(([k]) => isNaN(k)).map(([k, v]) => [kebab(k), v]))
const TYPE = new Map(Object.entries(E.ObjectType).filter(([k]) => isNaN(k)).map(([k, v]) => [kebab(k), v]))

// ---- what may be written, within which bounds ----
const encode = (tag, v) => {
    if (tag === 4) { const b = Buffer.alloc(5); b[0] = 0x44; b.writeFloatBE(v, 1); return [...b] }
    const n = unsigned(v)
    return [tag << 4 | n.length, ...n]
}
async function bounds(to, o, p, id, was, limits, where) {
    const tag = was.length ? was[0] >> 4 || 4 : 2
    const rest = p === 'priority' ? [...was.subarray(was[0] % 8 + 1)] : []
    const back = async () => p === 'present-value' && await write(to, o, id, [0], []) === true && (await read(to, o, PROPERTY.get('priority-array'))).error === undefined
        ? true : write(to, o, id, was)
    const takes = async (v, want) => {
        const got = await write(to, o, id, [...encode(tag, v), ...rest])
        check(want ? got === true : got !== true, `${where} ${limits}: ${v} ${got === true ? 'is taken' : `is refused: ${got}`}`)
        if (got === true) await back()
    }
    const only = limits.match(/only: ([\d,]+)/)?.[1].split(',').map(Number)
    if (only) {
        for (let v = Math.max(0, only[0] - 2); v <= only.at(-1) + 1; v++) await takes(v, only.includes(v))
        return
    }
    const min = limits.match(/minimum: ([-\d.e+]+)/)?.[1], max = limits.match(/maximum: ([-\d.e+]+)/)?.[1]
    const step = tag === 4 ? (x) => Math.max(1, Math.abs(x) * 1e-6) : () => 1
    if (min !== undefined) await takes(Number(min), true)
    if (max !== undefined) await takes(Number(max), true)
    if (min !== undefined && (tag === 4 || Number(min) > 0)) await takes(Number(min) - step(Number(min)), false)
    if (max !== undefined && Number(max) < 4294967295) await takes(Number(max) + step(Number(max)), false)
}

async function compare(name, to) {
    const text = bacc('export-epics', '--device', name, process.env.PROJECT)
    fs.writeFileSync('device.epics', text)
    console.log(execFileSync('node', [new URL('../epics.mjs', import.meta.url).pathname, 'device.epics'], { encoding: 'utf8' }).trim())
    const epics = parse(text), device = { type: 8, instance: to.instance }
    const served = words('', await read(to, device, 76)), ids = []
    for (let i = 0; i < served.length; i += 2) ids.push(`${served[i]},${served[i + 1]}`)
    equal([...epics.keys()], ids, `${name}: objects`)
    for (const [oid, said] of epics) {
        const [type, instance] = oid.split(','), o = { type: TYPE.get(type), instance: Number(instance) }
        const list = words('property-list', await read(to, o, 371))
        equal([...said.keys()].filter((k) => !['object-identifier', 'object-name', 'object-type', 'property-list'].includes(k)), list, `${oid}: Property_List`)
        for (const k of said.keys()) if (k === 'enable' && said.get(k).writable) await write(to, o, PROPERTY.get(k), [0x10])
        for (const [p, s] of said) {
            const where = `${name} ${oid} ${p}`, id = PROPERTY.get(p), is = await read(to, o, id)
            if (is.error !== undefined) {
                equal([p, is.error], ['log-buffer', 2 * 256 + 27], `${where}: is read`)
                continue
            }
            if (s.words && !(p === 'object-name' && /[`]/.test(s.words[0].text))) equal(s.words, words(p, is), where)
            if (p === 'command' || p === 'record-count' || is.length > 1400) continue     // no command, no room
            const got = await write(to, o, id, is)
            check(s.writable ? got === true : got === DENIED, `${where}: ${s.writable ? 'W' : 'not W'}, written back: ${got}`)
            if (s.writable && s.limits) await bounds(to, o, p, id, is, s.limits, where)
        }
    }
    // services: what is not executed is rejected as unrecognized
    const services = new Map(list(text, 'BACnet Standard Application Services Supported').map((l) => [kebab(l.split(/\s/)[0]).replace(/-/g, ''), l]))
    for (const [k, v] of Object.entries(E.ConfirmedServiceChoice)) {
        if (!isNaN(k)) continue
        const said = /Execute/.test(services.get(k.toLowerCase().replace(/_/g, '')) ?? ''), pdu = await ask(to, v, [])
        equal(pdu[0] >> 4 === 6 && pdu[2] === 9, !said, `${name}: service ${k} is unrecognized`)
    }
    const window = list(text, 'Special Functionality')
    equal(window.some((l) => /^Router/.test(l)), !to.mac, `${name}: Router`)
    return text
}

const dump = JSON.parse(bacc('dump', '--json', process.env.PROJECT)).images[0]
for (const d of dump.devices) {
    const mac = d.mac ? [...Buffer.from(d.mac, 'hex')] : null
    await compare(d.handle, { instance: d.instance, mac, net: dump.ports.find((p) => p.id === d.port).network })
}
done(client)
