# Modbus on a real server: forms, blocks, registers that are not there, writes read back, a server that
# goes and comes back.
PEER=${BACRT%/*}/tests/peer
"$PEER" has modbus || skip "built without Modbus"
cat >p.xml <<'X'
<Project xmlns="urn:bacc:project:1" name="M" guid="0b5f6a3e-8a53-4f0e-9d5c-2f1f6c1f7a13">
  <StateTexts name="OffOn"><State value="0">Off</State><State value="1">On</State></StateTexts>
  <Sources><Modbus id="meters" url="modbus-tcp://127.0.4.44:15020" unit="1" poll="100ms" timeout="200ms"/></Sources>
  <Variables>
    <Variable name="U16" type="UINT" access="read" bacnetVisible="true"><Bind source="meters" register="holding:0" scale="0.1"/></Variable>
    <Variable name="I16" type="INT" access="read" bacnetVisible="true"><Bind source="meters" register="input:1"/></Variable>
    <Variable name="F32" type="REAL" access="read" bacnetVisible="true"><Bind source="meters" register="holding:2" as="float32" order="CDAB"/></Variable>
    <Variable name="BIT" type="BOOL" access="read" bacnetVisible="true"><Bind source="meters" register="holding:4" bit="3"/></Variable>
    <Variable name="GONE" type="UINT" access="read" bacnetVisible="true"><Bind source="meters" register="holding:50"/></Variable>
    <Variable name="NEXT" type="UINT" access="read" bacnetVisible="true"><Bind source="meters" register="holding:52"/></Variable>
    <Variable name="DEAD" type="UINT" access="read" bacnetVisible="true"><Bind source="meters" register="holding:0" unit="9"/></Variable>
    <Variable name="SP" type="REAL" access="readWrite" bacnetVisible="true"><Bind source="meters" register="holding:20" as="int16" scale="0.1"/></Variable>
    <Variable name="OUT" type="REAL" access="output" bacnetVisible="true"><Bind source="meters" register="holding:22" as="float32"/></Variable>
    <Variable name="COIL" type="BOOL" access="output" bacnetVisible="true"><Bind source="meters" register="coil:7"/></Variable>
    <Variable name="STUCK" type="UINT" access="readWrite" bacnetVisible="true"><Bind source="meters" register="holding:60"/></Variable>
  </Variables>
  <Plc name="P"><Channel name="B" protocol="BACnetServer" link="UDP"><Port id="1" network="1" type="IPv4" adapter="lo"/>
    <Device name="Main" instance="77" port="1"/></Channel></Plc>
</Project>
X
echo "215 65531 0 16936 8 0" >regs           # 0x42280000 = 42.0, words swapped
shows() { eventually "$1" "$BACRT" list --control data/control; }
there() { eventually "$1" cat regs.now; }
server() { "$PEER" modbus 127.0.4.44 15020 regs 2>server.log & SERVER=$!; sleep 0.3; }
expect 0 "$BACC" compile p.xml -o p.bin
server
serve p.bin 127.0.4.44
trap 'kill -9 $SERVE_PID $SERVER 2>/dev/null' EXIT
shows '^U16 +22 '
shows '^I16 +-5 '
shows '^F32 +42 '
shows '^BIT +true'
shows '^GONE .*configuration-error'
shows '^NEXT +0 +[0-9]'
shows '^DEAD .*communication-failure'
# out, and confirmed
expect 0 "$BACRT" set SP 21.54 --control data/control
there '^20 215 '
shows '^SP +21\.5 '
expect 0 "$BACRT" set OUT 42 --control data/control
there '^22 16936 '
expect 0 "$BACRT" set COIL true --control data/control
there '^7 [0-9]+ 1$'
expect 0 "$BACRT" set STUCK 9 --control data/control
shows '^STUCK +0 '
expect 0 "$BACRT" set SP 99999 --control data/control
shows '^SP +21\.5 '
# gone and back: what was written meanwhile arrives
kill -9 $SERVER; wait $SERVER 2>/dev/null || :
shows '^F32 +42 .*communication-failure'
shows '^OUT .*communication-failure'
expect 0 "$BACRT" read 127.0.4.44 analog-output,0 present-value --bind 127.0.4.45:0
expect 0 "$BACRT" set OUT 0 --control data/control
expect 0 "$BACRT" set SP 30 --control data/control
"$BACRT" status --control data/control >status
says status '^source +meters Modbus lost'
echo "300 0 0 0 0 0" >regs
server
shows '^U16 +30 +[0-9]'
[ "$(grep ' source: meters: ' bacrt.log | tail -1 | grep -c ' meters: connected')" = 1 ] || { cat bacrt.log; exit 1; }
expect 0 "$BACRT" set COIL false --control data/control
there '^7 [0-9]+ 0$'
shows '^OUT +0 +[0-9]'
there '^20 300 '
shows '^SP +30 +[0-9]'
serve_stop
kill -9 $SERVER
