# Two branches give one number to different objects, and git joins them: what is wrong is said step
# by step, and whoever follows it loses nothing that was there before.
export GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@t GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@t GIT_CONFIG_GLOBAL=/dev/null HOME="$PWD"
g() { git -c init.defaultBranch=main -c core.autocrlf=false "$@" >git.out 2>&1; }
add() { sed -i "s|^    <Variable name=\"$2\"|    <Variable name=\"$1\" type=\"REAL\" access=\"read\" bacnetVisible=\"true\"/>\n&|" project.xml; }
cp "$ROOT/samples/minimal/project.xml" .
bacc compile -q
printf '*.bin\n*.out\n' >.gitignore
g init . && g add . && g commit -m base
cp project.bacids base.out
g checkout -b left && add PumpA TRoom && bacc compile -q && g commit -am left
g checkout main && g checkout -b right && add PumpB Light && bacc compile -q && g commit -am right
grep PumpA project.bacids && exit 1
if g merge left; then
    echo "git saw no conflict"
    exit 1
fi
g diff --name-only --diff-filter=U
cat git.out
grep -q '^project.bacids$' git.out
lacks git.out '^project.xml$'
expect 2 bacc compile -o x.bin
says err 'E603 lock-merge'
[ ! -e x.bin ]
# the lines of both sides
sed -i '/^<<<<<<< /d; /^=======$/d; /^>>>>>>> /d' project.bacids
expect 2 bacc compile -o x.bin
says err 'E604 lock-duplicate-number'
says err "belongs to 'PumpB' and to 'PumpA'"
[ ! -e x.bin ]
# one of them loses its line and gets the next number
sed -i '/"PumpB"/d' project.bacids
expect 0 bacc compile
grep -q '"PumpA" analog-input 1 ' project.bacids
grep -q '"PumpB" analog-input 2 ' project.bacids
grep -E '^(variable|port|class|event-log) ' base.out >was
while read -r line; do grep -qF "${line% changes*}" project.bacids || { echo "lost: $line"; cat project.bacids; exit 1; }; done <was
expect 0 bacc compile --frozen

# damage: every line cut short, and noise instead of it
cp project.bacids good.out
n=$(wc -c <good.out)
for at in 1 5 8 60 $((n / 2)) $((n - 1)); do
    head -c "$at" good.out >project.bacids
    expect 2 bacc compile -o x.bin
    says err 'project.bacids:[0-9]+:[0-9]+: error: .*\[E60[0-9] '
    cmp -n "$at" project.bacids good.out
done
head -c 3000 /dev/urandom >project.bacids
expect 2 bacc compile -o x.bin
says err 'E60[12] '
iconv -f UTF-8 -t UTF-16 good.out >project.bacids
expect 2 bacc compile -o x.bin
says err 'E60[12] '
sed 's/$/\r/' good.out >project.bacids
expect 0 bacc compile -o x.bin --frozen
[ ! -s err ]

# cut at the end of a line, whichever: the last line is missing
lines=$(wc -l <good.out)
at=1
while [ $at -lt "$lines" ]; do
    head -n $at good.out >project.bacids
    expect 2 bacc compile -o x.bin
    says err "project.bacids:$((at)):1: error: the file ends without its last line, 'end'.*E601"
    at=$((at + 1))
done
[ $at -gt 6 ]

# a file from before there was a last line: read, and left alone as long as no number changes
old() { sed '1s/2/1/; /^end$/d' "$1"; }
old good.out >project.bacids
expect 0 bacc compile --frozen
old good.out | cmp - project.bacids
# a branch that has the last line meets one that has not, and adds at the same place
rm -rf .git
g init . && g add . && g commit -m old
g checkout -b new && add PumpC TRoom && bacc compile -q && g commit -am new
[ "$(tail -n 1 project.bacids)" = end ]
g checkout main && g checkout -b before
printf 'variable "Main" "ZZZ" analog-input 77 changes 1 gone\n' >>project.bacids
g commit -am before
g merge new && exit 1
sed -i '/^<<<<<<< /d; /^=======$/d; /^>>>>>>> /d' project.bacids
grep -A 1 '^end$' project.bacids | grep -q ZZZ || { sed -i '/ZZZ/d' project.bacids; printf 'variable "Main" "ZZZ" analog-input 77 changes 1 gone\n' >>project.bacids; }
expect 0 bacc compile
grep -q '"PumpC"' project.bacids
grep -q '"ZZZ" analog-input 77' project.bacids
add PumpD TRoom
expect 0 bacc compile
[ "$(tail -n 1 project.bacids)" = end ]
[ "$(grep -c '^end$' project.bacids)" = 1 ]
grep -q '"ZZZ" analog-input 77' project.bacids

