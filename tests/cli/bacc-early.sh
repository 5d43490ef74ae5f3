# A long numbering file is read beside other passes: what it says, what is wrong with it and what the next
# one says are the same as of a short one.
"$ROOT/$B/tests/gen" 3000 >p.xml
"$BACC" compile -q p.xml -o first.bin
[ "$(wc -c <p.bacids)" -gt 65536 ]
cp p.bacids first
"$BACC" compile -q p.xml -o again.bin
cmp p.bacids first
cmp first.bin again.bin

# another name of the device, a variable renamed, one that is gone: no other number moves
sed -e 's/<Device name="Main"/<Device name="House" formerly="Main"/; s/bacnetDevice="Main"/bacnetDevice="House"/' \
    -e 's/name="\([A-Z0-9]*\.v40\)"/name="Other" formerly="\1"/' -e '/\.v41"/d' p.xml >q.xml
cp first q.bacids
"$BACC" compile -q q.xml -o q.bin
"$BACC" diff first.bin q.bin >changes && status=0 || status=$?
[ "$status" -ge 3 ] || { cat changes; exit 1; }
sed 's/ changes [0-9]*.*//' first | grep '^variable' | awk '{ print $3, $4 }' | grep -v '\.v4[01]"' | sort >was
sed 's/ changes [0-9]*.*//' q.bacids | grep '^variable' | awk '{ print $3, $4 }' | grep -v '\.v41"\|"Other"' | sort >is
cmp was is

refused() { # CODE: with its place, once, and nothing is written
    cp p.bacids before
    "$BACC" compile -q p.xml -o no.bin 2>said && status=0 || status=$?
    [ "$status" = 2 ] || { cat said; exit 1; }
    [ "$(grep -c "\[$1 " said)" = 1 ] || { cat said; exit 1; }
    grep -q '^p.bacids:' said
    cmp p.bacids before
    [ ! -e no.bin ]
}
sed '1000s/.*/<<<<<<< HEAD/' first >p.bacids
refused E603
grep -q '^p.bacids:1000:' said
sed '$d' first >p.bacids
refused E601
sed '2000s/ [0-9]* changes/ many changes/' first >p.bacids
"$BACC" check p.xml 2>said && exit 1
grep -q '^p.bacids:2000:' said

# one that cannot be read is told of once, whichever way it is read
truncate -s 3G p.bacids
"$BACC" check -q p.xml 2>said && status=0 || status=$?
[ "$status" = 1 ] || { cat said; exit 1; }
[ "$(cat said)" = 'bacc: error: p.bacids: cannot be read: larger than 2 GiB' ] || { cat said; exit 1; }
