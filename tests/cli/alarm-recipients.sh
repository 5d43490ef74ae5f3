# Dead, odd and hostile recipients hold up nobody: see tests/client/alarm-recipients.mjs.
command -v node >/dev/null || skip "node is missing"
node "$ROOT/tests/client/alarm-recipients.mjs" "$BACC" "$BACRT" "$WORK/r" || fail "a recipient that is well was not told"
