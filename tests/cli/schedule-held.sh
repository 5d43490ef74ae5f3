# What a schedule has commanded is given back where no schedule commands any more: another priority or another target,
# written by a client, or in an image that a reload or a start takes. What somebody else has written there stays.
export BACRT_CONTROL=data/control
addr=127.0.3.$(client_host schedule-held)
project() {                     # PRIORITY TARGET...
    priority=$1
    shift
    cat <<X
<Project xmlns="urn:bacc:project:1" name="Held">
  <Variables>
    <Variable name="One" type="REAL" unit="%" access="output" retain="true" bacnetVisible="true"/>
    <Variable name="Two" type="REAL" unit="%" access="output" retain="true" bacnetVisible="true"/>
    <Variable name="OCC" type="SCHEDULE_REAL"/>
  </Variables>
  <Plc name="P"><Channel><Port id="1"/><Device name="Main" instance="1001">
    <Schedule variable="OCC" default="50" priority="$priority">$(for t; do echo "<Target variable=\"$t\"/>"; done)</Schedule>
  </Device></Channel></Plc>
</Project>
X
}
image() {
    project "$@" >project.xml
    "$BACC" compile -q project.xml -o device.bin
}
# The priorities at which One and Two are commanded, and by what: 8=50 for instance
array() {
    "$BACRT" read "$addr" "AO,$1" priority-array --json | jq -r '[to_entries[] | select(.value != null) | "\(.key + 1)=\(.value)"] | join(" ")'
}
both() { echo "$(array 0),$(array 1)."; }
held() { eventually "^$1,$2\\.\$" both; }
image 8 One Two
serve device.bin "$addr"
held 8=50 8=50
# a client's priority: there at once, and nothing is left at the old one
expect 0 bacrt set OCC 12 --property priority-for-writing
held 12=50 12=50
# what somebody else has written at that priority since is not the schedule's
expect 0 bacrt set Two 60 --priority 12
expect 0 bacrt set OCC 10 --property priority-for-writing
held 10=50 '10=50 12=60'
serve_stop
# over a restart, with the same image and with another
serve device.bin "$addr"
held 10=50 '10=50 12=60'
serve_stop
rm -r data
serve device.bin "$addr"
held 8=50 8=50
serve_stop
image 9 Two
serve device.bin "$addr"
held '' 9=50
# by a reload: another target, then none
image 9 One
expect 0 bacrt reload
held 9=50 ''
expect 0 bacrt set Two 70 --priority 9
image 9
expect 0 bacrt reload
held '' 9=70
serve_stop
# the schedule itself is gone
image 11 One Two
serve device.bin "$addr"
held 11=50 '9=70 11=50'
serve_stop
sed -i '/<Schedule variable="OCC"/,/<\/Schedule>/d; /SCHEDULE_REAL/d' project.xml
"$BACC" compile -q project.xml -o device.bin
serve device.bin "$addr"
held '' 9=70
serve_stop
