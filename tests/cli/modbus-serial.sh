# Modbus RTU on a serial line (two pseudo-terminals): values of every width and order, writes read back, a
# line that goes and comes back.
PEER=${BACRT%/*}/tests/peer
"$PEER" has modbus || skip "built without Modbus"
export BACRT_CONTROL=data/control
bind() { printf '<Variable name="%s" type="%s" access="%s" bacnetVisible="true"><Bind source="line" %s/></Variable>\n' "$@"; }
{
    cat <<X
<Project xmlns="urn:bacc:project:1" name="L" guid="0b5f6a3e-8a53-4f0e-9d5c-2f1f6c1f7a32">
  <Sources><Modbus id="line" url="modbus-rtu://$PWD/line?baud=19200&amp;parity=E" unit="1" poll="100ms" timeout="2s"/></Sources>
  <Variables>
X
    bind COUNT UINT read 'register="input:0"'
    # written by us, read back from the server, in every form
    n=100
    for form in int8 uint8 int16 uint16 int32:ABCD int32:CDAB int32:BADC int32:DCBA uint32:CDAB float32:ABCD float32:CDAB \
        float32:BADC float32:DCBA float64:ABCDEFGH float64:GHEFCDAB float64:HGFEDCBA int64:ABCDEFGH uint64:GHEFCDAB; do
        as=${form%:*} order=${form#*:}
        [ "$order" != "$form" ] && order="order=\"$order\"" || order=''
        bind "W$n" LREAL readWrite "register=\"holding:$n\" as=\"$as\" $order"
        n=$((n + 4))
    done
    bind SCALED REAL readWrite 'register="holding:180" as="int16" scale="0.1" offset="-40"'
    bind BITS BOOL readWrite 'register="holding:184" bit="11"'
    bind COIL BOOL output 'register="coil:5"'
    bind DEAF UINT readWrite 'register="holding:61"'
    cat <<X
  </Variables>
  <Plc name="P"><Channel name="B" protocol="BACnetServer" link="UDP"><Port id="1" network="1" type="IPv4" adapter="lo"/>
    <Device name="Main" instance="80" port="1"/></Channel></Plc>
</Project>
X
} >p.xml
expect 0 "$BACC" compile p.xml -o p.bin
echo 1234 >regs
server() {
    rm -f line
    "$PEER" serial line regs 2>server.log & SERVER=$!
    i=0
    until [ -e line ]; do
        kill -0 $SERVER 2>/dev/null || { grep -q 'no pseudo-terminals' server.log && skip "$(cat server.log)"; cat server.log; exit 1; }
        [ $((i = i + 1)) -lt 200 ] || exit 1
        sleep 0.1
    done
}
server
serve p.bin 127.0.4.70 47846
trap 'kill -9 $SERVE_PID $SERVER 2>/dev/null' EXIT
shows COUNT ' 1234 +[0-9]'
n=100
while [ $n -lt 172 ]; do
    case $n in 100) v=-77 ;; 104) v=201 ;; 108) v=-12345 ;; 112) v=54321 ;; 116|120|124|128) v=-12345678 ;; 132) v=3123456000 ;;
    136|140|144|148) v=-42.625 ;; 152|156|160) v=1234567.5 ;; 164) v=-1234567 ;; *) v=1234567 ;; esac
    expect 0 bacrt set "W$n" $v
    echo "W$n $v" >>wanted
    n=$((n + 4))
done
expect 0 bacrt set SCALED 21.5
expect 0 bacrt set BITS true
expect 0 bacrt set COIL true
sleep 1                                 # several polls
while read -r name v; do shows "$name" "^$name +$v +[0-9]"; done <wanted
shows SCALED ' 21\.5 +[0-9]'
shows BITS ' true'
awk '$1 == 5 && $3 == 1 { ok = 1 } END { exit !ok }' regs.now
# what the server got is what the forms say: order of octets and registers
reg() { awk -v r="$1" '$1 == r { print $2 }' regs.now; }
[ "$(reg 100)" = 65459 ] && [ "$(reg 104)" = 201 ] && [ "$(reg 108)" = 53191 ]
[ "$(reg 116)" = 65347 ] && [ "$(reg 117)" = 40626 ]                    # ff43 9eb2, ABCD
[ "$(reg 120)" = 40626 ] && [ "$(reg 121)" = 65347 ]                    # CDAB
[ "$(reg 124)" = 17407 ] && [ "$(reg 125)" = 45726 ]                    # BADC
[ "$(reg 128)" = 45726 ] && [ "$(reg 129)" = 17407 ]                    # DCBA
[ "$(reg 136)" = 49706 ] && [ "$(reg 137)" = 32768 ]                    # c22a 8000
[ "$(reg 140)" = 32768 ] && [ "$(reg 141)" = 49706 ]
[ "$(reg 180)" = 615 ] && [ "$(reg 184)" = 2048 ]
# a write that was not heard, though the unit answers, is written again
expect 0 bacrt set DEAF 77
shows DEAF '^DEAF +77 +[0-9]'
wait_until '[ "$(reg 61)" = 77 ]' regs.now got bacrt.log
shows DEAF '^DEAF +77 +[0-9]'
# what does not fit is refused and shown, the rest goes on
expect 0 bacrt set W100 1000
shows W100 'W100 +-77 '
# octets that are garbled on the way are asked for again: the line is not lost for that
n=0
while [ $n -lt 5 ]; do
    touch regs.noise
    wait_until '! [ -e regs.noise ]'
    n=$((n + 1))
    sleep 0.3
done
shows COUNT ' 1234 +[0-9]'
if grep 'line: lost' bacrt.log; then exit 1; fi
# a line that ends, and is there again
kill -9 $SERVER; wait $SERVER 2>/dev/null || :
shows COUNT 'communication-failure'
expect 0 "$BACRT" read 127.0.4.70:47846 analog-input,0 reliability --bind 127.0.4.71:0
says out 'communication-failure'
echo 4321 >regs
server
shows COUNT ' 4321 +[0-9]'
serve_stop
kill -9 $SERVER
