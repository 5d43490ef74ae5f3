# An imported state brings names that have been exchanged, and no Database_Revision that clients have seen with
# other names: not a lower one, and not the same one.
export BACRT_CONTROL=data/control
cat >project.xml <<X
<Project xmlns="urn:bacc:project:1" name="Named">
  <Variables>
    <Variable name="One" type="REAL" access="readWrite" bacnetVisible="true"/>
    <Variable name="Two" type="REAL" access="readWrite" bacnetVisible="true"/>
    <Variable name="Three" type="REAL" access="readWrite" bacnetVisible="true"/>
  </Variables>
  <Plc name="P"><Channel><Port id="1"/><Device name="Main" instance="1001"/></Channel></Plc>
</Project>
X
"$BACC" compile -q project.xml -o device.bin
addr=127.0.3.$(client_host state-names)
named() { expect 0 bacrt set "$1" "$2" --property object-name; }
name() { "$BACRT" read "$addr" "AV,$1" object-name; }
revision() { "$BACRT" read "$addr" device,1001 database-revision; }
serve device.bin "$addr"
born=$(revision)
named AV,0 aside
named AV,1 One
named AV,0 Two
expect 0 bacrt state export exchanged.json
serve_stop

# on a new machine, at once and after a restart
rm -r data
serve device.bin "$addr"
expect 0 bacrt state import exchanged.json
[ "$(name 0) $(name 1) $(revision)" = "Two One $((born + 3))" ] || fail "$(name 0) $(name 1) $(revision), was $born"
expect 0 bacrt state import exchanged.json
[ "$(revision)" = "$((born + 3))" ] || fail "$(revision): nothing has another name"

# where other names have been seen meanwhile, under that number and higher ones
named AV,2 Drei
named AV,2 Three
named AV,1 aside
named AV,0 One
expect 0 bacrt state import exchanged.json
[ "$(name 0) $(name 1) $(revision)" = "Two One $((born + 8))" ] || fail "$(name 0) $(name 1) $(revision), was $born"
kill -9 "$SERVE_PID"; wait "$SERVE_PID" || :
serve device.bin "$addr"
[ "$(name 0) $(name 1) $(revision)" = "Two One $((born + 8))" ] || fail "$(name 0) $(name 1) $(revision) after a restart"
serve_stop
rm -r data
serve device.bin "$addr"
named AV,2 a
named AV,2 b
named AV,2 Three
expect 0 bacrt state import exchanged.json
[ "$(name 0) $(name 1) $(revision)" = "Two One $((born + 4))" ] || fail "$(name 0) $(name 1) $(revision), was $born"
serve_stop
