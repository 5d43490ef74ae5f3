// What holds for every object (135.1 clauses 7.1 to 7.3.1, 9.18, 9.20, 9.22): names, groups of properties,
// arrays and lists, what outlives a restart, and what Out_Of_Service changes.
import { app, bytes, check, close, ctx, ctxU, expectError, oid, open, OT, real, rpmBody, S, same, TYPE, what, wpBody } from './lib.mjs'
import { unsigned, value } from './generic.mjs'
import { tokens } from './types.mjs'

const P = { all: 8, optional: 80, required: 105, name: 77, pv: 85, oos: 81, reliability: 103, flags: 111, eventState: 36, array: 87, current: 431,
    enable: 35, texts: 352, dates: 23, weekly: 123, list: 371, increment: 22, highLimit: 45, description: 28, relinquish: 104 }
const yes = [0x11], no = [0x10]
async function objects(c) {
    const n = unsigned(await c.read(OT.DEV, 0x3fffff, 76, 0)), list = []
    for (let i = 1; i <= n; i++) { const o = value(await c.read(OT.DEV, 0x3fffff, 76, i)).readUInt32BE(1); list.push([o >>> 22, o & 0x3fffff]) }
    return list
}
const has = async (c, [type, n]) => new Set([...tokens(value(await c.read(type, n, P.list))).map((t) => t.u), 75, 77, 79, 371])
const wrote = async (c, [type, n], property, v) => { const m = await c.ask(S.wp, wpBody(type, n, property, v)); same(m.type, TYPE.simple, `write of ${property} of ${type},${n}: ${what(m)}`) }
// Property numbers of one object's answer to ReadPropertyMultiple.
async function listed(c, [type, n], which) {
    const first = await c.ask(S.rpm, rpmBody([type, n, which]))
    check(first.type === TYPE.complex, what(first))
    const data = first.seg ? Buffer.concat((await c.segments(first, 16)).map((s) => s.data)) : first.data
    const found = []
    let depth = 0
    for (const t of tokens(data)) {
        if (t.open !== undefined) depth++
        else if (t.close !== undefined) depth--
        else if (depth === 1 && t.ctx === 2) found.push(t.u)
    }
    return found
}
const INTRINSIC = [17, 35, 0, 72, 130, 351, 352, 353, 354]       // class, enable, acked, type, stamps, texts, their form, detection, inhibit

