// What the client cases share: a connected client that records every datagram, reading a device
// whole, a small reader of project files and EDE sets, and checks that say what differs.
import fs from 'node:fs'
import bacnet from '@bacnet-js/client'
import { recorder } from '../pcap.mjs'

const Client = bacnet.default ?? bacnet
export const TYPES = { AI: 0, AO: 1, AV: 2, BI: 3, BO: 4, BV: 5, MI: 13, MO: 14, MV: 19 }
export const TYPE_NAMES = Object.fromEntries(Object.entries(TYPES).map(([k, v]) => [v, k]))
export const P = {
    ALL: 8, REQUIRED: 105, OPTIONAL: 80, ackedTransitions: 0, activeText: 4, covIncrement: 22, description: 28,
    eventState: 36, inactiveText: 46, maxPresValue: 65, minPresValue: 69, numberOfStates: 74, objectIdentifier: 75,
    objectList: 76, objectName: 77, objectType: 79, outOfService: 81, polarity: 84, presentValue: 85,
    priorityArray: 87, protocolRevision: 139, relinquishDefault: 104, reliability: 103, stateText: 110,
    statusFlags: 111, units: 117, vendorIdentifier: 120, propertyList: 371, currentCommandPriority: 431,
    logBuffer: 131,
}
export const DEVICE = 8
export const T = { NULL: 0, BOOLEAN: 1, UNSIGNED: 2, INTEGER: 3, REAL: 4, DOUBLE: 5, STRING: 7, ENUM: 9, OID: 12 }

// --- failures are counted, not thrown: one run tells everything ---
let failures = 0
let checks = 0
export function check(ok, text) {
    checks++
    if (!ok && ++failures <= 40) console.log(`  differs: ${text}`)
    return ok
}
export function equal(got, want, text) {
    return check(JSON.stringify(got) === JSON.stringify(want), `${text}: ${JSON.stringify(got)} instead of ${JSON.stringify(want)}`)
}
export const near = (a, b) => Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(a), Math.abs(b))
export async function fails(promise, pattern, text) {
    try {
        await promise
        check(false, `${text}: no error`)
    } catch (e) {
        check(pattern.test(e.message), `${text}: ${e.message} instead of ${pattern}`)
    }
}
export function done(client) {
    client?.close()
    console.log(`${checks} checks, ${failures} differ`)
    process.exit(failures ? 1 : 0)
}
process.on('unhandledRejection', (e) => {
    console.log(`unhandled: ${e?.stack ?? e}`)
    process.exit(1)
})

// A client beside the server, on the same loopback address and the next port.
export function connect({ server = process.env.SERVER, port = process.env.PORT ?? '47808', pcap = process.env.PCAP } = {}) {
    const own = `${server}:${Number(port) + 1}`
    const client = new Client({ port: Number(port) + 1, interface: server, apduTimeout: 6000, broadcastAddress: '127.255.255.255' })
    const record = recorder(pcap, server)
    const send = client._transport.send.bind(client._transport)
    client._transport.send = (buffer, n, to) => {
        record(own, to ?? `127.255.255.255:${port}`, buffer.subarray(0, n))
        return send(buffer, n, to)
    }
    client._transport.on('message', (bytes, from) => record(from, own, bytes))
    client.to = { address: port === '47808' ? server : `${server}:${port}` }
    client.on('error', (e) => check(false, `client error ${e.message}`))
    return new Promise((ok) => client.on('listening', () => ok(client)))
}

