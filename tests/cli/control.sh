# The commands on the control socket, against a running sample; state and audit over a restart.
# A port of its own: other samples
# with the same instance number may be running on this machine.
compile_sample ahu
serve device.bin 127.0.3.240 47840 --metrics 127.0.3.240:9641
export BACRT_CONTROL=data/control
[ "$(stat -c %a data/control)" = 660 ]
expect 0 bacrt status
says out '^device   AHU 1100 running, 26 objects'
says out '^storage  ok'
expect 0 bacrt status --json
jq -e '.devices[0].instance == 1100 and .storage.state == "ok" and (.counters | has("requests"))' out
expect 0 bacrt list --json
jq -e 'length > 20 and all(has("name"))' out
expect 0 bacrt get T_Outside AHU.T.Outside analog-input,0 1100:analog-input,0
[ "$(sort -u out | wc -l)" = 1 ]
expect 1 bacrt get nothing
says err "no variable or object 'nothing'"
expect 0 bacrt set T_Setpoint 22.5
expect 1 bacrt set T_Setpoint 2200
says err 'outside what it may be: 16 to 28 °C'
expect 1 bacrt set T_Setpoint warm
says err 'not a value of it: 16 to 28 °C'
expect 0 bacrt set T_Setpoint 20 --property min-pres-value
expect 1 bacrt set T_Setpoint 17
says err 'outside what it may be: 20 to 28 °C'
expect 0 bacrt set T_Setpoint 16 --property min-pres-value
expect 1 bacrt set Fan_Cmd 2
says err 'not a value of it: Off, On'
for word in 'Fan_Cmd active' 'Fan_Cmd inactive' 'Fan_Speed 2' 'Fan_Speed 1' 'Y_Cooling 2.5' 'Y_Cooling 0'; do
    expect 0 bacrt set ${word% *} ${word#* } --property relinquish-default
    expect 0 bacrt get ${word% *} --property relinquish-default
    says out " ${word#* }$"
done
for text in 007 true null 1e3; do
    expect 0 bacrt set Fan_Cmd "$text" --property description
    expect 0 bacrt get Fan_Cmd --property description
    says out " $text$"
done
expect 0 bacrt set Fan_Cmd true --property relinquish-default
expect 0 bacrt set Fan_Cmd 0 --property relinquish-default
expect 1 bacrt set Fan_Cmd 2 --property relinquish-default
expect 1 bacrt set Fan_Speed 99 --property relinquish-default
expect 1 bacrt set Fan_Speed 1.5 --property relinquish-default
expect 1 bacrt get T_Setpoint --property nope
says err "T_Setpoint: it has no property 'nope'"
expect 1 bacrt set Mode_Request 9
says err 'outside what it may be: Stop, '
expect 0 bacrt set Y_Heating 40 --priority 3
expect 0 bacrt read 127.0.3.240:47840 analog-output,0 present-value --bind 127.0.3.2:0
says out '^40'
expect 0 bacrt manual T_Outside -7.5
says out 'manual'
expect 0 bacrt set Y_Heating null --priority 3
expect 0 bacrt set Y_Cooling 12
expect 0 bacrt stop AHU
bacrt read 127.0.3.240:47840 device,1100 object-name --bind 127.0.3.2:0 --timeout 1 >out 2>err && { echo 'a stopped device answers'; exit 1; }
expect 0 bacrt start 1100
expect 0 bacrt audit --kind manual
says out 'T_Outside.* -> -7.5  done'
expect 0 bacrt audit Y_Heating --json
jq -e '.entries | length == 2 and .[0].priority == 3' out
expect 0 bacrt reload
says out '26 kept, 0 new, 0 gone'
expect 1 bacrt reload /dev/null
expect 0 bacrt get T_Outside
says out '-7.5 .*manual'
curl -sf http://127.0.3.240:9641/metrics >metrics
says metrics '^bacrt_reloads_total 1$'
says metrics '^bacrt_variables_manual 1$'
expect 0 bacrt state export kept.json
jq -e '.format == "bacrt-state" and (.values | length > 0)' kept.json
kill -9 "$SERVE_PID"
wait "$SERVE_PID" || :
serve device.bin 127.0.3.240 47840
expect 0 bacrt get T_Outside
says out '-7.5 .*manual'
expect 0 bacrt get Y_Cooling
says out ' 12 '
expect 0 bacrt auto T_Outside
expect 0 bacrt state import kept.json
says out ', 0 refused'
expect 0 bacrt get T_Outside
says out '-7.5 .*manual'
expect 0 bacrt state prune
serve_stop
