# Inputs that flap: see tests/client/alarm-flap.mjs.
command -v node >/dev/null || skip "node is missing"
node "$ROOT/tests/client/alarm-flap.mjs" "$BACC" "$BACRT" "$WORK/f" || fail "an urgent alarm came late"
