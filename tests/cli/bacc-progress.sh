# A line on the terminal while a run takes long, gone before the results; nothing in files and pipes.
command -v script >/dev/null || skip "script is missing"
"$ROOT/$B/tests/gen" 20000 1 Long >project.xml
on_terminal() { TERM=xterm script -qec "$1" typescript >shown </dev/null; }
BACC_PROGRESS=0 on_terminal "'$BACC' compile project.xml"
says shown 'bacc: reading'
says shown 'project.bin: 1 device, 20,004 objects'
esc=$(printf '\033')
[ "$(grep -c "bacc: [a-z]*$" shown)" = 0 ] || { cat -v shown; exit 1; }
grep "project.bin:" shown | grep -q "$esc\[Kproject.bin:\|^project.bin:" || { cat -v shown; exit 1; }
BACC_PROGRESS=off on_terminal "'$BACC' check project.xml"
[ "$(grep -c reading shown)" = 0 ] || { cat -v shown; exit 1; }
TERM=dumb BACC_PROGRESS=0 script -qec "env TERM=dumb '$BACC' check project.xml" typescript >shown </dev/null
[ "$(grep -c reading shown)" = 0 ] || { cat -v shown; exit 1; }
BACC_PROGRESS=0 expect 0 bacc check project.xml
[ ! -s err ]
"$ROOT/$B/tests/gen" "$([ -n "$SAN" ] && echo 40000 || echo 200000)" 1 Long >project.xml       # sanitizers are slow
BACC_PROGRESS=0 on_terminal "'$BACC' check project.xml --stop-after load"
says shown 'bacc: reading, [0-9]+ %'
