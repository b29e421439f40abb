#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_routes - each target is reached by the kernel's route to it: next hop, source address, interface.
#
# usage: test_routes.sh BUILD-FOLDER
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/routers.sh"

wire
routers
ip -n "$near" addr flush dev near0
ip -n "$near" addr add 198.18.0.1/24 dev near0
tell host 198.18.0.2/32 $gate_a
tell host 198.18.0.3/32 $gate_b

# scan ARGUMENTS... - how many are found, in $open; exit code in $code.
scan() {
	forget
	rm -rf "$work/db"
	near timeout 60 "$sonde" scan "$@" -p 80 --rate 2k --no-grab --no-control-probes --cooldown 500ms --db "$work/db" --quiet \
		--status-json="$work/status" >"$work/out" 2>"$work/err"
	code=$?
	open=$("$sonde" count --db "$work/db" 'state:open' 2>/dev/null || echo 0)
}
found() { [ "$open" -eq "$1" ] || { echo "  $open of $1 found, exit code $code"; cat "$work/err"; return 1; }; }
exits() { [ "$code" -eq "$1" ] || { echo "  exit code $code instead of $1"; cat "$work/err"; return 1; }; }
says() { grep -qe "$1" "$work/err" || { cat "$work/err"; return 1; }; }

echo "next hops:"
ip -n "$near" route add default via 198.18.0.2
ip -n "$near" route add 203.0.113.128/25 via 198.18.0.3
scan 203.0.113.0/24 --iface near0
expect "a more specific route has a gateway of its own" found 256
expect "  half of the probes go by each" test "$(by $gate_a) $(by $gate_b)" = "128 128"
scan 203.0.113.0/24 --af-packet near0
expect "  over AF_PACKET, too" found 256
ip -n "$near" rule add to 203.0.113.0/26 lookup 100
ip -n "$near" route add default via 198.18.0.3 table 100
scan 203.0.113.0/24 --iface near0
expect "a rule with a table of its own is followed" test "$(by $gate_a) $(by $gate_b)" = "64 192"
expect "  and all answer" found 256
ip -n "$near" rule del to 203.0.113.0/26 lookup 100
ip -n "$near" route del 203.0.113.128/25 via 198.18.0.3
ip -n "$near" route add 203.0.113.0/24 nexthop via 198.18.0.2 nexthop via 198.18.0.3
scan 203.0.113.0/24 --iface near0
expect "one of several paths serves" found 256
ip -n "$near" route del 203.0.113.0/24
scan 203.0.113.0/24 198.18.0.0/28 --iface near0
expect "the own network beside targets beyond it" found 258
expect "  the own address is named, and not probed" says '198.18.0.1.*own address'
ip -n "$near" route add 192.0.2.0/24 dev near0
tell host 192.0.2.0/24 02:00:00:00:cc:03
scan 192.0.2.0/24 --iface near0
expect "a route without a gateway: the targets themselves are asked" found 256
expect "  and get the probes" test "$(by 02:00:00:00:cc:03)" -eq 256
ip -n "$near" route del 192.0.2.0/24
ip -n "$near" route replace default via 10.255.255.1 dev near0 onlink
tell host 10.255.255.1/32 $gate_b
scan 203.0.113.0/28 --iface near0
expect "a gateway that is on no network of the interface (onlink)" found 16
ip -n "$near" route replace default via 198.18.0.2
ip -n "$near" addr add 198.18.8.0/31 dev near0
tell host 198.18.8.1/32 02:00:00:00:cc:04
scan 198.18.8.1 --iface near0
expect "the other end of a /31" found 1
ip -n "$near" addr del 198.18.8.0/31 dev near0
ip -n "$near" addr add 198.18.9.1 peer 198.18.9.2/32 dev near0
tell host 198.18.9.2/32 02:00:00:00:cc:05
scan 198.18.9.2 --iface near0
expect "a peer" found 1
expect "  from the address of that pair" test "$(sources)" = "198.18.9.1 "
ip -n "$near" addr del 198.18.9.1 peer 198.18.9.2/32 dev near0
ip -n "$near" addr add 10.0.0.1/8 dev near0 noprefixroute
ip -n "$near" route add 10.0.0.0/8 dev near0
tell host 10.200.0.0/16 02:00:00:00:cc:06
scan 10.200.7.0/28 10.100.0.0/29 --iface near0
expect "an own network of 2^24 addresses: only the targets' neighbours are asked" found 16
skipped() { jq -es --argjson n "$1" ".[-1].losses.skipped_noroute == \$n" "$work/status" >/dev/null; }
expect "  those that do not answer are counted" skipped 8
ip -n "$near" addr del 10.0.0.1/8 dev near0

