# Trend logs whose kind of logging or interval another image changes: each goes on as it is called now, at once.
project() {
    cat >project.xml <<XML
<?xml version="1.0" encoding="UTF-8"?>
<Project xmlns="urn:bacc:project:1" name="Trends" guid="5e0c2a6e-52a2-4a0e-9a0b-3b9d6f5f2c79">
  <Variables>
    <Variable name="T" type="REAL" unit="°C" access="readWrite" initial="21" bacnetVisible="true"/>
  </Variables>
  <Plc name="PLC" timeZone="Europe/Prague"><Channel name="BACnet" protocol="BACnetServer" link="UDP">
    <Port id="1" type="IPv4"/>
    <Device name="Main" instance="1001" port="1">
      <TrendLog variable="T" name="polls now" $1/>
      <TrendLog variable="T" name="polls when told no more" $2/>
      <TrendLog variable="T" name="polls more often" $3/>
      <TrendLog variable="T" name="polls no more" $4/>
    </Device>
  </Channel></Plc>
</Project>
XML
    expect 0 "$BACC" compile project.xml -o device.bin
}
project 'logging="cov"' 'logging="triggered"' 'interval="1h"' 'interval="1s"'
serve device.bin 127.0.3.246 47868
export BACRT_CONTROL=data/control
eventually '^[2-9],.*,21,' bacrt trend export 'polls no more'

# An interval that a client wrote is none of another kind of logging; 0 would never be over.
expect 0 bacrt set 'polls now' 0 --property log-interval
expect 0 bacrt set 'polls no more' 200 --property log-interval

project 'interval="1s"' 'interval="1s"' 'interval="1s"' 'logging="cov"'
expect 0 bacrt reload
eventually '^[3-9],.*,21,' bacrt trend export 'polls now'
eventually '^[3-9],.*,21,' bacrt trend export 'polls when told no more'
eventually '^[3-9],.*,21,' bacrt trend export 'polls more often'
expect 0 bacrt trend export 'polls no more'
says out ',21,'
lacks out interrupted
expect 0 bacrt get 'polls now' --property log-interval
says out ' 100$'
expect 0 bacrt get 'polls no more' --property log-interval
says out ' 0$'
serve_stop

# Another variable: what is kept of the one before is not shown under the name and unit of this one, also after a start.
project 'interval="1s" keep="1d"' 'interval="1s"' 'interval="1s"' 'interval="1s"'
serve device.bin 127.0.3.246 47868
eventually '^[2-9][0-9]*,.*,21,' bacrt trend export 'polls now'
sed -i 's|<Variable name="T"|<Variable name="U" type="REAL" unit="kW" access="readWrite" initial="7" bacnetVisible="true"/>&|
    s|variable="T" name="polls now"|variable="U" name="polls now"|' project.xml
expect 0 "$BACC" compile project.xml -o device.bin
expect 0 bacrt reload
eventually ',7,' bacrt trend export 'polls now'
lacks got ',21,'
serve_stop
serve device.bin 127.0.3.246 47868
expect 0 bacrt trend export 'polls now'
says out ',7,'
lacks out ',21,'
serve_stop
