# A broker knows each controller by another name, however long and in whatever script the PLC's is.
command -v mosquitto >/dev/null || skip "mosquitto is missing"
"${BACRT%/*}/tests/peer" has mqtt || skip "built without MQTT"
addr=127.0.4.$(client_host "$NAME")
printf 'listener 18839 %s\nallow_anonymous true\npersistence false\n' "$addr" >broker.conf
mosquitto -c broker.conf >broker.log 2>&1 & BROKER=$!
trap 'kill -9 $BROKER $PIDS 2>/dev/null' EXIT
PIDS=''
n=0
for plc in 'Výměníková stanice u řeky, západ' 'Substation of the northern district, A' 'Substation of the northern district, B' \
    'ústřední kotelna dům č. 12 ě východ'; do
    n=$((n + 1))
    cat >p$n.xml <<X
<Project xmlns="urn:bacc:project:1" name="M"><Sources><Mqtt id="plant" url="mqtt://$addr:18839"/></Sources>
  <Variables><Variable name="T" type="REAL" access="output" bacnetVisible="true"><Bind source="plant" write="t$n/set"/></Variable></Variables>
  <Plc name="$plc"><Channel><Port id="1" udpPort="4783$n"/><Device name="Main" instance="100$n"/></Channel></Plc>
</Project>
X
    expect 0 "$BACC" compile -q p$n.xml -o p$n.bin
    "$BACRT" run p$n.bin --bind "$addr" --data data$n >log$n 2>&1 </dev/null & PIDS="$PIDS $!"
done
for n in 1 2 3 4; do
    eventually 'Mqtt +connected' "$BACRT" status --control data$n/control
done
sleep 0.5
for n in 1 2 3 4; do
    [ "$(grep -c 'connected$' log$n)" = 1 ] || { echo "of p$n.bin:"; cat log$n broker.log; exit 1; }
done
