# A restore of one device is nothing to another one: what an operator has commanded there stays, also at the priority of a
# schedule, which has said all that it had to say; and what it commands holds for a variable that both show.
[ -d "$ROOT/tests/client/node_modules/@bacnet-js" ] || skip "npm ci in tests/client was not possible"
addr=127.0.3.$(client_host backup-other-device)
export BACRT_CONTROL=data/control
backup() { expect 0 env SERVER="$addr" PORT=47808 node "$ROOT/tests/client/backup-file.mjs" "$1" kept.backup test; }
cat >project.xml <<X
<Project xmlns="urn:bacc:project:1" name="Two">
  <Variables>
    <Variable name="Fan" type="REAL" unit="%" access="output" retain="true"/>
    <Variable name="Pump" type="REAL" unit="%" access="output"/>
    <Variable name="Valve" type="REAL" unit="%" access="output"/>
    <Variable name="Flow" type="REAL" access="readWrite" commandable="true" retain="true" initial="1"/>
    <Variable name="OCC" type="SCHEDULE_REAL"/>
    <Variable name="DAY" type="SCHEDULE_REAL"/>
  </Variables>
  <Plc name="P"><Channel><Port id="1" network="1"/><Port id="2" type="Virtual" network="2001"/>
    <Device name="Main" instance="1001" port="1" managementPassword="test"><Object variable="Fan" type="AO"/><Object variable="Valve" type="AO"/>
      <Object variable="Flow" type="AI"/>
      <Schedule variable="DAY" default="30" priority="12"><Target variable="Valve"/></Schedule></Device>
    <Device name="Behind" instance="1002" port="2"><Object variable="Pump" type="AO"/><Object variable="Flow" type="AV"/>
      <Schedule variable="OCC" default="50" priority="12"><Target variable="Pump"/></Schedule></Device>
  </Channel></Plc>
</Project>
X
"$BACC" compile -q project.xml -o device.bin -W no-plain-password
serve device.bin "$addr"
eventually '^Pump  *50 ' bacrt get Pump
expect 0 bacrt set Fan 70 --priority 10
expect 0 bacrt set Flow 25 --priority 8
backup save
expect 0 bacrt set Flow 70 --priority 8
expect 0 bacrt set Fan 80 --priority 10
expect 0 bacrt set Pump 25 --priority 12
expect 0 bacrt set Valve 20 --priority 12
backup restore
eventually '^Fan  *70 ' bacrt get Fan
eventually '^Valve  *30 ' bacrt get Valve                # of the device that was restored: its schedule says what it says now
sleep 0.5
expect 0 bacrt get Pump
says out '^Pump  *25 '
expect 0 bacrt get Flow
says out '^Flow  *70 '
eventually '^70$' sh -c '"$BACRT" read "$0" AI,0 present-value --json | jq .' "$addr"
serve_stop
