# Several Modbus units on one connection: one that goes takes all of its points with it and no others, what is
# written meanwhile arrives when it is back, also where nothing is ever read; an answer that is late or lost
# is no lost source; bits of one register are several variables'.
PEER=${BACRT%/*}/tests/peer
"$PEER" has modbus || skip "built without Modbus"
export BACRT_CONTROL=data/control
bind() { printf '<Variable name="%s" type="%s" access="%s" bacnetVisible="true"><Bind source="%s" %s/></Variable>\n' "$@"; }
{
    cat <<P
<Project xmlns="urn:bacc:project:1" name="U" guid="0b5f6a3e-8a53-4f0e-9d5c-2f1f6c1f7a35">
  <AlarmPoints><AlarmPoint name="Lost" kind="states" alarmStates="true" delay="0s"/></AlarmPoints>
  <Sources><Modbus id="line" url="modbus-tcp://127.0.4.46:15022" unit="1" poll="100ms" timeout="200ms"/>
    <Modbus id="drives" url="modbus-tcp://127.0.4.46:15023" unit="8" timeout="200ms" alarmPoint="Lost"/></Sources>
  <Variables>
P
    bind NEAR UINT read line 'register="holding:0"'
    bind FIRST UINT read line 'register="holding:1" unit="8"'
    bind FAR UINT read line 'register="input:2" unit="8"'
    bind HELD UINT read line 'register="input:3" unit="8" stale="1min"'
    bind VALVE UINT output line 'register="holding:100" unit="8"'
    bind SETP UINT readWrite line 'register="holding:101" unit="8"'
    bind DRIVE UINT output drives 'register="holding:100"'
    bind ENABLE BOOL readWrite line 'register="holding:62" bit="3"'
    bind RESET BOOL readWrite line 'register="holding:62" bit="4"'
    bind CLOSED BOOL readWrite line 'register="holding:62" bit="5" scale="-1" offset="1"'
    cat <<P
  </Variables>
  <Plc name="P"><Channel name="B" protocol="BACnetServer" link="UDP"><Port id="1" network="1" type="IPv4" adapter="lo"/>
    <Device name="Main" instance="84" port="1"><NotificationClass name="Class_1" instance="1"/></Device></Channel></Plc>
</Project>
P
} >p.xml
expect 0 "$BACC" compile p.xml -o p.bin
mkdir line drives
echo '11 22 33' >line/regs
echo 0 >drives/regs
"$PEER" modbus 127.0.4.46 15022 line/regs 2>line.log & LINE=$!
"$PEER" modbus 127.0.4.46 15023 drives/regs 2>drives.log & DRIVES=$!
trap 'kill -9 $LINE $DRIVES 2>/dev/null' EXIT
sleep 0.3
serve p.bin 127.0.4.46
trap 'kill -9 $SERVE_PID $LINE $DRIVES 2>/dev/null' EXIT
there() { eventually "$2" cat "$1/regs.now"; }
shows NEAR ' 11 +[0-9]'
shows FIRST ' 22 +[0-9]'
shows FAR ' 33 +[0-9]'
expect 0 bacrt set VALVE 5
there line '^100 5 '
# bits of a register in which another one changes by itself: no fault, and none takes the other's away
expect 0 bacrt set ENABLE true
expect 0 bacrt set RESET true
expect 0 bacrt set CLOSED false
there line '^62 (56|57) '
expect 0 bacrt set CLOSED true
there line '^62 (24|25) '
sleep 0.3
shows CLOSED ' true'
if grep 'reads back' bacrt.log; then exit 1; fi
# late, once
touch line/regs.late
wait_until '! [ -e line/regs.late ]'
sleep 1.5
shows NEAR ' 11 +[0-9]'
if grep 'line: lost' bacrt.log; then exit 1; fi
# one unit goes
touch line/regs.dead drives/regs.dead
for v in FIRST FAR VALVE SETP; do shows $v communication-failure; done
shows HELD ' 0 +[0-9]'
shows NEAR ' 11 +[0-9]'
expect 0 bacrt set VALVE 7
expect 0 bacrt set SETP 8
expect 0 bacrt set DRIVE 9
shows DRIVE communication-failure
expect 0 bacrt status
says out '^source +line Modbus connected '
eventually 'active.*Source_drives' bacrt alarms
rm line/regs.dead drives/regs.dead
there line '^100 7 '
there line '^101 8 '
there drives '^100 9 '
shows FIRST ' 22 +[0-9]'
shows FAR ' 33 +[0-9]'
shows VALVE ' 7 +[0-9]'
shows SETP ' 8 +[0-9]'
shows DRIVE ' 9 +[0-9]'
expect 0 bacrt status
says out '^source +drives Modbus connected *$'
serve_stop
trap - EXIT
kill $LINE $DRIVES 2>/dev/null || :
