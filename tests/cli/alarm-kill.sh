# kill -9 while alarms are told, KILLS times: see tests/client/alarm-kill.mjs.
command -v node >/dev/null || skip "node is missing"
node "$ROOT/tests/client/alarm-kill.mjs" "$BACC" "$BACRT" "$WORK/kill" "${KILLS:-6}" || fail "alarms were forgotten or told twice"
