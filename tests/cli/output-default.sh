# An output that nobody commands has its default, and so has what it drives: also where the project has another default
# now, or a restore brought one, and the variable was kept with an older one.
addr=127.0.3.$(client_host "$NAME")
export BACRT_CONTROL=data/control
valves="A B C D E F G H"         # what is kept comes back in the order of identities, which are of no order
image() {                       # INITIAL [ACCESS]
    cat >project.xml <<X
<Project xmlns="urn:bacc:project:1" name="Default">
  <Variables>
$(for v in $valves; do echo "<Variable name='$v' type='REAL' access='${2:-output}' initial='$1' retain='true' bacnetVisible='true'/>"; done)
  </Variables>
  <Plc name="P"><Channel><Port id="1"/><Device name="Main" instance="1001" managementPassword="test"/></Channel></Plc>
</Project>
X
    "$BACC" compile -q project.xml -o device.bin -W no-plain-password
}
is() {
    "$BACRT" list --json | jq -r ".[].value" >v
    [ "$(sort -u v)" = "$1" ] || { echo "not $1"; cat v; return 1; }
    expect 0 bacrt read "$addr" AO,0 present-value --bind 127.0.3.2:0
    says out "^$1$"
}
backup() { expect 0 env SERVER="$addr" PORT=47808 node "$ROOT/tests/client/backup-file.mjs" "$1" kept.backup test; }
still_nine() {                          # after a reload, and after a restart
    expect 0 bacrt reload
    is 9
    serve_stop
    serve device.bin "$addr"
    is 9
    serve_stop
}
image 5
serve device.bin "$addr"
for v in $valves; do
    expect 0 bacrt set $v 50
    expect 0 bacrt set $v null
done
is 5
serve_stop
image 7
serve device.bin "$addr"
is 7

# one that a client wrote, and took back: the project's next one holds, after a restart as after a reload
for o in 0 1 2 3 4 5 6 7; do
    expect 0 bacrt set AO,$o 40 --property relinquish-default
    expect 0 bacrt set AO,$o 7 --property relinquish-default
done
image 9
still_nine
# a value that becomes an output: its default decides
image 9 readWrite
serve device.bin "$addr"
for v in $valves; do expect 0 bacrt set $v 33; done
image 9
still_nine
if [ -d "$ROOT/tests/client/node_modules/@bacnet-js" ]; then
    serve device.bin "$addr"
    for o in 0 1 2 3 4 5 6 7; do expect 0 bacrt set AO,$o 21 --property relinquish-default; done
    backup save
    for v in $valves; do expect 0 bacrt set $v 60; done
    backup restore
    eventually '^21$' bacrt read "$addr" AO,0 present-value --bind 127.0.3.2:0
    is 21
    serve_stop
    serve device.bin "$addr"
    is 21
    serve_stop
fi
