# Every sync takes 200 ms: writes wait for the disk, reads never do.
T=${BACRT%/*}/tests/bench
compile_sample ahu
mkdir data
"$T/slowdisk" 200 device.bin --bind 127.0.3.58 --port 47844 --data data >bacrt.log 2>&1 & SERVE_PID=$!
trap 'kill -9 $SERVE_PID 2>/dev/null' EXIT
wait_until '"$BACRT" read 127.0.3.58:47844 device,1100 object-name --bind 127.0.3.59:0 >/dev/null 2>&1' bacrt.log
"$T/writes" 127.0.3.58 47844 5 4 1 2 >wrote 2>&1 & WRITER=$!
sleep 1
expect 0 "$T/stall" 127.0.3.58 47844 3
read -r n p50 p999 most <out
wait $WRITER
read -r rate w50 w99 wmost refused <wrote
echo "reads: $n, median $p50 us, longest $most us; writes: $rate/s, median $w50 us"
[ "$w50" -ge 200000 ] && [ "$refused" = 0 ]     # acknowledged when they are on the disk, not before
[ "$p50" -lt 20000 ] && [ "$most" -lt 150000 ] && [ "$n" -gt 500 ]
"$BACRT" set Y_Heating 10 --control data/control >set & SET=$!
expect 0 "$BACRT" get Y_Heating --control data/control
wait $SET
# many changes at once from the control socket: each is on the disk before it is acknowledged
command -v node >/dev/null && {
    node -e '
        const s = require("net").connect("data/control"), began = Date.now()
        let first = 0, n = 0
        s.write(Array.from({ length: 300 }, (_, i) => `{"op":"set","name":"Y_Heating","value":${i % 100}}\n`).join(""))
        s.on("data", (b) => {
            first = first || Date.now() - began
            n += b.toString().split("\n").length - 1
            if (n === 300) { console.log(first); s.end() }
        })' >out
    [ "$(cat out)" -ge 150 ] || fail "acknowledged after $(cat out) ms"
}
serve_stop
