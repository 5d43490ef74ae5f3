# Simulate: bound signals, a file to replay, and with --simulate what has no source.
cat >p.xml <<'X'
<Project xmlns="urn:bacc:project:1" name="Sim" guid="0b5f6a3e-8a53-4f0e-9d5c-2f1f6c1f7a11">
  <StateTexts name="OffOn"><State value="0">Off</State><State value="1">On</State></StateTexts>
  <AlarmPoints><AlarmPoint name="FF" kind="feedback" feedback="RUN" delay="20s" reset="on-ack"/></AlarmPoints>
  <Sources><Simulate id="sim" path="day.csv"/></Sources>
  <Variables>
    <Variable name="K" type="REAL" access="read" bacnetVisible="true"><Bind source="sim" signal="constant" value="12.5"/></Variable>
    <Variable name="C" type="REAL" access="read" bacnetVisible="true"><Bind source="sim" signal="csv" path="b" period="1h"/></Variable>
    <Variable name="X" type="REAL" access="read" bacnetVisible="true"><Bind source="sim" signal="csv" path="nowhere"/></Variable>
    <Variable name="U" type="REAL" unit="°C" access="read" low="-30" high="90" bacnetVisible="true"/>
    <Variable name="SP" type="REAL" unit="°C" access="readWrite" initial="20" bacnetVisible="true"/>
    <Variable name="RUN" type="BOOL" stateTexts="OffOn" access="read" bacnetVisible="true"/>
    <Variable name="CMD" type="BOOL" stateTexts="OffOn" access="output" alarmPoint="FF" bacnetVisible="true"/>
  </Variables>
  <Plc name="P"><Channel name="B" protocol="BACnetServer" link="UDP"><Port id="1" network="1" type="IPv4" adapter="lo"/>
    <Device name="Main" instance="77" port="1"/></Channel></Plc>
</Project>
X
printf 'time,a,b\n0,1,7\n10,2,7\n' >day.csv
expect 0 "$BACC" compile p.xml -o p.bin
serve p.bin 127.0.4.40 47808 --simulate
value() { "$BACRT" get "$1" --control data/control --json | tr -d ' \n'; }
wait_until "value U | grep -q '\"value\":[12][0-9]'"
expect 0 "$BACRT" list --control data/control
says out '^K +12\.5 '
says out '^C +7 '
says out '^U +(1|2)[0-9](\.|  )'
says out '^SP +20 '
expect 0 "$BACRT" read 127.0.4.40 analog-input,0 reliability --bind 127.0.4.41:0
expect 0 "$BACRT" set CMD true --control data/control
eventually '^RUN +true' "$BACRT" list --control data/control
"$BACRT" status --json --control data/control | tr -d ' \n' >status
says status '"sources":\[\{"source":"sim","kind":"Simulate","state":"connected","reason":"nocolumn'
serve_stop
# more sources than a thousand
{
    sed '/<StateTexts/,$d' p.xml
    echo '<Sources>'
    for i in $(seq 1 1100); do echo "<Simulate id=\"s$i\"/>"; done
    echo '</Sources><Variables>'
    for i in $(seq 1 1100); do echo "<Variable name=\"V$i\" type=\"UINT\" access=\"read\"><Bind source=\"s$i\" value=\"$i\"/></Variable>"; done
    echo '</Variables>'
    sed -n '/<Plc/,$p' p.xml
} >many.xml
expect 0 "$BACC" compile many.xml -o many.bin
serve many.bin 127.0.4.40
right() { "$BACRT" list --control data/control | awk '/^V/ && $2 == substr($1, 2) { n++ } END { print n + 0 }'; }
wait_until '[ "$(right)" = 1100 ]' bacrt.log
serve_stop
