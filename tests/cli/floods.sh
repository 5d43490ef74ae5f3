# What floods draw, and what is counted of them: see tests/client/floods.mjs.
command -v node >/dev/null || skip "node is missing"
node "$ROOT/tests/client/floods.mjs" "$BACC" "$BACRT" "$WORK/f"
