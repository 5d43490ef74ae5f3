# The page of counters names sources as they are called, whatever is in their names: one that the format does not have
# costs a scraper the whole page.
command -v curl >/dev/null || skip "curl is missing"
addr=127.0.3.$(client_host "$NAME")
long='Výměníková stanice u řeky, západní část, druhé podlaží u výtahu'
cat >project.xml <<X
<Project xmlns="urn:bacc:project:1" name="M">
  <Sources><Simulate id='the "old" one\2'/><Simulate id="$long, A"/><Simulate id="$long, B"/></Sources>
  <Variables>
    <Variable name="A" type="REAL" access="read" bacnetVisible="true"><Bind source='the "old" one\2' signal="constant" value="1"/></Variable>
    <Variable name="B" type="REAL" access="read" bacnetVisible="true"><Bind source="$long, A" signal="constant" value="1"/></Variable>
    <Variable name="C" type="REAL" access="read" bacnetVisible="true"><Bind source="$long, B" signal="constant" value="1"/></Variable>
  </Variables>
  <Plc name="P"><Channel><Port id="1"/><Device name="Main" instance="1001"/></Channel></Plc>
</Project>
X
expect 0 "$BACC" compile -q project.xml -o device.bin
serve device.bin "$addr" 47808 --metrics "$addr:9643"
curl -sf "http://$addr:9643/metrics" | grep -a source_up >metrics
cat >want <<X
# HELP bacrt_source_up 1: the source is connected.
# TYPE bacrt_source_up gauge
bacrt_source_up{source="the \\"old\\" one\\\\2"} 1
bacrt_source_up{source="$long, A"} 1
bacrt_source_up{source="$long, B"} 1
X
diff metrics want
serve_stop
