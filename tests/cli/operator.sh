# What an operator types: names of any kind, a variable that two devices show, values that a variable cannot hold.
cat >project.xml <<'X'
<?xml version="1.0" encoding="UTF-8"?>
<Project xmlns="urn:bacc:project:1" name="Operator" guid="5e0c2a6e-52a2-4a0e-9a0b-3b9d6f5f2c77">
  <StateTexts name="OffOn"><State value="0">Off</State><State value="1">On</State></StateTexts>
  <AlarmPoints><AlarmPoint name="Hot" kind="limits" high="80" delay="0s"/></AlarmPoints>
  <Variables>
    <Variable name="Raum „Süd“, 1" type="REAL" unit="°C" access="readWrite" low="-30" high="90" initial="20" bacnetVisible="true"/>
    <Variable name="quote&quot;d back\slash" type="REAL" access="readWrite" initial="20" bacnetVisible="true"/>
    <Variable name="Short" type="USINT" access="readWrite" bacnetVisible="true"/>
    <Variable name="Hidden" type="INT" access="readWrite"/>
    <Variable name="Single" type="REAL" access="readWrite"/>
    <Variable name="Both" type="REAL" access="readWrite" initial="3" bacnetVisible="true"/>
    <Variable name="Twice" type="REAL" access="readWrite" bacnetVisible="true" alarmPoint="Hot"/>
    <Variable name="Lamp" type="BOOL" stateTexts="OffOn" access="readWrite" discipline="Lighting" bacnetVisible="true"/>
  </Variables>
  <Plc name="P">
    <Channel name="BACnet" protocol="BACnetServer" link="UDP">
      <Port id="1" network="1" type="IPv4" udpPort="47808"/>
      <Port id="2" network="2001" type="Virtual"/>
      <Device name="Main" instance="1001" port="1"/>
      <Device name="Second" instance="1002" port="2"><Object variable="Both" type="AV"/>
        <Object variable="Twice" type="AV" instance="7"/></Device>
    </Channel>
  </Plc>
</Project>
X
sed -i 's/bacnetVisible="true"/& bacnetDevice="Main"/' project.xml
"$BACC" compile project.xml -o device.bin >/dev/null
serve device.bin "127.0.3.$(client_host operator)"
export BACRT_CONTROL=data/control

# a variable is in the list of each device that shows it
expect 0 bacrt list --device Second
says out '^Both '
[ "$(wc -l <out)" = 2 ]
expect 0 bacrt list --device 1001 --json
jq -e 'map(.name) | length == 6 and index("Both")' out
jq -e 'map(select(.discipline)) == map(select(.name == "Lamp")) and (.[] | select(.discipline)).discipline == "Lighting"' out

# its objects say so to clients
expect 0 bacrt get Lamp --property tags
says out '"discipline" "Lighting"'
expect 0 bacrt read "$SERVE_ADDR:$SERVE_PORT" BV,0 tags 1 --bind 127.0.3.2:0
[ "$(tr '\n' ' ' <out)" = '[0] discipline Lighting ' ]
expect 0 bacrt read "$SERVE_ADDR:$SERVE_PORT" BV,0 tags --bind 127.0.3.2:0 --json
jq -e '. == [{"0": "discipline"}, "Lighting"]' out
expect 1 bacrt set Lamp x --property tags

# what cannot be written says why: each cause has another remedy
expect 0 bacrt manual Hidden 5
expect 1 bacrt set Hidden 6
says err "held by hand: 'manual' gives it another value, 'auto' gives it back"
expect 0 bacrt auto Hidden
expect 0 bacrt set Hidden 0
expect 1 bacrt set Both 1 --property object-type
says err 'not a property that can be written now'
expect 1 bacrt set NP,1 1
says err 'NP,1: not writable$'

# names as they are
expect 0 bacrt set 'Raum „Süd“, 1' 21.5 --json
jq -e '.values[0].value == 21.5 and .values[0].name == "Raum „Süd“, 1"' out
expect 0 bacrt get 'quote"d back\slash' --json
jq -e '.values[0].name == "quote\"d back\\slash"' out

# nothing that the variable cannot hold; integers are rounded, as a client's value is
expect 1 bacrt manual Short 256
says err 'Short: outside what it may be: 0 to 255'
expect 0 bacrt manual Short 2.5
says out '^Short +3 '
expect 1 bacrt manual Single 1e39
expect 1 bacrt set Single 1e39
expect 1 bacrt set Hidden 40000
expect 0 bacrt set Hidden 2.5
says out '^Hidden +3$'
expect 1 bacrt set Both 1.5 --property reliability
says err 'Both: not a value of that property'
expect 1 bacrt manual Lamp 5

# what is too much is not left out in silence; times are days that there are; -.5 is a number
expect 1 bacrt list Both Short
says err 'too many arguments'
expect 1 bacrt alarms Both
expect 1 bacrt status Both
expect 1 bacrt audit Both Short
expect 0 bacrt set Both -.5
says out '^Both +-0\.5 '
expect 1 bacrt audit --since 2026-02-29
expect 0 bacrt audit --since 2028-02-29T24:00
expect 1 bacrt recipients add --device 5 --process x
says err '--process: 0 to'
expect 1 bacrt recipients add --device 5 --network 7
expect 1 bacrt recipients add --broadcast global --network 7

