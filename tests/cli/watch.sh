# bacrt watch: a line for each event where there is no terminal, with writer, priority, old and new value;
# on a terminal a table with scrolling and a filter. Texts of others never steer the terminal.
export BACRT_CONTROL=data/control
compile_sample ahu
serve device.bin 127.0.3.60 47848
i=0
bacrt watch >lines & A=$!
bacrt watch T_Setpoint Y_Heating >named & B=$!
bacrt watch --json >json & C=$!
trap 'kill $A $B $C 2>/dev/null; kill -9 $SERVE_PID 2>/dev/null' EXIT
wait_until '[ -s lines ] && [ -s named ]'
sleep 0.3
expect 0 bacrt set T_Setpoint 22.5
expect 0 bacrt set Y_Heating 40 --priority 3
expect 0 bacrt manual T_Outside -7.5
expect 1 bacrt set T_Setpoint 99
expect 0 bacrt set T_Outside "$(printf 'a\033]0;title\007b\nc\302\233d')" --property description
sleep 0.5
says lines '^T_Setpoint +22\.5 °C +20..-'
says lines '^T_Outside +-7\.5 °C +manual '
says lines '^write +local uid [0-9]+ pid [0-9]+ Y_Heating present-value @3 0 -> 40 done'
says lines '^write .* T_Setpoint present-value 22\.5 -> 99 value-out-of-range'
says named '^T_Setpoint +22\.5 '
grep -q '^T_Outside' named && { echo 'others are told of'; exit 1; }
jq -se 'map(select(.event == "write" and .name == "Y_Heating"))[0] | .priority == 3 and .old == "0" and .new == "40" and .result == "done" and (.who | startswith("local uid"))' json
jq -se 'map(select(.event == "value" and .point.name == "T_Setpoint"))[0] | .old == 21 and .point.value == 22.5' json
LC_ALL=C grep -q "$(printf '\033')" lines json && { echo 'an escape reaches the terminal'; exit 1; }
LC_ALL=C grep -q "$(printf '\302\233')" lines && { echo 'a control reaches the terminal'; exit 1; }
bacrt get T_Outside --property description >out
LC_ALL=C grep -q "$(printf '\033')" out && { echo 'an escape reaches the terminal'; exit 1; }

# writes from the network say who and with what priority
command -v node >/dev/null && {
    node -e '
        const s = require("dgram").createSocket("udp4"), b = Buffer.alloc(26)
        b.set([0x81, 10, 0, 26, 1, 4, 0, 5, 1, 15, 0x0c, 0, 0x40, 0, 0, 0x19, 85, 0x3e, 0x44, 0, 0, 0, 0, 0x3f, 0x49, 2])
        b.writeFloatBE(55, 19)
        s.bind(0, "127.0.3.61", () => s.send(b, 47848, "127.0.3.60"))
        s.on("message", (m) => { console.log(m.subarray(6).toString("hex")); s.close() })' >out
    says out '^20010f'
    sleep 0.3
    says lines '^write +127\.0\.3\.61:[0-9]+ .* present-value @2 .*40 -> 55 done'
}
# devices that stop, and another image: who watches goes on
expect 0 bacrt stop 1100
expect 0 bacrt start 1100
sed 's/name="CO2_Return"/name="CO2_Other"/' project.xml >other.xml
"$BACC" compile other.xml -o other.bin >/dev/null 2>&1
expect 0 bacrt reload "$PWD/other.bin"
wait_until "grep -q '^reloaded' named"
sleep 0.3
expect 0 bacrt set T_Setpoint 17.5
sleep 0.5
says lines '^device   1100 is stopped$'
says lines '^reloaded another image is served$'
says lines '^CO2_Other '
says named '^T_Setpoint +17\.5 '
kill $A $B $C
trap 'kill -9 $SERVE_PID 2>/dev/null' EXIT

# the table
command -v script >/dev/null || { serve_stop; exit 0; }
table() {                               # KEYS: what the terminal got
    { sleep 1; printf "$1"; sleep 0.7; printf q; sleep 0.3; } |
        TERM=xterm LC_ALL=C.UTF-8 script -qfec "stty rows 15 cols 90; '$BACRT' watch --control data/control" /dev/null >screen 2>&1
}
table ''
if grep -q '^T_Outside  *-7\.5' screen; then    # built without ncurses: lines
    serve_stop
    exit 0
fi
says screen 'changed \(UTC\)'
says screen 'T_Outside'
says screen '1-13 of 25|1-7 of 25'
says screen "$(printf '\033')\\[\\?1049h"       # a screen of its own, and the old one back
says screen "$(printf '\033')\\[\\?1049l"
table G
says screen '3-25 of 25'               # what is the same on the screen is not sent again
says screen 'Integral'
table '/fan_\n'
says screen '4 of 4 with fan_'
says screen 'Fan_Cmd'
grep -q "$(printf '\033')]0;" screen && { echo 'an escape reaches the terminal'; exit 1; }
# the runtime ends while it is watched
{ sleep 1; kill -9 $SERVE_PID; sleep 1; } | TERM=xterm script -qfec "'$BACRT' watch --control data/control; echo ended with \$?" /dev/null >screen 2>&1
says screen 'the connection ended'
says screen 'ended with 1'
wait $SERVE_PID || :
trap - EXIT
