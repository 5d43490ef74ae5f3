# An unfriendly client among the alarms: see tests/client/alarm-hostile.mjs.
command -v node >/dev/null || skip "node is missing"
node "$ROOT/tests/client/alarm-hostile.mjs" "$BACC" "$BACRT" "$WORK/h" || fail "see above"