echo "source addresses:"
ip -n "$near" addr add 198.18.0.7/24 dev near0
ip -n "$near" route add 203.0.113.64/26 via 198.18.0.2 src 198.18.0.7
scan 203.0.113.0/24 --iface near0
expect "each route has its preferred source" test "$(sources)" = "198.18.0.1 198.18.0.7 "
expect "  and answers to all are taken" found 256
scan 203.0.113.0/24 --iface near0 --source-ip 198.18.0.7
expect "a source that is given is the only one" test "$(sources)" = "198.18.0.7 "
ip -n "$near" route del 203.0.113.64/26
for i in $(seq 20 60); do ip -n "$near" addr add 198.18.20.$i/32 dev near0; done
scan 203.0.113.0/28 --iface near0
expect "forty addresses more change nothing" found 16
ip -n "$near" addr flush dev near0
ip -n "$near" addr add 198.18.0.1/24 dev near0 label near0:1
ip -n "$near" route add default via 198.18.0.2
scan 203.0.113.0/28 --iface near0
expect "an address with a label is the interface's as well" found 16

echo "the wrong interface:"
ip -n "$near" link add near1 type veth peer name near2
ip -n "$near" link set near1 up
ip -n "$near" link set near2 up
ip -n "$near" addr add 198.20.0.1/24 dev near1
await_carrier "$near" near1
ip -n "$near" route add 203.0.113.64/26 via 198.20.0.2
scan 203.0.113.0/24 --iface near0
expect "targets that the kernel reaches by another interface are refused" exits 2
expect "  by their range and that interface" says '203.0.113.64-203.0.113.127 .*near1'
expect "  before anything is sent" test "$(by $gate_a)" -eq 0
scan 203.0.113.0/24 --iface near0 --force-iface
expect "--force-iface probes them all the same" found 256
ip -n "$near" route del 203.0.113.64/26
ip -n "$near" route del default
scan 203.0.113.0/28 --iface near0
expect "without a route: exit code 5" exits 5
expect "  and the targets are named" says 'no route to 203.0.113.0-203.0.113.15'
ip -n "$near" route add unreachable 203.0.113.0/29
ip -n "$near" route add default via 198.18.0.2
scan 203.0.113.0/28 --iface near0
expect "a route that forbids is none" says 'no route to 203.0.113.0-203.0.113.7'

echo "neighbours of the kernel:"
ip -n "$near" route del unreachable 203.0.113.0/29
tell mute 198.18.0.2/32
tell host 198.18.99.0/24 $gate_a
ip -n "$near" neigh add 198.18.0.2 lladdr $gate_a dev near0 nud permanent
scan 203.0.113.0/28 --iface near0
expect "a static neighbour entry takes the place of ARP" found 16
ip -n "$near" neigh del 198.18.0.2 dev near0
tell host 198.18.0.2/32 $gate_a

echo "what cannot be:"
for mac in ff:ff:ff:ff:ff:ff 01:00:5e:00:00:01 00:00:00:00:00:00; do
	scan 203.0.113.0/28 --iface near0 --gateway-mac $mac
	expect "--gateway-mac $mac" exits 2
done
for gateway in 224.0.0.1 255.255.255.255 0.0.0.0 127.0.0.1 ff02::1 ::1; do
	scan 203.0.113.0/28 --iface near0 --gateway $gateway
	expect "--gateway $gateway" exits 2
done
for source in 224.0.0.1 127.0.0.1 0.0.0.0; do
	scan 203.0.113.0/28 --iface near0 --source-ip $source
	expect "--source-ip $source" exits 2
done

echo "given gateways:"
scan 203.0.113.0/28 --iface near0 --gateway 198.18.0.3 --gateway fe80::1
expect "one for each family" found 16
expect "  and that of the family is taken" test "$(by $gate_b)" -eq 16
scan 203.0.113.0/28 --iface near0 --gateway 198.18.0.2 --gateway 198.18.0.3
expect "of two for a family the last one counts" test "$(by $gate_a) $(by $gate_b)" = "0 16"

echo "IPv6:"
for ns in "$near" "$far"; do
	ip netns exec "$ns" sh -c 'for i in all near0 far0; do f=/proc/sys/net/ipv6/conf/$i; [ ! -d $f ] || echo 0 >$f/disable_ipv6; done'
done
for prefix in 2001:db8:1: fd00:1:; do
	ip -n "$near" addr add $prefix:2/64 dev near0 nodad
	ip -n "$far" addr add $prefix:5/64 dev far0 nodad
done
ip -n "$near" addr add 2001:db8:1::9/64 dev near0 nodad preferred_lft 0
far python3 -c 'import socket, time
s = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("::", 80)); s.listen(64); print("up", flush=True); time.sleep(120)' >"$work/six" &
await_line "$work/six" up
scan 2001:db8:1::5 fd00:1::5 --iface near0
expect "each target gets the source that RFC 6724 selects" test "$(sources)" = "2001:db8:1::2 fd00:1::2 "
expect "  and both answers are taken" found 2
finish
