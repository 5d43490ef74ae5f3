# A value set by name is the variable's own: BACnet shows it as a REAL, which has 24 bits, and that lost
# the rest of a counter or of an LREAL that stands in one cell with its object.
cat >project.xml <<'P'
<?xml version="1.0" encoding="UTF-8"?>
<Project xmlns="urn:bacc:project:1" name="Exact" guid="5e0c2a6e-52a2-4a0e-9a0b-3b9d6f5f2c78">
  <Variables>
    <Variable name="Counter" type="UDINT" bacnetVisible="true"/>
    <Variable name="Level" type="DINT" access="output" bacnetVisible="true"/>
    <Variable name="Fine" type="LREAL" bacnetVisible="true"/>
  </Variables>
  <Plc name="P">
    <Channel>
      <Port id="1"/>
      <Device name="Main" instance="1001"/>
    </Channel>
  </Plc>
</Project>
P
"$BACC" compile project.xml -o device.bin >/dev/null 2>&1
serve device.bin "127.0.3.$(client_host set-exact)"
export BACRT_CONTROL=data/control

for v in 16777217 123456789 4294967295; do
    expect 0 bacrt set Counter $v --json
    jq -e ".values[0].value == $v" out
done
expect 1 bacrt set Counter 4294967296
expect 0 bacrt set Fine 21.123456789 --json
jq -e '.values[0].value == 21.123456789' out

# what a client reads it can write: the largest number of each type is one more as a REAL
expect 0 bacrt set Level 2147483647 --json
jq -e '.values[0].value == 2147483647' out
expect 0 bacrt get Level
says out ' 2147483647 '
serve_stop
