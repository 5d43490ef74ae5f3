# The audit names everybody who changed something: elements of lists, management, refused or not, by clients and by operators.
command -v node >/dev/null || skip "node is missing"
cat >project.xml <<P
<?xml version="1.0" encoding="UTF-8"?>
<Project xmlns="urn:bacc:project:1" name="Audit" guid="11111111-2222-4333-8444-55555555555a">
<Variables><Variable name="V" type="REAL" access="readWrite" bacnetVisible="true"/></Variables>
<Plc name="A" timeZone="UTC"><Channel name="BACnet"><Port id="1" type="IPv4" udpPort="47846"/>
<Device name="Main" instance="11" port="1" managementPassword="secret" timeSync="offset"><NotificationClass name="One" instance="1"/></Device>
</Channel></Plc></Project>
P
"$BACC" compile project.xml -o device.bin 2>err || { cat err; exit 1; }
serve device.bin 127.0.3.246 47846
export BACRT_CONTROL=data/control
# Broadcast to all, for all: added, removed, removed again.
element='82 01 fe b4 00 00 00 00 b4 17 3b 3b 63 1e 22 ff ff 60 1f 21 01 10 82 05 e0'
node "$ROOT/tests/client/say.mjs" 127.0.3.246:47846 127.0.3.247 "81 0a 00 2c 01 04 00 05 01 08 0c 03 c0 00 01 19 66 3e $element 3f" \
    "81 0a 00 2c 01 04 00 05 02 09 0c 03 c0 00 01 19 66 3e $element 3f" \
    "81 0a 00 2c 01 04 00 05 03 09 0c 03 c0 00 01 19 66 3e $element 3f" \
    '81 0a 00 17 01 04 00 05 04 11 09 01 19 02 2d 07 00 73 65 63 72 65 74' \
    '81 0a 00 13 01 04 00 05 05 14 09 00 1d 05 00 77 72 6f 6e' \
    '81 0a 00 1a 01 04 00 05 06 0f 0c 00 80 00 00 19 55 3e 44 41 a0 00 00 3f 49 08' >said
cat said
expect 0 bacrt recipients add --device 700
expect 0 bacrt audit
says out 'write  127.0.3.247:[0-9]+ +One 11:notification-class,1 recipient-list .*-> \+.* 65535 .*  done'
says out 'write  127.0.3.247:[0-9]+ +One 11:notification-class,1 recipient-list .*-> -.* 65535 .*  done'
says out 'write  127.0.3.247:[0-9]+ +One 11:notification-class,1 recipient-list .*-> -.*  list-element-not-found'
says out 'manage 127.0.3.247:[0-9]+ .*11:device,11 .*-> communication disable-initiation, 1 min  done'
says out 'manage 127.0.3.247:[0-9]+ .*11:device,11 .*-> reinitialize coldstart  password-failure'
says out 'write  127.0.3.247:[0-9]+ +V 11:analog-value,0 present-value  0 -> 20  done'       # it is not commandable: no priority
expect 0 bacrt set V 21
expect 0 bacrt audit --limit 1
says out 'write  local uid .* V 11:analog-value,0 present-value  20 -> 21  done'
expect 0 bacrt audit
says out 'write  local uid [0-9]+ pid [0-9]+ +One 11:notification-class,1 recipient-list .*-> \+.*  done'
# Of a long text there is the beginning, whoever wrote it, as what was there before, too; never half a letter.
for begin in '' a; do
    expect 0 bacrt set V "$begin$(printf 'ü%.0s' $(seq 200))" --property description
done
node "$ROOT/tests/client/say.mjs" 127.0.3.246:47846 127.0.3.247 \
    '81 0a 00 1b 01 04 00 05 07 0f 0c 00 80 00 00 19 1c 3e 75 06 00 73 68 6f 72 74 3f' >said
expect 0 bacrt audit --limit 3
says out 'local uid .* V 11:analog-value,0 description  "V" -> "ü{127}  done'
says out 'local uid .* V 11:analog-value,0 description  "ü{127} -> "aü{126}  done'
says out '127.0.3.247:[0-9]+ +V 11:analog-value,0 description  "aü{126} -> "short"  done'
# Whoever moved the clock by a second or more; the objects have that time after a restart, too, but not a machine
# that their state is carried to.
node "$ROOT/tests/client/say.mjs" 127.0.3.246:47846 127.0.3.247 '81 0a 00 12 01 00 10 06 a4 8b 01 02 ff b4 03 04 05 00' \
    '81 0a 00 11 01 04 00 05 07 0c 0c 02 00 00 0b 19 38' | grep -q 3ea48b01
bacrt state export | jq -c '{format, version, values: [.values[] | select(.is == "clock")]}' >clock
[ "$(jq '.values | length' clock)" = 1 ]
serve_stop
serve device.bin 127.0.3.246 47846
says bacrt.log "the objects' time is \+[0-9.]+ s from the machine's"
expect 0 bacrt read 127.0.3.246:47846 device,11 local-date --bind 127.0.3.2:0
says out '2039-01-02'
expect 0 bacrt audit --kind manage
says out "manage 127.0.3.247:[0-9]+ .*11:device,11 .*-> time-synchronization, the objects' time by \+[0-9]+\.[0-9]{3} s  done"
expect 0 bacrt state import clock
says out '^0 stored'
bacrt state export >kept
expect 0 bacrt state import kept
expect 0 bacrt audit --kind manage
says out 'local uid .*-> state-import, [0-9]+ values  done'
# ... and where another device is the PLC's first one since
sed -i 's/name="Main"/name="Head"/' project.xml
"$BACC" compile project.xml -o device.bin
expect 0 bacrt reload
serve_stop
serve device.bin 127.0.3.246 47846
expect 0 bacrt read 127.0.3.246:47846 device,11 local-date --bind 127.0.3.2:0
says out '2039-01-02'
serve_stop
