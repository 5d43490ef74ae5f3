# whois and read against a device that is not ours, and not always right: what it says never becomes
# another value, broken JSON or a command for the terminal.
command -v node >/dev/null || skip 'needs node'
addr=127.0.3.$(client_host read-foreign)
cat >foreign.mjs <<'X'
import { createSocket } from 'node:dgram'
const s = createSocket('udp4')
const hex = (t) => Buffer.from(t.replace(/ /g, ''), 'hex')
// the value of each property, from 512 on; null: nothing is answered
const values = ['44 41 a8 00 00', '75 05 00 ff 9b 41 22', '75 05 05 e9 9b 41 7f', '75 07 04 00 41 01 7d d8 00',
    '75 05 03 00 01 f3 08', '75 04 01 82 a0 41', '44 7f c0 00 00', '75 09 00 1b 5d 30 3b 68 69 07 c2']
const send = (apdu, to) => {
    const b = Buffer.concat([hex('81 0a 00 00 01 00'), apdu])
    b.writeUInt16BE(b.length, 2)
    s.send(b, to.port, to.address)
}
s.on('message', (m, from) => {
    const apdu = m.subarray(m[5] & 0x20 ? 10 : 6)
    if (apdu[0] >> 4 === 1)
        return send(hex('10 00 c4 02 00 00 07 22 01 e0 91 00 21 0f'), from)
    const invoke = apdu[2], property = apdu.readUInt16BE(10), oid = Buffer.from(apdu.subarray(5, 9))
    if (property === 600) oid[3] ^= 1               // of another object
    if (property === 601) return send(Buffer.concat([hex('30'), Buffer.of(invoke), hex('0c 0c'), oid, hex('1a 02 5a 3e 21 05 3f')]), from)
    send(Buffer.concat([hex('30'), Buffer.of(invoke), hex('0c 0c'), oid, hex('1a'), apdu.subarray(10, 12), hex('3e'),
        hex(values[property - 512] ?? '21 05'), hex('3f')]), from)
})
s.bind(47808, process.argv[2], () => console.log('ready'))
X
node foreign.mjs "$addr" >ready & FOREIGN=$!
trap 'kill $FOREIGN' EXIT
wait_until 'grep -q ready ready'
one() { expect 0 bacrt read "$addr" AV,1 "$@" --bind 127.0.3.2:0; }

expect 0 bacrt whois --to "$addr" --bind 127.0.3.2:0 --timeout 0.5
says out '^device 7 at '
one 512
says out '^21$'
# what is no UTF-8 is no text; other character sets are told as text
one 513
[ "$(cat out)" = "$(printf '\357\277\275\357\277\275A"')" ]
one 513 --json
[ "$(jq -r . out)" = "$(printf '\357\277\275\357\277\275A"')" ]
one 514
[ "$(cat out)" = 'é\x9bA\x7f' ]
one 514 --json
[ "$(cat out)" = '"é\u009bA\u007f"' ]
one 515
[ "$(cat out)" = "$(printf 'A\305\275\357\277\275')" ]
one 516
[ "$(cat out)" = '🌈' ] || [ "$(od -An -tx1 out | tr -d ' \n')" = f09f8c880a ]
one 517
[ "$(cat out)" = '(1)82a041' ]
one 518 --json
[ "$(cat out)" = '"NaN"' ]
one 519
says out '^.x1b]0;hi.x07'
# an answer to something else is none
expect 1 bacrt read "$addr" AV,1 600 --bind 127.0.3.2:0
says err 'not what was asked for'
expect 1 bacrt read "$addr" AV,1 601 --bind 127.0.3.2:0
says err 'not what was asked for'
