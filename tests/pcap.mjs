// Datagrams for tshark: a pcap file of raw IPv4, and beside it, in PATH.server, whose they are.
import fs from 'node:fs'

const address = (text) => {
    const [ip, port] = text.split(':')
    return [Buffer.from(ip.split('.').map(Number)), Number(port ?? 47808)]
}

// -> (from, to, octets) writes one datagram; from and to are "1.2.3.4" or "1.2.3.4:47809". Without a path: nothing.
export function recorder(path, server) {
    if (!path) return () => {}
    const fd = fs.openSync(path, 'w')
    fs.writeFileSync(`${path}.server`, server)
    const head = Buffer.alloc(24)
    head.writeUInt32LE(0xa1b2c3d4, 0)
    head.writeUInt16LE(2, 4)
    head.writeUInt16LE(4, 6)
    head.writeUInt32LE(65535, 16)
    head.writeUInt32LE(101, 20)
    fs.writeSync(fd, head)
    let n = 0
    return (from, to, octets) => {
        const p = Buffer.alloc(16 + 28 + octets.length)
        const [source, sourcePort] = address(from), [destination, destinationPort] = address(to)
        p.writeUInt32LE(1 + Math.floor(n / 1000), 0)
        p.writeUInt32LE((n++ % 1000) * 1000, 4)
        p.writeUInt32LE(28 + octets.length, 8)
        p.writeUInt32LE(28 + octets.length, 12)
        p.writeUInt8(0x45, 16)
        p.writeUInt16BE(28 + octets.length, 18)
        p.writeUInt8(64, 24)
        p.writeUInt8(17, 25)
        source.copy(p, 28)
        destination.copy(p, 32)
        p.writeUInt16BE(sourcePort, 36)
        p.writeUInt16BE(destinationPort, 38)
        p.writeUInt16BE(8 + octets.length, 40)
        octets.copy(p, 44)
        fs.writeSync(fd, p)
    }
}
