// Reads a running device whole and compares it with its project and its EDE rows:
//     node real.mjs PROJECT.xml EDE-DIRECTORY DEVICE-INSTANCE SERVER [PORT]
// Every property of every object by ReadPropertyMultiple ALL and again by ReadProperty; names, types,
// descriptions, units, ranges, state texts, values.
import { pathToFileURL } from 'node:url'
import {
    all, check, connect, DEVICE, done, ede, equal, near, objectList, P, parseProject, published, read, readAll, TYPES, TYPE_NAMES,
} from './lib.mjs'

const first = (props, id) => props.get(id)?.[0]?.value
const texts = (props, id) => props.get(id)?.map((v) => v.value)

function compareValue(o, props, where) {
    const pv = first(props, P.presentValue)
    const initial = o.variable.initial
    if (initial === undefined) return
    const number = { true: 1, false: 0 }[initial] ?? Number(initial)
    if (Number.isNaN(number)) return
    if (o.type[0] === 'A') check(near(pv, Math.fround(number)), `${where}: Present_Value ${pv} instead of ${number}`)
    if (o.type[0] === 'B') equal(pv, o.reverse ? 1 - number : number, `${where}: Present_Value`)
    if (o.type[0] === 'M') equal(pv, o.states ? 1 + o.states.findIndex((s) => s.value === number) : number, `${where}: Present_Value`)
}

function compareTexts(o, props, where) {
    if (!o.states) return
    const t = o.states.map((s) => s.text)
    if (o.type[0] === 'M') {
        equal(first(props, P.numberOfStates), t.length, `${where}: Number_Of_States`)
        equal(texts(props, P.stateText), t, `${where}: State_Text`)
    }
    if (o.type[0] === 'B') {
        const by = (n) => o.states.find((s) => s.value === n)?.text
        equal(first(props, P.activeText), by(o.reverse ? 0 : 1), `${where}: Active_Text`)
        equal(first(props, P.inactiveText), by(o.reverse ? 1 : 0), `${where}: Inactive_Text`)
    }
}

