# What clients wrote stays over a reload and a restart, also where the project says something else now: who changed
# the project is told which properties these are.
export BACRT_CONTROL=data/control
project() {
    cat <<X
<Project xmlns="urn:bacc:project:1" name="Written">
  <AlarmPoints><AlarmPoint name="Hot" kind="limits" high="$1"/></AlarmPoints>
  <Variables>
    <Variable name="T" type="REAL" unit="°C" alarmPoint="Hot" initial="20" bacnetVisible="true"/>
    <Variable name="U" type="REAL" unit="°C" initial="20" bacnetVisible="true"/>
    <Variable name="OCC" type="SCHEDULE_REAL"/>
  </Variables>
  <Plc name="P"><Channel><Port id="1"/><Device name="Main" instance="1001">
    <NotificationClass name="Class_1"><Recipient device="5" processId="1"/></NotificationClass>
    <Schedule variable="OCC" default="1"/></Device></Channel></Plc>
</Project>
X
}
project 30 >project.xml
"$BACC" compile -q project.xml -o device.bin
addr=127.0.3.$(client_host written)
serve device.bin "$addr"
expect 0 bacrt reload
says out '^7 objects: 7 kept, 0 new, 0 gone$'
expect 0 bacrt set T 75 --property high-limit
expect 0 bacrt set OCC 2 --property schedule-default
expect 0 bacrt recipients add --class Class_1 --device 7
project 40 >project.xml
"$BACC" compile -q project.xml -o device.bin
expect 0 bacrt reload
says out '^7 objects: 7 kept, 0 new, 0 gone; 2 properties stay as clients have written, see the log$'
expect 0 bacrt get T --property high-limit
says out ' 75$'
serve_stop
says bacrt.log ' info written: 2 properties are as clients have written, not as the project says: '
says bacrt.log 'T high-limit'
says bacrt.log 'OCC schedule-default'
lacks bacrt.log recipient-list
serve device.bin "$addr"
says bacrt.log ' info written: 2 properties '
# taken over into the project: nothing is other than it says
project 75 >project.xml
"$BACC" compile -q project.xml -o device.bin
expect 0 bacrt reload
says out '; 1 property stays as clients have written'
serve_stop
says bacrt.log 'written: 1 property is as .*: OCC schedule-default$'

# Names that clients gave stay over a reload as over a restart: those that have changed places, and one that the
# project has taken over and then gives up
names() { [ "$("$BACRT" read "$addr" AV,0 object-name) $("$BACRT" read "$addr" AV,1 object-name)" = "$1" ]; }
rm -r data
project 30 >project.xml
"$BACC" compile -q project.xml -o device.bin
serve device.bin "$addr"
expect 0 bacrt set AV,0 aside --property object-name
expect 0 bacrt set AV,1 T --property object-name
expect 0 bacrt set AV,0 U --property object-name
names 'U T'
expect 0 bacrt reload
says out '^7 objects: 7 kept, 0 new, 0 gone; 2 properties stay '
names 'U T'
sed -i 's/name="T"/& dataPointName="U"/; s/name="U"/& dataPointName="T"/' project.xml
"$BACC" compile -q project.xml -o device.bin
expect 0 bacrt reload
says out '^7 objects: 7 kept, 0 new, 0 gone$'
sed -i 's/dataPointName="U"/dataPointName="V"/' project.xml
"$BACC" compile -q project.xml -o device.bin
expect 0 bacrt reload
says out '; 1 property stays as clients have written'
names 'U T'
serve_stop
serve device.bin "$addr"
names 'U T'
serve_stop

# A variable that gets another type keeps what that can hold, by a reload as by a restart; the rest is as the project
# says. An integer never holds a fraction, nor has a state a number between two.
typed() {
    cat <<X
<Project xmlns="urn:bacc:project:1" name="Typed">
  <StateTexts name="Speed"><State value="0">Off</State><State value="1">Low</State><State value="2">High</State></StateTexts>
  <Variables>
    <Variable name="Whole" type="$1" initial="3" retain="true" bacnetVisible="true"/>
    <Variable name="Part" type="$1" initial="3" retain="true" bacnetVisible="true"/>
    <Variable name="Held" type="$1" initial="3" bacnetVisible="true"/>
    <Variable name="Fan" type="$1" ${2:-} initial="1" retain="true" bacnetVisible="true"/>
  </Variables>
  <Plc name="P"><Channel><Port id="1"/><Device name="Main" instance="1001"/></Channel></Plc>
</Project>
X
}
values() { [ "$("$BACRT" list --json | jq -rc '[.[] | .value]')" = "$1" ]; }
typed REAL >project.xml
"$BACC" compile -q project.xml -o real.bin
typed INT 'stateTexts="Speed"' >project.xml
"$BACC" compile -q -W no-retyped project.xml -o int.bin
rm -r data
serve real.bin "$addr"
for value in Whole=60 Part=60.7 Fan=1.5; do expect 0 bacrt set "${value%=*}" "${value#*=}"; done
expect 0 bacrt manual Held 20
values '[60,60.7,20,1.5]'
expect 0 bacrt reload "$PWD/int.bin"
values '[60,3,20,1]'
serve_stop
says bacrt.log ' 2 values no longer fit: '
serve int.bin "$addr"
says bacrt.log '2 no longer fit'
values '[60,3,20,1]'
serve_stop

# Two limits that fit only together stay over a reload, in whichever order they come
ranged() {
    cat <<X
<Project xmlns="urn:bacc:project:1" name="Ranged">
  <Variables>
    <Variable name="Hot" type="REAL" unit="°C" low="0" high="100" access="readWrite" initial="5" bacnetVisible="true"/>
    <Variable name="Valve" type="REAL" unit="%" low="0" high="$1" access="output" bacnetVisible="true"/>
  </Variables>
  <Plc name="P"><Channel><Port id="1"/><Device name="Main" instance="1001"/></Channel></Plc>
</Project>
X
}
ranged 100 >project.xml
"$BACC" compile -q project.xml -o device.bin
rm -r data
serve device.bin "$addr"
expect 0 bacrt set Hot 200 --property max-pres-value
expect 0 bacrt set Hot 150 --property min-pres-value
expect 0 bacrt set Valve 80 --priority 8
expect 0 bacrt set Valve 30 --priority 10
expect 0 bacrt reload
limits() { [ "$("$BACRT" get Hot --property min-pres-value | grep -o '[^ ]*$') $("$BACRT" get Hot --property max-pres-value | grep -o '[^ ]*$')" = "$1" ]; }
limits '150 200'
lacks bacrt.log 'no longer fit'

# A command outside of the range that the project gives now is gone, and said to be
ranged 50 >project.xml
"$BACC" compile -q project.xml -o narrow.bin
expect 0 bacrt reload "$PWD/narrow.bin"
expect 0 bacrt get Valve
says out ' 30 % '
limits '150 200'
serve_stop
says bacrt.log 'warning state: 1 value no longer fits: '
serve device.bin "$addr"
expect 0 bacrt set Valve 80 --priority 8
serve_stop
serve narrow.bin "$addr"
says bacrt.log ' 1 no longer fit'
expect 0 bacrt get Valve
says out ' 30 % '
serve_stop
