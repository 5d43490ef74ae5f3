# Alarms as an operator sees them: alarms, ack, reset, events with every filter, watch. Three ways to
# reset, limits with delays, a source that is lost.
command -v jq >/dev/null || skip "jq is missing"
cat >project.xml <<'X'
<?xml version="1.0" encoding="UTF-8"?>
<Project xmlns="urn:bacc:project:1" name="Alarms" guid="11111111-2222-4333-8444-555555555558" lastChange="2026-11-20">
<AlarmPoints>
  <AlarmPoint name="HiLo" kind="limits" high="70" low="5" deadband="1" delay="0s" reset="auto" text="{name} {value}"/>
  <AlarmPoint name="Trip" kind="states" alarmStates="1" delay="0s" reset="manual" resetVariable="RESET"/>
  <AlarmPoint name="Fire" kind="states" alarmStates="1" delay="0s" reset="on-ack"/>
  <AlarmPoint name="Flap" kind="states" alarmStates="1" delay="400ms" delayNormal="400ms"/>
</AlarmPoints>
<Variables>
  <Variable name="TEMP" type="REAL" low="-20" high="200" unit="°C" initial="20" access="readWrite" bacnetVisible="true" alarmPoint="HiLo" notificationClass="Low"/>
  <Variable name="TRIP" type="BOOL" initial="0" access="readWrite" bacnetVisible="true" alarmPoint="Trip" notificationClass="High"/>
  <Variable name="FIRE" type="BOOL" initial="0" access="readWrite" bacnetVisible="true" alarmPoint="Fire" notificationClass="High"/>
  <Variable name="FLAP" type="BOOL" initial="0" access="readWrite" bacnetVisible="true" alarmPoint="Flap" notificationClass="Low"/>
  <Variable name="RESET" type="BOOL" initial="0" access="readWrite"/>
</Variables>
<Plc name="A" timeZone="Europe/Berlin"><Channel name="BACnet" protocol="BACnetServer" link="UDP"><Port id="1" type="IPv4" udpPort="47841"/>
<Device name="Main" instance="77" port="1">
  <NotificationClass name="High" instance="1" toOffnormal="10" toFault="20" toNormal="30" ackRequired="toOffnormal toFault toNormal"/>
  <NotificationClass name="Low" instance="2" toOffnormal="200" toFault="201" toNormal="202" ackRequired="toOffnormal"/>
</Device></Channel></Plc></Project>
X
"$BACC" compile project.xml -o device.bin 2>err || { cat err; exit 1; }
serve device.bin 127.0.3.241 47841
export BACRT_CONTROL=data/control
# state NAME: the alarm point's state, Event_State, what is to be acknowledged
state() { bacrt alarms --all --json | jq -r ".alarms[] | select(.name | endswith(\"$1\")) | \"\(.state) \(.eventState) \(.unacknowledged | join(\",\"))\""; }
is() {
    wait_until "state '$1' >state && [ \"\$(cat state)\" = '$2' ]" state
}
bacrt watch --json >watched & watcher=$!
bacrt watch TEMP >watched.temp & watcher2=$!
trap 'kill $watcher $watcher2 2>/dev/null; kill -9 $SERVE_PID 2>/dev/null' EXIT
wait_until 'grep -q subscribed watched || [ -s watched.temp ]'
sleep 0.3