# an alarm is that of all objects that show the variable, or of the one that is named; nothing is done where one has none
expect 1 bacrt ack Twice Short
says err "'Short' has no alarm"
expect 0 bacrt set Twice 95
expect 0 bacrt ack Second:analog-value,7
says out '^1 acknowledged'
expect 0 bacrt ack Twice
says out '^1 acknowledged'
expect 0 bacrt set Twice 20
expect 0 bacrt set Twice 95
expect 0 bacrt ack Twice
says out '^2 acknowledged'
expect 1 bacrt reset Short

# a value that clients see instead of the variable's
expect 0 bacrt set Both true --property out-of-service
says out '1001:analog-value,[0-9]+ \(out of service\)  1002:'
expect 0 bacrt set Both false --property out-of-service

# the audit of a variable is that of all objects that show it, and looks as far back as it must
expect 0 bacrt set 1002:analog-value,0 4.25
expect 0 bacrt audit Both
says out '1002:analog-value,0 present-value .* -> 4\.25 '
says out '1001:analog-value,[0-9]+ present-value .* -> -0\.5 '
expect 0 bacrt audit Both --json --limit 1
jq -e '.entries | length == 1 and .[0].new == "4.25"' out
i=0
while [ $((i = i + 1)) -le 120 ]; do bacrt set Single $i; done >/dev/null
expect 0 bacrt audit --kind manual
says out 'Short .* -> 3 '
expect 0 bacrt audit --kind manual --json
jq -e '.entries | length > 0 and all(.kind == "manual")' out
expect 0 bacrt audit --limit 3
[ "$(grep -c 'Single' out)" = 3 ] && says out '^\(more: --from [0-9]+\)$'
expect 0 bacrt audit --limit 300 --since 2026-01-01 --json
jq -e '.entries | length > 120 and (map(.n) | . == sort)' out

# what could not be written is told
[ ! -c /dev/full ] || ! bacrt list --json >/dev/full 2>err || fail 'a full disk is not told'
says err 'could not be written'

# an export is whole or is none; an import says what it did
expect 0 bacrt state export kept.json
cp kept.json before.json
(ulimit -f 0; "$BACRT" state export kept.json 2>err) && fail 'an export without room is not told'
cmp kept.json before.json
[ "$(echo kept.json*)" = kept.json ]
ln -s through.json link
expect 0 bacrt state export link
[ -L link ] && jq -e '.format == "bacrt-state"' through.json
# ... also through a link, and nobody reads it who could not read the one before
chmod 600 through.json
(ulimit -f 0; "$BACRT" state export link 2>err) && fail 'an export without room is not told'
[ -L link ] && cmp through.json before.json
expect 0 bacrt state export link
[ -L link ] && [ "$(stat -c %a through.json)" = 600 ] && [ "$(echo through*)" = through.json ]
mkfifo pipe
cat pipe >through &
expect 0 bacrt state export pipe
[ -p pipe ] && wait $! && jq -e '.format == "bacrt-state"' through
bacrt state export - >said
[ ! -e - ]
cmp kept.json said
bacrt state import - <said >out
expect 0 bacrt state import kept.json --json
jq -e '.stored > 0 and .refused == 0' out
sed 's/"version":2/"version":3/' kept.json >newer.json
expect 1 bacrt state import newer.json
says err 'newer bacrt'
head -c 200 kept.json >part.json
expect 1 bacrt state import part.json

# a time that is none is named
for command in audit events; do
    for option in since until; do
        expect 1 bacrt $command --$option 2026-13-01
        says err "$option: '2026-13-01' is no time such as 2026-11-21 or"
    done
done
# the doctor knows that run makes no directories but the last
expect 1 bacrt doctor device.bin --data no/such/place
says out '^WRONG +data +no/such/place does not exist'
bacrt doctor device.bin --data place >out || :
says out '^note +data +place does not exist yet'

# ... and says which devices it did not look for
mkdir many
{
    printf '<Project xmlns="urn:bacc:project:1" name="P" guid="5e0c2a6e-52a2-4a0e-9a0b-3b9d6f5f2c92">'
    printf '<Plc name="PLC"><Channel name="BACnet" protocol="BACnetServer" link="UDP">'
    printf '<Port id="1" network="1" type="IPv4"/><Port id="2" network="2001" type="Virtual"/>'
    printf '<Device name="D" instance="7000" port="1"/>'
    i=0
    while [ $((i += 1)) -lt 65 ]; do printf '<Device name="D%s" instance="%s" port="2"/>' $i $((7000 + i)); done
    printf '</Channel></Plc></Project>'
} >many/project.xml
expect 0 bacc compile many/project.xml -o many/device.bin
bacrt doctor many/device.bin --bind 127.0.0.1 >out || :
says out '^good +instance +device 7063: nobody answers'
says out '^note +instance +only the first 64 devices were looked for, 1 more not'

# two devices with one instance number are two: what whois is asked for
other=127.0.3.$(client_host operator-other)
"$BACRT" run device.bin --bind "$other" --data other >other.log 2>&1 </dev/null & OTHER=$!
trap 'kill -9 $SERVE_PID $OTHER 2>/dev/null' EXIT
wait_until 'grep -q serving other.log'
expect 0 bacrt whois 1001 --to 127.255.255.255 --bind 127.0.3.2:0
for at in "$SERVE_ADDR" "$other"; do            # others of the tests may have the number, too
    [ "$(grep -c "^device 1001 at $at:" out)" = 1 ] || { cat out; exit 1; }
done
kill $OTHER
wait $OTHER
serve_stop