# Both sides touched what the other kept: markers away, compiled, done. One renames, one gives another Object_Name,
# one removes, and a device has another instance.
rm -rf .git project.bacids
cp "$ROOT/samples/minimal/project.xml" .
add PumpA TRoom && add PumpB TRoom && bacc compile -q
g init . && g add . && g commit -m both
g checkout -b left && sed -i 's/name="PumpA"/name="PumpOne" formerly="PumpA"/; s/instance="1001"/instance="1002"/' project.xml
bacc compile -q && g commit -am left
g checkout main && g checkout -b right && sed -i 's/name="PumpB"/name="PumpB" dataPointName="P.B"/; /"TRoom"/,/>$/s/name="TRoom"/name="TRoom" dataPointName="Room"/' project.xml
bacc compile -q && g commit -am right
cp project.bacids right.out
g show left:project.bacids && cp git.out left.out
grep -v '^end$' left.out | cat - right.out | grep -v '^#' | sed '2,$s/^bacids 2$//' >project.bacids
git -c core.autocrlf=false checkout -q main -- project.xml
sed -i 's/name="PumpA"/name="PumpOne" formerly="PumpA"/; s/instance="1001"/instance="1002"/; s/name="PumpB"/name="PumpB" dataPointName="P.B"/; /"TRoom"/,/>$/s/name="TRoom"/name="TRoom" dataPointName="Room"/' project.xml
cp project.bacids both.out
expect 2 bacc compile --frozen -o x.bin
says err E610
expect 0 bacc compile -o x.bin
grep -q '"PumpOne" analog-input [0-2] changes 2 born "PumpA"' project.bacids
grep -q '"PumpB" analog-input [0-2] changes 2 title "P.B"' project.bacids
grep -q 'device "Main" .*instance 1002 changes 2' project.bacids
[ "$(grep -c ^variable project.bacids)" = 5 ]
[ "$(grep -c ^device project.bacids)" = 1 ]
expect 0 bacc compile --frozen -o x.bin
# the other order of lines gives the same file
cp project.bacids want.out
{ echo 'bacids 2'; grep -v '^bacids\|^end\|^#' right.out; grep -v '^bacids\|^end\|^#' left.out; echo end; } >project.bacids
expect 0 bacc compile -o x.bin
cmp want.out project.bacids
# renamed by both: that is for people, and which one is told
sed 's/^.*"PumpOne".*$/&\n&/' want.out | sed '0,/"PumpOne"/s//"PumpTwo"/' >project.bacids
expect 2 bacc compile -o x.bin
says err E604
says err "both were 'PumpA': keep the line with the name that the project has now"

# A branch removed what it had added; meanwhile the number is another's. When it comes back it gets a new one.
lines() { printf 'bacids 2\ndevice "Main" of "PLCbtest" instance 1001 changes 1 title "PLCbtest"\n'; cat; echo end; }
cp "$ROOT/samples/minimal/project.xml" . && add PumpA TRoom && add PumpB TRoom && add PumpC TRoom
lines >project.bacids <<X
variable "Main" "PumpA" analog-input 3 changes 2 gone
variable "Main" "PumpB" analog-input 3 changes 1
variable "Main" "PumpC" analog-input 4 changes 2 gone
variable "Main" "Old" analog-input 4 changes 2 gone
X
expect 0 bacc compile -o x.bin
grep -q '"PumpB" analog-input 3 changes 1$' project.bacids
grep -q '"PumpA" analog-input 3 changes 2 used$' project.bacids
grep '^variable.*analog-input' project.bacids | grep -v 'gone\|used' | awk '{ print $4, $5 }' | sort | uniq -d >twice.out
[ ! -s twice.out ]
expect 0 bacrt check x.bin
# and so when it is known by its GUID
sed -i 's/"PumpA" analog-input 3 changes 2/& guid "0b5f6a3e-8a53-4f0e-9d5c-2f1f6c1f7a10"/; /"PumpA" analog-input [^3]/d; s/ used$/ gone/' project.bacids
sed -i 's/name="PumpA"/& guid="0b5f6a3e-8a53-4f0e-9d5c-2f1f6c1f7a10"/' project.xml
expect 0 bacc compile -o x.bin
grep -q '"PumpB" analog-input 3 changes 1$' project.bacids
grep -q '"PumpA" analog-input [^3]' project.bacids
# Both branches have what lost its name: both lines stay, for both count in the revision of images that there are.
lines >project.bacids <<X
port "Main" "1" network-port 1 changes 1 title "Port 1"
event-log "Main" "Event log" event-log 0 changes 1
variable "Main" "PumpA" analog-input 4 changes 1 guid "0b5f6a3e-8a53-4f0e-9d5c-2f1f6c1f7a10"
variable "Main" "PumpA" analog-input 3 changes 2 guid "0b5f6a3e-8a53-4f0e-9d5c-2f1f6c1f7a11" used
variable "Main" "PumpA" analog-input 3 changes 2 guid "0b5f6a3e-8a53-4f0e-9d5c-2f1f6c1f7a11" used
X
expect 0 bacc compile -o x.bin
[ "$(grep -c ' used$' project.bacids)" = 2 ]
sed -i 's/name="PumpA" guid="\([^"]*\)10"/name="PumpA" guid="\111"/' project.xml
expect 0 bacc compile -o x.bin
grep -q '"PumpA" analog-input 3 changes 3 guid "0b5f6a3e-8a53-4f0e-9d5c-2f1f6c1f7a11"$' project.bacids
expect 0 bacc compile -o x.bin --frozen