export default {
    async T008(c) {
        const names = new Map()
        for (const [type, n] of await objects(c)) {
            const text = value(await c.read(type, n, P.name))
            const name = text.subarray(text[0] === 0x75 ? 3 : 2).toString()
            check(!names.has(name), `'${name}' twice`)
            names.set(name, [type, n])
        }
        for (const [name, [type, n]] of names) {
            const b = Buffer.from(name)
            c.unicast(bytes(0x10, 7, ctx(3, [0, ...b])))
            const m = await c.next((x) => x.type === 1 && x.service === 1, 1500)
            check(m, `no I-Have for '${name}'`)
            same([...m.data.subarray(6, 10)], oid(type, n), `object of '${name}'`)
        }
    },
    async T010(c) {
        for (const o of await objects(c)) {
            if (o[0] === 15) continue                                    // a class's own number is its Notification_Class
            const props = await has(c, o), some = INTRINSIC.filter((p) => props.has(p))
            check(some.length === 0 || some.length === INTRINSIC.length - (props.has(354) ? 0 : 1),
                `${o}: only ${some} of the properties of intrinsic reporting`)
            if (some.length && o[0] <= 2)
                for (const p of [113, 45, 59, 25, 52]) check(props.has(p), `${o}: property ${p} is missing beside its event properties`)
        }
    },
    async T017(c, w) {
        const device = [OT.DEV, 1001], text = (s) => app(7, [0, ...Buffer.from(s)])
        const m = await c.ask(S.wp, wpBody(...device, P.name, text('Another')))
        if (m.type === TYPE.error) return expectError(m, '2/40')         // not writable, which the standard allows
        same(m.type, TYPE.simple, what(m))
        await w.restart()
        same([...value(await c.read(...device, P.name))], text('Another'), 'Object_Name after a restart')
    },
    async T040(c) {
        for (const o of await objects(c)) {
            const [all, required, optional] = [await listed(c, o, P.all), await listed(c, o, P.required), await listed(c, o, P.optional)]
            check(!required.some((p) => optional.includes(p)), `${o}: REQUIRED and OPTIONAL overlap`)
            same([...required, ...optional].sort((a, b) => a - b), all.sort((a, b) => a - b), `${o}: REQUIRED and OPTIONAL together`)
        }
    },
    async T041(c) {
        let least = 1000
        for (const o of await objects(c)) {
            const m = await c.ask(S.rpm, rpmBody([...o, P.optional]))
            check(m.type === TYPE.complex, `${o}: ${what(m)}`)
            if (m.seg) { await c.segments(m, 16); continue }
            const list = await listed(c, o, P.optional)
            least = Math.min(least, list.length)
            if (list.length === 0) same([...m.data.subarray(-2)], [0x1e, 0x1f], `${o}: an empty list of results`)
        }
        check(least < 1000, 'no object at all')
    },
    async T051(c) {
        const schedule = [17, 0], time = app(11, [6, 0, 0, 0])
        const was = value(await c.read(...schedule, P.weekly))
        const day = [open(0), ...time, 0x91, 1, close(0)]
        const at = (index, v) => bytes(ctx(0, oid(...schedule)), ctxU(1, P.weekly), ctxU(2, index), open(3), v, close(3))
        same((await c.ask(S.wp, at(2, day))).type, TYPE.simple, 'one element')
        same([...value(await c.read(...schedule, P.weekly, 2))], day, 'the element')
        const whole = Array(7).fill(day).flat()
        await wrote(c, schedule, P.weekly, whole)
        same([...value(await c.read(...schedule, P.weekly))], whole, 'the whole array')
        await wrote(c, schedule, P.weekly, [...was])
        const calendar = [6, 0], before = value(await c.read(...calendar, P.dates))
        const dates = [...ctx(0, [126, 12, 24, 255]), ...ctx(0, [126, 12, 25, 255])]
        await wrote(c, calendar, P.dates, dates)
        same([...value(await c.read(...calendar, P.dates))], dates, 'the list')
        await wrote(c, calendar, P.dates, [...before])
    },
    async T065(c) {
        const o = [OT.AV, 0], before = [...value(await c.read(...o, P.enable))]
        for (const bits of [[6, 0xc0], [4, 0xf0]])                       // two bits, four bits
            expectError(await c.ask(S.wp, wpBody(...o, P.enable, app(8, bits))), ['2/142', '2/37'])
        same([...value(await c.read(...o, P.enable))], before, 'unchanged')
        await wrote(c, o, P.enable, app(8, [5, 0xa0]))
        same([...value(await c.read(...o, P.enable))], app(8, [5, 0xa0]), 'three bits')
        await wrote(c, o, P.enable, before)
    },
    async T079(c, w) {
        const list = await objects(c), kept = []
        const wanted = [[OT.AV, P.increment, real(2.25)], [OT.AV, P.description, app(7, [0, ...Buffer.from('Written by a client')])],
            [OT.AO, P.relinquish, real(12.5)], [6, P.dates, ctx(0, [126, 5, 1, 255])], [17, 174, [0x91, 1]]]
        for (const [type, property, v] of wanted)
            for (const o of list.filter(([t]) => t === type)) {
                if (!(await has(c, o)).has(property)) continue
                const m = await c.ask(S.wp, wpBody(...o, property, v))
                if (m.type === TYPE.simple) { kept.push([o, property, [...v]]); break }
            }
        check(kept.length >= 4, `only ${kept.length} kinds of configuration could be written`)
        await w.restart()
        for (const [o, property, v] of kept) same([...value(await c.read(...o, property))], v, `property ${property} of ${o} after a restart`)
    },
    async T092(c) {
        let seen = 0
        for (const o of (await objects(c)).filter(([t]) => [OT.AI, OT.AV].includes(t))) {
            const props = await has(c, o)
            if (!props.has(P.reliability) || !props.has(P.enable)) continue
            await wrote(c, o, P.oos, yes)
            const m = await c.ask(S.wp, wpBody(...o, P.reliability, [0x91, 2]))
            if (m.type === TYPE.simple) {
                seen++
                const flags = value(await c.read(...o, P.flags))
                check(flags[2] & 0x40, `${o}: FAULT in Status_Flags, came ${flags[2].toString(2)}`)
                same(unsigned(await c.read(...o, P.eventState)), 1, `${o}: Event_State fault`)
                await wrote(c, o, P.reliability, [0x91, 0])
                check(!(value(await c.read(...o, P.flags))[2] & 0x40), `${o}: FAULT is gone`)
            } else expectError(m, '2/40')
            await wrote(c, o, P.oos, no)
        }
        check(seen, 'no Reliability can be written while out of service')
    },
    async T094(c) {
        const o = [OT.AO, 0]
        await wrote(c, o, P.oos, yes)
        const m = await c.ask(S.wp, wpBody(...o, P.pv, real(42), 9))
        same(m.type, TYPE.simple, what(m))
        same(value(await c.read(...o, P.pv)).readFloatBE(1), 42, 'Present_Value')
        same(unsigned(await c.read(...o, P.current)), 9, 'Current_Command_Priority')
        same(value(await c.read(...o, P.array, 9)).readFloatBE(1), 42, 'Priority_Array')
        await c.ask(S.wp, wpBody(...o, P.pv, [0x00], 9))
        await wrote(c, o, P.oos, no)
    },
}
