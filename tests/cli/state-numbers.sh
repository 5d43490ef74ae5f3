# A set of states gets a lower value: its states have other numbers on the wire, and what was commanded is still
# what was meant, over a reload as over a restart. bacc diff says what that is for clients.
export BACRT_CONTROL=data/control
states() {
    cat <<X
<Project xmlns="urn:bacc:project:1" name="States">
  <StateTexts name="Fan">$1</StateTexts>
  <Variables>
    <Variable name="FAN" type="INT" stateTexts="Fan" access="output" bacnetVisible="true"/>
    <Variable name="BARE" type="UINT" dataPointType="MO" high="9" initial="1" bacnetVisible="true"/>
  </Variables>
  <Plc name="P"><Channel><Port id="1"/><Device name="Main" instance="1001" managementPassword="test"/></Channel></Plc>
</Project>
X
}
state() { printf '<State value="%s">%s</State>' "$@"; }
commanded() {
    expect 0 bacrt get FAN
    says out "$1"
    expect 0 bacrt get FAN --property priority-array
    says out "null null $2 null null null null null $3 null"
    expect 0 bacrt get FAN --property relinquish-default
    says out " $4\$"
    expect 0 bacrt get BARE
    says out ' 7 '
}
states "$(state 1 Low 2 High)" >project.xml
"$BACC" compile -q -W no-plain-password project.xml -o device.bin
cp device.bin first.bin
addr=127.0.3.$(client_host state-numbers)
serve device.bin "$addr"
expect 0 bacrt set FAN High --priority 3
expect 0 bacrt set FAN Low --priority 9
expect 0 bacrt set FAN 2 --property relinquish-default
expect 0 bacrt set BARE 7
commanded 'High' 2 1 2
states "$(state 0 Off 1 Low 2 High)" >project.xml
"$BACC" compile -q -W no-plain-password project.xml -o device.bin
expect 0 bacrt reload
commanded 'High' 3 2 3
serve_stop
serve device.bin "$addr"
commanded 'High' 3 2 3
serve_stop

# taken over while nothing runs, with the numbers of before: what is stored says the state, not its number
states "$(state -1 Auto 0 Off 1 Low 2 High)" >project.xml
"$BACC" compile -q -W no-plain-password project.xml -o device.bin
serve device.bin "$addr"
commanded 'High' 4 3 4
expect 0 bacrt state export kept.json
serve_stop
rm -r data
serve first.bin "$addr"
expect 0 bacrt state import kept.json
commanded 'High' 2 1 2
serve_stop

# numbers on the wire, as they were stored once
jq '.values |= map(if .of == "FAN" and .property == 87 then .data = "000021020000000000210100000000000000" else . end)' \
    kept.json >wire.json
serve first.bin "$addr"
expect 0 bacrt set FAN null --priority 3
expect 0 bacrt state import wire.json
commanded 'High' 2 1 2
serve_stop

# a backup over BACnet, restored when the numbers are others
backup() { expect 0 env SERVER="$addr" PORT=47808 node "$ROOT/tests/client/backup-file.mjs" "$1" kept.backup test; }
restored() { bacrt get FAN --property priority-array | grep -q "$1"; }
serve first.bin "$addr"
backup save
expect 0 bacrt set FAN null --priority 3
expect 0 bacrt set FAN null --priority 9
expect 0 bacrt set FAN 1 --property relinquish-default
serve_stop
serve device.bin "$addr"
backup restore
wait_until "restored 'null null 4 '"
commanded 'High' 4 3 4
serve_stop

# a state that is no more is nobody's command
states "$(state 1 Low)" >project.xml
"$BACC" compile -q -W no-plain-password project.xml -o device.bin
serve device.bin "$addr"
commanded 'Low' null 1 1
serve_stop

states "$(state 0 Off 1 Low 2 High)" >project.xml
expect 5 bacc diff first.bin project.xml
says out "BREAKING +number of a state multi-state-output,0 'FAN': 1 Low -> 2 Low"
states "$(state 1 Low 2 High 3 Full)" >project.xml
expect 4 bacc diff first.bin project.xml
