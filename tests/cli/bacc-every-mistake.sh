# Every mistake is found in one run and told once: wrong values one by one, and in pairs with other mistakes.
command -v node >/dev/null || skip "node is missing"
node "$ROOT/tests/mistakes.mjs" "$ROOT/$B/bacc" "$ROOT/samples/boilerhouse/project.xml"
