# A device behind the broker that is known to be gone: what the broker retains of it counts only when it is back,
# also for one who connects meanwhile.
command -v mosquitto >/dev/null || skip "mosquitto is missing"
PEER=${BACRT%/*}/tests/peer
"$PEER" has mqtt || skip "built without MQTT"
BROKER=''
cat >p.xml <<'X'
<Project xmlns="urn:bacc:project:1" name="M" guid="0b5f6a3e-8a53-4f0e-9d5c-2f1f6c1f7a17">
  <Sources><Mqtt id="behind" url="mqtt://127.0.4.46:18836" availability="avail/device" keepAlive="5s"/></Sources>
  <Variables>
    <Variable name="KEPT" type="REAL" access="read" bacnetVisible="true"><Bind source="behind" read="kept"/></Variable>
    <Variable name="ONLINE" type="BOOL" access="read" bacnetVisible="true"><Bind source="behind" read="avail/device"/></Variable>
    <Variable name="SEEN" type="REAL" access="read" bacnetVisible="true"><Bind source="behind" read="seen"/></Variable>
  </Variables>
  <Plc name="P"><Channel name="B" protocol="BACnetServer" link="UDP"><Port id="1" network="1" type="IPv4" adapter="lo"/>
    <Device name="Main" instance="77" port="1"/></Channel></Plc>
</Project>
X
printf 'listener 18836 127.0.4.46\nallow_anonymous true\npersistence false\n' >broker.conf
say() { "$PEER" pub 127.0.4.46 18836 "$@"; }
expect 0 "$BACC" compile p.xml -o p.bin
mosquitto -c broker.conf >broker.log 2>&1 & BROKER=$!
sleep 0.5
say kept 5 retain
say avail/device false retain
serve p.bin 127.0.4.46
trap 'kill -9 $SERVE_PID $BROKER 2>/dev/null' EXIT
export BACRT_CONTROL=data/control
eventually '^source +behind Mqtt lost its availability topic says so' "$BACRT" status
shows KEPT '\[communication-failure\]'
# the topic itself says what holds
shows ONLINE '^ONLINE +false +[0-9]'
# a value that comes now is one
say seen 3
shows SEEN '^SEEN +3 +[0-9]'
"$BACRT" get KEPT | grep -F '[communication-failure]' || fail "what was retained of a device that is gone counts"
say avail/device true retain
shows KEPT '^KEPT +5 +[0-9]'
shows ONLINE '^ONLINE +true +[0-9]'
kill $BROKER
serve_stop
