# A reload that takes a source to another broker, or its status to another topic, leaves no "online" behind.
command -v mosquitto >/dev/null || skip "mosquitto is missing"
PEER=${BACRT%/*}/tests/peer
"$PEER" has mqtt || skip "built without MQTT"
export BACRT_CONTROL=data/control
BROKER='' SUB=''
cat >p.xml <<'X'
<Project xmlns="urn:bacc:project:1" name="M" guid="0b5f6a3e-8a53-4f0e-9d5c-2f1f6c1f7a51">
  <Sources><Mqtt id="plant" url="mqtt://127.0.4.51:18871" statusTopic="one"/></Sources>
  <Variables><Variable name="A" type="REAL" access="read" bacnetVisible="true"><Bind source="plant" read="a"/></Variable>
  </Variables>
  <Plc name="P"><Channel name="B" protocol="BACnetServer" link="UDP"><Port id="1" network="1" type="IPv4" adapter="lo"/>
    <Device name="Main" instance="84" port="1"/></Channel></Plc>
</Project>
X
printf 'listener 18871 127.0.4.51\nallow_anonymous true\npersistence false\n' >broker.conf
mosquitto -c broker.conf >broker.log 2>&1 & BROKER=$!
trap 'kill -9 $BROKER 2>/dev/null' EXIT
sleep 0.5
: >heard
"$PEER" sub 127.0.4.51 18871 one two >heard & SUB=$!
becomes() {                             # FROM TO: in the project, and the last word of the topics
    sed -i "s|$1|$2|" p.xml
    expect 0 "$BACC" compile -q p.xml -o p.bin
    expect 0 bacrt reload
    patience=100 eventually "$3" tail -1 heard
}
expect 0 "$BACC" compile -q p.xml -o p.bin
serve p.bin 127.0.4.51
trap 'kill -9 $SERVE_PID $BROKER $SUB 2>/dev/null' EXIT
eventually '^one online' cat heard
# the same topic: whatever is said in between, online is the last word
becomes 'read="a"' 'read="b"' '^one online'
sleep 0.5
eventually '^one online' tail -1 heard
becomes 'statusTopic="one"' 'statusTopic="two"' '^(two online|one offline)'
eventually '^one offline' cat heard
eventually '^two online' cat heard
becomes ':18871' ':18872' '^two offline'
serve_stop
kill $SUB $BROKER
