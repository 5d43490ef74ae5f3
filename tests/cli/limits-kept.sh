# What a client wrote within limits that it had set wider than the project's stays over a reload and a restart, and
# nothing is said to fit no longer; so does what a source says outside of the project's range.
command -v node >/dev/null || skip "node is missing"
[ -d "$ROOT/tests/client/node_modules" ] || skip "the BACnet client is not installed"
export BACRT_CONTROL=data/control
project() {
    cat <<X
<Project xmlns="urn:bacc:project:1" name="Limits">
  <Sources><Simulate id="sim"/></Sources>
  <Variables>
    <Variable name="Valve" type="REAL" unit="%" access="output" low="0" high="$1" retain="true" bacnetVisible="true"/>
    <Variable name="Kept" type="REAL" unit="%" access="readWrite" low="0" high="$1" retain="true" bacnetVisible="true"/>
    <Variable name="Free" type="REAL" unit="%" access="readWrite" low="0" high="$1" bacnetVisible="true"/>
    <Variable name="Said" type="REAL" unit="%" low="0" high="$1" retain="true" bacnetVisible="true">
      <Bind source="sim" signal="constant" value="130"/></Variable>
  </Variables>
  <Plc name="P"><Channel><Port id="1"/><Device name="Main" instance="1001"/></Channel></Plc>
</Project>
X
}
project 100 >project.xml
"$BACC" compile -q project.xml -o device.bin
addr=127.0.3.$(client_host limits-kept)
values() { "$BACRT" list --json | jq -c "[.[].value]" >v; grep -Fqx "$1" v || { cat v; return 1; }; }
serve device.bin "$addr"
for o in AO,0 AV,0 AV,1; do
    expect 0 bacrt set "$o" 20
    expect 0 bacrt set "$o" 150 --property max-pres-value
    node "$ROOT/tests/client/put.mjs" "$addr" "$o" 120 8
done
values '[120,120,120,130]'
expect 0 bacrt reload
values '[120,120,120,130]'
expect 0 bacrt reload
values '[120,120,120,130]'
serve_stop
lacks bacrt.log 'no longer fit'
serve device.bin "$addr"
values '[120,120,0,130]'
serve_stop
lacks bacrt.log 'no longer fit'

# Where nobody has set others the project's new limits hold
rm -r data
serve device.bin "$addr"
for v in Valve Kept Free; do expect 0 bacrt set "$v" 80; done
project 50 >project.xml
"$BACC" compile -q project.xml -o device.bin
expect 0 bacrt reload
values '[0,0,0,130]'
serve_stop
says bacrt.log 'warning state: .* no longer fit'
