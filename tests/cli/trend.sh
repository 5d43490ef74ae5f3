# bacrt trend: list, plot, CSV, JSON, SVG of what was recorded; over a kill, and beyond the buffer.
cat >project.xml <<'XML'
<?xml version="1.0" encoding="UTF-8"?>
<Project xmlns="urn:bacc:project:1" name="Trends" guid="5e0c2a6e-52a2-4a0e-9a0b-3b9d6f5f2c77">
  <StateTexts name="FanSpeed"><State value="0">Off</State><State value="1">Low, wet</State></StateTexts>
  <StateTexts name="Long"><State value="0">abcdefghijklmnopqrstuvwxyzabcd°C</State><State value="1">Off</State></StateTexts>
  <Variables>
    <Variable name="T" type="REAL" unit="°C" access="readWrite" initial="21" bacnetVisible="true"/>
    <Variable name="FAN" type="INT" stateTexts="FanSpeed" access="readWrite" initial="0" bacnetVisible="true"/>
    <Variable name="LONG" type="INT" stateTexts="Long" access="readWrite" initial="0" bacnetVisible="true"/>
  </Variables>
  <Plc name="PLC" timeZone="Europe/Prague"><Channel name="BACnet" protocol="BACnetServer" link="UDP">
    <Port id="1" type="IPv4"/>
    <Device name="Main" instance="1001" port="1">
      <TrendLog variable="T" name="T &lt;cov&gt;" logging="cov" covIncrement="0" bufferSize="10" keep="1d"/>
      <TrendLog variable="FAN" logging="cov"/>
      <TrendLog variable="T" name="never" logging="triggered"/>
      <TrendLog variable="LONG" logging="cov"/>
    </Device>
  </Channel></Plc>
</Project>
XML
"$BACC" compile project.xml -o device.bin
serve device.bin 127.0.3.246 47851
export BACRT_CONTROL=data/control
sleep 1.1                               # less than a second would be shown as a minute
for v in 1 2 3 4 5 6 7 8 9 10 11 12; do
    expect 0 bacrt set T $v.5
done
expect 0 bacrt set FAN 'Low, wet'
expect 0 bacrt trend list
says out '^T <cov> +cov +logging +10/10 +1001:trend-log,0 +T present-value$'
expect 0 bacrt trend list 'ne*' --json
jq -e 'length == 1 and .[0].name == "never" and .[0].records == 0' out
expect 0 bacrt trend list nothing --json
jq -e '. == []' out

expect 0 bacrt trend export 'T <cov>'                   # what is beyond the buffer too
[ "$(wc -l <out)" = 14 ]
says out '^1,20..-..-..T..:..:..\....Z,21,,,'
says out '^13,[^,]+,12.5,,,'
expect 0 bacrt trend export 'T <cov>' --buffer
[ "$(wc -l <out)" = 11 ]
says out '^4,[^,]+,3.5,'
expect 0 bacrt trend export FAN                         # the only log of this variable
says out ',1,"Low, wet",,'
expect 0 bacrt trend show 'T <cov>' --json
jq -e '.log.unit == "°C" and (.records | length == 13) and ([.records[].n] == [range(1; 14)])' out
expect 0 bacrt trend export 'T <cov>' --since 2100-01-01
[ "$(wc -l <out)" = 1 ]
expect 0 bacrt trend export 'T <cov>' --until 2020-01-01
[ "$(wc -l <out)" = 1 ]

LC_ALL=C.UTF-8 COLUMNS=70 expect 0 bacrt trend show 'T <cov>'
says out '^T <cov> \[°C\]$'
says out '⠒⠒⠒'
says out '13 values, .* least 1.5, mean .*, most 21 °C'
LC_ALL=C COLUMNS=70 expect 0 bacrt trend show FAN
says out '^Low, wet \+'
awk 'length > 200 { exit 1 }' out
expect 0 bacrt trend show never
says out 'nothing recorded'
expect 0 bacrt trend show 'T <cov>' --svg t.svg
xmllint --noout t.svg
expect 0 bacrt trend show LONG --svg long.svg           # a label is cut between two characters
xmllint --noout long.svg
says long.svg '>abcdefghijklmnopqrstuvwxyzabcd<'
ln -s linked.svg link.svg               # through a link, not in its place
expect 0 bacrt trend show 'T <cov>' --svg link.svg
[ -L link.svg ] && cmp linked.svg t.svg
says t.svg 'T &lt;cov&gt;'
says t.svg 'class="line" d="M'
expect 1 bacrt trend show 'T <cov>' --svg nowhere/t.svg
says err 'nowhere'

