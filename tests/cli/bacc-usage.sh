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
