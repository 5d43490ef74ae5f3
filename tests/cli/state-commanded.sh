# An imported state holds a variable's value without the commands of its object, as where a source alone had said it: what
# is commanded here goes on to be what the variable is.
export BACRT_CONTROL=data/control
cat >project.xml <<X
<Project xmlns="urn:bacc:project:1" name="Kept">
  <Variables><Variable name="Flow" type="REAL" access="readWrite" commandable="true" retain="true" initial="1"/></Variables>
  <Plc name="P"><Channel><Port id="1"/><Device name="Main" instance="1001"><Object variable="Flow" type="AV"/></Device></Channel></Plc>
</Project>
X
"$BACC" compile -q project.xml -o device.bin
addr=127.0.3.$(client_host state-commanded)
serve device.bin "$addr"
shown() { "$BACRT" read "$addr" AV,0 present-value --json | jq .; }
expect 0 bacrt set Flow 25 --priority 8
expect 0 bacrt state export all.json
jq '.values |= map(select(.property != 87))' all.json >variable.json      # Priority_Array
jq -e '.values | length >= 1' variable.json
expect 0 bacrt set Flow 70 --priority 8
eventually '^70$' shown
expect 0 bacrt state import variable.json
sleep 0.3
eventually '^70$' shown
expect 0 bacrt get Flow
says out '^Flow  *70 '
serve_stop
