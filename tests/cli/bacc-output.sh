# Nothing half-written ever replaces a good file; errors leave everything as it was.
cp "$ROOT/samples/minimal/project.xml" .
rm -f project.bacids
expect 0 bacc compile project.xml
[ -s project.bin ] && [ -s project.bacids ]
cp project.bin good.bin
cp project.bacids good.bacids
sed 's/type="REAL"/type="NOTHING"/' project.xml >bad.xml
mv bad.xml project.xml
expect 2 bacc compile project.xml
says err 'error:'
cmp project.bin good.bin
cmp project.bacids good.bacids
cp "$ROOT/samples/minimal/project.xml" .
expect 1 bacc compile project.xml -o no/such/directory/x.bin
expect 0 bacc compile project.xml -o again.bin --frozen
cmp again.bin good.bin
ls -A | grep -v -e '^project\.' -e '^good\.' -e '^again\.bin$' -e '^out$' -e '^err$' -e '^left$' >left || true
[ ! -s left ] || { echo 'left behind:'; cat left; false; }
