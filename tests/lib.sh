# Helpers for cases that run the programs: sourced by tests/families.sh and tests/cli/*.sh.

# compile_sample NAME: samples/NAME/project.xml -> project.xml, device.bin and BACnet-export/ here
compile_sample() {
    cp "$ROOT/samples/$1/"* . && "$BACC" compile project.xml -o device.bin && "$BACC" export-ede project.xml >/dev/null
}

# A loopback host number 10..249 for a case, the same on every run.
client_host() { echo $((10 + $(printf %s "$1" | cksum | cut -d ' ' -f 1) % 240)); }

# serve IMAGE ADDR [PORT] [option...]: starts bacrt in the background and waits until it answers.
# Sets SERVE_PID, SERVE_ADDR, SERVE_PORT; the log is bacrt.log.
serve() {
    SERVE_IMAGE=$1 SERVE_ADDR=$2 SERVE_PORT=${3:-47808}
    shift 2
    [ $# -gt 0 ] && shift
    mkdir -p data
    "$BACRT" run "$SERVE_IMAGE" --bind "$SERVE_ADDR" --port "$SERVE_PORT" --data data "$@" >bacrt.log 2>&1 </dev/null &
    SERVE_PID=$!
    trap 'kill -9 $SERVE_PID 2>/dev/null' EXIT
    i=0
    while [ $i -lt 200 ]; do
        kill -0 $SERVE_PID 2>/dev/null || { echo "bacrt ended at once:"; cat bacrt.log; return 1; }
        "$BACRT" read "$SERVE_ADDR:$SERVE_PORT" device,4194303 object-name --bind 127.0.3.2:0 >/dev/null 2>&1 && return 0
        sleep 0.1
        i=$((i + 1))
    done
    echo "bacrt does not answer on $SERVE_ADDR:$SERVE_PORT"
    cat bacrt.log
    return 1
}

# serve_stop: SIGTERM; true if it ended with 0 within twenty seconds
serve_stop() {
    kill -TERM $SERVE_PID 2>/dev/null
    i=0
    while kill -0 $SERVE_PID 2>/dev/null && [ $i -lt 200 ]; do sleep 0.1; i=$((i + 1)); done
    [ $i -lt 200 ] || kill -9 $SERVE_PID
    wait $SERVE_PID
    stopped=$?
    trap - EXIT
    return $stopped
}

# expect STATUS COMMAND...: runs it; out and err keep what it said
expect() {
    expected=$1
    shift
    got=0
    "$@" >out 2>err </dev/null || got=$?
    [ "$got" = "$expected" ] || { echo "'$*' ended with $got instead of $expected"; cat out err; return 1; }
}

# says FILE PATTERN: the file has a line that matches the extended regular expression
says() { grep -Eq -- "$2" "$1" || { echo "$1 does not say '$2':"; cat "$1"; return 1; }; }

# lacks FILE PATTERN: no line of it matches. (`! grep` is no check: the shell goes on after it, whatever it finds.)
lacks() { grep -Eq -- "$2" "$1" || return 0; echo "$1 says '$2':"; cat "$1"; return 1; }

# eventually PATTERN COMMAND...: a line of what it prints matches, within $patience (200) tenths of a second; got has it
eventually() {
    wanted=$1
    shift
    i=0
    until "$@" >got 2>&1 && grep -Eq -- "$wanted" got; do
        [ $((i = i + 1)) -lt "${patience:-200}" ] || { echo "'$*' does not show '$wanted':"; cat got bacrt.log; exit 1; }
        sleep 0.1
    done
}

# wait_until CONDITION [FILE...]: the condition, a command of the shell, comes true within $patience (200)
# tenths of a second; if not, the case ends with the files' text.
wait_until() {
    awaited=$1 tries=0
    shift
    until eval "$awaited"; do
        [ $((tries = tries + 1)) -lt "${patience:-200}" ] || { echo "does not come true: $awaited"; cat -- "$@" </dev/null; exit 1; }
        sleep 0.1
    done
}

# shows NAME PATTERN [PATIENCE]: `bacrt get` of that name does
shows() {
    usual=${patience:-200} patience=${3:-${patience:-200}}
    # shellcheck disable=SC2086
    eventually "$2" "$BACRT" get $1
    patience=$usual
}

# completes_running NAME: names that a running bacrt knows; ask and gives are the shell's under test
completes_running() {
    compile_sample ahu
    serve device.bin "127.0.3.$(client_host "$1")" 47808 --control "$PWD/control"
    export BACRT_CONTROL=$PWD/control
    ask bacrt get CO2
    gives CO2_Return
    ask bacrt audit CO2
    gives CO2_Return
    ask bacrt restart ""
    gives 1100
    unset BACRT_CONTROL
    ask bacrt get --control "$PWD/control" T_Out
    gives T_Outside
    serve_stop
}

# skip WHY: ends the case; the report counts it and says why
skip() { echo "$*"; exit 77; }
fail() { echo "$*"; exit 1; }
