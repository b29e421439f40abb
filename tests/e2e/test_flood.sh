#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Replies that answer no probe arrive as fast as the wire takes them: no wrong result, no memory, nothing missed.
# runs: alone
. "$(dirname "$0")/lib.sh"
network=10.0.0.0/16
probe=$build/tests/e2e/dp_probe/dp_probe
responder=$build/tests/e2e/responder/responder

# scan NAME - the open targets to $work/NAME, the counters to NAME.log, the most memory it took in kB to NAME.kb. Three
# passes, for the flood fills the wire's own queue and true answers fall out of it; the last pass begins after its end.
scan() {
	local kb pid
	ip netns exec "$near" "$probe" --iface near0 --ports 80 --gateway-mac 02:53:6f:6e:64:65 --rate 30000 --passes 3 \
		$network >"$work/$1.all" 2>"$work/$1.log" &
	pid=$!
	while kill -0 $pid 2>/dev/null; do
		kb=$(awk '/VmHWM/ {print $2}' /proc/$pid/status 2>/dev/null)
		[ -z "$kb" ] || echo "$kb" >"$work/$1.kb"
		sleep 0.1
	done
	wait $pid || return 1
	sort -u "$work/$1.all" >"$work/$1"
}

counter() { tail -n 1 "$work/flood.log" | jq ".$1"; }
same() { cmp -s "$work/expected" "$work/$1"; }
no_growth() { [ "$(cat "$work/flood.kb")" -le $(($(cat "$work/quiet.kb") + 4096)) ]; }
no_false() { [ "$(comm -13 "$work/expected" "$work/flood" | wc -l)" -eq 0 ]; }
arrived() { [ "$(counter 'foreign + .malformed')" -ge 100000 ]; }
# flood DESTINATION - for three seconds, as soon as the scan listens.
flood() {
	await "the scan listens" attached
	ip netns exec "$far" timeout 60 "$build/tests/e2e/flood/flood" far0 "$mac" "$1" 3 >"$work/flooded"
}

go_first
wire
ip netns exec "$far" "$responder" --iface far0 --seconds 300 --open 100 >"$work/responder" &
await_line "$work/responder" ready
"$responder" --list $network --ports 80 --open 100 | sort >"$work/expected"
mac=$(near cat /sys/class/net/near0/address)
scan quiet
expect "a quiet wire gives every open target" same quiet
flood 198.18.0.1 &
flood=$!
scan flood
wait $flood
expect "a flood of foreign replies reaches the scan" arrived
expect "no reply of the flood becomes a result" no_false
expect "no open target is missed" same flood
expect "no memory is taken for the flood" no_growth
echo "$(cat "$work/flooded") frames sent, $(counter foreign) foreign and $(counter malformed) malformed seen;" \
	"$(cat "$work/quiet.kb") kB without, $(cat "$work/flood.kb") kB with the flood"

# IPv6, through the whole program: the same claims of a scan of 16,384 addresses.
near6=2001:db8::1
range6=2001:db8:1::-2001:db8:1::3fff
for ns in "$near" "$far"; do
	ip netns exec "$ns" sh -c 'for i in all near0 far0; do f=/proc/sys/net/ipv6/conf/$i; [ ! -d $f ] || echo 0 >$f/disable_ipv6; done'
done
ip -n "$near" -6 addr add $near6/64 dev near0 nodad
"$responder" --list 0.0.0.0/18 --ports 80 --open 100 |
	python3 -c 'import ipaddress, sys
for line in sys.stdin: print(ipaddress.ip_address("2001:db8:1::" + line.split(":")[0]))' | sort >"$work/expected"
# scan6 NAME - the open targets to $work/NAME, counters and most memory likewise.
scan6() {
	local kb pid db=$work/db-$1
	ip netns exec "$near" "$sonde" scan $range6 -p 80 --iface near0 --gateway-mac 02:53:6f:6e:64:65 --rate 5000 --passes 3 \
		--no-grab --no-control-probes --cooldown 1 --quiet --db "$db" --status-json="$work/status" 2>"$work/err" &
	pid=$!
	while kill -0 $pid 2>/dev/null; do
		kb=$(awk '/RssAnon/ {print $2}' /proc/$pid/status 2>/dev/null)
		[ -z "$kb" ] || [ "$kb" -le "$(cat "$work/$1.kb" 2>/dev/null || echo 0)" ] || echo "$kb" >"$work/$1.kb"
		sleep 0.1
	done
	wait $pid || { cat "$work/err"; return 1; }
	tail -n 1 "$work/status" | jq .replies >"$work/$1.log"
	"$sonde" search --db "$db" 'state:open' -o ndjson | jq -r .ip | sort >"$work/$1"
}
counter() { jq ".$1" "$work/flood.log"; }
rm -f "$work/quiet.kb" "$work/flood.kb"
scan6 quiet
expect "IPv6: a quiet wire gives every open target" same quiet
flood $near6 &
flood=$!
scan6 flood
wait $flood
expect "IPv6: a flood of foreign replies reaches the scan" arrived
expect "IPv6: no reply of the flood becomes a result" no_false
expect "IPv6: no open target is missed" same flood
expect "IPv6: no memory is taken for the flood" no_growth
echo "$(cat "$work/flooded") frames sent, $(counter foreign) foreign and $(counter malformed) malformed seen;" \
	"$(cat "$work/quiet.kb") kB without, $(cat "$work/flood.kb") kB with the flood"
finish
