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
for said in --help --version; do
    bacrt "$said" >/dev/full 2>err && fail "$said was written to a full disk"
    says err 'could not be written'
done
expect 1 bacrt run
says err 'an image is needed'
expect 1 bacrt run one.bin two.bin
says err 'one image, not 2'
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

# nothing is made of a data directory where the command line is wrong
compile_sample minimal
expect 1 bacrt run device.bin --port 99999 --data untouched
says err '99999'
[ ! -e untouched ] || fail 'untouched'

# closed streams: what is logged does not go to the file that would have their number
addr=127.0.3.$(client_host bacrt-usage)
bacrt run device.bin --bind "$addr" --data data --log-level debug >&- 2>&- <&- &
pid=$!
trap 'kill -9 $pid 2>/dev/null' EXIT
wait_until 'bacrt read "$addr" device,4194303 object-name --bind 127.0.3.2:0 >/dev/null 2>&1'
kill $pid
wait $pid
trap - EXIT
[ "$(cat data/lock)" = $pid ] || fail "$(cat data/lock)"
