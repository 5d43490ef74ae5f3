# Network Port settings that wait: see tests/client/port-pending.mjs.
command -v node >/dev/null || skip "node is missing"
node "$ROOT/tests/client/port-pending.mjs" "$BACC" "$BACRT" "$WORK/c"
