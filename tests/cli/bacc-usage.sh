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
expect 1 bacc check -W no-duplicate-prt project.xml
says err "did you mean 'duplicate-port'"
expect 0 bacc check -W no-no-recipients -W no-recipients project.xml
