# What an operator types: names of any kind, a variable that two devices show, values that a variable cannot hold.
cat >project.xml <<'X'
<?xml version="1.0" encoding="UTF-8"?>
<Project xmlns="urn:bacc:project:1" name="Operator" guid="5e0c2a6e-52a2-4a0e-9a0b-3b9d6f5f2c77">
  <StateTexts name="OffOn"><State value="0">Off</State><State value="1">On</State></StateTexts>
  <Variables>
    <Variable name="Raum „Süd“, 1" type="REAL" unit="°C" access="readWrite" low="-30" high="90" initial="20" bacnetVisible="true"/>
    <Variable name="quote&quot;d back\slash" type="REAL" access="readWrite" initial="20" bacnetVisible="true"/>
    <Variable name="Short" type="USINT" access="readWrite" bacnetVisible="true"/>
    <Variable name="Hidden" type="INT" access="readWrite"/>
    <Variable name="Single" type="REAL" access="readWrite"/>
    <Variable name="Both" type="REAL" access="readWrite" initial="3" bacnetVisible="true"/>
    <Variable name="Lamp" type="BOOL" stateTexts="OffOn" access="readWrite" bacnetVisible="true"/>
  </Variables>
  <Plc name="P">
    <Channel name="BACnet" protocol="BACnetServer" link="UDP">
      <Port id="1" network="1" type="IPv4" udpPort="47808"/>
      <Port id="2" network="2001" type="Virtual"/>
      <Device name="Main" instance="1001" port="1"/>
      <Device name="Second" instance="1002" port="2"><Object variable="Both" type="AV"/></Device>
    </Channel>
  </Plc>
</Project>
X
sed -i 's/bacnetVisible="true"/& bacnetDevice="Main"/' project.xml
"$BACC" compile project.xml -o device.bin >/dev/null
serve device.bin "127.0.3.$(client_host operator)"
export BACRT_CONTROL=data/control

# a variable is in the list of each device that shows it
expect 0 bacrt list --device Second
says out '^Both '
[ "$(wc -l <out)" = 1 ]
expect 0 bacrt list --device 1001 --json
jq -e 'map(.name) | length == 5 and index("Both")' out

# names as they are
expect 0 bacrt set 'Raum „Süd“, 1' 21.5 --json
jq -e '.values[0].value == 21.5 and .values[0].name == "Raum „Süd“, 1"' out
expect 0 bacrt get 'quote"d back\slash' --json
jq -e '.values[0].name == "quote\"d back\\slash"' out

# nothing that the variable cannot hold; integers are rounded, as a client's value is
expect 1 bacrt manual Short 256
says err 'Short: outside what it may be: 0 to 255'
expect 0 bacrt manual Short 2.5
says out '^Short +3 '
expect 1 bacrt manual Single 1e39
expect 1 bacrt set Single 1e39
expect 1 bacrt set Hidden 40000
expect 0 bacrt set Hidden 2.5
says out '^Hidden +3$'
expect 1 bacrt set Both 1.5 --property reliability
says err 'Both: not a value of that property'
expect 1 bacrt manual Lamp 5
serve_stop
