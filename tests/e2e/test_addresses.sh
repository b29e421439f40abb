#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_addresses - what probes are sent as and to: VLAN, several sources, own ones among them, source ports, the gateway's
# MAC address; over AF_XDP, AF_PACKET and AF_PACKET as a device of our own. The far end's hosts ask by ARP whom they answer.
#
# usage: test_addresses.sh BUILD-FOLDER
. "$(dirname "$0")/lib.sh"

command -v python3 >/dev/null || {
	echo "needs python3"
	exit 77
}
targets=198.19.0.0/24
gateway=198.18.255.254
mac=02:00:00:00:be:ef

wire

# hosts [VLAN] - in place of those before; their list of SYNs is $work/syns.
hosts() {
	[ -z "${host-}" ] || { kill "$host" && wait "$host" 2>/dev/null; }
	: >"$work/syns"
	ip netns exec "$far" python3 "$here/raw_host.py" far0 198.18.0.0/15 "$@" >"$work/syns" &
	host=$!
	await_line "$work/syns" ready
}
# scan ARGUMENTS... - how many are found, in $open.
scan() {
	near timeout 60 "$sonde" scan $targets -p 80 --rate 1k --no-grab --cooldown 1500ms --db "$work/db" "$@" 2>"$work/err"
	open=$("$sonde" count --db "$work/db" 'state:open' 2>/dev/null || echo 0)
	rm -rf "$work/db"
}
# column N - the different values in a column of the SYNs that arrived.
column() { awk -v n="$1" '$1 != "ready" {print $n}' "$work/syns" | sort -u; }
all() { test "$open" -eq 256 || { echo "  $open of 256 found"; cat "$work/err"; return 1; }; }
columns() { test "$(column "$1" | tr '\n' ' ')" = "$2 " || { column "$1"; return 1; }; }

hosts
scan --iface near0 --gateway $gateway
expect "the interface's own address is the source" columns 1 198.18.0.1
expect "  and all answer it" all
hosts
scan --iface near0 --gateway-mac $mac
expect "the gateway's MAC address takes the place of its address" columns 5 $mac
expect "  and all answer" all
hosts
scan --iface near0 --gateway-mac 02:00:00:00:00:99
expect "  another one is where probes go then" columns 5 02:00:00:00:00:99

ip -n "$near" addr add 198.18.0.7/16 dev near0
hosts
scan --iface near0 --gateway $gateway --source-ip 198.18.0.1 --source-ip 198.18.0.7 --source-ip 198.18.0.8
expect "probes go out from each of several sources, the kernel's or not" columns 1 "198.18.0.1 198.18.0.7 198.18.0.8"
expect "  and answers to all are taken" all
hosts
# Without control probes, which have ports of the range for themselves.
scan --iface near0 --gateway $gateway --source-ip 198.18.0.8 --source-port 50000-50009 --no-control-probes
expect "an address that is ours alone is answered for" all
expect "  and source ports come from the range, all of them" columns 2 "$(seq -s ' ' 50000 50009)"
hosts
scan --iface near0 --gateway $gateway --source-ip 198.18.0.8 --generic-xdp
expect "  with generic XDP too" all
expect "  which the description names" grep -q 'AF_XDP generic copy' "$work/err"

hosts 7
scan --iface near0 --gateway $gateway --vlan 7
expect "a VLAN's probes carry its tag" columns 4 7
expect "  and its hosts' answers are taken" all
hosts 7
scan --iface near0 --gateway $gateway --vlan 7 --generic-xdp
expect "  with generic XDP too" all
hosts 7
scan --iface near0 --gateway $gateway --vlan 8
expect "another VLAN's gateway does not answer" grep -q "does not answer ARP" "$work/err"

if ip -n "$near" link add br0 type bridge; then
	ip -n "$near" link set near0 master br0
	ip -n "$near" link set br0 up
	await_carrier "$near" br0
	hosts
	scan --iface near0 --gateway $gateway --source-ip 198.18.0.8
	expect "an interface in a bridge is scanned over" all
	ip -n "$near" link del br0
fi

hosts
scan --af-packet near0 --gateway $gateway --source-ip 198.18.0.8
expect "AF_PACKET, from an address of its own" all
hosts 7
scan --af-packet near0 --gateway $gateway --vlan 7
expect "  in a VLAN" all
hosts
scan --vdev net_af_packet0,iface=near0 --gateway $gateway --source-ip 198.18.0.9/16
expect "AF_PACKET as a device of our own: ARP asked and answered" all
hosts
scan --vdev net_af_packet0,iface=near0 --gateway $gateway --source-ip 198.18.0.9/16 --source-ip 198.18.0.10 --source-port 40000
expect "  from several sources" columns 1 "198.18.0.10 198.18.0.9"
expect "  one source port" columns 2 40000
expect "  and answers to all are taken" all
hosts 7
scan --vdev net_af_packet0,iface=near0 --gateway $gateway --source-ip 198.18.0.9/16 --vlan 7
expect "  in a VLAN" all
finish
