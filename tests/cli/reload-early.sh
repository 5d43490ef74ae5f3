# SIGHUP while a runtime still starts, its disk being slow, is a reload when it has; it ended the runtime.
compile_sample minimal
mkdir data
"${BACRT%/*}/tests/bench/slowdisk" 200 device.bin --bind 127.0.3.71 --data data >bacrt.log 2>&1 & SERVE_PID=$!
trap 'kill -9 $SERVE_PID 2>/dev/null' EXIT
i=0
until [ -e data/lock ]; do [ $((i = i + 1)) -lt 2000 ] || { cat bacrt.log; exit 1; }; sleep 0.01; done
kill -HUP $SERVE_PID
eventually '5 objects: 5 kept' cat bacrt.log
expect 0 "$BACRT" read 127.0.3.71 device,4194303 object-name --bind 127.0.3.72:0
serve_stop