expect 0 bacrt alarms
[ ! -s out ]
# limits, reset auto: active, acknowledged while active, normal
expect 0 bacrt set TEMP 80
is TEMP 'active high-limit to-offnormal'
expect 0 bacrt alarms
says out '^20..-..-..T.* active  *high-limit  *77:analog-value,0  *200  .*TEMP.*\[to-offnormal\].*TEMP 80'
expect 0 bacrt events --unacknowledged
says out 'normal -> high-limit'
expect 0 bacrt ack TEMP
says out '^1 acknowledged'
is TEMP 'active-acked high-limit '
expect 0 bacrt ack TEMP
says out '^0 acknowledged'
expect 0 bacrt events --unacknowledged
[ ! -s out ]
expect 0 bacrt set TEMP 20
is TEMP 'normal normal '
# manual: stays when the cause has gone, acknowledging does not end it, a reset does
expect 0 bacrt set TRIP true
is TRIP 'active offnormal to-offnormal'
expect 0 bacrt reset TRIP
says out '^0 reset'
is TRIP 'active offnormal to-offnormal'
expect 0 bacrt set TRIP false
is TRIP 'memory offnormal to-offnormal'
expect 0 bacrt ack TRIP
is TRIP 'memory-acked offnormal '
expect 0 bacrt reset TRIP
says out '^1 reset'
is TRIP 'normal normal to-normal'
# its reset variable: the rising edge
expect 0 bacrt set TRIP true
is TRIP 'active offnormal to-offnormal,to-normal'
expect 0 bacrt set TRIP false
is TRIP 'memory offnormal to-offnormal,to-normal'
expect 0 bacrt set RESET true
is TRIP 'normal normal to-offnormal,to-normal'
# on-ack: the acknowledgement ends it
expect 0 bacrt set FIRE true
expect 0 bacrt set FIRE false
is FIRE 'memory offnormal to-offnormal'
kill -9 "$SERVE_PID"                                    # states survive
wait "$SERVE_PID" || :
serve device.bin 127.0.3.241 47841
is FIRE 'memory offnormal to-offnormal'
is TRIP 'normal normal to-offnormal,to-normal'
expect 0 bacrt ack FIRE
is FIRE 'normal normal to-normal'
# shorter than its delay: nothing; then a flapping input: one transition for each delay at most
for i in 1 2 3 4 5 6; do bacrt set FLAP true >/dev/null; bacrt set FLAP false >/dev/null; done
sleep 0.6
is FLAP 'normal normal '
[ "$(bacrt events FLAP --json | jq '.events | length')" = 0 ]
expect 1 bacrt ack NOBODY
says err "no variable or object 'NOBODY'"
expect 1 bacrt ack
says err 'names, or --all'
expect 0 bacrt ack --all
says out ' acknowledged$'
expect 0 bacrt alarms
[ ! -s out ]

# --- the history ---
n() { bacrt events "$@" --json | jq '.events | length'; }
all=$(n)
[ "$all" -ge 16 ]
[ "$(n --kind reset)" = 2 ]
[ "$(($(n --kind transition) + $(n --kind ack) + $(n --kind reset)))" = "$all" ]
[ "$(n --type out-of-range --kind transition)" = 2 ]
[ "$(n --type change-of-state)" = "$((all - $(n --type out-of-range)))" ]
[ "$(n --state high-limit --kind transition)" = 1 ]
[ "$(n --state active --kind transition)" = 4 ]
[ "$(n --state normal --kind transition)" = 4 ]
[ "$(n --class 2)" = "$(n TEMP)" ]
[ "$(n --priority 0-63)" = "$(n --class 1)" ]
[ "$(n --priority 200 --kind transition)" = 1 ]
[ "$(n 77:TRIP)" = "$(n TRIP)" ]
[ "$(n --device Main)" = "$all" ]
[ "$(n --since 2001-01-01 --until 2002-01-01)" = 0 ]
[ "$(n --since 2001-01-01)" = "$all" ]
# the newest, oldest of them first; and page by page nothing twice, nothing left out
expect 0 bacrt events --limit 3 --json
jq -e '.events | length == 3 and .[0].n < .[1].n and .[1].n < .[2].n' out
expect 0 bacrt events --limit 3 --kind transition --json
jq -e '.events | length == 3 and all(.kind == "transition")' out
from=$(jq .next out)
expect 0 bacrt events --limit 100 --kind transition --from "$from" --json
jq -e '.events | length == 5' out
expect 1 bacrt events --state warm
says err 'state: normal fault'
expect 1 bacrt events --type warm
says err 'type: change-of-state'
expect 1 bacrt events --kind warm
says err 'kind: transition'
expect 1 bacrt events --priority 9-3
says err '0 to 255'
expect 1 bacrt events --since yesterday
says err "since: 'yesterday' is no time"
expect 1 bacrt events --device 9
says err "no device '9'"
expect 1 bacrt events RESET
says err 'shown by no object'

# --- what the watchers saw before the kill ---
wait $watcher $watcher2 || :                           # they ended with the server that was killed
jq -se 'map(select(.event == "alarm")) | map("\(.name) \(.from) \(.to) \(.state)") | .[0] | endswith("TEMP normal high-limit active")' watched
[ "$(jq -s 'map(select(.event == "alarm")) | length' watched)" = 7 ]
[ "$(jq -s 'map(select(.event == "ack")) | length' watched)" = 2 ]
says watched.temp '^alarm  *.*TEMP  *normal -> high-limit  active  priority 200  20.*TEMP 80'
[ "$(grep -c '^alarm' watched.temp)" = 2 ]
serve_stop
