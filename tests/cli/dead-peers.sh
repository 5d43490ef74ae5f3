# Peers that accept and say nothing, talk nonsense without end, or speak an octet at a time cost their
# sources; BACnet is served as ever, writes to them are taken, and the end is no later for them.
command -v node >/dev/null || skip 'node is missing'
PEER=${BACRT%/*}/tests/peer T=${BACRT%/*}/tests/bench
"$PEER" has modbus && "$PEER" has mqtt || skip "built without Modbus or MQTT"
export BACRT_CONTROL=data/control
cat >peers.mjs <<'X'
import net from 'node:net'
const noise = Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 2654435761 >>> 13) & 255))
const kinds = {
    19001: () => {},
    19002: (s) => { const more = () => { while (s.writable && s.write(noise)); }; s.on('drain', more); more() },
    19003: (s) => { let n = 0; const t = setInterval(() => s.write(noise.subarray(n, ++n % 4096)), 50); s.on('close', () => clearInterval(t)) },
    19004: (s) => s.destroy(),
    19005: (s) => s.once('data', () => s.write(Buffer.from('20020000' + 'ffffffff7f'.repeat(50), 'hex'))),  // CONNACK, lengths without end
}
for (const port in kinds)
    net.createServer((s) => { s.on('error', () => {}); s.resume(); kinds[port](s) }).listen(Number(port), '127.0.4.80')
console.log('ready')
X
node peers.mjs >peers.log 2>&1 & PEERS=$!
trap 'kill -9 $PEERS 2>/dev/null' EXIT
wait_until 'grep -q ready peers.log' peers.log
{
    printf '<Project xmlns="urn:bacc:project:1" name="D" guid="0b5f6a3e-8a53-4f0e-9d5c-2f1f6c1f7a33"><Sources>\n'
    for p in 19001 19002 19003 19004 19005 19999; do
        printf '<Mqtt id="mqtt%s" url="mqtt://127.0.4.80:%s"/><Modbus id="bus%s" url="modbus-tcp://127.0.4.80:%s" poll="10ms" timeout="10s"/>\n' $p $p $p $p
    done
    for p in 1 2 3; do printf '<Modbus id="quiet%s" url="modbus-tcp://127.0.4.80:19001" timeout="10s"/>\n' $p; done
    printf '<Modbus id="serial" url="modbus-rtu:///dev/null"/></Sources><Variables>\n'
    for p in 19001 19002 19003 19004 19005 19999; do
        printf '<Variable name="M%s" type="REAL" access="readWrite" bacnetVisible="true"><Bind source="mqtt%s" read="a" write="b"/></Variable>\n' $p $p
        printf '<Variable name="B%s" type="REAL" access="readWrite" bacnetVisible="true"><Bind source="bus%s" register="holding:1"/></Variable>\n' $p $p
    done
    for p in 1 2 3; do printf '<Variable name="Q%s" type="REAL" access="read"><Bind source="quiet%s" register="input:1"/></Variable>\n' $p $p; done
    printf '<Variable name="S" type="REAL" access="readWrite" bacnetVisible="true"><Bind source="serial" register="holding:1"/></Variable>\n'
    printf '</Variables><Plc name="P"><Channel name="B" protocol="BACnetServer" link="UDP"><Port id="1" network="1" type="IPv4" adapter="lo"/><Device name="Main" instance="81" port="1"/></Channel></Plc></Project>\n'
} >p.xml
expect 0 "$BACC" compile p.xml -o p.bin
serve p.bin 127.0.4.81 47847
trap 'kill -9 $SERVE_PID $PEERS 2>/dev/null' EXIT
sleep 1
ticks() { awk '{ print $14 + $15 }' "/proc/$SERVE_PID/stat"; }
before=$(ticks)
sleep 2
[ $(($(ticks) - before)) -lt 100 ] || { echo "$(($(ticks) - before)) hundredths of a second in two, for peers that talk nonsense"; exit 1; }
expect 0 "$T/stall" 127.0.4.81 47847 4
read -r n p50 p999 most <out
echo "$n answers, median $p50 us, longest $most us"
[ "$p50" -lt 5000 ] && [ "$most" -lt 200000 ]
for v in M19001 B19001 M19002 B19002 B19003 M19005 B19999; do expect 0 timeout 2 bacrt set $v 7; done
expect 0 timeout 2 bacrt list --json
expect 0 timeout 2 bacrt status
# the one that begins well may be connected just now
[ "$(grep '^source ' out | grep -v mqtt19005 | grep -c 'lost\|connecting')" = 15 ] || { cat out; exit 1; }
expect 0 timeout 2 bacrt reload
expect 0 "$BACRT" read 127.0.4.81:47847 analog-value,0 present-value --bind 127.0.4.82:0
a=$(date +%s%N)
serve_stop
[ $((($(date +%s%N) - a) / 1000000)) -lt 3000 ] || { echo 'the end waits for a dead peer'; exit 1; }
[ "$(wc -c <bacrt.log)" -lt 20000 ] || { echo 'the log is flooded'; head -50 bacrt.log; exit 1; }
kill $PEERS
