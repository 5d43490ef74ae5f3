# An output that is read in one register and written in another: what rules over what is read goes out, and what is
# read when that has ended.
PEER=${BACRT%/*}/tests/peer
"$PEER" has modbus || skip "built without Modbus"
export BACRT_CONTROL=data/control
cat >p.xml <<'X'
<Project xmlns="urn:bacc:project:1" name="M" guid="0b5f6a3e-8a53-4f0e-9d5c-2f1f6c1f7a54">
  <Sources><Modbus id="meters" url="modbus-tcp://127.0.4.64:15022" poll="50ms" timeout="200ms"/></Sources>
  <Variables>
    <Variable name="Cmd" type="REAL" access="output" initial="5" bacnetVisible="true"><Bind source="meters" register="holding:5" writeRegister="holding:20" as="int16" priority="12"/></Variable>
  </Variables>
  <Plc name="P"><Channel name="B" protocol="BACnetServer" link="UDP"><Port id="1" network="1" type="IPv4" adapter="lo"/>
    <Device name="Main" instance="77" port="1"/></Channel></Plc>
</Project>
X
echo 0 0 0 0 0 44 >regs
"$PEER" modbus 127.0.4.64 15022 regs 2>server.log & SERVER=$!
expect 0 "$BACC" compile p.xml -o p.bin
serve p.bin 127.0.4.64 47854
trap 'kill -9 $SERVE_PID $SERVER 2>/dev/null' EXIT
shows Cmd '^Cmd +44 +[0-9]'
expect 0 bacrt get Cmd --property priority-array
says out '44'
expect 0 bacrt set Cmd 9
eventually '^20 9 ' cat regs.now
sleep 0.3                               # it is read meanwhile
expect 0 bacrt set Cmd null
shows Cmd '^Cmd +44 +[0-9]'
eventually '^20 44 ' cat regs.now
expect 0 bacrt manual Cmd 7
eventually '^20 7 ' cat regs.now
sleep 0.3
expect 0 bacrt auto Cmd
eventually '^20 44 ' cat regs.now
serve_stop
kill $SERVER
