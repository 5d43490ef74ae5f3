# An unfriendly client of trend logs: see tests/client/trend-hostile.mjs.
command -v node >/dev/null || skip "node is missing"
node "$ROOT/tests/client/trend-hostile.mjs" "$BACC" "$BACRT" "$WORK/h"
