# MQTT on a real broker: values in, writes out, echoes, bad payloads, silence, a broker that goes and
# comes back; topics with wildcards, a device behind the broker, a broker that refuses to send.
command -v mosquitto >/dev/null || skip "mosquitto is missing"
PEER=${BACRT%/*}/tests/peer
"$PEER" has mqtt || skip "built without MQTT"
BROKER='' SUB='' BRIDGE=''
cat >p.xml <<'X'
<Project xmlns="urn:bacc:project:1" name="M" guid="0b5f6a3e-8a53-4f0e-9d5c-2f1f6c1f7a12">
  <StateTexts name="OffOn"><State value="0">Off</State><State value="1">On</State></StateTexts>
  <AlarmPoints><AlarmPoint name="Lost" kind="states" alarmStates="true" delay="0s" reset="auto"/></AlarmPoints>
  <Sources><Mqtt id="plant" alarmPoint="Lost" url="mqtt://127.0.4.42:18831" statusTopic="bacrt/status" keepAlive="5s"/>
    <Mqtt id="behind" url="mqtt://127.0.4.42:18831" availability="avail/+" keepAlive="5s"/></Sources>
  <Variables>
    <Variable name="T" type="REAL" unit="°C" access="read" bacnetVisible="true">
      <Bind source="plant" read="t" path="$.a[1].v" scale="0.1" stale="2s"/></Variable>
    <Variable name="H" type="REAL" access="read" bacnetVisible="true">
      <Bind source="plant" read="h" onStale="out-of-service"/></Variable>
    <Variable name="RUN" type="BOOL" stateTexts="OffOn" access="read" bacnetVisible="true"><Bind source="plant" read="run"/></Variable>
    <Variable name="SP" type="REAL" unit="°C" access="readWrite" low="10" high="30" bacnetVisible="true">
      <Bind source="plant" read="sp" write="sp/set" path="$.v" echo="1s"/></Variable>
    <Variable name="ANY" type="UINT" access="read" bacnetVisible="true"><Bind source="plant" read="any/+/#"/></Variable>
    <Variable name="LIMIT" type="REAL" commandable="true" initial="1" bacnetVisible="true">
      <Bind source="behind" read="limit" write="limit/set" onStale="out-of-service"/></Variable>
    <Variable name="KEPT" type="REAL" access="read" bacnetVisible="true"><Bind source="behind" read="kept"/></Variable>
    <Variable name="NEW" type="REAL" access="read" bacnetVisible="true"><Bind source="behind" read="new"/></Variable>
    <Variable name="CMD" type="BOOL" stateTexts="OffOn" access="output" bacnetVisible="true"><Bind source="plant" write="cmd"/></Variable>
  </Variables>
  <Plc name="P"><Channel name="B" protocol="BACnetServer" link="UDP"><Port id="1" network="1" type="IPv4" adapter="lo"/>
    <Device name="Main" instance="77" port="1"/></Channel></Plc>
</Project>
X
printf 'listener 18831 127.0.4.42\nallow_anonymous true\npersistence false\n' >broker.conf
broker() { mosquitto -c broker.conf >broker.log 2>&1 & BROKER=$!; sleep 0.5; }
say() { "$PEER" pub 127.0.4.42 18831 "$@"; }
shows() { eventually "$1" "$BACRT" list --control data/control; }
heard() { eventually "$1" cat heard; }
expect 0 "$BACC" compile p.xml -o p.bin
broker
serve p.bin 127.0.4.42
trap 'kill -9 $SERVE_PID $BROKER $SUB $BRIDGE 2>/dev/null' EXIT
: >heard
"$PEER" sub 127.0.4.42 18831 'sp/set' cmd bacrt/status >heard & SUB=$!
heard '^cmd false'
heard '^bacrt/status online'
# in
say t '{"a":[0,{"v":215}]}' retain
say h 45
say run On
shows '^T +21\.5 °C +[0-9]'
shows '^H +45 '
shows '^RUN +true'
# silence, and back
shows '^T +21\.5 °C +\[communication-failure\]'
say t '{"a":[0,{"v":216}]}'
shows '^T +21\.6 °C +[0-9]'
# payloads that are none
for bad in '{"a":[0,{"v":' '[[[[[[[[[[[[[[[[[[[[[[[[' '' 'NaN' '{"a":[0,{"v":1e999}]}' '{"a":{}}'; do say t "$bad"; done
say h nonsense
sleep 0.5
"$BACRT" read 127.0.4.42 analog-input,1 out-of-service --bind 127.0.4.43:0 >out
says out true
say h 46
shows '^H +46 +[0-9]'
# out: a client's write, its echo, an old value that comes late
"$PEER" bridge 127.0.4.42 18831 sp/set sp >/dev/null & BRIDGE=$!
sleep 0.3
expect 0 "$BACRT" set SP 22.5 --control data/control
heard '^sp/set \{"v":22\.5\}'
shows '^SP +22\.5 '
sleep 0.2
say sp '{"v":19}'
shows '^SP +19 '
kill $BRIDGE 2>/dev/null || :
expect 0 "$BACRT" set SP 25 --control data/control
say sp '{"v":19}'
shows '^SP +25 '
shows '^SP +19 '
expect 0 "$BACRT" set CMD true --control data/control
heard '^cmd true'
# a complaint ends with the next value
say any/q nonsense
shows '^ANY .*unreliable'
expect 0 "$BACRT" status --control data/control
says out '^source +plant Mqtt connected any/q: no number'
say any/a/b/c 12
shows '^ANY +12 '
say any 13
say any/x -1
shows '^ANY +12 +\[under-range\]'
expect 0 "$BACRT" status --control data/control
says out '^source +plant Mqtt connected *$'
# a device behind the broker: what it last said holds again when it is back, what is written reaches it
say kept 5 retain
say new 6
shows '^NEW +6 +[0-9]'
say avail/device offline
shows '^KEPT +5 +\[communication-failure\]'
shows '^NEW +6 +\[communication-failure\]'
expect 0 "$BACRT" set LIMIT 7 --control data/control
say new nonsense
sleep 0.3
expect 0 "$BACRT" status --control data/control
says out '^source +behind Mqtt lost its availability topic says so'
"$PEER" sub 127.0.4.42 18831 limit/set >limit & LIMIT=$!
say avail/device online
shows '^KEPT +5 +[0-9]'
shows '^NEW +6 +\['
wait_until "grep -q '^limit/set 7' limit" limit bacrt.log
shows '^LIMIT +7 +[0-9]'
kill $LIMIT
# the broker goes: everything of it is in fault; writes wait; the network side goes on
kill $BROKER
wait $BROKER || :
shows '^CMD .*communication-failure'
expect 0 "$BACRT" read 127.0.4.42 analog-value,0 present-value --bind 127.0.4.43:0
expect 0 "$BACRT" set CMD false --control data/control
"$BACRT" status --control data/control >status
says status '^source +plant Mqtt lost'
expect 0 "$BACRT" read 127.0.4.42 binary-input,1 present-value --bind 127.0.4.43:0
says out '1|active'
# and comes back
broker
shows '^CMD +false \(Off\) +[0-9]'
kill $SUB 2>/dev/null || :
"$PEER" sub 127.0.4.42 18831 cmd bacrt/status >heard & SUB=$!
heard '^cmd false'
expect 0 "$BACRT" read 127.0.4.42 binary-input,1 present-value --bind 127.0.4.43:0
says out '0|inactive'
serve_stop
trap 'kill -9 $BROKER $SUB 2>/dev/null' EXIT
heard '^bacrt/status offline'
kill $BROKER $SUB 2>/dev/null || :
# a broker that takes the subscription of one topic and refuses the other's
command -v node >/dev/null || skip 'node is missing'
cat >refuses.mjs <<'X'
import net from 'node:net'
net.createServer((s) => {
    let b = Buffer.alloc(0)
    s.on('error', () => {})
    s.on('data', (d) => {
        b = Buffer.concat([b, d])
        while (b.length > 1 && b.length >= 2 + b[1]) {
            const p = b.subarray(0, 2 + b[1])
            b = b.subarray(2 + b[1])
            if (p[0] >> 4 == 1) s.write(Buffer.from([0x20, 2, 0, 0]))
            if (p[0] >> 4 == 8) {
                const topic = p.subarray(6, 6 + p.readUInt16BE(4)).toString()
                s.write(Buffer.from([0x90, 3, p[2], p[3], topic == 'h' ? 0x80 : 0]))
                if (topic == 'run') s.write(Buffer.from([0x30, 7, 0, 3, ...Buffer.from('run'), ...Buffer.from('On')]))
            }
        }
    })
}).listen(18831, '127.0.4.42', () => console.log('ready'))
X
node refuses.mjs >refuses.log 2>&1 & BROKER=$!
trap 'kill -9 $BROKER $SERVE_PID 2>/dev/null' EXIT
wait_until 'grep -q ready refuses.log' refuses.log
sed '/name="H"/,/onStale/s/onStale="[^"]*"//' p.xml >q.xml
cp p.bacids q.bacids
expect 0 "$BACC" compile q.xml -o p.bin
serve p.bin 127.0.4.42
trap 'kill -9 $BROKER $SERVE_PID 2>/dev/null' EXIT
shows '^RUN +true +\(On\) +[0-9]'
shows '^H .*\[configuration-error\]'
expect 0 "$BACRT" status --control data/control
says out '^source +plant Mqtt connected h: the broker refuses'
serve_stop
trap - EXIT
kill $BROKER
