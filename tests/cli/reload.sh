# Another image while running: what is the same keeps its value, mode, subscription, alarm, log and
# connection, by SIGHUP and by command; a bad image changes nothing; Database_Revision tells clients.
command -v node >/dev/null || skip 'node is missing'
PEER=${BACRT%/*}/tests/peer
export BACRT_CONTROL=data/control
BROKER='' LISTEN=''
cat >p.xml <<'X'
<Project xmlns="urn:bacc:project:1" name="R" guid="0b5f6a3e-8a53-4f0e-9d5c-2f1f6c1f7a21">
  <StateTexts name="OffOn"><State value="0">Off</State><State value="1">On</State></StateTexts>
  <AlarmPoints><AlarmPoint name="Trip" kind="states" alarmStates="1" delay="0s" reset="manual"/></AlarmPoints>
  <Sources><Mqtt id="plant" url="mqtt://127.0.4.62:18832" statusTopic="r/status"/><!--SOURCE--></Sources>
  <Variables>
    <!--FIRST-->
    <Variable name="T" type="REAL" unit="°C" access="read" bacnetVisible="true"><Bind source="plant" read="t" stale="1h"/></Variable>
    <Variable name="OOS" type="REAL" access="read" bacnetVisible="true"><Bind source="plant" read="oos" stale="300ms" onStale="out-of-service"/></Variable>
    <Variable name="SP" type="REAL" unit="°C" access="readWrite" low="10" high="30" initial="21" bacnetVisible="true"/>
    <Variable name="HELD" type="REAL" access="read" initial="1" bacnetVisible="true"/>
    <Variable name="Y" type="REAL" access="output" initial="0" bacnetVisible="true"/>
    <Variable name="TRIP" type="BOOL" stateTexts="OffOn" access="readWrite" alarmPoint="Trip" bacnetVisible="true"/>
    <Variable name="LAST" type="REAL" access="readWrite" initial="5" bacnetVisible="true"/>
  </Variables>
  <Plc name="R" timeZone="Europe/Prague"><Channel name="B" protocol="BACnetServer" link="UDP"><Port id="1" network="1" type="IPv4" adapter="lo" udpPort="47842"/>
    <Device name="Main" instance="78" port="1"><NotificationClass name="Class_1" instance="1"><Recipient broadcast="local" processId="1"/></NotificationClass>
      <TrendLog variable="SP" property="present-value" name="SP trend" enabled="true" logging="cov" bufferSize="100" notificationClass="Class_1"/>
    </Device></Channel></Plc>
</Project>
X
expect 0 "$BACC" compile p.xml -o p.bin
broker=no
if command -v mosquitto >/dev/null && "$PEER" has mqtt; then
    broker=yes
    printf 'listener 18832 127.0.4.62\nallow_anonymous true\npersistence false\nlog_type all\n' >broker.conf
    mosquitto -c broker.conf >broker.log 2>&1 & BROKER=$!
    sleep 0.5
fi
serve p.bin 127.0.4.62 47842
trap 'kill -9 $SERVE_PID $BROKER $LISTEN 2>/dev/null' EXIT
read_() { "$BACRT" read 127.0.4.62:47842 "$@" --bind 127.0.4.63:0 2>&1; }
[ $broker = no ] || { "$PEER" pub 127.0.4.62 18832 t 21.5 retain; eventually '^T +21\.5 °C +[0-9]' bacrt get T; }
expect 0 bacrt set SP 24
expect 0 bacrt manual HELD 7
expect 0 bacrt set Y 40 --priority 9
expect 0 bacrt set Y 30 --priority 12
expect 0 bacrt set TRIP On
eventually ' active ' bacrt alarms
[ "$(bacrt alarms --json | jq -r '.alarms[0].since')" = "$(bacrt events --json | jq -r '[.events[] | select(.kind == "transition")][-1].time')" ] || {
    # the wire has hundredths of a second
    a=$(bacrt alarms --json | jq -r '.alarms[0].since'); e=$(bacrt events --json | jq -r '[.events[] | select(.kind == "transition")][-1].time')
    [ "${a%?Z}" = "${e%?Z}" ] || { echo "an alarm since $a, its event at $e"; exit 1; }
}
expect 0 bacrt ack TRIP
expect 0 bacrt set TRIP Off
eventually ' memory|acked|acknowledged' bacrt alarms
bacrt alarms >alarms.before
eventually '^oos|true' read_ analog-input,1 out-of-service
bacrt list | grep -v '^FRESH' >list.before
node "$ROOT/tests/client/cov.mjs" 127.0.4.62 47842 127.0.4.64 2 0 >heard & LISTEN=$!
eventually '^cov 24$' cat heard
revision=$(read_ device,78 database-revision)
records=$(read_ trend-log,0 total-record-count)
[ "$records" -ge 1 ]

same() {                                # after a reload that changes nothing of these
    bacrt list >list.now
    grep -v '^FRESH' list.now | diff list.before - || { echo 'other values'; exit 1; }
    bacrt alarms | diff alarms.before - || { echo 'other alarms'; exit 1; }
    [ "$(read_ analog-output,0 priority-array)" = "$array" ]
    [ "$(read_ trend-log,0 total-record-count)" -ge "$records" ]
}
array=$(read_ analog-output,0 priority-array)
connections() { grep -c 'New client connected' broker.log || :; }
[ $broker = no ] || before=$(connections)

# the same image, both ways
expect 0 bacrt reload
says out '0 new, 0 gone'
same
kill -HUP "$SERVE_PID"
eventually 'info reload: .*0 gone' sh -c '[ "$(grep -c "info reload" bacrt.log)" = 2 ] && cat bacrt.log'
same
[ "$(read_ device,78 database-revision)" = "$revision" ]

# another one: a variable before the others, one that is gone, another source
sed 's|<!--FIRST-->|<Variable name="FRESH" type="REAL" access="readWrite" initial="3" bacnetVisible="true"/>|; /name="LAST"/d
     s|<!--SOURCE-->|<Simulate id="sim"/>|' p.xml >q.xml
cp p.bacids q.bacids
expect 0 "$BACC" compile q.xml -o q.bin
sed -i '/^LAST/d' list.before
expect 0 bacrt reload q.bin
says out '1 new, 1 gone'
same
[ "$(read_ device,78 database-revision)" -gt "$revision" ]
expect 0 bacrt get FRESH
says out ' 3 '
expect 1 bacrt get LAST
# the subscription still hears, the log still records, the array still counts
expect 0 bacrt set SP 25
eventually '^cov 25$' cat heard
[ "$(grep -c subscribed heard)" = 1 ]
expect 0 bacrt set Y null --priority 9
expect 0 bacrt get Y
says out ' 30 '
expect 0 bacrt auto HELD
# the connection is the one from before
if [ $broker = yes ]; then
    [ "$(connections)" = "$before" ] || { echo 'a reload made a new connection:'; cat broker.log; exit 1; }
    "$PEER" pub 127.0.4.62 18832 t 22.5
    eventually '^T +22\.5 °C +[0-9]' bacrt get T
    "$PEER" pub 127.0.4.62 18832 oos 1
    eventually 'false' read_ analog-input,1 out-of-service
    eventually 'true' read_ analog-input,1 out-of-service
    # a source that is another one now is connected anew
    sed 's|read="t"|read="t2"|' q.xml >r.xml
    cp q.bacids r.bacids
    expect 0 "$BACC" compile r.xml -o r.bin
    expect 0 bacrt reload r.bin
    wait_until '[ "$(connections)" -gt "$before" ]' broker.log
    # what is published before it has subscribed is nobody's
    eventually '^T +23\.5 °C' sh -c '"$0" pub 127.0.4.62 18832 t2 23.5 && bacrt get T' "$PEER"
    expect 0 bacrt reload q.bin
    eventually '^T +21\.5 °C +[0-9]' bacrt get T     # the retained one
fi

# a client that writes without end is answered, reload after reload
"${PEER%/*}/bench/writes" 127.0.4.62 47842 3 8 1 1 >wrote 2>&1 & WRITER=$!
n=0
while kill -0 $WRITER 2>/dev/null; do expect 0 bacrt reload; n=$((n + 1)); done
wait $WRITER || { echo "writes were refused or lost over $n reloads:"; cat wrote; exit 1; }
[ $n -gt 5 ]
expect 0 bacrt set Y null --priority 9

# images that are none, or not for this process
bacrt list | grep -v '^FRESH' >list.before
array=$(read_ analog-output,0 priority-array)
head -c 700 q.bin >cut.bin
expect 1 bacrt reload cut.bin
expect 1 bacrt reload nothing.bin
says err 'nothing\.bin: No such file'
expect 1 bacrt reload data
offset=$(read_ device,78 utc-offset)
sed 's/udpPort="47842"/udpPort="47843"/; s|Europe/Prague|America/New_York|' q.xml >s.xml
cp q.bacids s.bacids
expect 0 "$BACC" compile s.xml -o s.bin
expect 1 bacrt reload s.bin
says err 'ports are others'
[ "$(read_ device,78 utc-offset)" = "$offset" ]
same
sed 's|Europe/Prague|America/New_York|' q.xml >t.xml    # another zone is the new image's
cp q.bacids t.bacids
expect 0 "$BACC" compile t.xml -o t.bin
expect 0 bacrt reload t.bin
[ "$(read_ device,78 utc-offset)" = 300 ]
expect 0 bacrt reload q.bin
[ "$(read_ device,78 utc-offset)" = "$offset" ] && [ "$offset" = -60 ]
cp cut.bin q.bin                        # SIGHUP: the path of the last good one
kill -HUP "$SERVE_PID"
eventually 'error reload: .*goes on' cat bacrt.log
same
expect 0 bacrt status --json
jq -e '.counters.reloads_refused >= 4' out
says bacrt.log 'info reload'
kill $LISTEN
# stopped devices stay stopped
expect 0 bacrt stop 78
expect 0 "$BACC" compile q.xml -o q.bin
expect 0 bacrt reload
read_ device,78 object-name --timeout 1 >out && { echo 'a stopped device answers after a reload'; exit 1; }
# one that the project leaves off, and somebody started, goes on
sed -i 's|instance="78"|instance="78" enabled="false"|' q.xml
expect 0 "$BACC" compile q.xml -o q.bin
expect 0 bacrt reload
expect 0 bacrt start 78
eventually . read_ device,78 object-name
expect 0 bacrt reload
[ "$(read_ device,78 object-name)" = "$(cat got)" ]
serve_stop
kill $BROKER 2>/dev/null || :
