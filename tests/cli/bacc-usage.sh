# Command lines that cannot work end with 1 and say why; help and version end with 0.
expect 0 bacc --help
says out 'compile'
expect 0 bacc --version
says out '[0-9]+\.[0-9]+'
expect 1 bacc
expect 1 bacc nonsense
says err 'nonsense'
for c in $(bacc --help | sed -n 's/^  \([a-z][a-z-]*\)  .*/\1/p'); do
    expect 0 bacc "$c" --help
    expect 1 bacc "$c" --nonsense
    says err 'nonsense'
done

expect 1 bacc compile missing.xml -o x.bin
says err 'missing.xml'
[ ! -e x.bin ]

# an error is not silenced, and whoever tries hears of it; a name that begins with no- is a name
cp "$ROOT/samples/minimal/project.xml" .
expect 1 bacc check -W no-duplicate-port project.xml
says err 'E307 is an error'
expect 0 bacc check -W no-no-recipients -W no-recipients project.xml
expect 1 bacc check -W no-all project.xml
says err "'all' and 'error' stand alone"
expect 1 bacc check -W error=all project.xml
says err "'all' and 'error' stand alone"
expect 1 bacc check -W no- project.xml
says err 'name is missing'

# what is offered instead is what -W takes
for w in unknwn-unit no-unknwn-unit error=unknwn-unit al erro no-recipiens no-duplicate-prt no-unusd eror=unused; do
    expect 1 bacc check -W $w project.xml
    says err 'no such diagnostic'
    meant=$(sed -n "s/.*did you mean '\([^']*\)'.*/\1/p" err)
    [ -z "$meant" ] || expect 0 bacc check -W "$meant" project.xml
done
expect 1 bacc check -W no-unknwn-unit project.xml
says err "did you mean 'no-unknown-unit'"

# what is named says more than all, whichever comes first
expect 0 bacc check -W all project.xml
says err W452
expect 0 bacc check -W no-missing-cov-increment -W all project.xml
[ ! -s err ] || fail "$(cat err)"

# an image is of one PLC
sed 's/<Plc name="[^"]*"/<Plc name="One"/' "$ROOT/samples/minimal/project.xml" >one.xml
bacc compile -q one.xml
for c in dump export-pics export-epics; do
    expect 0 bacc $c one.bin --plc One
    expect 1 bacc $c one.bin --plc Two
    says err "one.bin: is the image of PLC 'One', not of 'Two'"
    [ ! -s out ] || fail "$c: the image was shown"
done
expect 0 bacc diff one.bin one.xml --plc One
expect 1 bacc diff one.bin one.bin --plc One
says err 'both are images'

# options that have no effect beside others are refused
expect 1 bacc explain E301 --all
expect 1 bacc explain --vocabulary --all
expect 1 bacc compile --dump project.xml
says err 'stop-after one of: load expand publish plan number'
expect 1 bacc compile --dump --stop-after=resolve project.xml
[ ! -e project.bin ]
bacc export-csv -q project.xml -o points.csv
for o in --name=X --force; do
    expect 1 bacc import csv points.csv --into project.xml $o
    says err 'new project'
done
expect 1 bacc import csv points.csv --limits=range
expect 1 bacc import csv points.csv --members=fb
expect 1 bacc import csv points.csv --into=-
says err 'cannot be changed in place'
expect 1 bacc import vlist points.csv --members=fbs
says err 'none, fb, array, struct or all'

# a list without access: what --access says; the project's own word stays
printf 'name;type\nT1;REAL\n' >names.csv
expect 0 bacc import csv names.csv --access=read
says out 'name="T1".*access="read"'
expect 0 bacc import csv names.csv
says out 'name="T1" type="REAL"/>'
expect 0 bacc import csv names.csv --into project.xml --access=read
printf 'name;type\nT1;REAL\n' >names.csv
expect 0 bacc import csv names.csv --into project.xml --access=readWrite
says out '0 updated'

# what a command's help offers it takes
for c in export-csv export-ede; do
    bacc $c --help | sed -n "s/.*--delimiter=CHAR *\(.*\) between cells/\1/p" | sed 's/(default)//; s/ or / /; s/tab/\t/' >offered
    grep -q ';' offered
    for d in $(tr -d '\t' <offered) tab; do
        expect 0 bacc $c one.xml --delimiter="$d" -o offered.out
        rm -r offered.out
    done
done
for e in $(bacc export-ede --help | sed -n 's/.*--encoding=NAME//p' | sed 's/(default)//; s/,/ /g; s/ or / /'); do
    expect 0 bacc export-ede one.xml --encoding="$e" -o encoded
done
expect 1 bacc export-ede one.xml --delimiter='|'
