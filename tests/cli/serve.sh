# run: answers, stops on SIGTERM with 0, refuses a busy port.
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
