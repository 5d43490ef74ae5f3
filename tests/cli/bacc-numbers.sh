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
