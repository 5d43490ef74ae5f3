# The machine's address changes while it runs, or comes only after the start: the device is where the machine is,
# and says so. In a network of its own.
unshare -n true 2>/dev/null && command -v ip >/dev/null || skip "no network of its own here"
compile_sample ahu
sed 's/<Port id="1"[^>]*>/<Port id="1" network="1" type="IPv4" adapter="lan0" udpPort="47808"\/>/' project.xml >p.xml
grep -q 'adapter="lan0"' p.xml
expect 0 "$BACC" compile p.xml -o p.bin
cat >inside.sh <<'X'
set -e
. "$LIB"
start() {
    "$BACRT" run p.bin --data data "$@" >bacrt.log 2>&1 & RUN=$!
    trap 'kill -9 $RUN 2>/dev/null' EXIT
    wait_until '"$BACRT" status --control data/control >out 2>err' bacrt.log out err
}
at() { "$BACRT" read "$1" device,1100 object-name --bind "$1:0" --timeout 0.2 >out 2>err; }
ip link set lo up
# before there is an adapter: later what is broadcast goes to its subnet
start
says bacrt.log 'warning adapter: adapter lan0 has no address'
ip link add lan0 type veth peer name far0
ip link set lan0 up
ip link set far0 up
ip addr add 10.77.0.5/24 dev lan0
wait_until 'grep -q "address: port 1: on 10.77.0.5:47808 now" bacrt.log' bacrt.log out err
at 10.77.0.5
"$BACRT" status --control data/control >out
says out '^port +10\.77\.0\.5:47808'
expect 0 "$BACRT" read 10.77.0.5 network-port,1 ip-address
says out '^0a4d0005$'
# ... by broadcast in that subnet
node -e 'const s = require("dgram").createSocket({type: "udp4", reuseAddr: true});
    s.bind(47808, "10.77.0.255", () => console.log("listening"));
    s.on("message", m => { console.log("heard " + m[1]); if (m[1] === 11) process.exit(0); });' >heard &
wait_until 'grep -q listening heard' bacrt.log out err
expect 0 "$BACRT" restart 1100 --control data/control
wait_until 'grep -q "heard 11" heard' bacrt.log out err
# another address
ip addr del 10.77.0.5/24 dev lan0
wait_until 'grep -q "warning address: port 1: the machine has no address 10.77.0.5:47808 any more" bacrt.log' bacrt.log out err
ip addr add 10.77.0.6/24 dev lan0
wait_until 'grep -q "on 10.77.0.6:47808 now, it was 10.77.0.5:47808" bacrt.log' bacrt.log out err
at 10.77.0.6
# away and back; another mask of the same address; another one beside it changes nothing
ip addr del 10.77.0.6/24 dev lan0
wait_until '[ "$(grep -c "has no address 10.77.0.6:47808" bacrt.log)" = 1 ]' bacrt.log out err
ip addr add 10.77.0.6/24 dev lan0
wait_until 'grep -q "10.77.0.6:47808 is there again" bacrt.log' bacrt.log out err
at 10.77.0.6
ip addr add 10.88.0.6/16 dev lan0
sleep 1
at 10.77.0.6
[ "$(grep -c ' address: ' bacrt.log)" = 5 ]
ip addr del 10.77.0.6/24 dev lan0
ip addr del 10.88.0.6/16 dev lan0
ip addr add 10.77.0.6/16 dev lan0
wait_until '"$BACRT" read 10.77.0.6 network-port,1 ip-subnet-mask --bind 10.77.0.6:0 --timeout 0.2 >out 2>err && grep -q ffff0000 out' bacrt.log out err
kill -TERM $RUN
wait $RUN
# an address that somebody else has taken on the way is tried again
start
ip addr del 10.77.0.6/16 dev lan0
wait_until 'grep -q "has no address" bacrt.log' bacrt.log out err
sed 's/instance="1100"/instance="1101"/' p.xml >q.xml
expect 0 "$BACC" compile q.xml -o q.bin
ip addr add 10.77.0.7/16 dev far0
"$BACRT" run q.bin --bind 10.77.0.7 --data other >other.log 2>&1 & OTHER=$!
trap 'kill -9 $RUN $OTHER 2>/dev/null' EXIT
wait_until 'grep -q serving other.log' bacrt.log out err
ip addr del 10.77.0.7/16 dev far0
ip addr add 10.77.0.7/16 dev lan0
wait_until 'grep -q "error address: port 1: cannot serve 10.77.0.7:47808.*tried again" bacrt.log' bacrt.log out err
kill -TERM $OTHER
wait $OTHER
wait_until 'grep -q "on 10.77.0.7:47808 now" bacrt.log' bacrt.log out err
at 10.77.0.7
kill -TERM $RUN
wait $RUN
trap - EXIT
X
LIB=$ROOT/tests/lib.sh unshare -n sh inside.sh
