// COV with many subscriptions: subscribes 10,000 times to one value, changes it, and tells how long the server took
// to say so to the first and to the last.     node cov.mjs SERVER PORT [SUBSCRIPTIONS [CHANGES]]
// The value must be a writable REAL: analog-value,0. `stall` beside it shows what other clients feel.
import dgram from 'node:dgram'

const [server, port, many = '10000', rounds = '5'] = process.argv.slice(2)
const COUNT = Number(many), LIFETIME = [0x0e, 0x10], HOSTS = 20
const hosts = []
for (let i = 0; i < HOSTS; i++) {
    const s = dgram.createSocket({ type: 'udp4', recvBufferSize: 4 << 20 })
    await new Promise((ok) => s.bind(0, server, ok))
    hosts.push(s)
}
const send = (s, apdu) => {
    const b = Buffer.from([0x81, 0x0a, 0, apdu.length + 6, 1, 4, ...apdu])
    s.send(b, Number(port), server)
}
let answered, heard = 0, first, last
hosts.forEach((s, i) => s.on('message', (m) => {
    if (m[6] >> 4 === 1 && m[7] === 2) {
        last = performance.now()
        first ??= last
        heard++
    } else if (m[6] >> 4 !== 1) answered?.(i, m)
}))
const ask = (i, apdu) => new Promise((ok, no) => {
    const timer = setTimeout(() => no(new Error('no answer')), 3000)
    answered = (from, m) => {
        if (from !== i) return
        clearTimeout(timer)
        m[6] >> 4 === 2 ? ok(m) : no(new Error(`refused ${m.subarray(6).toString('hex')}`))
    }
    send(hosts[i], apdu)
})
const quiet = async (want) => {
    for (let idle = 0, seen = -1; heard < want && idle < 20; idle = heard === seen ? idle + 1 : 0) {
        seen = heard
        await new Promise((ok) => setTimeout(ok, 50))
    }
}
const begin = performance.now()
for (let i = 0; i < COUNT; i++)                         // process i, unconfirmed, an hour
    await ask(i % HOSTS, [0, 5, i & 255, 5, 0x0b, i >> 16, (i >> 8) & 255, i & 255, 0x1c, 0, 0x80, 0, 0, 0x29, 0, 0x3a, ...LIFETIME])
await quiet(COUNT)
console.log(`${COUNT} subscriptions in ${Math.round(performance.now() - begin)} ms, ${heard} first notifications`)
for (let k = 0; k < Number(rounds); k++) {
    const value = Buffer.alloc(4)
    value.writeFloatBE(100 + 10 * k)
    heard = 0
    first = undefined
    const from = performance.now()
    await ask(0, [0, 5, 250, 15, 0x0c, 0, 0x80, 0, 0, 0x19, 85, 0x3e, 0x44, ...value, 0x3f])
    const acknowledged = performance.now()
    await quiet(COUNT)
    const ms = (t) => (t - from).toFixed(1)
    console.log(`change ${k + 1}: acknowledged ${ms(acknowledged)} ms, first ${ms(first)} ms, last ${ms(last)} ms, ${heard} of ${COUNT} heard`)
}
process.exit(0)
