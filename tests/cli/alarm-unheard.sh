# A value that its source has never said is no reason for an alarm as long as stale lets it be silent: then it is
# in fault, and nothing else. The first value is judged when it comes, also where it is what the variable held. A
# feedback that nobody has said yet is none, and a binding that only writes says nothing of when the other one speaks.
PEER=${BACRT%/*}/tests/peer
"$PEER" has modbus || skip "built without Modbus"
export BACRT_CONTROL=data/control
cat >p.xml <<'X'
<Project xmlns="urn:bacc:project:1" name="M" guid="0b5f6a3e-8a53-4f0e-9d5c-2f1f6c1f7a66">
  <AlarmPoints><AlarmPoint name="Lim" kind="limits" high="70" low="5" deadband="1" delay="0s" reset="auto"/>
    <AlarmPoint name="Fails" kind="feedback" feedback="RUN" delay="0s" reset="auto"/>
    <AlarmPoint name="Fails2" kind="feedback" feedback="RUN2" delay="0s" reset="auto"/>
    <AlarmPoint name="Fails3" kind="feedback" feedback="RUN3" delay="0s" reset="auto"/></AlarmPoints>
  <Sources><Modbus id="c" url="modbus-tcp://127.0.4.63:15023" poll="200ms"/><Modbus id="d" url="modbus-tcp://127.0.4.63:15024"/></Sources>
  <Variables>
    <Variable name="C" type="REAL" access="read" alarmPoint="Lim" bacnetVisible="true"><Bind source="c" register="holding:1" as="int16" stale="13s"/></Variable>
    <Variable name="H" type="REAL" access="read" alarmPoint="Lim" bacnetVisible="true"><Bind source="c" register="holding:2" as="int16" stale="13s" onStale="hold"/></Variable>
    <Variable name="L" type="REAL" access="read" alarmPoint="Lim" bacnetVisible="true"><Bind source="c" register="holding:3" as="int16" stale="1h"/></Variable>
    <Variable name="B" type="REAL" access="read" alarmPoint="Lim" bacnetVisible="true"><Bind source="c" register="holding:3" as="int16" stale="1h"/>
      <Bind source="d" writeRegister="holding:30" as="int16"/></Variable>
    <Variable name="CMD" type="BOOL" access="output" initial="true" alarmPoint="Fails" bacnetVisible="true"/>
    <Variable name="CMD2" type="BOOL" access="output" initial="true" alarmPoint="Fails2" bacnetVisible="true"/>
    <Variable name="CMD3" type="BOOL" access="output" initial="true" alarmPoint="Fails3" bacnetVisible="true"/>
    <Variable name="RUN" type="BOOL" access="read" bacnetVisible="true"><Bind source="c" register="discrete:1" stale="1h"/></Variable>
    <Variable name="RUN2" type="BOOL" access="read"><Bind source="c" register="discrete:2" stale="1h"/></Variable>
    <Variable name="RUN3" type="BOOL" access="read"><Bind source="c" register="discrete:3" stale="13s"/></Variable>
  </Variables>
  <Plc name="P"><Channel><Port id="1" type="IPv4" adapter="lo"/>
    <Device name="Main" instance="77" port="1"><NotificationClass name="Class_1" instance="1"><Recipient device="5" processId="1"/></NotificationClass></Device></Channel></Plc>
</Project>
X
comes() { patience=${2:-200} eventually "$1" bacrt events; }
expect 0 "$BACC" compile p.xml -o p.bin
echo 0 >regs2
"$PEER" modbus 127.0.4.63 15024 regs2 2>server2.log & WRITTEN=$!
serve p.bin 127.0.4.63 47852
trap 'kill -9 $SERVE_PID $WRITTEN 2>/dev/null' EXIT
comes ' C  normal -> fault'
comes ' H  normal -> low-limit'
if grep -q ' C .*low-limit' got; then cat got; exit 1; fi
comes ' CMD3  normal -> offnormal'     # nobody says that it runs: who waits for that is told
if grep -Eq ' (L|B|CMD|CMD2) ' got; then cat got; exit 1; fi
echo 0 20 20 0 >regs                    # the last one is what the variable holds
"$PEER" modbus 127.0.4.63 15023 regs 2>server.log & SERVER=$!
trap 'kill -9 $SERVE_PID $SERVER $WRITTEN 2>/dev/null' EXIT
comes ' L  normal -> low-limit' 300
comes ' B  normal -> low-limit'
comes ' CMD  normal -> offnormal'
comes ' CMD2  normal -> offnormal'
comes ' C  fault -> normal'
comes ' H  low-limit -> normal'
serve_stop
trap - EXIT
kill $SERVER $WRITTEN
