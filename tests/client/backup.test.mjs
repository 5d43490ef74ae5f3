// sample: minimal
// Backup and restore (135-2020 clause 19.1) as a workstation does them: the file is read and kept, much is
// changed, the file is written back, and the device is again what it was.
import { ask, check, connect, DEVICE, done, equal, fails, iAm, objectList, P, read, T, value, write } from './lib.mjs'

const D = 1301, FILE = 10, STATE = 338, STATUS = 112, RESTORED = 157, REVISION = 155, CLASS = 15, HIGH = 45, RECIPIENTS = 102, OPTIONS = { password: 'test' }
const START_BACKUP = 2, END_BACKUP = 3, START_RESTORE = 4, END_RESTORE = 5, ABORT_RESTORE = 6
const client = await connect()
const names = new Map()
for (const o of await objectList(client, D)) names.set(await value(client, o.type, o.instance, P.objectName), o)
const at = (name) => [names.get(name).type, names.get(name).instance]
const reinit = (state) => client.reinitializeDevice(client.to, state, OPTIONS)
const file = { type: FILE, instance: 0 }
const pause = () => new Promise((ok) => setTimeout(ok, 50))

async function fetchFile() {
    const parts = []
    for (let position = 0; ;) {
        const r = await client.readFile(client.to, file, position, 300)
        parts.push(Buffer.from(r.buffer))
        position += r.buffer.length
        if (r.endOfFile) return Buffer.concat(parts)
    }
}
async function sendFile(bytes) {
    for (let i = 0; i < bytes.length; i += 300)
        await client.writeFile(client.to, file, i, [[...bytes.subarray(i, i + 300)]])
}
// All that can be read of the device, but for what changes by itself (a network number is learned) or because of the restore.
async function everything() {
    const passing = new Map([[DEVICE, [56, 57, REVISION, RESTORED, 196, 203, STATE, STATUS, 30]], [FILE, [42, 71]], [56, [425, 426]]])
    const all = {}
    for (const [, o] of names) {
        const list = (await read(client, o.type, o.instance, P.propertyList)).map((v) => v.value)
        for (const p of [P.objectName, ...list]) {
            if ((passing.get(o.type) ?? []).includes(p)) continue
            // what the client cannot decode is compared as it came
            const id = [0x0c, (o.type << 22 | o.instance) >>> 24, (o.type << 22 | o.instance) >> 16 & 255, (o.type << 22 | o.instance) >> 8 & 255, o.instance & 255]
            const pdu = await ask(client, 12, [...id, ...(p > 255 ? [0x1a, p >> 8, p & 255] : [0x19, p])])
            all[`${o.type},${o.instance} ${p}`] = pdu.subarray(2).toString('hex')
        }
    }
    return all
}
function differences(a, b) { return Object.keys({ ...a, ...b }).filter((k) => a[k] !== b[k]) }

// The state that is saved.
await write(client, ...at('SP'), P.presentValue, T.REAL, 23.5)
await write(client, ...at('MODE'), P.presentValue, T.ENUM, 1)
await write(client, ...at('VALVE'), P.presentValue, T.REAL, 40, { priority: 9 })
await write(client, ...at('VALVE'), P.relinquishDefault, T.REAL, 5)
await write(client, ...at('FAN'), P.presentValue, T.UNSIGNED, 3, { priority: 7 })
await write(client, ...at('FAN'), P.relinquishDefault, T.UNSIGNED, 2)
await write(client, ...at('T'), HIGH, T.REAL, 60)
await write(client, ...at('U'), P.outOfService, T.BOOLEAN, true)
await write(client, ...at('T'), P.description, T.STRING, 'changed by a client')
const [t, u] = [at('T'), at('U')]
await write(client, ...t, P.objectName, T.STRING, 'X')              // the two change names
await write(client, ...u, P.objectName, T.STRING, 'T')
await write(client, ...t, P.objectName, T.STRING, 'U')
// Recipient_List: device 77, process 5, always, all transitions, unconfirmed
const recipient = [0x0c, 0x03, 0xc0, 0, 1, 0x19, RECIPIENTS, 0x3e, 0x82, 1, 0xfe, 0xb4, 0, 0, 0, 0, 0xb4, 23, 59, 59, 99,
    0x0c, 2, 0, 0, 77, 0x21, 5, 0x10, 0x82, 5, 0xe0, 0x3f]
