# run: answers, also for virtual devices, stops on SIGTERM with 0, refuses a busy port.
compile_sample minimal
serve device.bin 127.0.3.20
expect 0 bacrt read 127.0.3.20 device,1001 object-name --bind 127.0.3.21:0
says out 'PLCbtest'
expect 0 bacrt whois --to 127.0.3.20:47808 --bind 127.0.3.21:0
says out '1001'
expect 1 bacrt read 127.0.3.20 device,1001 nonsense-property --bind 127.0.3.21:0
expect 1 timeout 10 bacrt run device.bin --bind 127.0.3.20 --port 47808 --data other
says err '47808|in use|busy'
serve_stop

# The devices behind a router, asked through it.
compile_sample boilerhouse
serve device.bin 127.0.3.20
expect 0 bacrt whois --to 127.0.3.20 --bind 127.0.3.21:0
says out '^device 1001 '
says out '^device 1003 at 127\.0\.3\.20:47808 network 2001 '
expect 0 bacrt read 1003 device,1003 object-name --to 127.0.3.20 --bind 127.0.3.21:0
says out 'AHU3'
serve_stop

# The mask that the project says is compared with the adapter's.
sed 's/<Port [^>]*type="IPv4"[^>]*>/<Port id="1" network="1" type="IPv4" address="127.0.3.20" mask="255.255.255.0"\/>/' "$ROOT/samples/minimal/project.xml" >masked.xml
expect 0 bacc compile masked.xml -o masked.bin
expect 0 bacc dump masked.bin
says out 'mask-bits 24'
mkdir -p masked
bacrt run masked.bin --data masked >masked.log 2>&1 </dev/null &
masked=$!
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do grep -q serving masked.log && break; sleep 0.1; done
kill $masked && wait $masked
says masked.log "port 1: the adapter's subnet mask has 8 bits, in the project 24"

# A time zone that the machine does not know, and a directory of zones, which is none.
for zone in Europe Mars/Base; do
    sed "s#<Plc #<Plc timeZone=\"$zone\" #" masked.xml >zone.xml
    expect 0 bacc compile zone.xml -o zone.bin
    says err "there is no time zone '$zone'"
    mkdir -p zone; : >zone.log
    bacrt run zone.bin --data zone >zone.log 2>&1 </dev/null &
    zoned=$!
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do grep -q serving zone.log && break; sleep 0.1; done
    kill $zoned && wait $zoned
    says zone.log "time zone '$zone' is not known here; local time is the machine's"
done

# Whoever reads the log leaves, or reads no more: that is no end, and nobody waits.
compile_sample minimal
mkfifo lines
head -n 1 <lines >first &
bacrt run device.bin --bind 127.0.3.20 --data piped >/dev/null 2>lines </dev/null &
piped=$!
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do [ -s first ] && break; sleep 0.1; done
says first 'info serving'
expect 0 bacrt reload --control piped/control
expect 0 bacrt reload --control piped/control
expect 0 bacrt read 127.0.3.20 device,1001 object-name --bind 127.0.3.21:0
kill $piped && wait $piped
