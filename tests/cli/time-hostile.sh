# An unfriendly client among schedules, calendars and trend logs: see tests/client/time-hostile.mjs.
command -v node >/dev/null || skip "node is missing"
node "$ROOT/tests/client/time-hostile.mjs" "$BACC" "$BACRT" "$WORK/h"