function compareRow(row, set, props, where) {
    if (!check(row, `${where}: no EDE row`)) return
    equal(row['object-name'], first(props, P.objectName).replace(/[;"\r\n]/g, ' '), `${where}: EDE object-name`)
    if (props.has(P.units)) equal(Number(row['unit-code']), first(props, P.units), `${where}: EDE unit-code`)
    if (props.has(P.minPresValue) && row['min-present-value'] !== '')
        check(near(Number(row['min-present-value']), first(props, P.minPresValue)), `${where}: EDE min-present-value`)
    if (props.has(P.maxPresValue) && row['max-present-value'] !== '')
        check(near(Number(row['max-present-value']), first(props, P.maxPresValue)), `${where}: EDE max-present-value`)
    if (props.has(P.stateText)) {
        const listed = set.texts.get(row['state-text-reference'])?.filter((t) => t !== '')
        equal(listed, texts(props, P.stateText).filter((t) => t !== ''), `${where}: EDE state texts`)
    }
}

function compareObject(o, object, props, where) {
    equal(TYPE_NAMES[object.type], o.type, `${where}: type`)
    if (o.instance !== undefined) equal(object.instance, Number(o.instance), `${where}: instance`)
    if (o.description !== undefined) equal(first(props, P.description), o.description, `${where}: Description`)
    equal(first(props, P.outOfService), false, `${where}: Out_Of_Service`)
    equal(first(props, P.reliability) ?? 0, 0, `${where}: Reliability`)
    equal(props.has(P.priorityArray), o.commandable, `${where}: has a Priority_Array`)
    if (o.commandable) {
        equal(props.get(P.priorityArray).length, 16, `${where}: size of Priority_Array`)
        check(props.has(P.relinquishDefault) && props.has(P.currentCommandPriority), `${where}: command properties`)
    }
    if (o.variable.low !== undefined && o.type[0] === 'A') {
        check(near(first(props, P.minPresValue), Math.fround(Number(o.variable.low))), `${where}: Min_Pres_Value`)
        check(near(first(props, P.maxPresValue), Math.fround(Number(o.variable.high))), `${where}: Max_Pres_Value`)
    }
    if (o.variable.covIncrement !== undefined && o.type[0] === 'A')
        check(near(first(props, P.covIncrement), Math.fround(Number(o.variable.covIncrement))), `${where}: COV_Increment`)
    compareTexts(o, props, where)
    compareValue(o, props, where)
}

// This client makes one value of a BACnetDateTime that ReadPropertyMultiple brought, and leaves two of
// the same from ReadProperty.
function joinDateTime(values) {
    if (values.length !== 2 || values[0].type !== 10 || values[1].type !== 11) return values
    const [date, time] = values.map((v) => v.value)
    return [{ value: new Date(date.getFullYear(), date.getMonth(), date.getDate(),
        time.getHours(), time.getMinutes(), time.getSeconds(), time.getMilliseconds()) }]
}

// Each property again, one by one: the same bytes of value. Time and what moves by itself aside; where
// something came between the two, such as an alarm's delay that ended, both are read once more.
async function compareSingly(client, object, props, where, again = true) {
    const moving = new Set([56, 57, P.logBuffer])
    for (const [id, values] of props) {
        if (moving.has(id)) continue
        let single
        try {
            single = joinDateTime(await read(client, object.type, object.instance, id)).map((v) => v.value)
        } catch (e) {
            check(/Abort/.test(e.message), `${where}: property ${id} by ReadProperty: ${e.message}`)
            continue
        }
        if (again && JSON.stringify(single) !== JSON.stringify(values.map((v) => v.value)))
            return compareSingly(client, object, await readAll(client, object), where, false)
        equal(single, values.map((v) => v.value), `${where}: property ${id} by ReadProperty`)
    }
}

export async function compareDevice(client, project, edeDir, instance) {
    const device = all(project, 'Device').find((d) => Number(d.attrs.instance) === instance)
    const want = published(project, device)
    const set = ede(edeDir, instance)
    const list = await objectList(client, instance)
    equal(new Set(list.map((o) => `${o.type},${o.instance}`)).size, list.length, 'objects in Object_List are unique')
    const seen = new Set()
    for (const object of list) {
        const where = `${object.type},${object.instance}`
        const props = await readAll(client, object)
        equal(first(props, P.objectIdentifier), object, `${where}: Object_Identifier`)
        equal(first(props, P.objectType), object.type, `${where}: Object_Type`)
        check(!props.has(P.propertyList), `${where}: Property_List is not part of ALL`)
        for (const [id, v] of props)
            if (v[0]?.value?.errorClass !== undefined) check(id === P.logBuffer, `${where}: property ${id} is an error`)
        const listed = (await read(client, object.type, object.instance, P.propertyList)).map((v) => v.value)
        equal([...props.keys()].filter((p) => ![P.objectIdentifier, P.objectName, P.objectType].includes(p)).sort((a, b) => a - b),
            listed.sort((a, b) => a - b), `${where}: Property_List`)
        await compareSingly(client, object, props, where)
        const name = first(props, P.objectName)
        check(!seen.has(name), `${where}: the name '${name}' is taken`)
        seen.add(name)
        if (Object.values(TYPES).includes(object.type)) {
            const o = want.get(name)
            if (check(o, `${where}: '${name}' is not in the project`)) compareObject(o, object, props, `${where} '${name}'`)
            compareRow(set.rows.get(where), set, props, where)
        } else if (object.type === DEVICE) {
            compareRow(set.rows.get(where), set, props, where)
        }
    }
    for (const name of want.keys()) check(seen.has(name), `'${name}' of the project is not in the device`)
    return list.length
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
    const [, , project, dir, instance, server, port] = process.argv
    const client = await connect({ server, port: port ?? '47808' })
    const n = await compareDevice(client, parseProject(project), dir, Number(instance))
    console.log(`device ${instance}: ${n} objects`)
    done(client)
}
