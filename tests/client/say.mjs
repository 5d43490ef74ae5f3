// Says datagrams, given in hexadecimal, and prints what comes back for each; silence is an empty line.
//     node tests/client/say.mjs SERVER:PORT FROM HEX...
import dgram from 'node:dgram'

const [to, from, ...datagrams] = process.argv.slice(2)
const [server, port] = to.split(':')
const socket = dgram.createSocket('udp4')
socket.bind(0, from, async () => {
    for (const hex of datagrams) {
        const answer = new Promise((ok) => {
            const end = setTimeout(() => ok(''), 3000)
            socket.once('message', (b) => { clearTimeout(end); ok(b.toString('hex')) })
        })
        socket.send(Buffer.from(hex.replace(/\s+/g, ''), 'hex'), Number(port), server)
        console.log(await answer)
    }
    socket.close()
})
