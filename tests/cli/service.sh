# As a service: what the manager is told, the unit, the log in both forms, the counters' page, the doctor.
PEER=${BACRT%/*}/tests/peer
compile_sample ahu
export BACRT_CONTROL=data/control
run() {                                 # OPTIONS: on an address of its own
    "$BACRT" run device.bin --bind 127.0.3.90 --port 47849 --data data "$@" >bacrt.log 2>&1 & SERVE_PID=$!
    trap 'kill -9 $SERVE_PID $PEER_PID 2>/dev/null' EXIT
    wait_until 'bacrt status >/dev/null 2>&1' bacrt.log
}
PEER_PID=''
# the manager's socket: ready when served, alive twice as often as asked, reloading, stopping
"$PEER" notify "$PWD/notify" >told & PEER_PID=$!
wait_until '[ -S notify ]'
NOTIFY_SOCKET=$PWD/notify WATCHDOG_USEC=400000 run --log-format json --metrics 127.0.3.90:9642
sleep 1
[ "$(grep -c '^READY=1' told)" = 1 ] && [ "$(grep -c '^WATCHDOG=1' told)" -ge 4 ] || { cat told; exit 1; }
expect 0 bacrt reload
expect 1 bacrt reload /dev/null
[ "$(grep -c '^RELOADING=1' told)" = 2 ] && [ "$(grep -c '^READY=1' told)" = 3 ] || { cat told; exit 1; }

# the page of counters: as Prometheus reads it; other paths and methods are none; requests in pieces
curl -sf http://127.0.3.90:9642/metrics >metrics
awk '/^# HELP / { help[$3]++; next } /^# TYPE / { type[$3]++; if ($4 != "counter" && $4 != "gauge") bad = $0; next }
     /^bacrt_[a-z0-9_]+(\{[^}]*\})? -?[0-9.e+]+$/ { name = $1; sub(/\{.*/, "", name); seen[$1]++; if (!help[name] || !type[name] || seen[$1] > 1) bad = $0; n++; next }
     { bad = $0 } END { if (bad) print "metrics: " bad; exit bad != "" || n < 30 }' metrics
[ "$(curl -s -o /dev/null -w '%{http_code}' http://127.0.3.90:9642/other)" = 404 ]
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do curl -s --max-time 5 -X "$(printf 'GET%0300d' 0)" http://127.0.3.90:9642/ >/dev/null 2>&1 & done
wait $! || :
curl -sf --max-time 5 http://127.0.3.90:9642/metrics >/dev/null
expect 0 bacrt status --json
jq -e '.counters.reloads == 1 and .counters.reloads_refused == 1' out

# the doctor sees it, and is content
expect 0 bacrt doctor device.bin --bind 127.0.3.90 --port 47849 --data data
says out '^good +image '
says out '^note +port .*in use, as it should'
says out '^good +instance .*127\.0\.3\.90, as it should'
says out '^note +data .*running'
says out '^(good|note) +clock'
says out '^(good|note) +disk'
says out ' interface '
expect 1 bacrt doctor device.bin --bind 127.0.3.90 --port 47849 --data elsewhere
says out '^WRONG +port .*no bacrt runs on this data'
says out '^WRONG +instance +there is a device 1100 already, at 127\.0\.3\.90'
"$BACRT" run device.bin --bind 127.0.3.91 --port 47849 --data data2 >log2 2>&1 & SECOND=$!
sleep 0.7
expect 1 bacrt doctor device.bin --bind 127.0.3.92 --port 47849 --data data --json
jq -e 'any(.check == "instance" and .verdict == "wrong" and (.text | startswith("2 devices")))' out
kill $SECOND; wait $SECOND || :
expect 1 bacrt doctor device.bin --bind 10.99.99.99
says out '^WRONG +port .*Cannot assign'
expect 1 bacrt doctor told
says out '^WRONG +image'
expect 1 bacrt doctor device.bin --data /proc/none/such
serve_stop
wait $PEER_PID
says told '^STOPPING=1'
jq -es 'all(has("time") and has("level") and has("event") and has("text")) and (map(.event) | index("serving") != null and index("reload") != null and index("stop") != null)' bacrt.log
expect 0 bacrt doctor device.bin --data data --port 47849
says out '^good +state .*version 2'
# files of the log that another user has left beside the state: nothing could be stored
as_nobody() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
if [ "$(id -u)" = 0 ] && as_nobody "$BACRT" check device.bin >/dev/null 2>&1; then
    chown -R 65534 data
    chown 0 data/state.db-wal
    chmod 644 data/state.db-wal
    expect 1 as_nobody "$BACRT" doctor device.bin --data data --port 47849
    says out '^WRONG +state +data/state.db-wal: Permission denied'
