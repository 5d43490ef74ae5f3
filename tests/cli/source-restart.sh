# What was written while its source was lost gets there after a restart, too, where it is kept over one; what the
# source has already, or refused, is not written again.
PEER=${BACRT%/*}/tests/peer
"$PEER" has modbus || skip "built without Modbus"
export BACRT_CONTROL=data/control
cat >p.xml <<'X'
<Project xmlns="urn:bacc:project:1" name="M" guid="0b5f6a3e-8a53-4f0e-9d5c-2f1f6c1f7a51">
  <Sources><Modbus id="meters" url="modbus-tcp://127.0.4.61:15021" poll="100ms" timeout="200ms"/></Sources>
  <Variables>
    <Variable name="Kept" type="REAL" retain="true" bacnetVisible="true"><Bind source="meters" register="holding:20" as="int16" scale="0.1"/></Variable>
    <Variable name="Held" type="REAL" bacnetVisible="true"><Bind source="meters" register="holding:21" as="int16"/></Variable>
    <Variable name="Plain" type="REAL" retain="true"><Bind source="meters" register="holding:22" as="int16"/></Variable>
    <Variable name="Loose" type="REAL" bacnetVisible="true"><Bind source="meters" register="holding:23" as="int16"/></Variable>
    <Variable name="Said" type="REAL" retain="true" initial="3" bacnetVisible="true"><Bind source="meters" register="holding:5" as="int16"/></Variable>
    <Variable name="Stuck" type="UINT" retain="true" bacnetVisible="true"><Bind source="meters" register="holding:60"/></Variable>
  </Variables>
  <Plc name="P"><Channel name="B" protocol="BACnetServer" link="UDP"><Port id="1" network="1" type="IPv4" adapter="lo"/>
    <Device name="Main" instance="77" port="1"/></Channel></Plc>
</Project>
X
echo 0 >regs
SERVER=''
server() { "$PEER" modbus 127.0.4.61 15021 regs 2>server.log & SERVER=$!; }
again() {                               # a kill, and a new process
    kill -9 $SERVE_PID
    wait $SERVE_PID || :
    serve p.bin 127.0.4.61 47850
    trap 'kill -9 $SERVE_PID $SERVER 2>/dev/null' EXIT
}
expect 0 "$BACC" compile p.xml -o p.bin
server
serve p.bin 127.0.4.61 47850
trap 'kill -9 $SERVE_PID $SERVER 2>/dev/null' EXIT
shows Kept ' 0 +[0-9]'
kill -9 $SERVER
wait $SERVER 2>/dev/null || :
shows Kept communication-failure
expect 0 bacrt set Kept 25
expect 0 bacrt manual Held 7
expect 0 bacrt set Plain 12
expect 0 bacrt set Loose 3
again
shows Kept ' 25 .*communication-failure'
server
shows Kept ' 25 +[0-9]'
shows Held ' 7 +\[manual\]'
shows Plain ' 12$'
shows Loose ' 0 +[0-9]'
for want in '20 250' '21 7' '22 12' '23 0'; do grep -q "^$want " regs.now || { cat regs.now; exit 1; }; done
# it has them: what the source says from now on is what counts, also after a restart
expect 0 bacrt set Stuck 9
shows Stuck ' 0 +[0-9]'
sleep 0.5
kill -9 $SERVER
wait $SERVER 2>/dev/null || :
shows Kept communication-failure
again
echo 0 >regs
server                                  # another device, with registers of its own
shows Kept ' 0 +[0-9]'
shows Plain ' 0$'
shows Stuck ' 0 +[0-9]'
sleep 0.5
[ ! -e regs.now ] || ! grep -Eq '^(20 250|22 12|60 9) ' regs.now || { cat regs.now; exit 1; }
shows Kept ' 0 +[0-9]'
# what it has said is kept over what had been written before: the first of it at once, for a crash, and the last where
# the program ends as it should
expect 0 bacrt set Said 8
eventually '^5 8 ' cat regs.now          # else it would be owed
kill -9 $SERVER
wait $SERVER 2>/dev/null || :
shows Kept communication-failure
says_now() {
    echo 0 0 0 0 0 "$1" >regs
    server
    shows Said " $1 +[0-9]"
    kill -9 $SERVER
    wait $SERVER 2>/dev/null || :
}
says_now 44
sleep 0.5
again
shows Said ' 44 '
says_now 45
serve_stop
serve p.bin 127.0.4.61 47850
shows Said ' 45 '
shows Loose ' 0 '
serve_stop
