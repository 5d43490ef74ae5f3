# Ctrl-C at any moment of a long run: nothing half-written, and no temporary, stays.
{
    echo '<Project xmlns="urn:bacc:project:1" name="Long"><Variables>'
    seq 100000 | sed 's|.*|<Variable name="V&" type="REAL" access="read" description="Variable &" bacnetVisible="true"/>|'
    echo '</Variables><Plc name="P"><Channel><Port id="1"/><Device name="D" instance="1"/></Channel></Plc></Project>'
} >project.xml
whole=0
ended=0
for signal in INT TERM; do
    for ms in 100 140 180 200 220 240 260 280 300 320 340 360 400 500; do
        rm -f project.bin project.bacids
        status=0
        timeout --preserve-status -s "$signal" "$(printf '0.%03d' $ms)" bacc compile -q || status=$?
        if [ $status = 0 ]; then whole=$((whole + 1)); else ended=$((ended + 1)); fi
        if [ "$(find . -name '*.tmp*')" ]; then
            find . -name '*.tmp*'
            exit 1
        fi
        [ ! -e project.bin ] || bacrt check project.bin >/dev/null
        [ ! -e project.bin ] || [ -e project.bacids ]
    done
done
echo "$ended ended, $whole whole"
[ $ended -gt 0 ]