expect 1 bacrt trend
expect 1 bacrt trend show
expect 1 bacrt trend show Nothing
says err "'Nothing'"
expect 1 bacrt trend show T
says err 'several trend logs'
expect 1 bacrt trend export FAN --since yesterday
says err "since: 'yesterday' is no time"

expect 0 bacrt set trend-log,0 0.5 --property client-cov-increment
expect 0 bacrt get trend-log,0 --property client-cov-increment
says out ' 0.5$'
expect 0 bacrt set trend-log,0 0 --property client-cov-increment

# A client empties the buffer: the mark is there, and what the project keeps is kept.
expect 0 bacrt set trend-log,0 0 --property record-count
expect 0 bacrt trend export 'T <cov>' --buffer
[ "$(wc -l <out)" = 2 ]
says out '^14,[^,]+,,,,buffer-purged'
expect 0 bacrt trend export 'T <cov>'
[ "$(wc -l <out)" = 15 ]

kill -9 "$SERVE_PID"
wait "$SERVE_PID" || :
serve device.bin 127.0.3.246 47851
expect 0 bacrt trend list 'T*'
says out ' 3/10 '                                       # still without what was purged
expect 0 bacrt trend export 'T <cov>'
says out '^14,[^,]+,,,,buffer-purged'
says out '^15,[^,]+,,,,log-interrupted'
says out '^16,[^,]+,'
[ "$(wc -l <out)" = 17 ]
serve_stop

# Compiles a project and serves it without anything kept.
anew() {
    "$BACC" compile "$1.xml" -o "$1.bin"
    rm -rf data
    serve "$1.bin" 127.0.3.246 47851
}

# What a Schedule says, as its variable counts, from the first moment on; and what an object recorded when it was of
# another datatype: the numbers that they were.
cat >says.xml <<'XML'
<?xml version="1.0" encoding="UTF-8"?>
<Project xmlns="urn:bacc:project:1" name="Says" guid="5e0c2a6e-52a2-4a0e-9a0b-3b9d6f5f2c79">
  <StateTexts name="Mode"><State value="0">Off</State><State value="1">Eco</State><State value="2">Full</State></StateTexts>
  <Variables>
    <Variable name="MODE" type="INT" stateTexts="Mode" access="output" bacnetVisible="true"/>
    <Variable name="S_MODE" type="SCHEDULE_INT" stateTexts="Mode"/>
    <Variable name="RUN" type="BOOL" access="output" bacnetVisible="true"/>
    <Variable name="S_RUN" type="SCHEDULE_BOOL"/>
    <Variable name="V" type="REAL" access="readWrite" initial="1.5" bacnetVisible="true"/>
  </Variables>
  <Plc name="PLC" timeZone="Europe/Prague"><Channel name="BACnet" protocol="BACnetServer" link="UDP">
    <Port id="1" type="IPv4"/>
    <Device name="Main" instance="1001" port="1" timeSync="offset">
      <Schedule variable="S_MODE" default="Full"><Target variable="MODE"/></Schedule>
      <Schedule variable="S_RUN" default="true"><Target variable="RUN"/></Schedule>
      <TrendLog variable="S_MODE" name="modes" logging="cov"/>
      <TrendLog variable="S_RUN" name="runs" logging="cov"/>
      <TrendLog variable="V" name="values" logging="cov" covIncrement="0"/>
    </Device>
  </Channel></Plc>
