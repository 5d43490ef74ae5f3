# A schedule called by its variable's dataPointName is that variable's: whatever the variable is called meanwhile, and
# whoever has that dataPointName next.
project() {
    cat >project.xml <<X
<Project xmlns="urn:bacc:project:1" name="N"><Variables>$1</Variables>
<Plc name="P"><Channel><Port id="1"/><Device name="Main" instance="1" port="1">${2-}</Device></Channel></Plc></Project>
X
}
week() { echo "<Variable name=\"$1\" ${2:+dataPointName=\"$2\"} ${3-} type=\"SCHEDULE_BOOL\" bacnetVisible=\"true\"/>"; }
compiles() {                            # and again, with nothing to change
    project "$@"
    expect 0 bacc compile -q -o p.bin
    cp project.bacids before
    expect 0 bacc compile -q --frozen -o p.bin
    cmp before project.bacids
}
stands() {
    for line; do
        grep -q "^schedule \"Main\" $line\$" project.bacids || { echo "no line $line:"; cat project.bacids; exit 1; }
    done
}
# two have each other's, in one edit
for elements in '' '<Schedule variable="A"/><Schedule variable="B"/>'; do
    rm -f project.bacids
    compiles "$(week A One)$(week B Two)" "$elements"
    stands '"One" schedule 0 changes 1 born "A"' '"Two" schedule 1 changes 1 born "B"'
    compiles "$(week A Two)$(week B One)" "$elements"
    stands '"Two" schedule 0 changes 2 born "A"' '"One" schedule 1 changes 2 born "B"'
done
# one that is new has it, and one whose variable is renamed in the same edit
compiles "$(week A Three)$(week C Two)$(week D One 'formerly="B"')"
stands '"Three" schedule 0 changes 3 born "A"' '"Two" schedule 2 changes 1 born "C"' '"One" schedule 1 changes 2 born "B" of "D"'
compiles "$(week A One)$(week C Three)$(week E Two 'formerly="D"')"
stands '"One" schedule 0 changes 4 born "A"' '"Three" schedule 2 changes 2 born "C"' '"Two" schedule 1 changes 3 born "B" of "E"'

# renamed, which changes nothing of the object; then it has another dataPointName, and then none
rm project.bacids
compiles "$(week A One)"
compiles "$(week B One)"
stands '"One" schedule 0 changes 1 born "A" of "B"'
compiles "$(week B Two)$(week A One)"
stands '"Two" schedule 0 changes 2 born "A" of "B"' '"One" schedule 1 changes 1 born "A#2" of "A"'
compiles "$(week A Three)"              # without B: what says that it is A's, not what was A's first
stands '"Two" schedule 0 changes 3 born "A" of "B" gone' '"Three" schedule 1 changes 2 born "A#2" of "A"'
compiles "$(week B Two)$(week A)"
stands '"Two" schedule 0 changes 4 born "A" of "B"' '"A" schedule 1 changes 3 born "A#2"'
compiles "$(week A)$(week C Two 'formerly="B"')"
compiles "$(week A Two)$(week C)"
stands '"C" schedule 0 changes 5 born "A"' '"Two" schedule 1 changes 4 born "A#2" of "A"'
# a variable takes the name of one that goes, not its line
rm project.bacids
compiles "$(week A One)$(week B Two)"
compiles "$(week A Two 'formerly="B"')"
stands '"Two" schedule 1 changes 1 born "B" of "A"' '"One" schedule 0 changes 2 born "A" gone'

# A file from before lines said it is left alone until something changes. A line by that name is the schedule's there,
# though a variable with another dataPointName is called so.
lines() {
    printf 'bacids 2\n\n%s\n%s\n' 'device "Main" of "P" instance 1 changes 1 title "P"' \
        'port "Main" "1" network-port 1 changes 1 title "Port 1"'
    cat
    echo end
}
lines >project.bacids <<X
schedule "Main" "B" schedule 0 changes 1
schedule "Main" "C" schedule 1 changes 1
schedule "Main" "Four" schedule 3 changes 2 guid "98ba3070-93f3-4a51-b661-597372430001" born "Five"
schedule "Main" "One" schedule 2 changes 1
X
cp project.bacids before
guided=$(week Four Four 'guid="98ba3070-93f3-4a51-b661-597372430001"' | sed 's/"Four"/"E"/')
project "$(week A One)$(week B C)$(week C B)$guided"
expect 0 bacc compile -q --frozen -o p.bin
cmp before project.bacids
compiles "$(week A One)$(week B C)$(week C B)$(week D)$guided"
stands '"One" schedule 2 changes 1 of "A"' '"B" schedule 0 changes 1 of "C"' '"C" schedule 1 changes 1 of "B"' \
    '"Four" schedule 3 changes 2 guid .* born "Five" of "E"'
compiles "$(week A C)$(week B One)$(week C B)$(week D)"
stands '"C" schedule 2 changes 2 born "One" of "A"' '"B" schedule 0 changes 1 of "C"' '"One" schedule 1 changes 2 born "C" of "B"'
# a name used again, of a line that was renamed before lines said it
lines >project.bacids <<X
schedule "Main" "New" schedule 0 changes 2 born "Old"
X
compiles "$(week Old)$(week New)"
stands '"New" schedule 0 changes 2 born "Old"' '"Old" schedule 1 changes 1 born "Old#2"'
lines >project.bacids <<X
schedule "Main" "New" schedule 0 changes 2 born "Old"
X
compiles "$(week Old Hall)$(week Newer '' 'formerly="New"')"
stands '"Newer" schedule 0 changes 3 born "Old"' '"Hall" schedule 1 changes 1 born "Old#2" of "Old"'
# nor is one that has a name of its own anybody else's
lines >project.bacids <<X
schedule "Main" "Mine" schedule 0 changes 2 born "Old"
X
for own in 'name="Mine"' 'name="Ours" formerly="Mine"'; do
    compiles "$(week Old Hall)$(week New Mine)" "<Schedule variable=\"Old\"/><Schedule variable=\"New\" $own/>"
    stands '"\(Mine\|Ours\)" schedule 0 changes [23] born "Old"' '"Hall" schedule 1 changes 1 born "Old#2" of "Old"'
done

# what a variable's next GUID is, is kept at once, too
rm project.bacids
for v in 'name="A" guid="7152a7f0-af46-434b-8983-8407f247ae51"' 'name="A" guid="7152a7f0-af46-434b-8983-8407f247ae52"' \
    'name="B" guid="7152a7f0-af46-434b-8983-8407f247ae52"'; do
    compiles "<Variable $v type=\"SCHEDULE_BOOL\"/>" "<Schedule variable=\"$(expr "$v" : 'name="\(.\)')\"/>"
    stands '"[AB]" schedule 0 changes [12] guid "[^ ]*"\( born "A"\)*'
done