// A confirmed request of hand-written octets, for what the client cannot encode, to a device behind the router with
// to = { net, mac }: the answer's PDU.
let invoke = 128
export function ask(client, service, octets, ms = 10000, to = {}) {
    const id = invoke++ & 255 | 128
    const npdu = to.mac ? [1, 0x24, to.net >> 8, to.net & 255, to.mac.length, ...to.mac, 255] : [1, 4]
    const body = Buffer.from([...npdu, 0x00, 0x05, id, service, ...octets])
    const all = Buffer.concat([Buffer.from([0x81, 0x0a, 0, 0]), body])
    all.writeUInt16BE(all.length, 2)
    return new Promise((ok, no) => {
        const timer = setTimeout(() => { client._transport.off('message', hear); no(new Error(`no answer to service ${service}`)) }, ms)
        const hear = (bytes) => {
            let at = 6
            if (bytes[5] & 0x20) at += 3 + bytes[at + 2]
            if (bytes[5] & 0x08) at += 3 + bytes[at + 2]
            if (bytes[5] & 0x20) at++
            const pdu = bytes.subarray(at)
            if (bytes[1] !== 0x0a || pdu[0] >> 4 < 2 || pdu[1] !== id) return
            clearTimeout(timer)
            client._transport.off('message', hear)
            ok(pdu)
        }
        client._transport.on('message', hear)
        client._transport.send(all, all.length, client.to.address)
    })
}

export function iAm(client, ask, ms = 10000) {
    return new Promise((ok) => {
        const found = []
        client.on('iAm', (m) => found.push(m.payload ?? m))
        ask()
        const begin = Date.now()
        const timer = setInterval(() => {
            if (found.length === 0 && Date.now() - begin < ms) return
            clearInterval(timer)
            setTimeout(() => ok(found), 200)
        }, 20)
    })
}

export async function read(client, type, instance, property, arrayIndex) {
    const r = await client.readProperty(client.to, { type, instance }, property, arrayIndex === undefined ? {} : { arrayIndex })
    return r.values
}
export const value = async (...args) => (await read(...args))[0]?.value
export const write = (client, type, instance, property, tag, v, options = {}) =>
    client.writeProperty(client.to, { type, instance }, property, [{ type: tag, value: v }], options)

export async function objectList(client, device) {
    const n = await value(client, DEVICE, device, P.objectList, 0)
    try {
        const whole = (await read(client, DEVICE, device, P.objectList)).map((v) => v.value)
        equal(whole.length, n, 'length of Object_List')
        return whole
    } catch (e) {
        check(/Abort/.test(e.message), `whole Object_List: ${e.message}`)
    }
    const list = []
    for (let i = 1; i <= n; i++) list.push(await value(client, DEVICE, device, P.objectList, i))
    return list
}

// Every property of one object by ReadPropertyMultiple ALL: Map of property -> values. Where the
// answer is too long for a device without segmentation, property by property.
export async function readAll(client, object) {
    const props = new Map()
    try {
        const r = await client.readPropertyMultiple(client.to, [{ objectId: object, properties: [{ id: P.ALL, index: 0xffffffff }] }])
        for (const p of r.values[0].values) props.set(p.id, p.value)
    } catch (e) {
        check(/Abort/.test(e.message), `ALL of ${object.type},${object.instance}: ${e.message}`)
        const n = await value(client, object.type, object.instance, P.propertyList, 0)
        for (let i = 1; i <= n; i++) {
            const id = await value(client, object.type, object.instance, P.propertyList, i)
            try {
                props.set(id, await read(client, object.type, object.instance, id))
            } catch (x) {
                check(/Abort/.test(x.message), `property ${id} of ${object.type},${object.instance}: ${x.message}`)
            }
        }
        for (const id of [P.objectIdentifier, P.objectName, P.objectType])
            props.set(id, await read(client, object.type, object.instance, id))
    }
    return props
}

