# What is stored outlives a kill, a new project, its export; a file that is newer, damaged, read-only
# or on a full disk costs what is kept, never the network side, and is said.
export BACRT_CONTROL=data/control
compile_sample ahu
serve device.bin 127.0.3.52 47841
expect 0 bacrt set T_Setpoint 24.5
expect 0 bacrt set Y_Heating 40 --priority 9
expect 0 bacrt manual T_Outside -7.5
expect 0 bacrt state export all.json
jq -e '.version == 2 and ([.values[] | select(.of == "T_Outside") | .is] == ["variable"])
       and ([.values[] | select(.of == "AHU.Y.Heating") | .is] == ["priority-array"])' all.json
kill -9 "$SERVE_PID"; wait "$SERVE_PID" || :

# an object that is gone keeps its state until it is pruned, and has it again when it comes back
sed '/<Variable name="T_Setpoint"/,/\/>\|<\/Variable>/d' project.xml >less.xml
[ "$(grep -c T_Setpoint less.xml)" = 0 ] && ! cmp -s project.xml less.xml
cp project.bacids less.bacids
expect 0 bacc compile less.xml -o less.bin
serve less.bin 127.0.3.52 47841
expect 1 bacrt get T_Setpoint
expect 0 bacrt state prune --dry-run
says out '^would remove 1 values'
serve_stop
serve device.bin 127.0.3.52 47841
expect 0 bacrt get T_Setpoint
says out ' 24\.5 '
serve_stop
serve less.bin 127.0.3.52 47841
expect 0 bacrt state prune
says out '^removed 1 values'
serve_stop
serve device.bin 127.0.3.52 47841
expect 0 bacrt get T_Setpoint
says out ' 21 °C'
# ... or from the export, also one whose numbers are those of the first version
expect 0 bacrt state import all.json
expect 0 bacrt get T_Setpoint
says out ' 24\.5 '
expect 0 bacrt set T_Setpoint 20
expect 0 bacrt auto T_Outside
jq '.version = 1 | .values |= map(if .property > 2147418112 then .property -= 2143223808 else . end)' all.json >first.json
grep -q 4194305 first.json
expect 0 bacrt state import first.json
says out ', 0 refused'
expect 0 bacrt get T_Setpoint T_Outside
says out ' 24\.5 '
says out '-7\.5 .*manual'
expect 0 bacrt state export again.json
[ "$(jq -S '[.values[] | {id, property, sub, data}]' all.json)" = "$(jq -S '[.values[] | {id, property, sub, data}]' again.json)" ]
jq '.version = 3' all.json >newer.json
expect 1 bacrt state import nowhere.json
says err '^bacrt: nowhere.json: No such file'
expect 1 bacrt state import newer.json
says err 'newer bacrt'
for bad in '{}' '[' '{"format":"bacrt-state","values":7}' ''; do
    printf %s "$bad" >bad.json
    expect 1 bacrt state import bad.json
done
printf '{"format":"bacrt-state","version":2,"values":[{"id":"00","property":85,"data":"44"},{"id":"%032d","property":-1,"data":""},7]}' 0 >bad.json
expect 1 bacrt state import bad.json
says out '0 stored, 0 in effect now, 3 refused'
serve_stop

# another project's image on this state: what has the same name goes on, and that is said, once
grep -q 'another project' bacrt.log && { cat bacrt.log; exit 1; }
sed '1,/<Project/s/ guid="[^"]*"//' project.xml | sed '0,/<Project/s//<Project guid="12345678-2222-4333-8444-555555555555"/' >foreign.xml
cp project.bacids foreign.bacids
expect 0 bacc compile foreign.xml -o foreign.bin
serve foreign.bin 127.0.3.52 47841
says bacrt.log 'warning state: another project has kept its state here: [1-9][0-9]* values '
expect 0 bacrt get T_Setpoint
says out ' 24\.5 '
kill -9 "$SERVE_PID"; wait "$SERVE_PID" || :
serve foreign.bin 127.0.3.52 47841
grep -q 'another project' bacrt.log && { cat bacrt.log; exit 1; }
serve_stop
serve device.bin 127.0.3.52 47841
says bacrt.log 'another project'
serve_stop

# what is written into a file that somebody took away would be gone with the process: it is refused, and told;
# brought back, it goes on
serve device.bin 127.0.3.52 47841
expect 0 bacrt set T_Setpoint 23
mv data/state.db taken
expect 1 bacrt set T_Setpoint 22
wait_until "bacrt status >out && grep -q '^storage .*moved or deleted' out" out
expect 1 bacrt state import all.json
lacks out stored
mv taken data/state.db
wait_until 'bacrt set T_Setpoint 21 >out 2>&1' out
kill -9 "$SERVE_PID"; wait "$SERVE_PID" || :
serve device.bin 127.0.3.52 47841
expect 0 bacrt get T_Setpoint
says out ' 21 '
serve_stop

