# Recipients that answer and take nothing: see tests/client/alarm-busy.mjs.
command -v node >/dev/null || skip "node is missing"
node "$ROOT/tests/client/alarm-busy.mjs" "$BACC" "$BACRT" "$WORK/b" || fail "not told, or not as it should"
