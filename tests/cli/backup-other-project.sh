# Devices of many projects are called the same: a backup of another project's changes nothing. One of the project as
# it is now is taken, though its device has another number by then.
[ -d "$ROOT/tests/client/node_modules/@bacnet-js" ] || skip "npm ci in tests/client was not possible"
addr=127.0.3.$(client_host "$NAME")
export BACRT_CONTROL=data/control
backup() { env SERVER="$addr" PORT=47808 node "$ROOT/tests/client/backup-file.mjs" "$1" kept.backup test; }
project() { sed "s/$1/$2/" "$ROOT/tests/client/backup.xml" >project.xml; "$BACC" compile -q project.xml -o device.bin -W no-plain-password -W no-no-recipients; }

project 2c80 2c92
serve device.bin "$addr"
expect 0 bacrt set SP 23.5
expect 0 backup save
project 2c80 2c93
serve_stop; rm -r data project.bacids
serve device.bin "$addr"
expect 0 bacrt set SP 11
expect 1 backup restore
says err 'Class:5 - Code:46'
expect 0 bacrt get SP; says out "^SP +11 "
serve_stop; rm -r data
sed 's/2c80/2c92/; s/instance="1301"/instance="1399"/' "$ROOT/tests/client/backup.xml" >project.xml
"$BACC" compile -q project.xml -o device.bin -W no-plain-password -W no-no-recipients
serve device.bin "$addr"
expect 0 backup restore
shows SP '^SP +23\.5 .*1399:'
serve_stop
