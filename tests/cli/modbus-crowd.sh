# Many Modbus units behind one gateway go at once, and stay away: those that answer are read as often as ever.
PEER=${BACRT%/*}/tests/peer
"$PEER" has modbus || skip "built without Modbus"
export BACRT_CONTROL=data/control
{
    echo '<Project xmlns="urn:bacc:project:1" name="M" guid="0b5f6a3e-8a53-4f0e-9d5c-2f1f6c1f7a62">'
    echo '<Sources><Modbus id="g" url="modbus-tcp://127.0.4.62:15022" poll="200ms" timeout="500ms"/></Sources><Variables>'
    for u in 1 200 201 202 203 204 205 206 207 208 209 210 211 212 247; do
        echo "<Variable name=\"U$u\" type=\"UINT\" bacnetVisible=\"true\"><Bind source=\"g\" register=\"holding:0\" unit=\"$u\" stale=\"4s\"/></Variable>"
    done
    # nothing is read from these
    for u in 220 221 222 223 224 225 226 227; do
        echo "<Variable name=\"W$u\" type=\"UINT\" bacnetVisible=\"true\"><Bind source=\"g\" writeRegister=\"holding:1\" unit=\"$u\"/></Variable>"
    done
    echo '</Variables><Plc name="P"><Channel><Port id="1" type="IPv4" adapter="lo"/><Device name="Main" instance="77" port="1"/>'
    echo '</Channel></Plc></Project>'
} >p.xml
expect 0 "$BACC" compile p.xml -o p.bin
echo 5 >regs
"$PEER" modbus 127.0.4.62 15022 regs 2>server.log & SERVER=$!
sleep 0.3
serve p.bin 127.0.4.62 47851
trap 'kill -9 $SERVE_PID $SERVER $WATCH 2>/dev/null' EXIT
for u in 1 205 247; do shows U$u ' 5 +[0-9]'; done
"$BACRT" watch U1 --json >seen & WATCH=$!
touch regs.dead
for u in 220 221 222 223 224 225 226 227; do expect 0 bacrt set W$u 3; done
shows U212 communication-failure
shows W227 communication-failure 400
sleep 12
kill $WATCH
if grep communication-failure seen; then exit 1; fi
# a write to one that answers is quick, too
expect 0 bacrt set U1 7
wait_until "grep -q '^0 7 ' regs.now" regs.now
rm regs.dead
for u in 205 247; do shows U$u ' [0-9]+ +[0-9]' 600; done
shows W224 ' 3 +[0-9]' 600
serve_stop
trap - EXIT
kill $SERVER
