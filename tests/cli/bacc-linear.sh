# The compiler's time is in proportion to what a project has, whatever it is that is many.
command -v node >/dev/null || skip "node is missing"
node "$ROOT/tests/linear.mjs" "$ROOT/$B/bacc" "$ROOT/$B/tests/bench/spent" "$PWD"
