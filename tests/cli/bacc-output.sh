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
# the same before there are numbers: none are written, no temporary stays
rm project.bacids
mkdir directory.bin
expect 1 bacc compile project.xml -o no/such/directory/x.bin
expect 1 bacc compile project.xml -o directory.bin
rmdir directory.bin
[ ! -e project.bacids ]
# an image does not replace what it is made of
expect 1 bacc compile project.xml -o project.xml
says err 'part of the project'
expect 1 bacc compile project.xml -o ./project.xml
expect 1 bacc compile project.xml -o project.bacids
cmp project.xml "$ROOT/samples/minimal/project.xml"
[ ! -e project.bacids ]
cp good.bacids project.bacids
expect 1 bacc compile project.xml -o project.bacids
cmp project.bacids good.bacids
expect 0 bacc compile project.xml -o again.bin --frozen
cmp again.bin good.bin
ls -A | grep -v -e '^project\.' -e '^good\.' -e '^again\.bin$' -e '^out$' -e '^err$' -e '^left$' >left || true
[ ! -s left ] || { echo 'left behind:'; cat left; false; }
expect 1 bacc export-csv project.xml -o project.xml
cmp project.xml "$ROOT/samples/minimal/project.xml"
