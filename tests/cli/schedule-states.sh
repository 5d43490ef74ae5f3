# A schedule with states of its own counts from 0 beside the wire, also where nothing of this device tells how:
# its variable, which a source may be told, and what bacrt shows hold the state that the project names.
cat >project.xml <<'XML'
<?xml version="1.0" encoding="UTF-8"?>
<Project xmlns="urn:bacc:project:1" name="States" guid="5e0c2a6e-52a2-4a0e-9a0b-3b9d6f5f2c79">
  <StateTexts name="Mode"><State value="0">Off</State><State value="1">Eco</State><State value="2">Full</State></StateTexts>
  <Variables>
    <Variable name="ALONE" type="SCHEDULE_INT" stateTexts="Mode"/>
    <Variable name="MULTI" type="SCHEDULE_INT" stateTexts="Mode"/>
    <Variable name="ANALOG" type="SCHEDULE_INT" stateTexts="Mode"/>
    <Variable name="PLAIN" type="SCHEDULE_INT"/>
  </Variables>
  <Plc name="PLC"><Channel><Port id="1"/>
    <Device name="Main" instance="1001">
      <Schedule variable="ALONE" default="Full"/>
      <Schedule variable="MULTI" default="2"><Target device="2077" object="MV,4"/></Schedule>
      <Schedule variable="ANALOG" default="Full"><Target device="2077" object="AV,4"/></Schedule>
      <Schedule variable="PLAIN" default="2"><Target device="2077" object="MV,4"/></Schedule>
    </Device>
  </Channel></Plc>
</Project>
XML
"$BACC" compile project.xml -o device.bin
"$BACC" dump device.bin >dump
[ "$(grep -o 'schedule-default .*' dump | tr '\n' ,)" = 'schedule-default 3,schedule-default 3,schedule-default 2,schedule-default 2,' ] || { cat dump; exit 1; }
serve device.bin 127.0.3.248 47848
export BACRT_CONTROL=data/control
for v in ALONE MULTI ANALOG; do
    expect 0 bacrt get $v
    says out "^$v +2 \\(Full\\) "
    LC_ALL=C expect 0 bacrt schedule show $v
    says out '  Full, by default$'
done
expect 0 bacrt get PLAIN
says out '^PLAIN +2 '
serve_stop