</Project>
XML
anew says
expect 0 bacrt set schedule,0 1 --property schedule-default
expect 0 bacrt set schedule,1 0 --property schedule-default
expect 0 bacrt set V 2.5
sleep 0.3
expect 0 bacrt trend show modes --json
jq -e '.log.states | length == 3' out
jq -e '[.records[] | [.value, .text]] == [[2, "Full"], [0, "Off"]]' out
expect 0 bacrt trend show runs --json
jq -e '[.records[].value] == [true, false]' out
sed -i 's/name="V" type="REAL"/name="V" type="INT" stateTexts="Mode"/; s/initial="1.5"/initial="Eco"/' says.xml
"$BACC" compile says.xml -o says.bin
expect 0 bacrt reload
sleep 0.3
expect 0 bacrt trend show values --json
jq -e '[.records[] | select(.n < 3) | .value] == [1.5, 2.5] and .records[-1].text == "Eco"' out
sed -i 's/name="V" type="INT" stateTexts="Mode"/name="V" type="REAL"/; s/initial="Eco"/initial="3.5"/' says.xml
"$BACC" compile says.xml -o says.bin
expect 0 bacrt reload
sleep 0.3
expect 0 bacrt trend show values --json
jq -e '[.records[].value | select(. != null)] == [1.5, 2.5, 2, 1]' out      # the state's value, which a REAL holds

# Summer, looked at in winter: times are those that clocks showed.
set_clock() { node "$ROOT/tests/client/say.mjs" 127.0.3.246:47851 127.0.3.247 "81 0a 00 12 01 00 10 06 $1 $2" >/dev/null; }
set_clock 'a4 7f 07 01 04' 'b4 0c 1e 00 00'                 # 2027-07-01 12:30
expect 0 bacrt set V 4.5
sleep 0.3
set_clock 'a4 7f 0c 01 03' 'b4 0c 1e 00 00'                 # 2027-12-01 12:30
expect 0 bacrt set V 5.5
sleep 0.3
expect 0 bacrt trend show values --since 2027-07-01 --until 2027-07-02
says out '2027-07-01 12:30:.* UTC\+02:00;'
expect 0 bacrt trend show values --since 2027-07-01
says out '2027-07-01 11:30.* to 2027-12-01 12:30.* UTC\+01:00;'
serve_stop

# A log that the project gives another variable does not show what it recorded of the first one as values of that; one
# whose variable has another type, name or number goes on. Taken over while it runs, and from one run to the next.
cat >whose.xml <<'XML'
<?xml version="1.0" encoding="UTF-8"?>
<Project xmlns="urn:bacc:project:1" name="Whose" guid="5e0c2a6e-52a2-4a0e-9a0b-3b9d6f5f2c80">
  <Variables>
    <Variable name="A" type="REAL" access="readWrite" initial="1" bacnetVisible="true"/>
    <Variable name="B" type="REAL" access="readWrite" initial="100" bacnetVisible="true"/>
  </Variables>
  <Plc name="PLC"><Channel name="BACnet" protocol="BACnetServer" link="UDP">
    <Port id="1" type="IPv4"/>
    <Device name="Main" instance="1001" port="1">
      <TrendLog variable="A" name="log" logging="cov" covIncrement="0"/>
      <TrendLog variable="A" name="same" logging="cov" covIncrement="0"/>
    </Device>
  </Channel></Plc>
</Project>
XML
anew whose
expect 0 bacrt set A 2
sleep 0.3
sed -i 's/variable="A" name="log"/variable="B" name="log"/' whose.xml
"$BACC" compile whose.xml -o whose.bin
expect 0 bacrt reload
sleep 0.3
expect 0 bacrt trend show log --json
jq -e '[.records[] | .value // .status[0]] == ["buffer-purged", 100]' out
expect 0 bacrt trend show same --json
jq -e '[.records[].value] == [1, 2]' out
serve_stop
sed -i 's/variable="B" name="log"/variable="A" name="log"/; s/name="A" type/name="AA" formerly="A" type/; s/variable="A"/variable="AA"/g' whose.xml
"$BACC" compile whose.xml -o whose.bin
serve whose.bin 127.0.3.246 47851
expect 0 bacrt trend show log --json
jq -e '[.records[].value | select(. != null)] == [1] and any(.records[].status; . and index("buffer-purged"))' out
expect 0 bacrt trend show same --json
jq -e '[.records[].value | select(. != null)] == [1, 2, 1]' out
expect 0 bacrt state export out.json
jq -e 'any(.values[]; .is == "subject")' out.json
expect 0 bacrt state import out.json
serve_stop
serve whose.bin 127.0.3.246 47851               # and once they are of that, they stay
expect 0 bacrt trend show log --json
jq -e '[.records[].value | select(. != null)] == [1, 1]' out
serve_stop
