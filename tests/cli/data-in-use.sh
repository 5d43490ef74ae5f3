# Two processes never share a --data directory: the second one says so and ends with 1.
compile_sample minimal
serve device.bin 127.0.3.26
[ -n "$(ls -A data)" ] || { serve_stop; skip 'this bacrt keeps nothing under --data'; }
expect 1 timeout 10 bacrt run device.bin --bind 127.0.3.27 --port 47808 --data data
says err 'data'
serve_stop
# a script's variable that is not set, and a file where the socket is to be, are called what they are
for option in --data --control; do
    expect 1 timeout 10 bacrt run device.bin --bind 127.0.3.26 "$option" ''
    says err "$option.*: a path is empty"
done
rm -f data/control
echo mine >data/control
serve device.bin 127.0.3.26
says bacrt.log 'warning control: control socket data/control: what stands there is no socket; there is no control socket'
serve_stop
[ "$(cat data/control)" = mine ]
