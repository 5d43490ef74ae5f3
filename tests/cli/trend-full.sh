# Trend logs on a disk that is full: see tests/client/trend-full.mjs.
command -v node >/dev/null || skip "node is missing"
command -v prlimit >/dev/null || skip "prlimit is missing"
command -v bash >/dev/null || skip "bash is missing"
node "$ROOT/tests/client/trend-full.mjs" "$BACC" "$BACRT" "$WORK/f"
