# Alarms of points that come from a source: kept quiet at the start, one alarm of a lost source beside its
# points' faults, an input that flaps bounded by its delay.
command -v jq >/dev/null || skip "jq is missing"
command -v mosquitto >/dev/null || skip "mosquitto is missing"
PEER=${BACRT%/*}/tests/peer
"$PEER" has mqtt || skip "built without MQTT"
{
    echo '<Project xmlns="urn:bacc:project:1" name="M" guid="0b5f6a3e-8a53-4f0e-9d5c-2f1f6c1f7a14">
  <AlarmPoints><AlarmPoint name="Lost" kind="states" alarmStates="true" delay="0s"/>
    <AlarmPoint name="Hi" kind="limits" high="50" low="-10" deadband="1" delay="500ms"/></AlarmPoints>
  <Sources><Mqtt id="plant" alarmPoint="Lost" url="mqtt://127.0.4.52:18841" keepAlive="5s"/></Sources><Variables>'
    for i in 1 2 3 4 5; do
        echo "<Variable name=\"T$i\" type=\"REAL\" access=\"read\" bacnetVisible=\"true\" alarmPoint=\"Hi\"><Bind source=\"plant\" read=\"t$i\"/></Variable>"
    done
    echo '</Variables><Plc name="P"><Channel name="B" protocol="BACnetServer" link="UDP"><Port id="1" type="IPv4" udpPort="47843" adapter="lo"/>
    <Device name="Main" instance="77" port="1"><Recipients><Recipient broadcast="local" processId="1"/></Recipients></Device></Channel></Plc></Project>'
} >p.xml
printf 'listener 18841 127.0.4.52\nallow_anonymous true\npersistence false\n' >broker.conf
BROKER=''
broker() { mosquitto -c broker.conf >broker.log 2>&1 & BROKER=$!; sleep 0.5; }
say() { "$PEER" pub 127.0.4.52 18841 "$@"; }
expect 0 "$BACC" compile p.xml -o p.bin
serve p.bin 127.0.4.52 47843
trap 'kill -9 $SERVE_PID $BROKER 2>/dev/null' EXIT
export BACRT_CONTROL=data/control
# how many alarms are in that state, of the points or of the source
n() { bacrt alarms --json | jq "[.alarms[] | select((.object | startswith(\"$1\")) and .eventState == \"$2\")] | length"; }
transitions() { bacrt events --kind transition --limit 1000 --json | jq "[.events[] | select(.object | startswith(\"$1\"))] | length"; }
is() {                                  # TYPE STATE COUNT
    wait_until "bacrt alarms >alarms && bacrt events >events && [ \"\$(n $1 $2)\" = $3 ]" alarms events
}
# no broker: the source says so at once, its points after they had their time
is binary offnormal 1
sleep 2
[ "$(n analog fault)" = 0 ]
is analog fault 5
[ "$(transitions binary)" = 1 ]
[ "$(transitions analog)" = 5 ]
expect 0 bacrt ack --all
broker
is binary offnormal 0
for i in 1 2 3 4 5; do say t$i 20; done
is analog fault 0
[ "$(transitions binary)" = 2 ]
[ "$(transitions analog)" = 10 ]
# flaps faster than its delay: nothing; slower: as often as it stays
i=0
while [ $i -lt 20 ]; do say t1 80; say t1 20; i=$((i + 1)); done
sleep 0.7
[ "$(transitions analog)" = 10 ]
say t1 80
is analog high-limit 1
say t1 20
is analog high-limit 0
[ "$(transitions analog)" = 12 ]
# lost: one of the source, one of each point, at once
kill $BROKER
wait $BROKER || :
is binary offnormal 1
is analog fault 5
[ "$(transitions binary)" = 3 ]
[ "$(transitions analog)" = 17 ]
# a restart without the broker tells nobody anything anew
serve_stop
serve p.bin 127.0.4.52 47843
sleep 1
is analog fault 5
is binary offnormal 1
sleep 10
is analog fault 5
is binary offnormal 1
[ "$(transitions binary)" = 3 ] || { bacrt events; exit 1; }
[ "$(transitions analog)" = 17 ] || { bacrt events; exit 1; }
serve_stop
trap - EXIT
