# No CPU when idle: two seconds of nothing cost (almost) nothing.
compile_sample minimal
serve device.bin 127.0.3.24
ticks() { sed 's/.*) //' "/proc/$SERVE_PID/stat" | cut -d ' ' -f 12-13 | tr ' ' '+' | xargs -I{} sh -c 'echo $(({}))'; }
before=$(ticks)
sleep 2
used=$(($(ticks) - before))
[ $used -le 2 ] || { echo "$used ticks of CPU in two idle seconds"; false; }
serve_stop