equal((await ask(client, 15, recipient))[0] >> 4, 2, 'Recipient_List written')
const saved = await everything()
const revision = await value(client, DEVICE, D, REVISION)

await fails(client.reinitializeDevice(client.to, START_BACKUP, { password: 'wrong' }), /Class:4 - Code:26/, 'a wrong password')
await reinit(START_BACKUP)
equal(await value(client, DEVICE, D, STATUS), 5, 'System_Status')
equal((await read(client, DEVICE, D, 154)).map((v) => v.value), [file], 'Configuration_Files')
const backup = await fetchFile()
check(backup.length > 300, `a file of ${backup.length} octets`)
equal(await value(client, FILE, 0, 42), backup.length, 'File_Size')
await reinit(END_BACKUP)

// Everything is changed, some of it back to what the project says.
await write(client, ...at('SP'), P.presentValue, T.REAL, 11)
await write(client, ...at('MODE'), P.presentValue, T.ENUM, 0)
await write(client, ...at('PLAIN'), P.presentValue, T.REAL, 12)
await write(client, ...at('PLAIN'), P.description, T.STRING, 'not in the backup')
await write(client, ...at('VALVE'), P.presentValue, T.REAL, 90, { priority: 8 })
await write(client, ...at('VALVE'), P.presentValue, T.NULL, null, { priority: 9 })
await write(client, ...at('VALVE'), P.relinquishDefault, T.REAL, 50)
await write(client, ...at('FAN'), P.presentValue, T.UNSIGNED, 1, { priority: 7 })
await write(client, ...at('FAN'), P.relinquishDefault, T.UNSIGNED, 1)
await write(client, ...t, HIGH, T.REAL, 70)
await write(client, ...u, P.outOfService, T.BOOLEAN, false)
await write(client, ...u, P.objectName, T.STRING, 'Y')
await write(client, ...t, P.objectName, T.STRING, 'T')
await write(client, ...at('PLAIN'), P.objectName, T.STRING, 'U')
await write(client, CLASS, 1, 17, T.UNSIGNED, 1).catch(() => {})     // Notification_Class: read-only
equal((await ask(client, 15, [0x0c, 0x03, 0xc0, 0, 1, 0x19, RECIPIENTS, 0x3e, 0x3f]))[0] >> 4, 2, 'Recipient_List emptied')
const changed = await everything()
check(differences(saved, changed).length >= 12, `only ${differences(saved, changed)} is different`)

// A restore that is given up, one of a spoilt file: nothing happens.
await reinit(START_RESTORE)
await fails(write(client, ...at('SP'), P.presentValue, T.REAL, 1), /Class:0 - Code:2/, 'a write during the restore')
await sendFile(backup)
await reinit(ABORT_RESTORE)
equal(differences(changed, await everything()), [], 'after the abort')
const spoilt = Buffer.from(backup)
spoilt[backup.length - 1] ^= 0x40
await reinit(START_RESTORE)
await sendFile(spoilt)
await fails(reinit(END_RESTORE), /Class:5 - Code:46/, 'the end of a restore with a spoilt file')
equal(differences(changed, await everything()), [], 'after the spoilt file')
equal(await value(client, DEVICE, D, STATE), 6, 'restore-failure')

await reinit(START_RESTORE)
await sendFile(backup)
await reinit(END_RESTORE)
for (let i = 0; i < 50 && await value(client, DEVICE, D, STATE) !== 0; i++) await pause()
const restored = await everything()
// PLAIN keeps no value: what a client wrote stays until the process says another
equal(differences(saved, restored).filter((k) => k !== `2,${at('PLAIN')[1]} 85`), [], 'what the restore did not bring back')
check(await value(client, DEVICE, D, REVISION) > revision, 'Database_Revision rises')
equal(await value(client, DEVICE, D, 196), 2, 'Last_Restart_Reason: warmstart')
const found = await iAm(client, () => client.whoIs())
check(found.some((m) => m.deviceId === D), 'the device is there')
done(client)
