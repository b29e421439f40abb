#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_masters - interfaces that are parts of others, and the others: VRF, bond, bridge, VLAN.
#
# usage: test_masters.sh BUILD-FOLDER
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/routers.sh"

wire
routers
tell host 198.18.0.2/32 $gate_a

# scan ARGUMENTS... - how many are found, in $open; exit code in $code.
scan() {
	forget
	rm -rf "$work/db"
	near timeout 60 "$sonde" scan "$@" -p 80 --rate 2k --no-grab --no-control-probes --cooldown 500ms --db "$work/db" --quiet \
		>"$work/out" 2>"$work/err"
	code=$?
	open=$("$sonde" count --db "$work/db" 'state:open' 2>/dev/null || echo 0)
}
found() { [ "$open" -eq "$1" ] || { echo "  $open of $1 found, exit code $code"; cat "$work/err"; return 1; }; }

if ip -n "$near" link add vrf0 type vrf table 10 2>/dev/null; then
	ip -n "$near" link set vrf0 up
	ip -n "$near" link set near0 master vrf0
	ip -n "$near" addr replace 198.18.0.1/16 dev near0
	ip -n "$near" route add default via 198.18.0.2 vrf vrf0
	await_carrier "$near" near0
	scan 203.0.113.0/24 --iface near0
	expect "an interface of a VRF: the VRF's routes are followed" found 256
	ip -n "$near" link del vrf0
	ip -n "$near" addr replace 198.18.0.1/16 dev near0
else
	echo "skipped: this kernel has no VRF"
fi

if ip -n "$near" link add br0 type bridge 2>/dev/null; then
	ip -n "$near" addr flush dev near0
	ip -n "$near" link set near0 master br0
	ip -n "$near" addr add 198.18.0.1/16 dev br0
	ip -n "$near" link set br0 up
	await_carrier "$near" br0
	ip -n "$near" route add default via 198.18.0.2
	scan 203.0.113.0/24 --iface br0
	expect "a bridge" found 256
	scan 203.0.113.0/24 --iface near0
	expect "a port of a bridge has no address of its own: exit code 5" test "$code" -eq 5
	expect "  and the bridge is named" grep -q "'near0' is a part of bridge 'br0', .*scan over 'br0'" "$work/err"
	ip -n "$near" link del br0
	ip -n "$near" addr replace 198.18.0.1/16 dev near0
fi

if ip -n "$near" link add bond0 type bond mode active-backup 2>/dev/null; then
	ip -n "$near" link set near0 down
	ip -n "$near" link set near0 master bond0
	ip -n "$near" addr add 198.18.0.1/16 dev bond0
	ip -n "$near" link set bond0 up
	await_carrier "$near" bond0
	ip -n "$near" route replace default via 198.18.0.2
	scan 203.0.113.0/24 --iface bond0
	expect "a bond" found 256
else
	echo "skipped: this kernel has no bonds"
fi
finish
