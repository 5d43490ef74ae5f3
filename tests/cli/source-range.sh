# What was written while its source was lost, and is out of the range after a reload, is not sent; nor is the initial
# value, which nobody has written: what the source has is what counts, as after a restart. What another type holds, is.
PEER=${BACRT%/*}/tests/peer
"$PEER" has modbus || skip "built without Modbus"
export BACRT_CONTROL=data/control
project() {                             # HIGH TYPE POLL
    cat <<X2
<Project xmlns="urn:bacc:project:1" name="M" guid="0b5f6a3e-8a53-4f0e-9d5c-2f1f6c1f7a69">
<Sources><Modbus id="g" url="modbus-tcp://127.0.4.65:15026" poll="$3" timeout="500ms"/></Sources><Variables>
<Variable name="A" type="REAL" access="readWrite" low="0" high="$1" initial="11" bacnetVisible="true"><Bind source="g" register="holding:0" as="int16"/></Variable>
<Variable name="B" type="REAL" access="readWrite" low="0" high="$1" initial="11" retain="true"><Bind source="g" register="holding:1" as="int16"/></Variable>
<Variable name="C" type="$2" access="readWrite" initial="11" bacnetVisible="true"><Bind source="g" register="holding:2" as="int16"/></Variable>
<Variable name="D" type="REAL" access="readWrite" high="90" initial="11" bacnetVisible="true"><Bind source="g" register="holding:3" as="int16"/></Variable>
</Variables><Plc name="P"><Channel><Port id="1" type="IPv4" adapter="lo"/><Device name="Main" instance="77" port="1"/></Channel></Plc></Project>
X2
}
server() { "$PEER" modbus 127.0.4.65 15026 regs 2>server.log & SERVER=$!; }
image() { project "$@" >p.xml && expect 0 "$BACC" compile -q p.xml -o p.bin; }
turn() {                                # what the image is that is reloaded while the source is away
    image 40 UINT 100ms
    echo 30 30 30 30 >regs
    server
    trap 'kill -9 $SERVE_PID $SERVER 2>/dev/null' EXIT
    expect 0 bacrt reload
    for v in A B C D; do shows $v ' 30( |$)'; done
    kill -9 $SERVER
    wait $SERVER 2>/dev/null || :
    shows D communication-failure
    for v in A B C D; do expect 0 bacrt set $v 35; done
    image "$@"
    expect 0 bacrt reload
    rm -f regs.now
    server
    shows D ' 35 +[0-9]'                # that one fits
    shows C ' 35 +[0-9]'
    for v in A B; do shows $v ' 30( |$)'; done
    sleep 0.5
    for want in '0 30' '1 30' '2 35' '3 35'; do grep -q "^$want " regs.now || { cat regs.now; exit 1; }; done
    kill -9 $SERVER
    wait $SERVER 2>/dev/null || :
}
image 40 UINT 100ms
serve p.bin 127.0.4.65 47854
turn 25 UINT 100ms                      # the same source, whose connection stays
turn 25 REAL 100ms
turn 25 UINT 200ms
trap 'kill -9 $SERVE_PID 2>/dev/null' EXIT
serve_stop
