# What an operator acknowledges or resets is answered as done when it is on the disk, as what a client does is; while
# the disk fails that is said, and it is stored when the disk is well again.
export BACRT_CONTROL=data/control
cat >project.xml <<X
<Project xmlns="urn:bacc:project:1" name="Kept">
  <AlarmPoints><AlarmPoint name="Trip" kind="states" alarmStates="1" delay="0s" reset="manual"/></AlarmPoints>
  <Variables><Variable name="Pump" type="BOOL" access="readWrite" alarmPoint="Trip" bacnetVisible="true"/></Variables>
  <Plc name="P"><Channel><Port id="1"/><Device name="Main" instance="1001">
    <NotificationClass name="All" instance="1" ackRequired="toOffnormal"/>
  </Device></Channel></Plc>
</Project>
X
"$BACC" compile -q -W no-no-recipients project.xml -o device.bin
addr=127.0.3.$(client_host alarm-stored)
serve device.bin "$addr"
expect 0 bacrt set Pump true
eventually 'active .*\[to-offnormal\]' bacrt alarms
mv data/state.db taken
expect 1 bacrt ack Pump
says err 'storage could not keep it'
lacks out acknowledged
expect 0 bacrt alarms
says out ' active-acked '
expect 0 bacrt set Pump false
eventually ' memory-acked ' bacrt alarms
expect 1 bacrt reset --all
says err 'storage could not keep it'
mv taken data/state.db
eventually '^storage  *ok' bacrt status
expect 0 bacrt set Pump true
eventually 'active .*\[to-offnormal\]' bacrt alarms
expect 0 bacrt ack --all
says out '^1 acknowledged'
kill -9 "$SERVE_PID"; wait "$SERVE_PID" || :
serve device.bin "$addr"
expect 0 bacrt alarms
lacks out to-offnormal
expect 0 bacrt events --kind ack
[ "$(wc -l <out)" = 2 ] || { cat out; exit 1; }
serve_stop
