# 1,000 trend logs a second and 100 schedules that switch every second, in real time: no sample and no
# switching lost. `make scale` does it with 10,000 and 1,000 at a minute. How late is not this test's.
command -v node >/dev/null || skip "node is missing"
LATE_MS=100000 node "$ROOT/tests/scale.mjs" 1000 100 1 6 "$PWD/scale"
