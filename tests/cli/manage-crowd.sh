# Many devices are managed at once: see tests/client/manage-crowd.mjs.
command -v node >/dev/null || skip "node is missing"
node "$ROOT/tests/client/manage-crowd.mjs" "$BACC" "$BACRT" "$WORK/c"
