# A recipient behind a router at the second port: see tests/client/alarm-beyond.mjs.
command -v node >/dev/null || skip "node is missing"
node "$ROOT/tests/client/alarm-beyond.mjs" "$BACC" "$BACRT" "$WORK/c"
