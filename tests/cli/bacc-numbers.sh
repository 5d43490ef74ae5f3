# project.bacids keeps every number: additions at the front, removals, --frozen.
cp "$ROOT/samples/minimal/project.xml" .
rm -f project.bacids
expect 0 bacc compile project.xml -o a.bin
bacc dump a.bin >before
grep -v '^#' project.bacids >numbers
sed 's|<Variables>|<Variables><Variable name="Earlier" type="REAL" unit="°C" access="read" initial="1" bacnetVisible="true"/>|' project.xml >p
mv p project.xml
expect 2 bacc compile project.xml -o b.bin --frozen
expect 0 bacc compile project.xml -o b.bin
for v in TRoom TSetpoint Light; do
    line=$(grep -w "$v" numbers)
    grep -qxF "$line" project.bacids || { echo "the number of $v moved: was '$line'"; cat project.bacids; false; }
done
expect 0 bacc compile project.xml -o b.bin --frozen
expect 0 bacc export-ede
[ "$(find BACnet-export -name '*_EDE.csv' | wc -l)" = 1 ]