// --- project files: elements as { name, attrs, children } ---
const unescape = (s) => s.replace(/&(#x?[0-9a-fA-F]+|\w+);/g, (m, e) =>
    e[0] === '#' ? String.fromCodePoint(e[1] === 'x' ? parseInt(e.slice(2), 16) : Number(e.slice(1)))
        : { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }[e])
export function parseProject(path) {
    const text = fs.readFileSync(path, 'utf8').replace(/<!--[\s\S]*?-->|<\?[\s\S]*?\?>/g, '')
    const root = { name: '', attrs: {}, children: [] }
    const stack = [root]
    for (const m of text.matchAll(/<(\/?)([\w:]+)((?:\s+[\w:]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>/g)) {
        if (m[1]) {
            stack.pop()
            continue
        }
        const attrs = {}
        for (const a of m[3].matchAll(/([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) attrs[a[1]] = unescape(a[2] ?? a[3])
        const e = { name: m[2], attrs, children: [] }
        e.text = unescape(text.slice(m.index + m[0].length).match(/^[^<]*/)[0])
        stack.at(-1).children.push(e)
        if (!m[4]) stack.push(e)
    }
    return root.children[0]
}
export const all = (e, name) => e.children.flatMap((c) => [...(c.name === name ? [c] : []), ...all(c, name)])

const suggested = (v) => {
    const kind = v.type === 'BOOL' ? 'B' : v.type === 'REAL' || v.type === 'LREAL' || !v.stateTexts ? 'A' : 'M'
    return kind + { read: 'I', output: 'O', readWrite: 'V' }[v.access ?? 'read']
}
// What the project says a device publishes: Map of object name -> expectation.
export function published(project, device) {
    const sets = new Map(all(project, 'StateTexts').map((s) =>
        [s.attrs.name, all(s, 'State').map((x) => ({ value: Number(x.attrs.value), text: x.text }))]))
    const plc = all(project, 'Plc').find((p) => all(p, 'Device').includes(device))
    const only = all(plc, 'Device').length === 1
    const rows = new Map(all(device, 'Object').map((o) => [o.attrs.variable, o.attrs]))
    const found = new Map()
    for (const e of all(project, 'Variable')) {
        const on = e.children.find((c) => c.name === 'On' && c.attrs.plc === plc.attrs.name)?.attrs ?? {}
        const v = { ...e.attrs, ...on, name: e.attrs.name }
        if (v.type.startsWith('SCHEDULE')) continue
        const row = rows.get(v.name)
        const hasOn = e.children.some((c) => c.name === 'On')
        const automatic = v.bacnetVisible === 'true' && (!hasOn || on.plc) && (v.bacnetDevice ? v.bacnetDevice === device.attrs.name : only)
        if ((!row && !automatic) || row?.enabled === 'false') continue
        const type = row?.type ?? v.dataPointType ?? suggested(v)
        const name = row?.name ?? v.dataPointName ?? v.name
        found.set(name, {
            variable: v, type, name, description: row?.description ?? v.description, states: sets.get(v.stateTexts),
            reverse: (row?.polarity ?? v.polarity) === 'reverse', instance: row?.instance ?? v.instance,
            commandable: type[1] === 'O' || (type[1] === 'V' && (v.commandable ?? device.attrs.commandableValues) === 'true'),
        })
    }
    return found
}

// --- EDE set of a directory: { rows: Map "type,instance" -> columns by name, texts: Map number -> [texts] } ---
export function ede(dir, device) {
    const file = (suffix) => fs.readdirSync(dir).find((f) => f.endsWith(suffix))
    const lines = (f) => fs.readFileSync(`${dir}/${f}`, 'utf8').split(/\r?\n/)
    const main = lines(file('_EDE.csv'))
    const at = main.findIndex((l) => l.startsWith('# keyname'))
    const names = main[at].slice(2).split(';')
    const rows = new Map()
    for (const l of main.slice(at + 1).filter(Boolean)) {
        const row = Object.fromEntries(l.split(';').map((c, i) => [names[i], c]))
        if (device === undefined || Number(row['device obj.-instance']) === device)
            rows.set(`${row['object-type']},${row['object-instance']}`, row)
    }
    const texts = new Map(lines(file('_StateTexts.csv')).filter((l) => l && !l.startsWith('#')).map((l) => {
        const c = l.split(';')
        return [c[0], c.slice(1)]
    }))
    return { rows, texts }
}
