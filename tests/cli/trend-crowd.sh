# Many logs are read at once: see tests/client/trend-crowd.mjs.
command -v node >/dev/null || skip "node is missing"
node "$ROOT/tests/client/trend-crowd.mjs" "$BACC" "$BACRT" "$WORK/c"
