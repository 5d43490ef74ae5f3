# A disk that fills under trend logs, and is sound again: see tests/client/trend-full.mjs.
command -v node >/dev/null || skip "node is missing"
command -v prlimit >/dev/null || skip "prlimit is missing"
node "$ROOT/tests/client/trend-full.mjs" "$BACC" "$BACRT" "$WORK/f"