# How long an object has been ACTIVE is there after a stop, to the second.
cat >counted.xml <<P
<?xml version="1.0" encoding="UTF-8"?>
<Project xmlns="urn:bacc:project:1" name="Counted" guid="11111111-2222-4333-8444-55555555555b">
<Variables><Variable name="Pump" type="BOOL" access="readWrite" counters="true" retain="true" bacnetVisible="true"/></Variables>
<Plc name="C" timeZone="UTC"><Channel name="BACnet"><Port id="1" type="IPv4" udpPort="47841"/><Device name="Main" instance="12" port="1"/></Channel></Plc>
</Project>
P
"$BACC" compile counted.xml -o counted.bin
active() { bacrt get 12:binary-value,0 --property elapsed-active-time | grep -oE '[0-9]+' | tail -n 1; }
mv data kept
serve counted.bin 127.0.3.52 47841
expect 0 bacrt set Pump true
sleep 4.2
before=$(active)
[ "$before" -ge 4 ] || { echo "active for $before s after 4.2 s"; exit 1; }
serve_stop
serve counted.bin 127.0.3.52 47841
after=$(active)
[ "$after" -ge "$before" ] || { echo "active for $after s, and for $before s before the stop"; exit 1; }
serve_stop
rm -r data; mv kept data

# the file: its version is octets 60 to 63, its application 68 to 71
off() {                                 # WHAT: it is said, values are served, nothing of it is changed
    cksum <data/state.db >before
    serve device.bin 127.0.3.52 47841
    says bacrt.log "error storage: .*$1"
    expect 0 bacrt status
    says out "^storage  .*$1"
    expect 0 bacrt read 127.0.3.52:47841 analog-value,1 present-value --bind 127.0.3.53:0
    says out '^21$'
    expect 0 bacrt set T_Setpoint 22
    expect 1 bacrt state import all.json
    says err "after a restart: .*$1"
    lacks out stored
    serve_stop
    cksum <data/state.db | cmp - before
}
cp data/state.db good.db
printf '\003' | dd of=data/state.db bs=1 seek=63 conv=notrunc status=none
off 'newer version'
cp good.db data/state.db
printf 'SOMEBODY' | dd of=data/state.db bs=1 seek=64 conv=notrunc status=none
off 'not a state file'
cp good.db data/state.db
head -c 3000 /dev/urandom | dd of=data/state.db bs=1 seek=4096 conv=notrunc status=none
off 'state\.db'
printf 'no database at all, and longer than a header of one hundred octets: %050d' 0 >data/state.db
off 'not a database'
cp good.db data/state.db

# damaged where records of logs wait (page 7): the values are whole, and there; nothing is written into it
serve device.bin 127.0.3.52 47841
expect 0 bacrt set T_Setpoint 22.5
serve_stop
head -c 4096 /dev/urandom | dd of=data/state.db bs=4096 seek=6 conv=notrunc status=none
cksum <data/state.db >before
serve device.bin 127.0.3.52 47841
says bacrt.log 'error storage: .*malformed; the values in it are in effect, but nothing'
expect 0 bacrt get T_Setpoint
says out ' 22\.5 '
serve_stop
cksum <data/state.db | cmp - before
rm -f data/state.db*
cp good.db data/state.db

# a disk that is full while it runs: reads go on, writes are refused with a word; it mends itself
disk=$(mktemp -d)
mount -t tmpfs -o size=300k none "$disk" 2>/dev/null || { rmdir "$disk"; echo 'no mount here: the full disk is not tried'; exit 0; }
trap 'kill -9 $SERVE_PID 2>/dev/null; umount -l "$disk"; rmdir "$disk"' EXIT
export BACRT_CONTROL="$disk/../full.$$"
run_there() {                           # T_Setpoint, as it is then, is in `out`
    "$BACRT" run device.bin --bind 127.0.3.52 --port 47841 --data "$disk/data" --control "$BACRT_CONTROL" >bacrt.log 2>&1 & SERVE_PID=$!
    wait_until 'bacrt get T_Setpoint >out 2>&1' bacrt.log
}
run_there
expect 0 bacrt set T_Setpoint 23
head -c 300k /dev/zero >"$disk/ballast" 2>/dev/null || :
i=0
while bacrt set Y_Heating $((i % 90)) --priority 9 >out 2>err; do
    [ $((i = i + 1)) -lt 300 ] || { echo 'a full disk refuses nothing'; exit 1; }
done
cat err
expect 0 bacrt read 127.0.3.52:47841 analog-value,1 present-value --bind 127.0.3.53:0
says out '^23$'
expect 0 bacrt status
says out '^storage  .*full'
rm "$disk/ballast"
wait_until "bacrt status >out && grep -q '^storage  ok' out" out bacrt.log
says bacrt.log 'error storage: .*full; until that is over'
says bacrt.log 'info storage: it is well again'
[ "$(grep -c ' storage: ' bacrt.log)" = 2 ]
expect 0 bacrt set T_Setpoint 24
kill -9 $SERVE_PID; wait $SERVE_PID || :
run_there
says out ' 24 '
serve_stop
# ... and one that is full when it starts: what is stored is there, and what is written is stored when there is room
head -c 300k /dev/zero >"$disk/ballast" 2>/dev/null || :
run_there
says out ' 24 '
expect 1 bacrt set T_Setpoint 25
says err 'storage could not keep it'
rm "$disk/ballast"
wait_until 'bacrt set T_Setpoint 26 >out 2>err' err bacrt.log
kill -9 $SERVE_PID; wait $SERVE_PID || :
run_there
says out ' 26 '
serve_stop
umount "$disk"; rmdir "$disk"
