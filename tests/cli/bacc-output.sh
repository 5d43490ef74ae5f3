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

# -o -: standard output, which is the image alone; a file of that name does not come to be
rm project.bacids
bacc compile project.xml -o - >piped.bin 2>err
cmp piped.bin good.bin
cmp project.bacids good.bacids
says err 'project.bacids: numbers of all objects'
rm project.bacids
bacc compile project.xml -o - 2>/dev/null | cat >piped.bin
cmp piped.bin good.bin
bacc compile project.xml -o /dev/stdout | cat >piped.bin
cmp piped.bin good.bin
bacc compile project.xml -o - --diagnostics=json 2>err | cmp - good.bin
says err '"errors":0'
bacc compile project.xml -o - >>piped.bin
cat good.bin good.bin | cmp - piped.bin
expect 1 bacc compile project.xml -o - --dump --stop-after=plan
says err 'one of them'
expect 1 bacc compile project.xml -o - --watch
expect 1 bacc export-ede project.xml -o -
says err 'four files'
for c in export-csv export-pics export-epics; do
    bacc $c project.xml -o listed 2>/dev/null >&2
    bacc $c project.xml -o - | cmp - listed
    bacc $c project.xml -o /dev/stdout | cmp - listed
done
bacc export-csv project.xml | bacc import csv /dev/stdin -o /dev/stdout 2>/dev/null | grep -q '<Project '
[ ! -e ./- ]
# a reader who leaves is told of, and nothing stays behind: neither numbers nor a temporary
rm project.bacids
mkfifo pipe
(exec 3<pipe; exec 3<&-) &
{ sleep 0.3; bacc compile project.xml -o - 2>err || echo "status $?" >said; } >pipe
wait
says err 'standard output: cannot be written: Broken pipe'
says said 'status 1'
[ ! -e project.bacids ]
ls -A | grep -F tmp && false
# told once
expect 1 sh -c 'bacc dump project.xml >/dev/full'
[ "$(grep -c error err)" = 1 ] || fail "$(cat err)"
expect 1 sh -c 'bacc export-csv project.xml >/dev/full'
[ "$(grep -c error err)" = 1 ] || fail "$(cat err)"
expect 1 sh -c 'bacc compile project.xml -o - >/dev/full'
[ "$(grep -c error err)" = 1 ] || fail "$(cat err)"
expect 1 sh -c 'bacc compile project.xml -o - >&-'
says err 'standard output: cannot be written'
[ ! -e project.bacids ]
# a closed stream: what is printed does not go to the file that would have its number
expect 1 sh -c 'bacc compile project.xml -o closed.bin >&-'
cmp closed.bin good.bin
sed 's/unit="°C"/unit="warm"/' project.xml >warns.xml
expect 0 sh -c 'bacc compile warns.xml -q -o warns.bin'
expect 0 sh -c 'bacc compile warns.xml -q -o closed.bin 2>&-'
cmp warns.bin closed.bin
# a project from standard input: looked at, not compiled, for its numbers would have no place
for o in '' '-o x.bin' '-o -' '--stop-after=emit' '--watch'; do
    got=0
    # shellcheck disable=SC2086
    bacc compile - $o <project.xml >out 2>err || got=$?
    [ "$got" = 1 ] && [ ! -s out ] || fail "compile - $o: $got"
    says err 'no place for its numbers'
done
[ ! -e x.bin ] && [ ! -e ./-.bin ] && [ ! -e ./-.bacids ]
bacc check - <project.xml
bacc dump - <project.xml | grep -q 'object analog-input,0'
