// See crowd. Discovers the virtual devices and reads Object_Name and Present_Value of each.
import { createRequire } from 'node:module'
const bacnet = createRequire(new URL('../client/package.json', import.meta.url))('@bacnet-js/client')
const Client = bacnet.default ?? bacnet
const { SERVER, PORT, CROWD } = process.env
const client = new Client({ port: Number(PORT), interface: '127.0.1.2', apduTimeout: 3000, broadcastAddress: '127.255.255.255' })
await new Promise((ok) => client.on('listening', ok))
const found = new Map()
client.on('iAm', (m) => { const p = m.payload ?? m; found.set(p.deviceId, m.header?.sender ?? p.address) })
client.on('error', (e) => console.log(`crowd: client error ${e.message}`))

const begin = Date.now()
let last = begin
client.whoIs({ address: `${SERVER}:${PORT}`, net: 0xffff, adr: [] })
for (let n = -1; found.size > n || Date.now() - last < 1000;) {
    if (found.size > n) { n = found.size; last = Date.now() }
    if (n >= Number(CROWD) + 1) break
    await new Promise((ok) => setTimeout(ok, 10))
}
console.log(`crowd: ${found.size} of ${Number(CROWD) + 1} devices answered one Who-Is in ${last - begin} ms`)

let read = 0, wrong = 0
const start = Date.now()
for (const [id] of found) {
    if (id <= 20000) continue
    const to = { address: `${SERVER}:${PORT}`, net: 2001, adr: [(id >> 16) & 255, (id >> 8) & 255, id & 255] }
    try {
        const name = await client.readProperty(to, { type: 8, instance: id }, 77)
        const value = await client.readProperty(to, { type: 0, instance: 0 }, 85)
        read++
        if (name.values[0].value !== `D${id - 20000}` || value.values[0].value !== (id - 20000) % 50) wrong++
    } catch (e) {
        wrong++
        if (wrong < 5) console.log(`crowd: device ${id}: ${e.message}`)
    }
}
console.log(`crowd: ${read} devices read in ${Date.now() - start} ms, ${wrong} wrong`)
client.close()
process.exit(found.size === Number(CROWD) + 1 && read === Number(CROWD) && wrong === 0 ? 0 : 1)
