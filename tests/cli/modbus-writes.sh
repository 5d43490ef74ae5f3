# Who writes all the time to a Modbus unit that is dead holds up none of the others: one that comes back is read.
PEER=${BACRT%/*}/tests/peer
"$PEER" has modbus || skip "built without Modbus"
export BACRT_CONTROL=data/control
{
    echo '<Project xmlns="urn:bacc:project:1" name="M" guid="0b5f6a3e-8a53-4f0e-9d5c-2f1f6c1f7a67">'
    echo '<Sources><Modbus id="g" url="modbus-tcp://127.0.4.64:15025" poll="200ms" timeout="500ms"/></Sources><Variables>'
    for u in 1 200; do
        echo "<Variable name=\"U$u\" type=\"UINT\" bacnetVisible=\"true\"><Bind source=\"g\" register=\"holding:0\" unit=\"$u\" stale=\"4s\"/></Variable>"
    done
    for r in 1 2 3 4 5 6 7 8; do
        echo "<Variable name=\"D$r\" type=\"UINT\" bacnetVisible=\"true\"><Bind source=\"g\" register=\"holding:$r\" unit=\"9\" stale=\"4s\"/></Variable>"
    done
    echo '</Variables><Plc name="P"><Channel><Port id="1" type="IPv4" adapter="lo"/><Device name="Main" instance="77" port="1"/>'
    echo '</Channel></Plc></Project>'
} >p.xml
expect 0 "$BACC" compile p.xml -o p.bin
echo 5 >regs
touch regs.dead                         # 200 for now; 9 never answers
"$PEER" modbus 127.0.4.64 15025 regs 2>server.log & SERVER=$!
sleep 0.3
serve p.bin 127.0.4.64 47853
(
    n=0
    while n=$((n + 1)); do
        for r in 1 2 3 4 5 6 7 8; do
            touch regs.late             # a slow line: there is always something under way
            "$BACRT" set D$r $((n % 1000)) || exit
        done
    done >/dev/null 2>&1
) & WRITER=$!
trap 'kill -9 $SERVE_PID $SERVER $WRITER 2>/dev/null' EXIT
shows U1 ' 5 +[0-9]'
shows U200 communication-failure
shows D4 communication-failure
sleep 3
rm regs.dead
shows U200 ' 5 +[0-9]' 240
kill $WRITER
serve_stop
trap - EXIT
kill $SERVER
