# A Modbus unit that has no word, not even a refusal, for a register that it does not know: only what is bound to that one
# is in fault, be it read or written, alone or among others, and it is asked for again.
PEER=${BACRT%/*}/tests/peer
"$PEER" has modbus || skip "built without Modbus"
command -v node >/dev/null || skip 'node is missing'
export BACRT_CONTROL=data/control
cat >server.mjs <<'X'
import net from 'node:net'
import fs from 'node:fs'
const regs = new Map([[200, 0], [300, 0]])
net.createServer((s) => {
  s.on('error', () => {})
  s.on('data', (q) => {
    const f = q[7], at = q.readUInt16BE(8), n = f === 3 ? q.readUInt16BE(10) : 1, deaf = (r) => at <= r && at + n > r
    if (deaf(5) || (deaf(200) && !fs.existsSync('hears'))) return
    let pdu = q.subarray(7, 12)
    if (f === 3) {
      pdu = Buffer.alloc(2 + 2 * n)
      pdu[0] = f
      pdu[1] = 2 * n
      for (let i = 0; i < n; i++) pdu.writeUInt16BE(regs.get(at + i) ?? at + i, 2 + 2 * i)
    } else {
      regs.set(at, q.readUInt16BE(10))
      fs.appendFileSync('wrote', `${at}=${q.readUInt16BE(10)}\n`)
    }
    const head = Buffer.from(q.subarray(0, 7))
    head.writeUInt16BE(pdu.length + 1, 4)
    s.write(Buffer.concat([head, pdu]))
  })
}).listen(15064, '127.0.4.64', () => console.log('listens'))
X
bind() {
    printf '<Variable name="%s" type="UINT" access="%s" bacnetVisible="true">' "$1" "$2"
    printf '<Bind source="line" register="holding:%s"/></Variable>\n' "$3"
}
{
    echo '<Project xmlns="urn:bacc:project:1" name="D" guid="0b5f6a3e-8a53-4f0e-9d5c-2f1f6c1f7a64"><Sources>
      <Modbus id="line" url="modbus-tcp://127.0.4.64:15064" poll="100ms" timeout="200ms"/></Sources><Variables>'
    bind BEFORE read 4
    bind DEAF read 5
    bind AFTER read 6
    bind FAR read 100
    bind CMD output 200
    bind OTHER output 300
    echo '</Variables><Plc name="P"><Channel name="B" protocol="BACnetServer" link="UDP"><Port id="1" network="1" type="IPv4"
      adapter="lo"/><Device name="Main" instance="84" port="1"/></Channel></Plc></Project>'
} >p.xml
expect 0 "$BACC" compile -q p.xml -o p.bin
node server.mjs >server.log & SERVER=$!
trap 'kill -9 $SERVER 2>/dev/null' EXIT
i=0
until grep -q listens server.log; do [ $((i = i + 1)) -lt 100 ] || exit 1; sleep 0.1; done
serve p.bin 127.0.4.64
trap 'kill -9 $SERVE_PID $SERVER 2>/dev/null' EXIT
patience=200
shows BEFORE '^BEFORE +4 +[0-9]'
shows AFTER '^AFTER +6 +[0-9]'
shows FAR '^FAR +100 +[0-9]'
shows DEAF 'communication-failure'
expect 0 bacrt status
says out '^source +line Modbus connected'
# what is written to a deaf one is that one's fault, too
shows CMD 'communication-failure'
expect 0 bacrt set OTHER 8
i=0
until grep -q '^300=8' wrote; do [ $((i = i + 1)) -lt 200 ] || { cat bacrt.log wrote; exit 1; }; sleep 0.1; done
shows OTHER '^OTHER +8 +[0-9]'
shows FAR '^FAR +100 +[0-9]'
i=0
while [ $((i = i + 1)) -le 20 ]; do
    bacrt get BEFORE AFTER FAR >out
    if grep failure out; then cat out bacrt.log; exit 1; fi
    sleep 0.1
done
touch hears
expect 0 bacrt set CMD 3
shows CMD '^CMD +3 +[0-9]'
kill $SERVER
serve_stop
