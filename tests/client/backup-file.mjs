// Fetches a device's backup into a file, or restores one: backup-file.mjs save|restore FILE PASSWORD.
// SERVER and PORT say where it is.
import fs from 'node:fs'
import { check, connect, done } from './lib.mjs'

const [START_BACKUP, END_BACKUP, START_RESTORE, END_RESTORE] = [2, 3, 4, 5]
const [how, path, password] = process.argv.slice(2)
const client = await connect()
const file = { type: 10, instance: 0 }
const manage = (state) => client.reinitializeDevice(client.to, state, { password })
const read = (at) => client.readFile(client.to, file, at, 300)
if (how === 'save') {
    await manage(START_BACKUP)
    const parts = []
    for (let at = 0, end = false; !end;) {
        const r = await read(at)
        parts.push(Buffer.from(r.buffer))
        at += r.buffer.length
        end = r.endOfFile
    }
    await manage(END_BACKUP)
    fs.writeFileSync(path, Buffer.concat(parts))
} else {
    const bytes = fs.readFileSync(path)
    await manage(START_RESTORE)
    for (let i = 0; i < bytes.length; i += 300)
        await client.writeFile(client.to, file, i, [[...bytes.subarray(i, i + 300)]])
    await manage(END_RESTORE)
}
check(fs.statSync(path).size > 100, 'a file')
done(client)
