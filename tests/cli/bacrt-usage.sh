# Command lines that cannot work end with 1 and say why; help and version end with 0.
expect 0 bacrt --help
says out 'run'
says out 'check'
expect 0 bacrt --version
says out '[0-9]+\.[0-9]+'
expect 1 bacrt
expect 1 bacrt nonsense
says err 'nonsense'
expect 0 bacrt run --help
expect 1 bacrt run
expect 1 bacrt run --nonsense image.bin
says err 'nonsense'
expect 1 bacrt run missing.bin
says err 'missing.bin'
printf 'no image' >broken.bin
expect 1 bacrt run broken.bin
says err 'broken.bin'
expect 1 bacrt check broken.bin
: >empty.bin
expect 1 bacrt check empty.bin
mkdir directory
expect 1 bacrt check directory
# one version for both
[ "$(bacrt --version | cut -d ' ' -f 2)" = "$(bacc --version | cut -d ' ' -f 2)" ]
