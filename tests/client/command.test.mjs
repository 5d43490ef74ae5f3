// sample: ahu
// Commanding at every priority, relinquishing in order, Relinquish_Default, for each commandable type.
import { connect, done, equal, fails, objectList, P, read, T, value, write } from './lib.mjs'

const client = await connect()
const names = new Map()
for (const o of await objectList(client, 1100)) names.set(await value(client, o.type, o.instance, P.objectName), o)
const points = [
    ['AHU.Y.Heating', T.REAL, (p) => p, 0],
    ['AHU.T.Shift', T.REAL, (p) => p / 8, 0],
    ['AHU.Fan.Cmd', T.ENUM, (p) => p % 2, 0],
    ['AHU.Purge', T.ENUM, (p) => p % 2, 0],
    ['AHU.Fan.Speed', T.UNSIGNED, (p) => 1 + (p % 3), 1],
    ['AHU.Mode.Request', T.UNSIGNED, (p) => 1 + (p % 5), 1],
]
const priorities = [16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 5, 4, 3, 2, 1]
for (const [name, tag, at, fallback] of points) {
    const { type, instance } = names.get(name)
    const pv = () => value(client, type, instance, P.presentValue)
    const active = () => value(client, type, instance, P.currentCommandPriority)
    equal(await pv(), fallback, `${name}: Relinquish_Default at first`)
    equal(await active(), null, `${name}: nothing in command`)
    for (const p of priorities) {
        await write(client, type, instance, P.presentValue, tag, at(p), { priority: p })
        equal([await pv(), await active()], [at(p), p], `${name}: commanded at ${p}`)
    }
    await fails(write(client, type, instance, P.presentValue, tag, at(1), { priority: 6 }), /Class:2 - Code:40/, `${name}: priority 6`)
    const array = (await read(client, type, instance, P.priorityArray)).map((v) => v.value)
    equal(array, Array.from({ length: 16 }, (_, i) => (i === 5 ? null : at(i + 1))), `${name}: Priority_Array`)
    for (const p of [...priorities].reverse()) {
        await write(client, type, instance, P.presentValue, T.NULL, null, { priority: p })
        const left = priorities.filter((q) => q > p).sort((a, b) => a - b)[0]
        equal([await pv(), await active()], left ? [at(left), left] : [fallback, null], `${name}: relinquished ${p}`)
    }
    await write(client, type, instance, P.relinquishDefault, tag, at(1))
    equal(await pv(), at(1), `${name}: Relinquish_Default written`)
}
done(client)
