# Many alarms at once, and kill -9 while they are told: see tests/client/flood.mjs.
command -v node >/dev/null || skip "node is missing"
node "$ROOT/tests/client/flood.mjs" "$BACC" "$BACRT" "$WORK/flood" 1500 || fail "alarms were lost or said twice"
