# A Modbus server that ends its connections, by itself after each answer or one that is restarted, and one that goes
# dumb on a connection and answers on a new one: no source is lost that can be had, and none waits for its next poll.
PEER=${BACRT%/*}/tests/peer
"$PEER" has modbus || skip "built without Modbus"
command -v node >/dev/null || skip 'node is missing'
export BACRT_CONTROL=data/control
cat >server.mjs <<'X'
import net from 'node:net'
import fs from 'node:fs'
const [port, mode, file] = process.argv.slice(2), regs = new Map([[0, 11]])
let n = 0
net.createServer((s) => {
  const dumb = mode === 'dumb' && ++n === 1
  let answered = 0
  fs.appendFileSync(file, 'connection\n')
  s.on('error', () => {})
  s.on('data', (q) => {
    const f = q[7], at = q.readUInt16BE(8), x = q.readUInt16BE(10)
    if (dumb && answered++ > 3) return
    let pdu = Buffer.from([f | 0x80, 1])
    if (f === 3) {
      pdu = Buffer.alloc(2 + 2 * x)
      pdu[0] = f
      pdu[1] = 2 * x
      for (let i = 0; i < x; i++) pdu.writeUInt16BE(regs.get(at + i) ?? 0, 2 + 2 * i)
    } else if (f === 6) {
      regs.set(at, x)
      fs.appendFileSync(file, `${at}=${x}\n`)
      pdu = q.subarray(7, 12)
    }
    const head = Buffer.from(q.subarray(0, 7))
    head.writeUInt16BE(pdu.length + 1, 4)
    s.write(Buffer.concat([head, pdu]), () => mode === 'once' && s.end())
  })
}).listen(+port, '127.0.4.61', () => fs.appendFileSync(file, 'listens\n'))
X
cat >p.xml <<'X'
<Project xmlns="urn:bacc:project:1" name="E" guid="0b5f6a3e-8a53-4f0e-9d5c-2f1f6c1f7a61">
  <Sources>
    <Modbus id="once" url="modbus-tcp://127.0.4.61:15061" poll="100ms" timeout="2s"/>
    <Modbus id="seldom" url="modbus-tcp://127.0.4.61:15062" poll="1h" timeout="2s"/>
    <Modbus id="dumb" url="modbus-tcp://127.0.4.61:15063" poll="100ms" timeout="200ms"/>
  </Sources>
  <Variables>
    <Variable name="ONCE" type="UINT" access="read" bacnetVisible="true"><Bind source="once" register="holding:100"/></Variable>
    <Variable name="ONCE_SET" type="UINT" access="output" bacnetVisible="true"><Bind source="once" register="holding:100"/></Variable>
    <Variable name="SELDOM" type="UINT" access="read" bacnetVisible="true"><Bind source="seldom" register="holding:0"/></Variable>
    <Variable name="OTHER" type="UINT" access="read" bacnetVisible="true"><Bind source="seldom" register="holding:0" unit="2"/></Variable>
    <Variable name="SELDOM_SET" type="UINT" access="output" bacnetVisible="true"><Bind source="seldom" register="holding:100"/></Variable>
    <Variable name="SECOND" type="UINT" access="output" bacnetVisible="true"><Bind source="seldom" register="holding:101"/></Variable>
    <Variable name="DUMB" type="UINT" access="read" bacnetVisible="true"><Bind source="dumb" register="holding:0"/></Variable>
  </Variables>
  <Plc name="P"><Channel name="B" protocol="BACnetServer" link="UDP"><Port id="1" network="1" type="IPv4" adapter="lo"/>
    <Device name="Main" instance="84" port="1"/></Channel></Plc>
</Project>
X
ONCE='' SELDOM='' DUMB=''
there() {                               # FILE PATTERN [COUNT]: that many lines of it
    i=0
    until [ "$(grep -c -- "$2" "$1")" -ge "${3:-1}" ]; do
        [ $((i = i + 1)) -lt 200 ] || { echo "$1 does not have '$2':"; cat "$1" bacrt.log; exit 1; }
        sleep 0.1
    done
}
expect 0 "$BACC" compile p.xml -o p.bin
trap 'kill -9 $SERVE_PID $ONCE $SELDOM $DUMB 2>/dev/null' EXIT
touch once seldom dumb
node server.mjs 15061 once once & ONCE=$!
node server.mjs 15062 plain seldom & SELDOM=$!
node server.mjs 15063 dumb dumb & DUMB=$!
for f in once seldom dumb; do there $f listens; done
serve p.bin 127.0.4.61
trap 'kill -9 $SERVE_PID $ONCE $SELDOM $DUMB 2>/dev/null' EXIT
patience=200
# a connection for each answer
there once connection 5
expect 0 bacrt set ONCE_SET 5
shows ONCE '^ONCE +5 +[0-9]'
there once connection 20
if grep 'once: lost' bacrt.log; then exit 1; fi
# a server that is started anew: what it holds is seen, and it has what was written, without waiting an hour
shows OTHER '^OTHER +11 +[0-9]'
kill $SELDOM
wait $SELDOM || :
expect 0 bacrt set SELDOM_SET 7
shows SELDOM 'communication-failure'
sed 's/\[0, 11\]/[0, 12]/' server.mjs >again.mjs
node again.mjs 15062 plain seldom & SELDOM=$!
there seldom '100=7'
shows SELDOM '^SELDOM +12 +[0-9]'
shows OTHER '^OTHER +12 +[0-9]'
# one that is started anew before anything is asked of it: the source is not lost, and what was only written is there again
lost=$(grep -c 'seldom: lost' bacrt.log)
kill $SELDOM
wait $SELDOM || :
: >seldom
node again.mjs 15062 plain seldom & SELDOM=$!
there seldom listens
expect 0 bacrt set SECOND 9
there seldom '101=9'
there seldom '100=7'
[ "$(grep -c 'seldom: lost' bacrt.log)" = "$lost" ] || { cat bacrt.log seldom; fail 'lost, though it answers'; }
# one that is dumb on its first connection
shows DUMB 'communication-failure'
there dumb connection 2
shows DUMB '^DUMB +11 +[0-9]'
kill $ONCE $SELDOM $DUMB
serve_stop
