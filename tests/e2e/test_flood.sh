#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Replies that answer no probe arrive as fast as the wire takes them: no wrong result, no memory, nothing missed.
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

wire
ip netns exec "$far" "$responder" --iface far0 --seconds 120 --open 100 >"$work/responder" &
sleep 1
"$responder" --list $network --ports 80 --open 100 | sort >"$work/expected"
mac=$(near cat /sys/class/net/near0/address)
scan quiet
expect "a quiet wire gives every open target" same quiet
ip netns exec "$far" timeout 60 "$build/tests/e2e/flood/flood" far0 "$mac" 198.18.0.1 3 >"$work/flooded" &
flood=$!
scan flood
wait $flood
expect "a flood of foreign replies reaches the scan" arrived
expect "no reply of the flood becomes a result" no_false
expect "no open target is missed" same flood
expect "no memory is taken for the flood" no_growth
echo "$(cat "$work/flooded") frames sent, $(counter foreign) foreign and $(counter malformed) malformed seen;" \
	"$(cat "$work/quiet.kb") kB without, $(cat "$work/flood.kb") kB with the flood"
finish
