# bacrt schedule: list and show; the picture of the week, exceptions, the next change, words of states.
cat >project.xml <<'XML'
<?xml version="1.0" encoding="UTF-8"?>
<Project xmlns="urn:bacc:project:1" name="Programs" guid="5e0c2a6e-52a2-4a0e-9a0b-3b9d6f5f2c78">
  <StateTexts name="Mode"><State value="0">Off</State><State value="1">Eco</State><State value="2">Full</State></StateTexts>
  <StateTexts name="Dir"><State value="-1" wire="3">Back</State><State value="0" wire="1">Halt</State><State value="5" wire="2">On</State></StateTexts>
  <Variables>
    <Variable name="MODE" type="INT" stateTexts="Mode" access="readWrite" initial="0" bacnetVisible="true"/>
    <Variable name="PUMP" type="BOOL" access="output" bacnetVisible="true"/>
    <Variable name="SP" type="REAL" unit="°C" access="output" bacnetVisible="true"/>
    <Variable name="LIM" type="REAL" access="output" low="0" high="30" bacnetVisible="true"/>
    <Variable name="S_MODE" type="SCHEDULE_INT" stateTexts="Mode" bacnetVisible="true"/>
    <Variable name="S_PUMP" type="SCHEDULE_BOOL" bacnetVisible="true"/>
    <Variable name="DIR" type="INT" stateTexts="Dir" access="output" bacnetVisible="true"/>
    <Variable name="S_DIR" type="SCHEDULE_INT" stateTexts="Dir"/>
    <Variable name="S_N" type="SCHEDULE_INT"/>
    <Variable name="S_SP" type="SCHEDULE_REAL" bacnetVisible="true"/>
  </Variables>
  <Plc name="PLC" timeZone="Europe/Prague"><Channel name="BACnet" protocol="BACnetServer" link="UDP">
    <Port id="1" type="IPv4"/>
    <Device name="Main" instance="1001" port="1" timeSync="offset">
      <Calendar name="Never"><DateRange from="2001-01-01" to="2001-01-02"/></Calendar>
      <Schedule variable="S_MODE" name="Modes" default="Off" priority="12">
        <Week><Monday><At time="06:00" value="Full"/><At time="12:00" value="Eco"/><At time="18:00" value="Off"/></Monday><Tuesday><At time="06:00" value="Full"/><At time="12:00" value="Eco"/><At time="18:00" value="Off"/></Tuesday><Wednesday><At time="06:00" value="Full"/><At time="12:00" value="Eco"/><At time="18:00" value="Off"/></Wednesday><Thursday><At time="06:00" value="Full"/><At time="12:00" value="Eco"/><At time="18:00" value="Off"/></Thursday><Friday><At time="06:00" value="Full"/><At time="12:00" value="Eco"/><At time="18:00" value="Off"/></Friday><Saturday><At time="06:00" value="Full"/><At time="12:00" value="Eco"/><At time="18:00" value="Off"/></Saturday><Sunday><At time="06:00" value="Full"/><At time="12:00" value="Eco"/><At time="18:00" value="Off"/></Sunday></Week>
        <Exception calendar="Never" priority="3"><At time="00:00" value="Off"/></Exception>
        <Exception priority="9"><WeekNDay month="6" week="last" day="Fri"/><At time="10:00" value="Full"/></Exception>
        <Exception priority="10"><Date on="*-02-29"/><At time="10:00" value="Full"/></Exception>
        <Target variable="MODE"/>
      </Schedule>
      <Schedule variable="S_PUMP" name="Pump always" default="true"><Target variable="PUMP"/></Schedule>
      <Schedule variable="S_SP" name="Set point" default="18.5">
        <Exception priority="2"><DateRange from="2020-01-01" to="2099-12-31"/><At time="00:00" value="21.5"/></Exception>
        <Target variable="SP"/>
        <Target variable="LIM"/>
      </Schedule>
      <Schedule variable="S_DIR" name="Direction" default="Back"><Target variable="DIR"/></Schedule>
      <Schedule variable="S_N" name="Number" default="7"><Week><Monday><At time="06:00" value="7"/></Monday><Sunday><At time="02:20" value="9"/></Sunday></Week><Target device="2077" object="MV,4"/></Schedule>
    </Device>
  </Channel></Plc>
