# A recipient that moves: see tests/client/alarm-move.mjs.
command -v node >/dev/null || skip "node is missing"
node "$ROOT/tests/client/alarm-move.mjs" "$BACC" "$BACRT" "$WORK/m" || fail "a device that moved was not found"
