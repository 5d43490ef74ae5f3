# MQTT over TLS on a real broker, with certificates made here: both sides proven, files beside the image,
# a broker that is somebody else, a password that is wrong.
command -v mosquitto >/dev/null || skip "mosquitto is missing"
command -v openssl >/dev/null || skip "openssl is missing"
command -v mosquitto_passwd >/dev/null || skip "mosquitto_passwd is missing"
PEER=${BACRT%/*}/tests/peer
"$PEER" has mqtt || skip "built without MQTT"
export BACRT_CONTROL=data/control
BROKER=''
authority() { openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=$1" -keyout "$1.key" -out "$1.pem" 2>/dev/null; }
signed() {                              # NAME SUBJECT EXTENSION AUTHORITY
    openssl req -newkey rsa:2048 -nodes -subj "$2" -keyout "$1.key" -out "$1.csr" 2>/dev/null
    printf '%s\n' "$3" >"$1.ext"
    openssl x509 -req -in "$1.csr" -days 2 -CA "$4.pem" -CAkey "$4.key" -CAcreateserial -extfile "$1.ext" -out "$1.pem" 2>/dev/null
}
authority plant && authority stranger
signed broker /CN=broker 'subjectAltName=IP:127.0.4.66' plant
signed other /CN=other 'subjectAltName=IP:127.0.4.67' plant
signed gateway /CN=gateway 'extendedKeyUsage=clientAuth' plant
printf 'bacrt:\n' >users
mosquitto_passwd -b -c users bacrt secret 2>/dev/null
chmod 600 users; [ "$(id -u)" != 0 ] || chown mosquitto users 2>/dev/null || :
cat >p.xml <<'X'
<Project xmlns="urn:bacc:project:1" name="S" guid="0b5f6a3e-8a53-4f0e-9d5c-2f1f6c1f7a31">
  <Sources><Mqtt id="plant" url="mqtts://127.0.4.66:18834" user="bacrt" passwordFile="password" caFile="plant.pem" certFile="gateway.pem" keyFile="gateway.key"/></Sources>
  <Variables>
    <Variable name="T" type="REAL" access="read" bacnetVisible="true"><Bind source="plant" read="t"/></Variable>
    <Variable name="Y" type="REAL" access="output" bacnetVisible="true"><Bind source="plant" write="y" qos="2"/></Variable>
  </Variables>
  <Plc name="P"><Channel name="B" protocol="BACnetServer" link="UDP"><Port id="1" network="1" type="IPv4" adapter="lo"/>
    <Device name="Main" instance="79" port="1"/></Channel></Plc>
</Project>
X
config() {                              # CERTIFICATE
    cat <<X
per_listener_settings true
persistence false
user root
listener 18833 127.0.4.66
allow_anonymous true
listener 18834 127.0.4.66
allow_anonymous false
password_file $PWD/users
cafile $PWD/plant.pem
certfile $PWD/$1.pem
keyfile $PWD/$1.key
require_certificate true
X
}
broker() { config "$1" >broker.conf; mosquitto -c broker.conf >broker.log 2>&1 & BROKER=$!; sleep 0.5; }
end_broker() { kill "$BROKER"; wait "$BROKER" 2>/dev/null || :; }
status_() {                             # PATTERN, within some seconds
    eventually "$1" bacrt status
}
echo secret >password
expect 0 "$BACC" compile p.xml -o p.bin
broker broker
kill -0 $BROKER 2>/dev/null || { cat broker.log; exit 1; }
"$PEER" pub 127.0.4.66 18833 t 21.5 retain
# run from elsewhere: the files are beside the image
mkdir elsewhere
(cd elsewhere && exec "$BACRT" run ../p.bin --bind 127.0.4.66 --port 47845 --data ../data >../bacrt.log 2>&1) & SERVE_PID=$!
trap 'kill -9 $SERVE_PID $BROKER 2>/dev/null' EXIT
status_ '^source +plant Mqtt connected'
wait_until "bacrt get T >out && grep -q '21\\.5' out" out bacrt.log
"$PEER" sub 127.0.4.66 18833 y >heard & SUB=$!
trap 'kill -9 $SERVE_PID $BROKER $SUB 2>/dev/null' EXIT
sleep 0.3
expect 0 bacrt set Y 42
wait_until "grep -q '^y 42' heard" heard bacrt.log broker.log
kill $SUB
# the broker comes back with the certificate of another host: nothing is said to it
end_broker
status_ '^source +plant Mqtt lost'
broker other
sleep 2.5
bacrt status >status
says status '^source +plant Mqtt lost .*(TLS: certificate verify failed|host name)'
expect 0 "$BACRT" read 127.0.4.66:47845 analog-input,0 reliability --bind 127.0.4.68:0
says out 'communication-failure'
end_broker
broker broker
status_ '^source +plant Mqtt connected' 200
serve_stop
# what is wrong is said, and costs the source alone
wrong() {                               # PATTERN
    "$BACRT" run p.bin --bind 127.0.4.66 --port 47845 --data data >bacrt.log 2>&1 & SERVE_PID=$!
    trap 'kill -9 $SERVE_PID $BROKER 2>/dev/null' EXIT
    status_ "^source +plant Mqtt (lost|unavailable) .*$1"
    expect 0 "$BACRT" read 127.0.4.66:47845 analog-output,0 present-value --bind 127.0.4.68:0
    serve_stop
}
echo guess >password
wrong '[Nn]ot authori[sz]ed|[Bb]ad user ?name|refused'
echo secret >password
mv plant.pem plant.away
cp stranger.pem plant.pem
wrong 'TLS: certificate verify failed'
rm plant.pem
wrong 'plant\.pem: No such file'
mv plant.away plant.pem
rm gateway.key
wrong 'gateway\.key: No such file'
rm password
wrong 'password'
grep -q secret bacrt.log status && { echo 'the password is in the log'; exit 1; }
end_broker
