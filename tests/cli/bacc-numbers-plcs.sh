# Several controllers have a device of one handle. Where controllers get other names, each device is known by its instance
# before one that is gone, or another's, is taken for it.
project() {
    echo '<Project xmlns="urn:bacc:project:1" name="S" guid="0b5f6a3e-8a53-4f0e-9d5c-2f1f6c1f7a61"><Variables>'
    for p in "$@"; do
        n=${p#*:}
        echo "<Variable name=\"First$n\" type=\"REAL\"><On plc=\"${p%:*}\" bacnetVisible=\"true\"/></Variable>"
        echo "<Variable name=\"Second$n\" type=\"REAL\"><On plc=\"${p%:*}\" bacnetVisible=\"true\"/></Variable>"
    done
    echo '</Variables>'
    for p in "$@"; do
        echo "<Plc name=\"${p%:*}\"><Channel><Port id=\"1\"/><Device name=\"Main\" instance=\"${p#*:}\"/></Channel></Plc>"
    done
    echo '</Project>'
}
same() {
    for d in 2 3; do
        grep "\"[A-Z][a-z]*$d\"" project.bacids | cut -d' ' -f2-5 >now
        diff "was$d" now || { echo "the numbers of device $d moved:"; cat project.bacids; false; }
    done
}
project North:1 South:2 West:3 >project.xml
# the second one is numbered first
sed -i 's/First2/Later2/; s/Second2/First2/; s/Later2/Second2/' project.xml
expect 0 bacc compile
for d in 2 3; do grep "\"[A-Z][a-z]*$d\"" project.bacids | cut -d' ' -f2-5 >was$d; done
[ -s was2 ] && [ -s was3 ]
# the first is gone; then both others are called otherwise, in one step, and stand in another order
project South:2 West:3 >project.xml
expect 0 bacc compile
same
project East:3 Middle:2 >project.xml
expect 0 bacc compile
same
# one alone is compiled
project Centre:2 Right:3 >project.xml
expect 0 bacc compile --plc Right -o right.bin
expect 0 bacc compile --plc Centre -o centre.bin
same
