# A source that was lost and is another after a reload: what did not get to it arrives, its alarm ends, and
# a variable that has no source any more is in no fault. One that cannot be opened raises its alarm, too,
# and is opened when it can be.
command -v mosquitto >/dev/null || skip "mosquitto is missing"
PEER=${BACRT%/*}/tests/peer
"$PEER" has mqtt || skip "built without MQTT"
export BACRT_CONTROL=data/control
cat >p.xml <<'P'
<Project xmlns="urn:bacc:project:1" name="M" guid="0b5f6a3e-8a53-4f0e-9d5c-2f1f6c1f7a36">
  <AlarmPoints><AlarmPoint name="Lost" kind="states" alarmStates="true" delay="0s" reset="auto"/></AlarmPoints>
  <Sources><Mqtt id="plant" alarmPoint="Lost" url="mqtt://127.0.4.48:18851" keepAlive="5s"/></Sources>
  <Variables>
    <Variable name="SP" type="UDINT" low="0" high="16000000" bacnetVisible="true"><Bind source="plant" read="sp" write="sp/set" echo="1s"/></Variable>
    <Variable name="T" type="REAL" access="read" bacnetVisible="true"><Bind source="plant" read="t"/></Variable>
    <Variable name="L" type="REAL" commandable="true" bacnetVisible="true"><Bind source="plant" read="l" write="l/set" echo="1s" priority="14"/></Variable>
  </Variables>
  <Plc name="P"><Channel name="B" protocol="BACnetServer" link="UDP"><Port id="1" network="1" type="IPv4" adapter="lo"/>
    <Device name="Main" instance="85" port="1"><NotificationClass name="Class_1" instance="1"/></Device></Channel></Plc>
</Project>
P
BROKER='' SUB=''
broker() {
    printf 'listener %s 127.0.4.48\nallow_anonymous true\npersistence false\n' "$1" >broker.conf
    mosquitto -c broker.conf >broker.log 2>&1 & BROKER=$!
    sleep 0.5
}
alarm() {                               # yes or no, within some seconds: after a reload sources have ten
    want=$1
    wait_until "bacrt alarms >alarms 2>&1 && { grep -q 'active.*Source_plant' alarms && is=yes || is=no; } && [ \$is = $want ]" alarms bacrt.log
}
expect 0 "$BACC" compile p.xml -o p.bin
broker 18851
"$PEER" pub 127.0.4.48 18851 sp 5000000 retain
"$PEER" pub 127.0.4.48 18851 t 20 retain
"$PEER" pub 127.0.4.48 18851 l 40 retain
serve p.bin 127.0.4.48 47849
trap 'kill -9 $SERVE_PID $BROKER $SUB 2>/dev/null' EXIT
shows SP ' 5000000 +[0-9]'
shows T ' 20 +[0-9]'
shows L ' 40 +[0-9]'
kill $BROKER
wait $BROKER || :
shows T communication-failure
expect 0 bacrt set SP 5000001
expect 0 bacrt set L 41 --priority 8
alarm yes
# the same plant at another address
broker 18852
"$PEER" pub 127.0.4.48 18852 sp 5000000 retain
"$PEER" pub 127.0.4.48 18852 l 40 retain
"$PEER" sub 127.0.4.48 18852 sp/set l/set >heard & SUB=$!
sed -e 's/18851/18852/' -e '/name="T"/s/<Bind.*\/><\/Var/<\/Var/' p.xml >q.xml
cp p.bacids q.bacids
expect 0 "$BACC" compile q.xml -o p.bin
expect 0 bacrt reload
for want in '^sp/set 5000001' '^l/set 41'; do
    wait_until 'grep -q "$want" heard' heard bacrt.log
done
shows T ' 20 +[0-9]'
shows SP ' 5000000 +[0-9]'                      # it was told, and has not taken it
alarm no
# a password that is not there
sed 's/18852"/18852" user="u" passwordFile="none.txt"/' q.xml >r.xml
cp q.bacids r.bacids
expect 0 "$BACC" compile r.xml -o p.bin
expect 0 bacrt reload
shows SP configuration-error
alarm yes
# and comes late, as from a volume that is mounted after us: nobody has to ask for it
echo secret >none.txt
shows SP ' 5000000 +[0-9]'
alarm no
serve_stop
trap - EXIT
kill $BROKER $SUB 2>/dev/null || :
