# Recipients of notification classes on the running program, of a device that is read-only for clients, too: list, add (replaces the same recipient),
# remove, copy; what was compiled and what was added stay apart when the project changes.
command -v jq >/dev/null || skip "jq is missing"
project() {
    cat >project.xml <<X
<?xml version="1.0" encoding="UTF-8"?>
<Project xmlns="urn:bacc:project:1" name="R" guid="11111111-2222-4333-8444-555555555559" lastChange="2026-11-20">
<AlarmPoints><AlarmPoint name="A" kind="states" alarmStates="1"/></AlarmPoints>
<Variables><Variable name="V" type="BOOL" access="readWrite" bacnetVisible="true" bacnetDevice="Main" alarmPoint="A" notificationClass="One"/></Variables>
<Plc name="R" timeZone="UTC"><Channel name="BACnet" protocol="BACnetServer" link="UDP">
<Port id="1" network="1" type="IPv4" udpPort="47842"/><Port id="2" network="2001" type="Virtual"/>
<Device name="Main" instance="11" port="1">
  <NotificationClass name="One" instance="1" toOffnormal="10" toFault="10" toNormal="10">$1</NotificationClass>
  <NotificationClass name="Two" instance="2" toOffnormal="10" toFault="10" toNormal="10"><Recipient device="700" processId="1"/></NotificationClass>
</Device>
<Device name="Other" instance="12" port="2" readOnly="true">
  <NotificationClass name="One" instance="1" toOffnormal="10" toFault="10" toNormal="10"/>
</Device></Channel></Plc></Project>
X
    "$BACC" compile project.xml -o device.bin 2>err || { cat err; exit 1; }
}
project '<Recipient device="100" processId="1"/><Recipient device="101" processId="5"/>'
serve device.bin 127.0.3.242 47842
export BACRT_CONTROL=data/control
# of DEVICE CLASS: its recipients, as words; + in front of one that was added
of() {
    bacrt recipients list --of "$1" --class "$2" --json | jq -r '.classes[0].recipients | map((if .compiled then "" else "+" end) +
        (if .device then "\(.device)" elif .mac then "\(.network // 0):\(.mac)" else .broadcast + (if .network then ":\(.network)" else "" end) end) + "/\(.processId)") | sort | join(" ")'
}
is() { got=$(of "$1" "$2"); [ "$got" = "$3" ] || { echo "device $1 class $2: $got, not $3"; exit 1; }; }
is 11 One '100/1 101/5'
is Main Two '700/1'
is Other 1 ''
expect 0 bacrt set 12:notification-class,1 'of the other' --property description
expect 0 bacrt get 12:notification-class,1 --property description
says out 'of the other'
# one class; the same recipient with another process is replaced whole
expect 0 bacrt recipients add --of Main --class One --device 300 --process 7 --confirmed
says out '^1 notification class'
is 11 One '+300/7 100/1 101/5'
expect 0 bacrt recipients add --of Main --class One --device 300 --process 8 --transitions toFault --days Mon,Tue --from 06:00 --to 22:00:00.5
is 11 One '+300/8 100/1 101/5'
expect 0 bacrt recipients --of Main --class One
says out 'device 300  process 8  unconfirmed  toFault  Mon,Tue  06:00:00.00-22:00:00.50  \(added\)'
expect 0 bacrt recipients add --of Main --class One --device 101 --process 6
is 11 One '+101/6 +300/8 100/1'
# every class of a device, of all devices; every form
expect 0 bacrt recipients add --of 11 --mac 7F000301BAC0
expect 0 bacrt recipients add --broadcast local
expect 0 bacrt recipients add --broadcast remote --network 5 --of 12
expect 0 bacrt recipients add --broadcast global --of 12
is 11 Two '+0:7f000301bac0/1 +local/1 700/1'
is 12 One '+global/1 +local/1 +remote:5/1'
expect 0 bacrt recipients remove --broadcast local
says out '^3 notification class'
is 12 One '+global/1 +remote:5/1'
expect 0 bacrt recipients remove --broadcast local
says out '^0 notification classes changed'
is 12 One '+global/1 +remote:5/1'
expect 0 bacrt recipients add --broadcast global --of 12
says out '^0 notification classes changed'
# copy: to the others of all devices, or of one; theirs stay, the same are replaced
expect 0 bacrt recipients copy --of Main --class Two --to-device Other
is 12 One '+0:7f000301bac0/1 +700/1 +global/1 +remote:5/1'
expect 0 bacrt recipients copy --of Main --class One
is 11 Two '+0:7f000301bac0/1 +100/1 +101/6 +300/8 700/1'
is 12 One '+0:7f000301bac0/1 +100/1 +101/6 +300/8 +700/1 +global/1 +remote:5/1'
# what cannot be
for bad in '--device 4194303' '--device 5 --mac 7f000301bac0' '' '--broadcast remote' '--broadcast far' '--broadcast local --confirmed' \
    '--mac zz' '--mac 000102030405060708090a0b0c0d0e0f10111213' '--device 5 --days Monday' '--device 5 --transitions now' '--device 5 --from 25:00' '--device 5 --of 99' \
    '--device 5 --class None' '--device 5 --process 4294967296'; do
    # shellcheck disable=SC2086
    expect 1 bacrt recipients add $bad
