# Many alarms at once, every one told, the most urgent first: see tests/client/flood.mjs.
command -v node >/dev/null || skip "node is missing"
node "$ROOT/tests/client/flood.mjs" "$BACC" "$BACRT" "$WORK/flood" "${POINTS:-1500}" || fail "alarms were lost or said twice"
