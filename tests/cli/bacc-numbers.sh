# project.bacids keeps every number: additions at the front, removals, --frozen.
cp "$ROOT/samples/minimal/project.xml" .
rm -f project.bacids
expect 0 bacc compile project.xml -o a.bin
bacc dump a.bin >before
grep -v '^#' project.bacids >numbers
sed 's|<Variables>|<Variables><Variable name="Earlier" type="REAL" unit="°C" access="read" initial="1" bacnetVisible="true"/>|' project.xml >p
mv p project.xml
expect 2 bacc compile project.xml -o b.bin --frozen
expect 0 bacc compile project.xml -o b.bin
for v in TRoom TSetpoint Light; do
    line=$(grep -w "$v" numbers)
    grep -qxF "$line" project.bacids || { echo "the number of $v moved: was '$line'"; cat project.bacids; false; }
done
expect 0 bacc compile project.xml -o b.bin --frozen
expect 0 bacc export-ede
[ "$(find BACnet-export -name '*_EDE.csv' | wc -l)" = 1 ]
# the version of EDE files never goes back, also where a device goes
mkdir -p gone
cat >gone/project.xml <<'X'
<Project xmlns="urn:bacc:project:1" name="G" guid="0b5f6a3e-8a53-4f0e-9d5c-2f1f6c1f7a53">
  <Variables><Variable name="A" type="REAL" bacnetVisible="true" bacnetDevice="Main"/></Variables>
  <Plc name="P"><Channel><Port id="1" network="1"/><Port id="2" network="2" type="Virtual"/>
    <Device name="Main" instance="1" port="1"/>
    <Device name="Second" instance="2" port="2"/>
  </Channel></Plc>
</Project>
X
version() { cat "$1"/*_EDE.csv | sed -n 's/^VERSION_OF_REFERENCEFILE;\([0-9]*\).*/\1/p'; }
exported() { expect 0 bacc compile gone/project.xml -o gone/project.bin && expect 0 bacc export-ede gone/project.xml -o gone/ede && version gone/ede; }
was=$(exported)
sed -i '/name="Second"/d' gone/project.xml
now=$(exported)
[ "$now" -gt "$was" ] || fail "VERSION_OF_REFERENCEFILE went from $was to $now"
expect 0 bacc export-ede gone/project.xml --device Main -o gone/main
[ "$(version gone/main)" -lt "$now" ]
# what has no GUID any more is known by its name: the GUID that it is given next is no other object's
for g in 1 '' 2; do
    sed -i "s/<Variable name=\"TRoom\"\( guid=\"[^\"]*\"\)*/<Variable name=\"TRoom\"${g:+ guid=\"0b5f6a3e-8a53-4f0e-9d5c-2f1f6c1f7a1$g\"}/" project.xml
    expect 0 bacc compile project.xml -o b.bin
    grep -q "\"TRoom\" analog-input 0 changes 1.*${g:+7a1$g}" project.bacids
    [ "$g" ] || ! grep -q guid project.bacids
    expect 0 bacc compile project.xml -o b.bin --frozen
done
# a row that gives an object a GUID of its own, in place of its variable's, makes no other object of it, even where the
# variable is renamed in the same breath; another variable with another GUID is another
cat >gone/project.xml <<'X'
<Project xmlns="urn:bacc:project:1" name="G" guid="0b5f6a3e-8a53-4f0e-9d5c-2f1f6c1f7a53">
  <Variables><Variable name="A" type="REAL" guid="0b5f6a3e-8a53-4f0e-9d5c-2f1f6c1f7a54" bacnetVisible="true"/>
    <Variable name="B" type="REAL" guid="0b5f6a3e-8a53-4f0e-9d5c-2f1f6c1f7a55" bacnetVisible="true"/></Variables>
  <Plc name="P"><Channel><Port id="1"/><Device name="Main" instance="1">
  </Device></Channel></Plc>
</Project>
X
rm -f gone/project.bacids
expect 0 bacc compile gone/project.xml
sed -i 's,^  </Device>,<Object variable="A" guid="0b5f6a3e-8a53-4f0e-9d5c-2f1f6c1f7a56"/>&,' gone/project.xml
expect 0 bacc compile gone/project.xml
grep -q '"A" analog-value 0 changes 1 guid "[^"]*7a56"$' gone/project.bacids || fail "$(cat gone/project.bacids)"
sed -i 's,^<Object.*/>,<Object variable="C" guid="0b5f6a3e-8a53-4f0e-9d5c-2f1f6c1f7a57"/>&,; s/"B"/"C"/' gone/project.xml
expect 0 bacc compile gone/project.xml
grep -q '"C" analog-value 1 changes 2 guid "[^"]*7a57" born "B"$' gone/project.bacids || fail "$(cat gone/project.bacids)"
sed -i 's/7a55/7a58/; s/7a57/7a59/; s/"C"/"D"/g' gone/project.xml
expect 0 bacc compile gone/project.xml
grep -q '"D" analog-value 2 changes 1 guid "[^"]*7a59"$' gone/project.bacids || fail "$(cat gone/project.bacids)"
