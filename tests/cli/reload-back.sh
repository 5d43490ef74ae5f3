# A change that is taken back by another reload: what had gone with the image between goes on as it was then. A log
# goes on behind its records, as after a restart, also those that were under way when it went; storage loses none.
export BACRT_CONTROL=data/control
cat >full.xml <<'X'
<Project xmlns="urn:bacc:project:1" name="R" guid="0b5f6a3e-8a53-4f0e-9d5c-2f1f6c1f7a29">
  <StateTexts name="OffOn"><State value="0">Off</State><State value="1">On</State></StateTexts>
  <AlarmPoints><AlarmPoint name="Trip" kind="states" alarmStates="1" delay="0s" reset="manual"/></AlarmPoints>
  <Variables>
    <Variable name="A" type="REAL" access="readWrite" initial="0" bacnetVisible="true"/>
    <!--gone-->
    <Variable name="B" type="REAL" access="readWrite" retain="true" initial="5" bacnetVisible="true"/>
    <Variable name="O" type="REAL" access="output" retain="true" initial="0" bacnetVisible="true"/>
    <Variable name="TRIP" type="BOOL" stateTexts="OffOn" access="readWrite" alarmPoint="Trip" bacnetVisible="true"/>
    <!--here-->
  </Variables>
  <Plc name="R" timeZone="Europe/Prague"><Channel name="B" protocol="BACnetServer" link="UDP"><Port id="1" network="1" type="IPv4" adapter="lo" udpPort="47849"/>
    <Device name="Main" instance="79" port="1">
      <TrendLog variable="A" property="present-value" name="A trend" enabled="true" logging="cov" bufferSize="100"/>
    </Device></Channel></Plc>
</Project>
X
sed -e '/<TrendLog/d' -e '/<!--gone-->/,/<!--here-->/d' full.xml >less.xml
expect 0 "$BACC" compile full.xml -o full.bin
cp full.bacids less.bacids
expect 0 "$BACC" compile less.xml -o less.bin
sed 's/ alarmPoint="Trip"//' full.xml >no-alarm.xml
cp full.bacids no-alarm.bacids
expect 0 "$BACC" compile no-alarm.xml -o no-alarm.bin
serve full.bin 127.0.4.69 47849

values() { bacrt trend export 'A trend' | grep -Eo ',(10|20|30|40|50|60)(,|$)' | tr -dc '0-9\n' | tr '\n' ' '; }
expect 0 bacrt set B 60
expect 0 bacrt set O 42 --priority 8
expect 0 bacrt set TRIP On
expect 0 bacrt set TRIP Off
for v in 10 20 30; do expect 0 bacrt set A $v; sleep 0.1; done
expect 0 bacrt set A 40
expect 0 bacrt reload less.bin                  # at once: the last record has not been written yet
bacrt get B >out 2>&1 && { echo 'the other image has no B'; cat out; exit 1; }
expect 0 bacrt reload full.bin
eventually '^B +60 ' bacrt get B
eventually '^O +42 ' bacrt get O
eventually 'TRIP' bacrt alarms
expect 0 bacrt reload no-alarm.bin              # the object stays, its alarm point goes and comes
expect 0 bacrt alarms
grep TRIP out && { echo 'an alarm without an alarm point'; exit 1; }
expect 0 bacrt reload full.bin
eventually 'TRIP' bacrt alarms
expect 0 bacrt set A 50
sleep 0.1
expect 0 bacrt set A 60
sleep 0.1
[ "$(values)" = '10 20 30 40 40 50 60 ' ] || { echo "the log has $(values)"; bacrt trend export 'A trend'; exit 1; }
expect 0 bacrt reload less.bin
expect 0 bacrt reload full.bin                  # twice is as once
[ "$(values)" = '10 20 30 40 40 50 60 60 ' ] || { echo "then the log has $(values)"; bacrt trend export 'A trend'; exit 1; }
serve_stop
grep -E 'could not be kept|no longer fit' bacrt.log && exit 1
true
