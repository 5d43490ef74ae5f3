# A trend log and a schedule without a name of their own are called after their variable: whatever that is
# called next, they stay the objects that they were.
project() {
    cat >project.xml <<XML
<Project xmlns="urn:bacc:project:1" name="A">
  <Variables>
    <Variable name="${1}" ${2} type="SCHEDULE_BOOL"/>
    <Variable name="${3}" guid="0b5f6a3e-8a53-4f0e-9d5c-2f1f6c1f7a10" type="SCHEDULE_BOOL"/>
    <Variable name="S3" ${4} type="SCHEDULE_BOOL"/>
    <Variable name="${5}" ${6} type="REAL" access="read" bacnetVisible="true"/>
    <Variable name="${7}" guid="0b5f6a3e-8a53-4f0e-9d5c-2f1f6c1f7a11" type="REAL" access="read"/>
    <Variable name="T3" ${8} type="REAL" access="read" bacnetVisible="true" bacnetDevice="Main"/>
    ${9:-}
  </Variables>
  <Plc name="P">
    <Channel>
      <Port id="1" network="1"/><Port id="2" network="2" type="Virtual"/>
      <Device name="Main" instance="1" port="1">
        ${10:-}
        <Schedule variable="${1}"/><Schedule variable="${3}"/><Schedule variable="S3"/>
        <TrendLog variable="${5}"/><TrendLog variable="${7}"/><TrendLog variable="T3"/>
      </Device>
      <Device name="Other" instance="2" port="2"><Object variable="${7}"/></Device>
    </Channel>
  </Plc>
</Project>
XML
    sed -i "s/\(name=\"${5}\".*\)bacnetVisible/\1bacnetDevice=\"Main\" bacnetVisible/" project.xml
}
numbers() { grep -E '^(schedule|trend|variable) ' project.bacids | grep -c "$1"; }
project S1 '' S2 '' T1 '' T2 'dataPointName="D3"'
expect 0 bacc compile -q
[ "$(numbers ' changes 1')" = 9 ]
cp project.bacids first.out

# new handles by formerly and by GUID, another and a new dataPointName; the logged object is in another device
project N1 'formerly="S1"' N2 'dataPointName="DS3"' M1 'formerly="T1"' M2 'dataPointName="E3"'
expect 0 bacc compile -q
cat project.bacids
[ "$(numbers ' gone')" = 0 ]
for line in '"N1" schedule 0 changes 2 born "S1"' '"N2" schedule 1 changes 2 .*born "S2"' '"DS3" schedule 2 changes 2 born "S3"' \
    '"M1 trend" trend-log 0 changes 2 born "T1 trend"' '"M2 trend" trend-log 1 changes 2 born "T2 trend"' \
    '"E3 trend" trend-log 2 changes 2 born "D3 trend"'; do
    grep -q "\"Main\" $line" project.bacids || { echo "not there: $line"; exit 1; }
done
expect 0 bacc compile -q --frozen

# one that is new and has the name that another had: a number of its own
cp first.out project.bacids
project N1 'formerly="S1"' N2 '' T1 '' M2 'dataPointName="D3"' \
    '<Variable name="T2" type="REAL" access="read" bacnetVisible="true" bacnetDevice="Main"/>' '<TrendLog variable="T2"/>'
expect 0 bacc compile -q
grep -q '"M2 trend" trend-log 1 changes 2 born "T2 trend"' project.bacids
grep -q '"T2 trend" trend-log 3 changes 1' project.bacids

# the schedule's own GUID comes, and goes
cp first.out project.bacids
project S1 '' N2 '' T1 '' T2 'dataPointName="D3"'
expect 0 bacc compile -q
sed -i 's|<Schedule variable="N2"/>|<Schedule variable="N2" guid="0b5f6a3e-8a53-4f0e-9d5c-2f1f6c1f7a12"/>|' project.xml
expect 0 bacc compile -q
grep -q '"N2" schedule 1 changes 2 .*7a12' project.bacids
sed -i 's| guid="0b5f6a3e-8a53-4f0e-9d5c-2f1f6c1f7a12"/>|/>|' project.xml
expect 0 bacc compile -q
grep -q '"N2" schedule 1 changes 2 ' project.bacids
