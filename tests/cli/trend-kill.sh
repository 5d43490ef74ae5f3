# kill -9 while trend logs record, KILLS times: see tests/client/trend-kill.mjs.
command -v node >/dev/null || skip "node is missing"
node "$ROOT/tests/client/trend-kill.mjs" "$BACC" "$BACRT" "$WORK/kill" "${KILLS:-8}"
