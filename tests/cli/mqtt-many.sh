# Thousands of topics that a broker retains: each comes, though a broker that has too many messages for one client at
# once drops the rest of them without a word.
command -v mosquitto >/dev/null || skip "mosquitto is missing"
PEER=${BACRT%/*}/tests/peer
"$PEER" has mqtt || skip "built without MQTT"
command -v node >/dev/null || skip 'node is missing'
BROKER=''
{
    echo '<Project xmlns="urn:bacc:project:1" name="M" guid="0b5f6a3e-8a53-4f0e-9d5c-2f1f6c1f7a19"><Sources>
      <Mqtt id="plant" url="mqtt://127.0.4.49:18839"/></Sources><Variables>'
    seq 3000 | sed 's|.*|<Variable name="V&" type="DINT" access="read" bacnetVisible="true">\
      <Bind source="plant" read="t/&"/></Variable>|'
    echo '</Variables><Plc name="P"><Channel name="B" protocol="BACnetServer" link="UDP"><Port id="1" network="1" type="IPv4"
      adapter="lo"/><Device name="Main" instance="84" port="1"/></Channel></Plc></Project>'
} >p.xml
cat >retain.mjs <<'X'
import net from 'node:net'
const s = net.connect(18839, '127.0.4.49'), packet = (type, ...parts) => {
  const body = Buffer.concat(parts.map((p) => Buffer.from(p)))
  s.write(Buffer.concat([Buffer.from([type, body.length]), body]))
}
packet(0x10, [0, 4], 'MQTT', [4, 2, 0, 60, 0, 1], 'p')
for (let i = 1; i <= 3000; i++) packet(0x33, [0, `t/${i}`.length], `t/${i}`, [i >> 8, i & 255], `${50000 + i}`)
let n = 0
s.on('data', (d) => { if ((n += d.length) === 4 + 3000 * 4) { packet(0xe0); s.end() } })
X
printf 'listener 18839 127.0.4.49\nallow_anonymous true\npersistence false\n' >broker.conf
expect 0 "$BACC" compile -q p.xml -o p.bin
mosquitto -c broker.conf >broker.log 2>&1 & BROKER=$!
trap 'kill -9 $BROKER 2>/dev/null' EXIT
sleep 0.5
expect 0 node retain.mjs
serve p.bin 127.0.4.49
trap 'kill -9 $SERVE_PID $BROKER 2>/dev/null' EXIT
i=0
until "$BACRT" list --control data/control >list && [ "$(grep -Ec '^V[0-9]+ +5[0-9]{4} ' list)" = 3000 ]; do
    [ $((i = i + 1)) -lt 300 ] || { grep -Ev '^V[0-9]+ +5[0-9]{4} ' list | head -5; cat bacrt.log; exit 1; }
    sleep 0.1
done
kill $BROKER
serve_stop
