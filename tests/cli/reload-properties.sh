# What an object lost with the image between, and has again, is as it was then: after a reload as after a restart. Limits
# of alarms that a client had written, and commands, came back with the next start only, when nobody looked for them.
addr=127.0.3.$(client_host "$NAME")
export BACRT_CONTROL=data/control
cat >full.xml <<'X'
<Project xmlns="urn:bacc:project:1" name="R">
  <AlarmPoints><AlarmPoint name="Hi" kind="limits" high="70" low="-50" delay="0s" reset="auto"/></AlarmPoints>
  <Variables>
    <Variable name="T" type="REAL" access="readWrite" retain="true" initial="5" alarmPoint="Hi" bacnetVisible="true"/>
    <Variable name="C" type="REAL" access="readWrite" retain="true" commandable="true" initial="5" bacnetVisible="true"/>
  </Variables>
  <Plc name="P"><Channel><Port id="1"/><Device name="Main" instance="1001">
    <NotificationClass name="Class_1"><Recipient device="552" processId="1"/></NotificationClass></Device></Channel></Plc>
</Project>
X
sed -e 's/ alarmPoint="Hi"//' -e 's/ commandable="true"//' full.xml >less.xml
expect 0 "$BACC" compile -q full.xml -o full.bin
cp full.bacids less.bacids
expect 0 "$BACC" compile -q less.xml -o less.bin
has() { expect 0 bacrt read "$addr" "$1" "$2" --bind 127.0.3.2:0; says out "$3"; }
both() {
    has AV,0 high-limit '^55$'
    has AV,1 present-value '^19$'
    expect 0 bacrt get C; says out '^C +19 '
}
serve full.bin "$addr"
expect 0 bacrt set AV,0 55 --property high-limit
expect 0 bacrt set C 19 --priority 10
both
expect 0 bacrt reload less.bin
expect 0 bacrt set C 33
expect 0 bacrt reload full.bin
both
serve_stop
serve full.bin "$addr"
both
serve_stop
