# JSON and SARIF: one whole document for every command, whatever happens.
command -v node >/dev/null || skip "node is missing"
cp "$ROOT/samples/minimal/project.xml" good.xml
sed 's/unit="°C"/unit="°X"/' good.xml >warns.xml
sed 's/type="REAL"/type="REEL"/' good.xml >wrong.xml
mkdir 'dir #1'
sed 's/stateTexts="OffOn"/stateTexts="OnOff"/' good.xml >'dir #1/naïve %.xml'
bacc compile -q good.xml
bacc compile -q warns.xml 2>warnings
node "$ROOT/tests/documents.mjs" "$ROOT/$B/bacc"
