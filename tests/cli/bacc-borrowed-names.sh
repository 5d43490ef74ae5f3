# Trend logs and schedules without a name are called after their variable: whatever it is called next, they keep
# their numbers, and with them what is stored of them.
guid() { printf '98ba3070-93f3-4a51-b661-5973724300%02x' "$1"; }
cat >project.xml <<X
<Project xmlns="urn:bacc:project:1" name="Names">
  <Variables>
    <Variable name="Former" type="REAL" access="read" bacnetVisible="true"/>
    <Variable name="Guided" guid="$(guid 1)" type="REAL" access="read" bacnetVisible="true"/>
    <Variable name="Point" dataPointName="A.Point" type="REAL" access="read" bacnetVisible="true" bacnetDevice="Other"/>
    <Variable name="Plain" type="REAL" access="read" bacnetVisible="true"/>
    <Variable name="Occ" type="SCHEDULE_INT" bacnetVisible="true"/>
    <Variable name="Occ2" type="SCHEDULE_INT"/>
    <Variable name="Occ3" guid="$(guid 2)" type="SCHEDULE_INT"/>
    <Variable name="Occ4" dataPointName="A.Occ4" type="SCHEDULE_INT" bacnetVisible="true"/>
    <Variable name="Occ5" dataPointName="A.Occ5" type="SCHEDULE_INT"/>
    <Variable name="Occ6" type="SCHEDULE_INT"/>
  </Variables>
  <Plc name="P"><Channel><Port id="1" network="1"/><Port id="2" network="2" type="Virtual"/>
    <Device name="Main" instance="1" port="1">
      <TrendLog variable="Former"/><TrendLog variable="Guided"/><TrendLog variable="Point"/><TrendLog variable="Plain"/>
      <TrendLog variable="Occ4" logging="cov"/><TrendLog variable="Plain" name="mine"/>
      <Schedule variable="Occ2"/><Schedule variable="Occ3"/><Schedule variable="Occ5"/><Schedule variable="Occ6" name="Occ5"/>
    </Device>
    <Device name="Other" instance="2" port="2"/></Channel></Plc>
</Project>
X
sed -i 's/bacnetVisible="true"\/>/bacnetVisible="true" bacnetDevice="Main"\/>/' project.xml
expect 0 bacc compile -o a.bin
cp project.bacids first
sed -i -e 's/name="\(Former\|Occ\|Occ2\)"/name="\1New" formerly="\1"/; s/name="\(Guided\|Occ3\)"/name="\1New"/g' \
    -e 's/variable="\(Former\|Occ\|Occ2\|Guided\|Occ3\)"/variable="\1New"/g' \
    -e 's/"A\./"B./; s/name="Plain" type/name="Plain" dataPointName="B.Plain" type/' project.xml
expect 0 bacc compile -o b.bin
status=0
bacc diff a.bin b.bin >diff.out || status=$?
[ "$status" = 4 ] || { cat diff.out project.bacids; false; }
lacks diff.out 'added|removed|renumbered|BREAKING'
for was in Former Guided A.Point Plain A.Occ4; do
    grep -q "renamed trend-log,[0-9] '$was trend'" diff.out || { cat diff.out; false; }
done
for was in Occ Occ2 Occ3 A.Occ4 A.Occ5; do
    grep -q "renamed schedule,[0-9] '$was'" diff.out || { cat diff.out; false; }
done
lacks diff.out "'mine'"
# it is done once
expect 0 bacc compile -o b.bin --frozen

# births are identities: no two of a kind are alike, though one schedule is called as another's variable
grep -o 'born "[^"]*"' first | sort | uniq -d >twice
[ ! -s twice ]
grep -q '"A.Occ5" schedule [0-9] changes 1 born "Occ5"$' first
grep -q '"Occ5" schedule [0-9] changes 1 born "Occ5#2"$' first

# a file from before knows no variable's GUID of a schedule that has none itself: that alone changes nothing
sed '/schedule "Main" "Occ3/s/ guid "[^"]*"//' project.bacids >old
cp old project.bacids
expect 0 bacc compile --frozen -o b.bin
cmp old project.bacids

# what another line lost is not taken: the name belongs to the new trend log that says it
cp first project.bacids
sed -i 's/<TrendLog variable="Plain"\/>/<TrendLog variable="Plain" name="B.Plain trend" formerly="Plain trend"\/>/' project.xml
expect 0 bacc compile -o b.bin
grep -q 'trend "Main" "B.Plain trend" trend-log 3 changes 2 born "Plain trend"' project.bacids

# where an object has a name of its own, its variable's trend log is known by the object, whatever the variable is called
names() {                               # VARIABLE DATAPOINTNAME FORMERLY VARIABLE2 DATAPOINTNAME2 ROWNAME
    cat >project.xml <<X
<Project xmlns="urn:bacc:project:1" name="Own">
  <Variables>
    <Variable name="$1" dataPointName="$2" $3 type="REAL" access="read"/>
    <Variable name="$4" dataPointName="$5" type="SCHEDULE_BOOL"/>
  </Variables>
  <Plc name="P"><Channel><Port id="1" network="1"/><Port id="2" network="2" type="Virtual"/>
    <Device name="Main" instance="1" port="1">
      <Schedule variable="$4" name="Week"/><TrendLog variable="$1"/><TrendLog variable="$4"/><Object variable="$1" $6/>
    </Device>
    <Device name="Other" instance="2" port="2"><TrendLog variable="$1"/></Device></Channel></Plc>
</Project>
X
    expect 0 bacc compile -q -o a.bin
    expect 0 bacc compile -q --frozen -o a.bin
    for line in "\"Main\" \"$2 trend\" trend-log 0 " "\"Main\" \"$5 trend\" trend-log 1 " "\"Other\" \"$2 trend\" trend-log 0 "; do
        grep -q "^trend $line" project.bacids || { cat project.bacids; echo "not there: $line"; exit 1; }
    done
}
rm project.bacids
names A One '' B Two 'name="Temperature"'
grep -q '"Main" "One trend" .* of "A"$' project.bacids
grep -q '"Other" "One trend" .* of "Main/A"$' project.bacids
names A Two '' B One 'name="Temperature"'
names C Three 'formerly="A"' D One 'name="Temperature"'
names C Four '' D Five 'name="Degrees"'
names C Six '' D Five ''
lacks project.bacids '"Six trend" .* of '
names C Five '' D Six ''
