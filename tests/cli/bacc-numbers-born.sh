# Identities, under which the runtime keeps what it stores, are no two objects' at once: what is new and has the name with
# which another was born is born with one of its own, wherever in the project it stands.
project() {
    cat >project.xml <<X
<Project xmlns="urn:bacc:project:1" name="N"><Variables>$1</Variables>
<Plc name="P"><Channel><Port id="1"/><Device name="Main" instance="1" port="1"/></Channel></Plc></Project>
X
}
variable() { echo "<Variable name=\"$1\" ${2-} type=\"REAL\" bacnetVisible=\"true\"/>"; }
guided='guid="7152a7f0-af46-434b-8983-8407f247ae54"'
one() {
    expect 0 bacc compile -q -o p.bin
    bacc dump --json p.bin | grep -o '"identity": *"[^"]*"' >identities
    [ -s identities ]
    sort identities | uniq -d >twice
    [ ! -s twice ] || { cat project.bacids; false; }
}
# A rename that is undone, with nothing left that says so: only where what was renamed is not there any more.
rm -f project.bacids
project "$(variable A)$(variable Z)"
one
project "$(variable B 'formerly="A"')$(variable Z)"
one
cp project.bacids renamed
project "$(variable New)$(variable A)$(variable Z)"
one
grep '"A" analog-value 0 changes 3 born "A"$' project.bacids
cp renamed project.bacids
project "$(variable A)$(variable B)$(variable Z)"
one
grep '"A" analog-value 2 changes 1 born "A#2"$' project.bacids
grep '"B" analog-value 0 changes 2 born "A"$' project.bacids
# and of a device
devices() {
    cat >project.xml <<X
<Project xmlns="urn:bacc:project:1" name="N"><Variables>$(variable A "bacnetDevice=\"$1\"")</Variables>
<Plc name="P"><Channel><Port id="1" network="1"/><Port id="2" network="2" type="Virtual"/>
<Device name="Main" instance="1" port="1"/><Device name="$1" ${2-} instance="2" port="2"/>${3-}</Channel></Plc></Project>
X
    expect 0 bacc compile -q -o p.bin
}
rm project.bacids
devices Floor
sed -i 's/"A" analog-value 0/"A" analog-value 7/' project.bacids
devices Attic 'formerly="Floor"'
devices Floor
[ "$(grep -c '^device' project.bacids)" = 2 ]
grep '"Floor" "A" analog-value 7 changes 1$' project.bacids
devices Attic 'formerly="Floor"'
devices Attic '' '<Device name="Floor" instance="3" port="2"/>'
grep 'device "Floor" .* instance 2 .* named "Attic"' project.bacids
grep 'device "Floor@P" .* instance 3 .* named "Floor"' project.bacids
rm project.bacids

for first in "$(variable A)$(variable B "$guided")" "$(variable B "$guided")$(variable A)" "$(variable A)$(variable B 'formerly="Z"')"; do
    rm -f project.bacids
    project "$(variable A "$guided")$(variable Z)"
    one
    project "$first"
    one
    grep -E '"B" analog-value [01] .*born "(A|Z)"' project.bacids
done
