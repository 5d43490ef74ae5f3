// Subscribes to the COV of one object (unconfirmed, ten minutes) and prints a line for each
// notification: the Present_Value's octets in hex, or the REAL. I-Am is printed as "i-am INSTANCE".
//     node cov.mjs SERVER PORT OWN-ADDRESS TYPE INSTANCE
import dgram from 'node:dgram'

const [server, port, own, type, instance] = process.argv.slice(2)
const oid = Buffer.alloc(4)
oid.writeUInt32BE(Number(type) * 0x400000 + Number(instance))
const apdu = Buffer.concat([Buffer.from([0, 5, 1, 5, 0x09, 7, 0x1c]), oid, Buffer.from([0x29, 0, 0x3a, 2, 0x58])])
const head = Buffer.from([0x81, 0x0a, 0, apdu.length + 6, 1, 4])
const s = dgram.createSocket('udp4')

function present(m) {
    const at = m.indexOf(Buffer.from([0x09, 85, 0x2e]))         // [0] present-value, [2] open
    if (at < 0) return '?'
    return m[at + 3] === 0x44 ? String(m.readFloatBE(at + 4)) : m.subarray(at + 3, m.indexOf(0x2f, at)).toString('hex')
}

s.on('message', (m) => {
    const a = m.subarray(m[1] === 4 ? 10 : 4)
    const body = a[1] & 0x08 ? a.subarray(8) : a.subarray(2)
    if (a[1] & 0x20) return
    if (body[0] === 0x20) console.log('subscribed')
    else if (body[0] === 0x10 && body[1] === 2) console.log(`cov ${present(m)}`)
    else if (body[0] >> 4 > 4) console.log(`refused ${body.toString('hex')}`)
})
s.bind(0, own, () => s.send(Buffer.concat([head, apdu]), Number(port), server))