fi
chown -R "$(id -u)" data
mkdir bad; echo 'something else, longer than a header of seventy-two octets would be, surely' >bad/state.db
expect 1 bacrt doctor device.bin --data bad
says out '^WRONG +state .*not a state file'
spoilt() {                              # WORDS COMMAND...: what `run` would not take, the doctor does not call good
    rm -rf spoilt; cp -r data spoilt
    words=$1; shift
    "$@"
    expect 1 bacrt doctor device.bin --data spoilt --port 47849
    says out "^WRONG +$words"
}
sized=$(($(stat -c %s data/state.db) / 8192 * 4096))
find data | sort >before
spoilt 'state .*malformed' truncate -s $sized spoilt/state.db
spoilt 'state .*damaged' dd if=/dev/urandom of=spoilt/state.db bs=4096 seek=1 count=2 conv=notrunc status=none
spoilt 'state .*no file' sh -c 'rm spoilt/state.db; mkdir spoilt/state.db'
spoilt 'data .*lock: no file' sh -c 'rm -f spoilt/lock; mkdir spoilt/lock'
expect 0 bacrt doctor device.bin --data data --port 47849
find data | sort | cmp - before         # and it has left nothing behind
if unshare -m mount -t tmpfs none /usr/share/zoneinfo 2>/dev/null; then      # a machine without time zones
    sed 's/<Plc /<Plc timeZone="Europe\/Prague" /' "$ROOT/samples/minimal/project.xml" >zone.xml
    "$BACC" compile -q zone.xml -o zone.bin
    expect 1 unshare -m sh -c 'mount -t tmpfs none /usr/share/zoneinfo; bacrt doctor zone.bin --bind 127.0.3.90 --port 47849'
    says out "^WRONG +zone +time zone 'Europe/Prague' is not known here"
fi

# text; for the journal each line has its level in front
run --log-level info
serve_stop
says bacrt.log '^20..-..-..T..:..:..\....Z info serving: '
JOURNAL_STREAM=9:9 run
expect 1 bacrt reload /dev/null
serve_stop
says bacrt.log '^<6>.*serving'
says bacrt.log '^<3>.*reload'
for bad in '--log-level loud' '--log-format xml' '--metrics nowhere' '--metrics 127.0.3.90:99999' '--port 0' '--port x' '--bind host'; do
    # shellcheck disable=SC2086
    expect 1 timeout 5 bacrt run device.bin --data data3 $bad
    [ -s err ] || { echo "'$bad' is refused without a word"; exit 1; }
done

# the unit, with what `make install` puts into it
sed "s|@BINDIR@|${BACRT%/*}|" "$ROOT/systemd/bacrt@.service" >bacrt@x.service
# an allow-list alone kills who asks for more: a time synchronization for a device that may set the clock must only fail
says bacrt@x.service '^SystemCallErrorNumber=EPERM'
command -v systemd-analyze >/dev/null || exit 0
systemd-analyze verify ./bacrt@x.service >unit 2>&1 || :
grep -Ev 'man bacrt|Command .man|manual page' unit | grep -E 'bacrt@' && { echo 'the unit has faults'; exit 1; }
[ -z "$(systemd-analyze verify ./bacrt@x.service 2>&1 | grep -i 'unknown\|invalid\|failed to parse')" ]
