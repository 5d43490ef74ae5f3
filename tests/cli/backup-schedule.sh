# A restore brings back what schedules had commanded by the project as it was then: what none commands now is given
# back, and each says at its own priority what it says now.
[ -d "$ROOT/tests/client/node_modules/@bacnet-js" ] || skip "npm ci in tests/client was not possible"
addr=127.0.3.$(client_host backup-schedule)
export BACRT_CONTROL=data/control
backup() { expect 0 env SERVER="$addr" PORT=47808 node "$ROOT/tests/client/backup-file.mjs" "$1" kept.backup test; }
image() {                       # PRIORITY
    cat >project.xml <<X
<Project xmlns="urn:bacc:project:1" name="Held">
  <Variables>
    <Variable name="Fan" type="REAL" unit="%" access="output" retain="true" bacnetVisible="true"/>
    <Variable name="OCC" type="SCHEDULE_REAL"/>
  </Variables>
  <Plc name="P"><Channel><Port id="1"/><Device name="Main" instance="1001" managementPassword="test">
    <Schedule variable="OCC" default="50" priority="$1"><Target variable="Fan"/></Schedule>
  </Device></Channel></Plc>
</Project>
X
    "$BACC" compile -q project.xml -o device.bin -W no-plain-password
}
array() { "$BACRT" read "$addr" AO,0 priority-array --json | jq -r '[to_entries[] | select(.value != null) | "\(.key + 1)=\(.value)"] | join(" ")'; }
image 8
serve device.bin "$addr"
expect 0 bacrt set Fan 70 --priority 10
eventually '^8=50 10=70$' array
backup save
image 12
expect 0 bacrt reload
eventually '^10=70 12=50$' array
backup restore
eventually '^10=70 12=50$' array
serve_stop
