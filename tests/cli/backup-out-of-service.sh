# Backup and restore of what is out of service: what a client took out stays so, with the value that it has, over a
# restart as well; what a lost source took out comes back with the source.
PEER=${BACRT%/*}/tests/peer
"$PEER" has modbus || skip "built without Modbus"
[ -d "$ROOT/tests/client/node_modules/@bacnet-js" ] || skip "npm ci in tests/client was not possible"
addr=127.0.3.$(client_host "$NAME")
cat >project.xml <<X
<Project xmlns="urn:bacc:project:1" name="Outside" guid="5e0c2a6e-52a2-4a0e-9a0b-3b9d6f5f2c91">
  <Sources><Modbus id="m" url="modbus-tcp://$addr:15020" poll="200ms" timeout="300ms"/></Sources>
  <Variables>
    <Variable name="M" type="UINT" access="read" bacnetVisible="true">
      <Bind source="m" register="holding:0" stale="400ms" onStale="out-of-service"/></Variable>
    <Variable name="S" type="SCHEDULE_REAL" bacnetVisible="true"/>
  </Variables>
  <Plc name="PLC"><Channel name="BACnet" protocol="BACnetServer" link="UDP"><Port id="1" type="IPv4"/>
    <Device name="Main" instance="1303" port="1" managementPassword="test">
      <Schedule variable="S" name="Heating" default="16.5"/></Device>
  </Channel></Plc>
</Project>
X
"$BACC" compile project.xml -o device.bin -W no-plain-password
export BACRT_CONTROL=data/control
backup() { expect 0 env SERVER="$addr" PORT=47808 node "$ROOT/tests/client/backup-file.mjs" "$1" "$2" test; }
read_is() { eventually "$3" bacrt read "$addr" "$1" "$2" --bind 127.0.3.2:0; }

echo 7 >meter
"$PEER" modbus "$addr" 15020 meter & PEER_PID=$!
serve device.bin "$addr"
trap 'kill -9 $SERVE_PID $PEER_PID 2>/dev/null' EXIT
read_is AI,0 present-value '^7$'

expect 0 bacrt set M "read from the meter in the cellar, and changed by a client" --property description
# the source is lost while the backup is made: nobody wrote Out_Of_Service, and it is not in the file
kill $PEER_PID; wait $PEER_PID || :
read_is AI,0 out-of-service true
backup save lost.backup
# nor does a restore put it in service while the source is lost
backup restore lost.backup
sleep 0.5
expect 0 bacrt read "$addr" AI,0 out-of-service --bind 127.0.3.2:0; says out true
# what it reads of the file and the device has its name
expect 0 bacrt read "$addr" file,0 file-access-method --bind 127.0.3.2:0; says out stream-access
expect 0 bacrt read "$addr" device,1303 backup-and-restore-state --bind 127.0.3.2:0; says out idle
echo 8 >meter
"$PEER" modbus "$addr" 15020 meter & PEER_PID=$!
read_is AI,0 present-value '^8$'
read_is AI,0 out-of-service false
backup restore lost.backup
sleep 0.5
expect 0 bacrt read "$addr" AI,0 out-of-service --bind 127.0.3.2:0; says out false
kill $PEER_PID; wait $PEER_PID || :

# a client took it out: it comes back so, with the value that it has, and a start finds that value
expect 0 bacrt set Heating true --property out-of-service
backup save taken.backup
expect 0 bacrt set Heating false --property out-of-service
backup restore taken.backup
read_is schedule,0 out-of-service true
read_is schedule,0 present-value '^16.5$'
serve_stop
serve device.bin "$addr"
read_is schedule,0 out-of-service true
read_is schedule,0 present-value '^16.5$'
serve_stop
