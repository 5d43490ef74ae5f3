# kill -9 while alarms are told, KILLS times: see tests/client/alarm-kill.mjs. Fifty at a time: the history,
# which everything is compared with, keeps 100,000 lines.
command -v node >/dev/null || skip "node is missing"
left=${KILLS:-6}
while [ "$left" -gt 0 ]; do
    now=$((left > 50 ? 50 : left))
    left=$((left - now))
    node "$ROOT/tests/client/alarm-kill.mjs" "$BACC" "$BACRT" "$WORK/kill" "$now" || fail "alarms were forgotten or told twice"
    rm -rf "$WORK/kill"
done
