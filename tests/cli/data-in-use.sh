# Two processes never share a --data directory: the second one says so and ends with 1.
compile_sample minimal
serve device.bin 127.0.3.26
[ -n "$(ls -A data)" ] || { serve_stop; skip 'this bacrt keeps nothing under --data'; }
expect 1 timeout 10 bacrt run device.bin --bind 127.0.3.27 --port 47808 --data data
says err 'data'
serve_stop
