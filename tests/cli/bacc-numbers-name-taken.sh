# An object takes the name of one that goes: by another GUID, renamed with its GUID, or called after a variable. The
# numbering file is one that the next run takes, and the number of what has gone is nobody's until it comes back; of a
# file that has both lines by one name, only one of them living, too.
project() {                             # VARIABLES [TRENDS]
    cat >project.xml <<X2
<Project xmlns="urn:bacc:project:1" name="N"><Variables>$1</Variables>
<Plc name="P"><Channel><Port id="1" type="IPv4"/><Device name="Main" instance="1001" port="1">${2-}</Device></Channel></Plc></Project>
X2
}
variable() { echo "<Variable name=\"$1\" type=\"REAL\" bacnetVisible=\"true\" ${2-}/>"; }
trend() { echo "<TrendLog variable=\"$1\" interval=\"5min\"/>"; }
compiles() {                            # and again, with nothing to change
    project "$@"
    expect 0 "$BACC" compile -q project.xml -o p.bin
    cp project.bacids before
    expect 0 "$BACC" compile -q --frozen project.xml -o p.bin
    cmp before project.bacids
}
stands() { grep -Eq "^$1" project.bacids || { echo "no line '$1':"; cat project.bacids; exit 1; }; }
one='guid="7152a7f0-af46-434b-8983-8407f247ae54"' other='guid="7152a7f0-af46-434b-8983-8407f247ae55"'
# its GUID is another at once, and after a while
compiles "$(variable a "$one")"
compiles "$(variable a "$other")"
stands 'variable "Main" "a" analog-value 0 .* used$'
stands 'variable "Main" "a" analog-value 1 .*ae55"$'
compiles "$(variable z)"
compiles "$(variable z)$(variable a "$one")"
stands 'variable "Main" "a" analog-value 0 .*ae54"$'
stands 'variable "Main" "a" analog-value 1 .* used$'
compiles "$(variable z)$(variable a "$one")$(variable b)"
stands 'variable "Main" "b" analog-value 3 '
# and back, and one of a third GUID; that of which there are both has an identity of its own, whichever came back
for round in 1 2; do
    compiles "$(variable a "$other")"
    stands "variable \"Main\" \"a\" analog-value 1 changes $((round * 2 + 1)) .*ae55\"\$"
    compiles "$(variable a "$one")"
    stands "variable \"Main\" \"a\" analog-value 0 changes $((round * 2 + 3)) .*ae54\"\$"
done
compiles "$(variable a 'guid="7152a7f0-af46-434b-8983-8407f247ae56"')"
compiles "$(variable a "$other")"
compiles "$(variable c "$other")$(variable a "$one")"
stands 'variable "Main" "c" analog-value 1 .*ae55" born "a"$'
stands 'variable "Main" "a" analog-value 0 .*ae54" born "a#2"$'
stands 'variable "Main" "a" analog-value 4 .*ae56" used$'
# what has a GUID is called so now
rm project.bacids
compiles "$(variable a)$(variable b "$one")"
compiles "$(variable a "$one")"
stands 'variable "Main" "a" analog-value 1 .* born "b"'
stands 'variable "Main" "a" analog-value 0 .* used$'
compiles "$(variable a)$(variable b "$one")"
stands 'variable "Main" "a" analog-value 0 changes 3$'
stands 'variable "Main" "b" analog-value 1 .* born "b"$'
# a trend log's variable has the dataPointName of another, whose trend log goes
rm project.bacids
compiles "$(variable a)$(variable b)" "$(trend a)$(trend b)"
compiles "$(variable b 'dataPointName="a"')" "$(trend b)"
stands 'trend "Main" "a trend" trend-log 1 .* born "b trend"'
stands 'trend "Main" "a trend" trend-log 0 .* used$'
compiles "$(variable a)$(variable b)" "$(trend a)$(trend b)"
stands 'trend "Main" "a trend" trend-log 0 changes 3$'
# but not with a number that another has had meanwhile
rm project.bacids
object() { echo "<Object variable=\"$1\" instance=\"$2\"/>"; }
compiles "$(variable a "$one")"
compiles "$(variable a "$other")"
compiles "$(variable z)" "$(object z 0)"
compiles "$(variable z)$(variable b "$one")" "$(object z 9)"
stands 'variable "Main" "z" analog-value 9 '
stands 'variable "Main" "b" analog-value [2-8] .*ae54"$'
# the project gives the number, and another GUID, and the first again
rm project.bacids
for g in "$one" "$other" "$one"; do
    compiles "$(variable a "$g")" "$(object a 5)"
    stands "variable \"Main\" \"a\" analog-value 5 changes [1-9] guid ${g#guid=}\$"
done
# written so by an earlier version
rm project.bacids
compiles "$(variable a "$one")"
compiles "$(variable a "$other")"
sed -i 's/ used$/ gone/' project.bacids
expect 0 "$BACC" compile -q project.xml -o p.bin
cmp before project.bacids
