# An alarm that waits for its acknowledgement while the project gets its right time zone: it still waits.
project() {
    cat >project.xml <<XML
<?xml version="1.0" encoding="UTF-8"?>
<Project xmlns="urn:bacc:project:1" name="Zones" guid="5e0c2a6e-52a2-4a0e-9a0b-3b9d6f5f2c7d">
  <AlarmPoints><AlarmPoint name="High" kind="limits" high="50"/></AlarmPoints>
  <Variables><Variable name="T" type="REAL" unit="°C" access="readWrite" initial="21" alarmPoint="High" bacnetVisible="true"/></Variables>
  <Plc name="PLC" timeZone="$1"><Channel name="BACnet" protocol="BACnetServer" link="UDP">
    <Port id="1" type="IPv4"/>
    <Device name="Main" instance="1001" port="1">
      <NotificationClass name="Class_1" ackRequired="toOffnormal"><Recipient broadcast="local" processId="1"/></NotificationClass>
    </Device>
  </Channel></Plc>
</Project>
XML
    expect 0 "$BACC" compile project.xml -o device.bin
}
project Europe/London
serve device.bin 127.0.3.246 47870
export BACRT_CONTROL=data/control
expect 0 bacrt set T 60
eventually 'high-limit' bacrt events --unacknowledged
for zone in Asia/Kathmandu America/St_Johns; do
    project $zone
    expect 0 bacrt reload
    expect 0 bacrt events --unacknowledged
    says out 'high-limit'
done
expect 0 bacrt ack T
expect 0 bacrt events --unacknowledged
lacks out 'high-limit'
serve_stop