</Project>
XML
"$BACC" compile project.xml -o device.bin
serve device.bin 127.0.3.243 47843
export BACRT_CONTROL=data/control COLUMNS=80
expect 0 bacrt schedule list
says out '^Modes +1001:schedule,0 +(Off|Eco|Full) +week +2[0-9-]+ (06:00 Full|12:00 Eco|18:00 Off)$'
says out '^Pump always +1001:schedule,1 +true +default *$'
says out '^Set point +1001:schedule,2 +21.5 +exception *$'
expect 0 bacrt schedule list 'P*' --json
jq -e 'length == 1 and (.[0] | .of == "S_PUMP" and .value == true and .inEffect and (has("next") | not))' out

expect 1 bacrt set Modes Eco
says err 'Modes: a Schedule says it: written only while its out-of-service is true'

# a device that nobody has found: not yet, and the audit says so once
expect 0 bacrt schedule show Number
says out '^writes  2077:multi-state-value,4 at priority 16, not yet$'
expect 0 bacrt schedule show Modes
lacks out 'not yet'
eventually 'schedule Number .*2077:multi-state-value,4 present-value .*unknown-device' bacrt audit --kind write
[ "$(grep -c 'schedule Number' got)" = 1 ]

LC_ALL=C expect 0 bacrt schedule show Modes
says out '^Modes  \(device 1001, schedule,0\)  of S_MODE$'
says out '^now     2[0-9-]+ [0-9:]+  (Off|Eco|Full), by week$'
says out '^next    2[0-9-]+ (06:00  Full|12:00  Eco|18:00  Off), by week$'
says out '^writes  1001:multi-state-value,0 at priority 12$'
[ "$(grep -Ec '^[A-Z][a-z]{2} 2[0-9-]{9}  0{12}2{12}1{12}0{12}$' out)" = 7 ] || { cat out; exit 1; }
says out '^ +0 Off   1 Eco   2 Full$'
says out '^Sun     (00:00 Off, )?06:00 Full, 12:00 Eco, 18:00 Off$'
says out '^except  calendar Never \(priority 3\): 00:00 Off$'
says out '^except  month 6, week last, day Fri \(priority 9\): 10:00 Full$'
says out '^except  \*-02-29 \(priority 10\): 10:00 Full$'
LC_ALL=C COLUMNS=120 expect 0 bacrt schedule show MODE          # by the only object that it writes
says out '^Mon 2[0-9-]+  0{24}2{24}1{24}0{24}$'
expect 0 bacrt schedule show schedule,0 --json
jq -e '.course | length == 7 and all(.says | map(.at + " " + .text) == ["00:00 Off","06:00 Full","12:00 Eco","18:00 Off"])' out
jq -e '.exceptions[2] == {"date":"*-02-29","priority":10,"times":[{"at":"10:00","value":2,"text":"Full"}]}' out
jq -e '(.next.time | fromdateiso8601? // (.[:19] + "Z" | fromdateiso8601)) > now' out

LC_ALL=C expect 0 bacrt schedule show S_PUMP
says out '^next    nothing else within 60 days$'
says out '^Mon 2[0-9-]+  \.{48}$'
LC_ALL=C.UTF-8 expect 0 bacrt schedule show 'Set point'
says out '^except  2020-01-01 to 2099-12-31 \(priority 2\): 00:00 21.5$'
says out '^default 18.5$'

# a client takes it out of service and says what it says
expect 0 bacrt set LIM 22 --property max-pres-value
expect 0 bacrt set schedule,2 true --property out-of-service
expect 0 bacrt set schedule,2 25 --property present-value
sleep 0.3
LC_ALL=C expect 0 bacrt schedule show 'Set point'
says out '  25, by a client \(out of service\)$'
expect 0 bacrt get SP
says out '^SP +25 '
expect 0 bacrt audit LIM                                # what it could not write is told
says out '  schedule Set point +LIM 1001:analog-output,1 present-value @16  21.5 -> 25  value-out-of-range$'
[ "$(bacrt audit | grep -v 'schedule Number' | grep -c '  schedule ')" = 1 ]

# another image: what was written last stays, and what a client says out of service; a target that is another one is written
mode() { bacrt get MODE --json | jq -r '.values[0].value'; }
says_it=$(mode)
other=$(((says_it + 1) % 3))
expect 0 bacrt set MODE $other
expect 0 bacrt reload
sleep 0.3
[ "$(mode)" = $other ] || { echo "MODE is $(mode), not $other"; exit 1; }
LC_ALL=C expect 0 bacrt schedule show 'Set point'
says out '  25, by a client \(out of service\)$'
sed 's/name="MODE" type="INT"/& commandable="true"/' project.xml >other.xml
cp project.bacids other.bacids
"$BACC" compile other.xml -o device.bin
expect 0 bacrt reload
sleep 0.3
[ "$(mode)" = "$says_it" ] || { echo "MODE is $(mode), not $says_it"; exit 1; }
expect 0 bacrt get MODE --property current-command-priority
says out '12$'

