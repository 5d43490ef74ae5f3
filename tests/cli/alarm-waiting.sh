# What waits for a recipient that is away: see tests/client/alarm-waiting.mjs.
command -v node >/dev/null || skip "node is missing"
node "$ROOT/tests/client/alarm-waiting.mjs" "$BACC" "$BACRT" "$WORK/w" || fail "not told in order, or not told"
