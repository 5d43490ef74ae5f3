# make -j: the PLCs of a project compiled at the same time. No number that is in an image is missing in the numbering file.
{
    echo '<Project xmlns="urn:bacc:project:1" name="Two"><Variables>'
    i=0
    while [ $i -lt 1000 ]; do
        echo "<Variable name=\"A$i\" type=\"REAL\" access=\"read\"><On plc=\"A\" bacnetVisible=\"true\"/></Variable>"
        echo "<Variable name=\"B$i\" type=\"REAL\" access=\"read\"><On plc=\"B\" bacnetVisible=\"true\"/></Variable>"
        i=$((i + 1))
    done
    echo '</Variables>'
    for p in A B; do
        echo "<Plc name=\"$p\"><Channel><Port id=\"1\"/><Device name=\"D$p\" instance=\"$(printf %d "0x$p")\"/></Channel></Plc>"
    done
    echo '</Project>'
} >project.xml
for round in 1 2 3 4 5 6 7 8 9 10; do
    rm -f project.bacids
    bacc compile -q --plc A &
    one=$!
    expect 0 bacc compile -q --plc B
    wait $one
    [ "$(grep -c '^variable ' project.bacids)" = 2000 ] || { echo "round $round: $(grep -c '^variable ' project.bacids)"; exit 1; }
done
expect 0 bacc compile -q --frozen

# who has to wait long is told why, and goes on
command -v flock >/dev/null || exit 0
flock project.xml sh -c 'touch held; until [ -e told ]; do sleep 0.1; done' &
holder=$!
wait_until '[ -e held ]'
bacc compile >out 2>err &
one=$!
wait_until "grep -q 'project.xml: waits for another bacc that compiles this project' err" err
touch told
wait $one
wait $holder
# looking at it waits for nobody
rm held told
flock project.xml sh -c 'touch held; until [ -e told ]; do sleep 0.1; done' &
holder=$!
wait_until '[ -e held ]'
expect 0 bacc check
[ ! -s err ]
touch told
wait $holder
