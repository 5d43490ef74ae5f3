# What a source commands holds over a reload, also where it is beyond what clients may write: the plant is not driven to
# the default meanwhile.
PEER=${BACRT%/*}/tests/peer
"$PEER" has modbus || skip "built without Modbus"
export BACRT_CONTROL=data/control
cat >p.xml <<X
<Project xmlns="urn:bacc:project:1" name="M" guid="0b5f6a3e-8a53-4f0e-9d5c-2f1f6c1f7a70">
<Sources><Modbus id="g" url="modbus-tcp://127.0.4.67:15027" poll="100ms" timeout="500ms"/></Sources><Variables>
<Variable name="Damper" type="REAL" access="output" low="0" high="25" initial="11" bacnetVisible="true">
<Bind source="g" register="holding:0" writeRegister="holding:1" as="int16" priority="12" deadband="2"/></Variable>
</Variables><Plc name="P"><Channel><Port id="1" type="IPv4" adapter="lo"/><Device name="Main" instance="77" port="1"/></Channel></Plc></Project>
X
expect 0 "$BACC" compile -q p.xml -o p.bin
echo 30 0 >regs
"$PEER" modbus 127.0.4.67 15027 regs 2>server.log & SERVER=$!
serve p.bin 127.0.4.67 47856
trap 'kill -9 $SERVE_PID $SERVER 2>/dev/null' EXIT
shows Damper ' 30( |$)'
sleep 0.5
written() { grep "^1 " regs.now 2>/dev/null || echo "1 0 0"; }     # no file: nothing has been
written >before
cp p.bin first.bin
sed -i 's/high="25"/high="20"/' p.xml
expect 0 "$BACC" compile -q p.xml -o p.bin
for image in p.bin first.bin; do
    expect 0 bacrt reload $image
    expect 0 bacrt get Damper; says out ' 30( |$)'
    sleep 0.5
    written | cmp - before
done
lacks bacrt.log 'no longer fits'
kill $SERVER
serve_stop
