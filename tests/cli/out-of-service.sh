# An output that is out of service stays where it was driven to, whatever its object is commanded meanwhile: over a
# reload, a restart and a restore, until it is in service again.
addr=127.0.3.$(client_host "$NAME")
cat >project.xml <<X
<Project xmlns="urn:bacc:project:1" name="Frozen">
  <Variables>
    <Variable name="Valve" type="REAL" unit="%" access="output" initial="5" bacnetVisible="true"/>
    <Variable name="Fan" type="BOOL" access="output" retain="true" bacnetVisible="true"/>
    <Variable name="Lost" type="REAL" unit="%" access="output" initial="5" retain="false" bacnetVisible="true"/>
  </Variables>
  <Plc name="P"><Channel><Port id="1"/><Device name="Main" instance="1001" managementPassword="test"/></Channel></Plc>
</Project>
X
"$BACC" compile -q project.xml -o device.bin -W no-plain-password
export BACRT_CONTROL=data/control
is() { "$BACRT" list --json | jq -c "[.[].value]" >v; grep -Fqx "$1" v || { echo "not $1"; cat v; return 1; }; }
backup() { expect 0 env SERVER="$addr" PORT=47808 node "$ROOT/tests/client/backup-file.mjs" "$1" kept.backup test; }
shown() { expect 0 bacrt read "$addr" "$1" present-value --bind 127.0.3.2:0; says out "^$2$"; }
drive() { expect 0 bacrt set Valve "$1"; expect 0 bacrt set Fan "$2"; expect 0 bacrt set Lost "$1"; }
take() { for o in AO,0 AO,1 BO,0; do expect 0 bacrt set $o "$1" --property out-of-service; done; }

serve device.bin "$addr"
drive 50 true
take true
is '[50,true,50]'
drive 90 false
is '[50,true,50]'
expect 0 bacrt reload
is '[50,true,50]'
shown AO,0 90
shown BO,0 inactive
[ ! -d "$ROOT/tests/client/node_modules/@bacnet-js" ] || backup save

# no command and no output of the one survives; the others' do
kill -9 $SERVE_PID; wait $SERVE_PID 2>/dev/null || :
serve device.bin "$addr"
is '[50,true,5]'
shown AO,0 90
serve_stop
serve device.bin "$addr"
is '[50,true,5]'
take false
is '[90,false,5]'
drive 20 true
if [ -d "$ROOT/tests/client/node_modules/@bacnet-js" ]; then
    backup restore
    eventually '^90$' bacrt read "$addr" AO,0 present-value --bind 127.0.3.2:0
    is '[50,true,20]'
    take false
    is '[90,false,20]'
fi
drive 30 false

# one that an operator holds, too, shows what it did
take true
drive 40 true
expect 0 bacrt manual Valve 60
shown AO,0 40
expect 0 bacrt reload
shown AO,0 40
expect 0 bacrt auto Valve
take false
drive 30 false

# in service nothing of it is left
serve_stop
serve device.bin "$addr"
is '[30,false,5]'
serve_stop
