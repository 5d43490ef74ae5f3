# A restore is over when all of it is on the disk, which takes 300 ms at every sync here: until then the state is
# PERFORMING_A_RESTORE, and who has read IDLE can pull the plug.
T=${BACRT%/*}/tests/bench
[ -d "$ROOT/tests/client/node_modules/@bacnet-js" ] || skip "npm ci in tests/client was not possible"
addr=127.0.3.$(client_host "$NAME")
cat >project.xml <<X
<Project xmlns="urn:bacc:project:1" name="Stored" guid="5e0c2a6e-52a2-4a0e-9a0b-3b9d6f5f2c92">
  <Variables><Variable name="Setpoint" type="REAL" access="readWrite" retain="true" initial="20" bacnetVisible="true"/></Variables>
  <Plc name="PLC"><Channel name="BACnet" protocol="BACnetServer" link="UDP"><Port id="1" type="IPv4"/>
    <Device name="Main" instance="1304" port="1" managementPassword="test"/>
  </Channel></Plc>
</Project>
X
"$BACC" compile project.xml -o device.bin -W no-plain-password
export BACRT_CONTROL=data/control
file() { expect 0 env SERVER="$addr" PORT=47808 node "$ROOT/tests/client/backup-file.mjs" "$1" device.backup test; }
state() { "$BACRT" read "$addr" device,1304 backup-and-restore-state --bind 127.0.3.2:0; }

serve device.bin "$addr"
trap 'kill -9 $SERVE_PID 2>/dev/null' EXIT
expect 0 bacrt set Setpoint 21
file save
expect 0 bacrt set Setpoint 30
serve_stop
"$T/slowdisk" 300 device.bin --bind "$addr" --data data >bacrt.log 2>&1 & SERVE_PID=$!
trap 'kill -9 $SERVE_PID 2>/dev/null' EXIT              # serve_stop has ended the one before
eventually '^idle$' state
file restore
state >now
grep -q '^performing-a-restore$' now || fail "$(cat now), and it cannot have been stored yet"
eventually '^idle$' state
kill -9 $SERVE_PID; wait $SERVE_PID 2>/dev/null || :
serve device.bin "$addr"
expect 0 bacrt get Setpoint; says out 21
[ "$(state)" = idle ]
serve_stop
