# A clock that was set back: what was recorded since, or until, a time is told by that, not by its place in the log.
command -v node >/dev/null || skip "node is missing"
cat >project.xml <<'XML'
<?xml version="1.0" encoding="UTF-8"?>
<Project xmlns="urn:bacc:project:1" name="Trends" guid="5e0c2a6e-52a2-4a0e-9a0b-3b9d6f5f2c7b">
  <Variables><Variable name="T" type="REAL" unit="°C" access="readWrite" initial="21" bacnetVisible="true"/></Variables>
  <Plc name="PLC" timeZone="Europe/Prague"><Channel name="BACnet" protocol="BACnetServer" link="UDP">
    <Port id="1" type="IPv4"/>
    <Device name="Main" instance="1001" port="1" timeSync="offset">
      <TrendLog variable="T" name="log" logging="cov" covIncrement="0"/>
    </Device>
  </Channel></Plc>
</Project>
XML
expect 0 "$BACC" compile project.xml -o device.bin
serve device.bin 127.0.3.246 47869
export BACRT_CONTROL=data/control
# 24 December 2036, then of the year before; each with a value. What is read in between is answered when the clock is set.
node "$ROOT/tests/client/say.mjs" 127.0.3.246:47869 127.0.3.247 '81 0a 00 12 01 00 10 09 a4 88 0c 18 ff b4 10 14 1e 00' \
    '81 0a 00 11 01 04 00 05 01 0c 0c 02 00 03 e9 19 38' >said
expect 0 bacrt set T 22
eventually ',22,' bacrt trend export log
node "$ROOT/tests/client/say.mjs" 127.0.3.246:47869 127.0.3.247 '81 0a 00 12 01 00 10 09 a4 87 0c 18 ff b4 10 14 1e 00' \
    '81 0a 00 11 01 04 00 05 02 0c 0c 02 00 03 e9 19 38' >said
expect 0 bacrt set T 23
eventually ',23,' bacrt trend export log
expect 0 bacrt trend export log --since 2036-01-01
says out '2036-12-24T.*,22,'
lacks out 'Z,(21|23),|^[^,]*,2035'
expect 0 bacrt trend export log --since 2030-01-01 --until 2036-01-01
says out '2035-12-24T.*,23,'
lacks out 'Z,(21|22),|^[^,]*,2036'
serve_stop
