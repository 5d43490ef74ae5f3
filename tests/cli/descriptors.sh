# As many sources as there are: each has its descriptors, whatever the usual limit is and however high their numbers
# are. When none are left, who comes to the control socket or the counters' page is told so, and nobody spins.
PEER=${BACRT%/*}/tests/peer
export BACRT_CONTROL=data/control
command -v prlimit >/dev/null || skip 'prlimit is missing'
[ "$(ulimit -Hn)" = unlimited ] || [ "$(ulimit -Hn)" -ge 4096 ] || skip 'the limit of descriptors is too low here'
compile_sample minimal
serve device.bin 127.0.3.31 47808 --metrics 127.0.3.31:9643
n=0
while [ -e "/proc/$SERVE_PID/fd/$n" ]; do n=$((n + 1)); done
prlimit --nofile=$n: --pid "$SERVE_PID"
for i in 1 2 3; do
    expect 1 timeout 20 bacrt status
    says err 'too many clients'
done
if timeout 20 curl -sf http://127.0.3.31:9643/metrics >/dev/null; then fail 'a page without a descriptor'; fi
expect 0 bacrt read 127.0.3.31 device,4194303 object-name --bind 127.0.3.32:0
prlimit --nofile=4096: --pid "$SERVE_PID"
expect 0 bacrt status
timeout 20 curl -sf http://127.0.3.31:9643/metrics >/dev/null
serve_stop

"$PEER" has modbus || skip "built without Modbus"
command -v node >/dev/null || skip 'node is missing'
cat >server.mjs <<'X'
import net from 'node:net'
net.createServer((s) => {
  s.on('error', () => {})
  s.on('data', (q) => s.write(Buffer.concat([q.subarray(0, 4), Buffer.from([0, 5]), q.subarray(6, 8), Buffer.from([2, 0, 11])])))
}).listen({ host: '127.0.3.31', port: 15031, backlog: 511 }, () => console.log('listens'))
X
{
    echo '<Project xmlns="urn:bacc:project:1" name="D" guid="0b5f6a3e-8a53-4f0e-9d5c-2f1f6c1f7a31"><Sources>'
    i=0
    while [ $((i = i + 1)) -le 400 ]; do
        echo "<Modbus id=\"m$i\" url=\"modbus-tcp://127.0.3.31:15031\" poll=\"1h\" timeout=\"20s\"/>"
    done
    echo '</Sources><Variables>'
    i=0
    while [ $((i = i + 1)) -le 400 ]; do
        echo "<Variable name=\"V$i\" type=\"UINT\" access=\"read\" bacnetVisible=\"true\"><Bind source=\"m$i\" register=\"holding:0\"/></Variable>"
    done
    echo '</Variables><Plc name="P"><Channel name="B" protocol="BACnetServer" link="UDP"><Port id="1" network="1" type="IPv4"
      adapter="lo"/><Device name="Main" instance="84" port="1"/></Channel></Plc></Project>'
} >p.xml
expect 0 "$BACC" compile p.xml -o p.bin
(ulimit -Sn 4096 && exec node server.mjs) >server.log & SERVER=$!
trap 'kill -9 $SERVER 2>/dev/null' EXIT
i=0
until grep -q listens server.log; do [ $((i = i + 1)) -lt 100 ] || exit 1; sleep 0.1; done
for soft in 1024 4096; do
    ulimit -Sn $soft
    serve p.bin 127.0.3.31
    trap 'kill -9 $SERVE_PID $SERVER 2>/dev/null' EXIT
    i=0
    until timeout 20 bacrt list 'V*' >list && [ "$(grep -c '^V[0-9]* *11 *84:' list)" = 400 ]; do
        [ $((i = i + 1)) -lt 100 ] || { tail -3 list bacrt.log; exit 1; }
        sleep 0.1
    done
    kill -0 "$SERVE_PID"
    serve_stop
done
kill $SERVER
