# compile --watch: again when the project or a file that it includes changes, also with mistakes.
cp "$ROOT/samples/minimal/project.xml" project.xml
rm -f project.bacids
: >err
"$BACC" compile --watch project.xml -o out.bin >said 2>err </dev/null &
watcher=$!
trap 'kill -9 $watcher 2>/dev/null' EXIT
runs() {                # runs N: until the N-th run is over
    wait_until "[ \"\$(grep -c 'waiting for a change' err)\" -ge $1 ]" said err
}
runs 1
cp out.bin first.bin
sed 's/type="REAL"/type="NOTHING"/' project.xml >new && mv new project.xml          # as editors save
runs 2
says err "'NOTHING'"
cmp out.bin first.bin
sed 's/type="NOTHING"/type="REAL"/; s|<Variables>|<Variables xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="more.xml"/>|' project.xml >new && mv new project.xml
runs 3                  # more.xml is missing, and watched
says err 'more\.xml'
cat >more.xml <<'X'
<Variables xmlns="urn:bacc:project:1"><Variable name="Added" type="REAL"/></Variables>
X
runs 4
echo secret >password
sed 's/instance="1001"/instance="1001" managementPasswordFile="password"/' project.xml >new && mv new project.xml
runs 5
echo another >password  # it is hashed into the image
runs 6
kill -0 $watcher
kill -TERM $watcher
wait $watcher || true
trap - EXIT