done
expect 1 bacrt recipients add --device 5 --days Monday
says err 'days are Mon, Tue'
expect 1 bacrt recipients add --device 5 --transitions now
says err 'transitions are toOffnormal'
expect 1 bacrt recipients add --device 5 --from 25:00
says err 'from is a time'
expect 1 bacrt recipients add --device 5 --from 07:00:00.-5
says err 'from is a time'
expect 1 bacrt recipients add --broadcast local --confirmed
says err 'confirmed not with a broadcast'
is 11 Two '+0:7f000301bac0/1 +100/1 +101/6 +300/8 700/1'
# one that would never get anything, as the compiler says
expect 1 bacrt recipients add --device 5 --from 22:00 --to 06:00
says err 'never get anything: from is after to'
expect 1 bacrt recipients add --device 5 --from 22:00:00.01 --to 22:00
expect 0 bacrt recipients add --device 5 --from 22:00 --to 22:00
says out '^3 notification class'
expect 0 bacrt recipients remove --device 5
says out '^3 notification class'
is 11 Two '+0:7f000301bac0/1 +100/1 +101/6 +300/8 700/1'
# the project changes: 101 is no longer compiled in (a client had removed it anyway), 102 is new, 100 stays
expect 0 bacrt recipients remove --of Main --class One --device 100
is 11 One '+0:7f000301bac0/1 +101/6 +300/8'
project '<Recipient device="100" processId="1"/><Recipient device="102" processId="1"/>'
expect 0 bacrt reload
is 11 One '+0:7f000301bac0/1 +101/6 +300/8 102/1'
# ... the same after a crash
kill -9 "$SERVE_PID"
wait "$SERVE_PID" || :
serve device.bin 127.0.3.242 47842
is 11 One '+0:7f000301bac0/1 +101/6 +300/8 102/1'
is 12 One '+0:7f000301bac0/1 +100/1 +101/6 +300/8 +700/1 +global/1 +remote:5/1'
# one that has no room left is named, and the others have got theirs
project "$(seq 1000 1508 | sed 's|.*|<Recipient device="&" processId="1"/>|')"
expect 0 bacrt reload
expect 1 bacrt recipients add --device 901
says err '2 changed, 1 refused; the first, 11:notification-class,1: no-space-to-write-property'
is 11 Two '+0:7f000301bac0/1 +100/1 +101/6 +300/8 +901/1 700/1'
expect 0 bacrt recipients remove --device 901
# a project that leaves no room for what was added: its recipients are all there, and it is said who is not
project "$(seq 1000 1511 | sed 's|.*|<Recipient device="&" processId="1"/>|')"
expect 0 bacrt reload
expect 0 bacrt recipients list --of Main --class One
[ "$(grep -c ' 1[0-9][0-9][0-9]' out)" = 512 ]
says bacrt.log "'One' of device 11 is full with 512 recipients: 3 that clients had added find no room "
expect 0 bacrt status
says out '^recipients_left_out +3$'
# ... also by a restart; what they added is there again when there is room
serve_stop
serve device.bin 127.0.3.242 47842
says bacrt.log "'One' of device 11 is full with 512 recipients: 3 that clients had added find no room "
# compiled away again: only what was added stays
project ''
expect 0 bacrt reload
is 11 One '+0:7f000301bac0/1 +101/6 +300/8'
# a class that several devices have is all of theirs; only one's is copied
expect 0 bacrt recipients add --class One --device 500
says out '^2 notification classes changed'
is 11 One '+0:7f000301bac0/1 +101/6 +300/8 +500/1'
of 12 One >got
says got '\+500/1'
expect 1 bacrt recipients copy --class One
says err "more than one device has a notification class 'One'"
# one recipient of it
expect 0 bacrt recipients remove --of Main --class Two --device 300
expect 0 bacrt recipients copy --of Main --class One --device 300 --to-device Main
says out '^1 notification class changed'
is 11 Two '+0:7f000301bac0/1 +100/1 +101/6 +300/8 700/1'
expect 1 bacrt recipients copy --of Main --class One --device 4000
says err 'the class has no such recipient'
# whom a client took away, and then the project, is there when the project has him again; also after a restart
eight='<Recipient device="800" processId="1"/>' nine='<Recipient device="900" processId="1"/>'
project "$eight$nine"
expect 0 bacrt reload
expect 0 bacrt recipients remove --of Main --class One --device 800
project "$nine"
expect 0 bacrt reload
is 11 One '+0:7f000301bac0/1 +101/6 +300/8 +500/1 900/1'
project "$eight$nine"
expect 0 bacrt reload
is 11 One '+0:7f000301bac0/1 +101/6 +300/8 +500/1 800/1 900/1'
serve_stop
serve device.bin 127.0.3.242 47842
is 11 One '+0:7f000301bac0/1 +101/6 +300/8 +500/1 800/1 900/1'
serve_stop
