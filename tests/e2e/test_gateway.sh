#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_gateway - a gateway that fails during a scan costs time and no port: another router takes over, or it comes back.
#
# usage: test_gateway.sh BUILD-FOLDER
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/routers.sh"

wire
routers
ip -n "$near" route add default via 198.18.0.2
tell host 198.18.0.3/32 $gate_b

# scan OPTIONS... - of 1,024 open ports, within some four seconds.
scan() {
	rm -f "$work/status"
	near "$sonde" scan 203.0.112.0/22 -p 80 --rate 256 --no-grab --no-control-probes --cooldown 1s --db "$work/db" --quiet \
		--status-json="$work/status" "$@" >"$work/out" 2>"$work/err"
}
last() { tail -n 1 "$work/status" | jq -e "$1" >/dev/null || { tail -n 1 "$work/status" | jq -c '[.open, .probes, .gateway]'; cat "$work/err"; false; }; }
missing() { near "$sonde" count 'state:missing' --db "$work/db"; }
under_way() { jq -es '.[-1].done > 300' "$work/status" >/dev/null 2>&1; }
waits() { jq -es '.[-1].state == "gateway silent"' "$work/status" >/dev/null 2>&1; }
router_a() {
	tell hear $gate_a
	tell host 198.18.0.2/32 $gate_a
}
# survives WHAT OPTIONS... - runs `event` in the middle of a scan.
survives() {
	local what=$1 pid
	shift
	router_a
	scan "$@" &
	pid=$!
	await "the scan is under way" under_way
	event
	wait $pid
	expect "$what: exit 0" test $? -eq 0
	expect "  every port is found" last '.open == 1024'
	expect "  no port is called missing" test "$(missing)" -eq 0
}

# Another router takes over the address, as with VRRP, and says so.
takes_over() {
	tell deaf $gate_a
	tell host 198.18.0.2/32 $gate_b
	tell announce 198.18.0.2 $gate_b
}
for way in "--iface near0" "--af-packet near0" "--vdev net_af_packet0,iface=near0 --source-ip 198.18.0.9/16 --gateway 198.18.0.2"; do
	event() { takes_over; }
	survives "another router takes over, ${way%% *}" $way
	expect "  it is noticed" last '.gateway.moves == 1 and .probes.again > 0'
done

# It does not say so.
event() {
	tell deaf $gate_a
	tell host 198.18.0.2/32 $gate_b
}
survives "another router takes over in silence" --iface near0
expect "  it is noticed" last '.gateway.moves == 1'

# The gateway is away for a while.
event() {
	tell deaf $gate_a
	tell mute 198.18.0.2/32
	await "the scan waits" waits
	router_a
}
for way in "--iface near0" "--vdev net_af_packet0,iface=near0 --source-ip 198.18.0.9/16 --gateway 198.18.0.2"; do
	survives "the gateway is away for a while, ${way%% *}" $way
	expect "  what went into the void is sent again" last '.probes.again > 0 and .gateway.moves == 0'
done

# An announcement of somebody who does not answer for the address changes nothing.
event() { tell announce 198.18.0.2 $gate_b; }
survives "a false announcement" --iface near0
expect "  is not believed" last '.gateway.moves == 0'
finish
