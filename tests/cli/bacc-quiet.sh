# -q keeps everything but mistakes to itself, progress too.
cp "$ROOT/samples/minimal/project.xml" "$ROOT/samples/minimal/project.bacids" .
expect 0 bacc compile -q
[ ! -s out ] && [ ! -s err ] && [ -s project.bin ]
expect 0 bacc export-ede -q
[ ! -s out ] && [ ! -s err ] && [ -d BACnet-export ]
expect 0 bacc export-csv -q -o points.csv
[ ! -s out ] && [ -s points.csv ]
expect 0 bacc import csv points.csv -q -o other.xml
[ ! -s out ] && [ ! -s err ] && [ -s other.xml ]
expect 0 bacc import csv points.csv -q --into other.xml
[ ! -s out ] && [ ! -s err ]
sed 's/high="28"/high="27"/' project.xml >new.xml
expect 4 bacc diff -q project.xml new.xml
[ ! -s out ]
sed 's/type="REAL"/type="REEL"/' project.xml >wrong.xml
expect 2 bacc check -q wrong.xml
says err "did you mean 'REAL'"

command -v script >/dev/null || exit 0
export BACC_PROGRESS=0                     # from the beginning, not only when it takes long
TERM=xterm script -qfec "'$BACC' check project.xml" /dev/null </dev/null >screen
grep -q 'bacc: ' screen
TERM=xterm script -qfec "'$BACC' check -q project.xml" /dev/null </dev/null >screen
[ ! -s screen ]
expect 0 bacc check project.xml             # no terminal
[ ! -s err ]