kept_over_the_end() {
    kill -9 $SERVE_PID
    wait $SERVE_PID || :
    serve device.bin 127.0.3.243 47843
    LC_ALL=C expect 0 bacrt schedule show 'Set point'
    says out '  25, by a client \(out of service\)$'
    expect 0 bacrt get SP
    says out '^SP +25 '
}
# and after the end of the program, at once or not
kept_over_the_end

# and after the end of the program; one that was taken out of service says what it said then
expect 0 bacrt set 'Pump always' true --property out-of-service
kept_over_the_end
expect 0 bacrt get schedule,1 --property present-value
says out '^schedule,1 +active$'
expect 0 bacrt set 'Pump always' false --property out-of-service

# its variable held by hand, for the source that reads it: the object goes on, and says so (12.24.14: OVERRIDDEN is FALSE)
expect 0 bacrt manual S_MODE Off
says out 'S_MODE +0 .*manual'
bacrt get schedule,0 --property status-flags >flags
grep -q overridden flags && { cat flags; exit 1; }
expect 0 bacrt auto S_MODE

# states have any numbers
expect 0 bacrt get S_DIR DIR
[ "$(grep -c ' -1 (Back)  1001' out)" = 2 ] || { cat out; exit 1; }
expect 1 bacrt set S_N word
says err 'not a value of it: -2147483648 to 4294967295$'

# what the operator lets it say counts as its variable does, in words or numbers
expect 1 bacrt set S_MODE Full                          # in service: its program says
expect 0 bacrt set S_MODE true --property out-of-service
for v in 'Full 2' 'Eco 1' '2 2' '0 0'; do
    expect 0 bacrt set S_MODE "${v% *}"
    says out "^S_MODE +${v#* } "
    sleep 0.2
    expect 0 bacrt get S_MODE MODE
    [ "$(awk '{ print $2 }' out | sort -u)" = "${v#* }" ] || { cat out; exit 1; }
done
expect 1 bacrt set S_MODE 3
expect 1 bacrt set S_MODE Fast
says err 'not a value of it: Off, Eco, Full'
expect 0 bacrt set S_MODE null
expect 0 bacrt audit S_MODE --kind write --limit 4
says out ' present-value  1 -> 2  done'
expect 0 bacrt set S_MODE false --property out-of-service
expect 0 bacrt set S_PUMP true --property out-of-service
expect 0 bacrt set S_PUMP false
says out '^S_PUMP +false'
sleep 0.2
expect 0 bacrt get PUMP
says out '^PUMP +false'
expect 0 bacrt set S_PUMP false --property out-of-service

expect 1 bacrt schedule
expect 1 bacrt schedule show
expect 1 bacrt schedule show Nothing
expect 1 bacrt schedule draw Modes
expect 1 bacrt schedule show NEVER
expect 0 bacrt get Never                                # is today one of its days?
says out '^Never +false '
expect 1 bacrt schedule show Never
says err "no schedule says 'Never'"
expect 1 bacrt schedule show "$(printf '%0600d' 1)"

# 2026-10-25, ten past two for the second time: the next change is ahead
node "$ROOT/tests/client/say.mjs" 127.0.3.243:47843 127.0.3.244 '81 0a 00 12 01 00 10 09 a4 7e 0a 19 07 b4 01 0a 00 00' >/dev/null
expect 0 bacrt schedule list Number --json
jq -e '.[0].next | .time == "2026-10-25T01:20:00.000Z" and .at == "02:20" and .value == 9' out
# 2027-03-28, ten to two: the clock jumps from two to three, and what stands between them comes then
node "$ROOT/tests/client/say.mjs" 127.0.3.243:47843 127.0.3.244 '81 0a 00 12 01 00 10 09 a4 7f 03 1c 07 b4 00 32 00 00' >/dev/null
expect 0 bacrt schedule list Number --json
jq -e '.[0].next | .time == "2027-03-28T01:00:00.000Z" and .at == "03:00" and .value == 9' out
serve_stop
