#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_carrier - a kernel interface that loses its carrier, or is set down, costs a scan time and no port.
#
# usage: test_carrier.sh BUILD-FOLDER
. "$(dirname "$0")/lib.sh"

wire
ip netns exec "$far" "$build/tests/e2e/responder/responder" --iface far0 --seconds 300 --open 1000 >"$work/ready" &
await_line "$work/ready" ready

# scan OPTIONS... - of 1,024 open ports, within four seconds.
scan() {
	near "$sonde" scan 198.19.0.0/22 -p 80 --gateway 198.18.0.2 --rate 256 --no-grab --no-control-probes --cooldown 1s --db "$work/db" --quiet \
		--status-json="$work/status" "$@" >"$work/out" 2>"$work/err"
}
last() { tail -n 1 "$work/status" | jq -e "$1" >/dev/null; }
missing() { near "$sonde" search 'state:missing' --db "$work/db" -o ndjson | wc -l; }

scan --iface near0
expect "a scan finds 1,024 open ports" last '.open == 1024'

# interrupted WHAT FROM TO OPTIONS... - runs FROM, and TO a while later, in the middle of a scan.
interrupted() {
	local what=$1 from=$2 to=$3 pid
	shift 3
	rm -f "$work/status"
	scan "$@" &
	pid=$!
	await "the scan is under way" under_way
	eval "$from"
	await "the scan waits" waits
	eval "$to"
	wait $pid
	expect "$what: exit 0" test $? -eq 0
	expect "  every port is found" last '.open == 1024'
	expect "  no port is called missing" test "$(missing)" -eq 0
	expect "  what was lost was sent again, and no more" last '.probes.again > 0 and .probes.again < 700'
	expect "  no target counts twice" last '.coverage.probed == 1024'
}
under_way() { jq -es '.[-1].done > 300' "$work/status" >/dev/null 2>&1; }
waits() { jq -es '.[-1].state == "link down"' "$work/status" >/dev/null 2>&1; }

interrupted "no carrier" 'ip -n "$far" link set far0 down' 'ip -n "$far" link set far0 up' --iface near0
interrupted "set down" 'ip -n "$near" link set near0 down' 'ip -n "$near" link set near0 up' --iface near0

# A carrier that goes and comes back between two looks.
flap() {
	ip -n "$far" link set far0 down
	ip -n "$far" link set far0 up
}
rm -f "$work/status"
scan --iface near0 &
pid=$!
await "the scan is under way" under_way
flap
wait $pid
expect "a short loss of the carrier costs no port" last '.open == 1024'
expect "  and is noticed" last '.probes.again > 0'

# What the far end sends from XDP arrives only if the near end has a program, too.
ip netns exec "$near" "$build/tests/e2e/responder/responder" --iface near0 --seconds 120 --pass >"$work/ready2" &
await_line "$work/ready2" ready
interrupted "no carrier, AF_PACKET" 'ip -n "$far" link set far0 down' 'ip -n "$far" link set far0 up' --af-packet near0
interrupted "set down, AF_PACKET" 'ip -n "$near" link set near0 down' 'ip -n "$near" link set near0 up' --af-packet near0
finish
