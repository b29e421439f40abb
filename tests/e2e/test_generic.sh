#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_generic - where a driver has no native XDP, or refuses it, a scan runs over generic XDP and says so; AF_PACKET only where
# AF_XDP fails altogether.
#
# usage: test_generic.sh BUILD-FOLDER
. "$(dirname "$0")/lib.sh"

command -v python3 >/dev/null || {
	echo "needs python3"
	exit 77
}
wire
ip -n "$far" addr add 198.18.0.2/16 dev far0
ip -n "$far" route add local 198.19.0.0/24 dev lo
# Half-open connections of one scan shall not be in the way of the next.
far sh -c "echo 0 >/proc/sys/net/ipv4/tcp_synack_retries"
far python3 -c 'import socket, time
s = socket.create_server(("", 80), backlog=1024)
print("ready", flush=True); time.sleep(300)' >"$work/ready" &
disown
await_line "$work/ready" ready

# scan DEVICE ARGUMENTS... - how many are found, in $open.
scan() {
	near timeout 60 "$sonde" scan 198.19.0.0/24 -p 80 --iface "$1" --rate 2k --no-grab --cooldown 1500ms --db "$work/db" \
		"${@:2}" 2>"$work/err"
	open=$("$sonde" count --db "$work/db" 'state:open' 2>/dev/null || echo 0)
	rm -rf "$work/db"
}
all() { test "$open" -eq 256 || { echo "  $open of 256 found"; cat "$work/err"; return 1; }; }
says() { grep -q "$1" "$work/err" || { cat "$work/err"; return 1; }; }

scan near0 --gateway 198.18.0.2
expect "a veth does native XDP" says 'AF_XDP native copy'
expect "  and all is found" all
scan near0 --gateway 198.18.0.2 --generic-xdp
expect "generic XDP where it is asked for" says 'AF_XDP generic copy'
expect "  and all is found" all

ip -n "$near" link set near0 mtu 9000
ip -n "$far" link set far0 mtu 9000
scan near0 --gateway 198.18.0.2
expect "a driver that refuses native XDP gets the generic one" says 'AF_XDP generic copy'
expect "  with the reason" says 'the driver refuses native XDP (.*)'
expect "  and all is found" all
expect "  nothing is left" no_program near0
ip -n "$near" link set near0 mtu 1500
ip -n "$far" link set far0 mtu 1500

# Devices without native XDP; those that this kernel has.
if ip -n "$near" link add link near0 name mac0 type macvlan mode bridge; then
	ip -n "$near" addr add 198.18.0.9/16 dev mac0
	ip -n "$near" link set mac0 up
	await_carrier "$near" mac0
	scan mac0 --gateway 198.18.0.2 --source-ip 198.18.0.9
	expect "a macvlan does generic XDP" says 'AF_XDP generic copy'
	expect "  and all is found" all
	ip -n "$near" link del mac0
fi
if ip -n "$near" link add link near0 name near0.7 type vlan id 7 2>/dev/null &&
	ip -n "$far" link add link far0 name far0.7 type vlan id 7; then
	ip -n "$near" addr add 198.20.0.1/16 dev near0.7
	ip -n "$far" addr add 198.20.0.2/16 dev far0.7
	ip -n "$near" link set near0.7 up
	ip -n "$far" link set far0.7 up
	await_carrier "$near" near0.7
	scan near0.7 --gateway 198.20.0.2
	expect "a VLAN does generic XDP" says 'AF_XDP generic copy'
	expect "  and all is found" all
	ip -n "$near" link del near0.7
fi
if ip -n "$near" link add dummy0 type dummy 2>/dev/null; then
	ip -n "$near" addr add 198.21.0.1/16 dev dummy0
	ip -n "$near" link set dummy0 up
	scan dummy0 --gateway-mac 02:00:00:00:00:01
	expect "a dummy does generic XDP" says 'AF_XDP generic copy'
	expect "  and everything goes out" says 'probed    256 of 256'
fi
ip -n "$near" link add br0 type bridge
ip -n "$near" addr flush dev near0
ip -n "$near" link set near0 master br0
ip -n "$near" addr add 198.18.0.1/16 dev br0
ip -n "$near" link set br0 up
await_carrier "$near" br0
scan br0 --gateway 198.18.0.2
expect "a bridge does generic XDP" says 'AF_XDP generic copy'
expect "  and all is found" all
expect "  nothing is left" no_program br0

# A socket of somebody else on the queue, without a program: AF_XDP fails, generic or not.
near python3 "$here/hold_queue.py" br0 >"$work/held" &
holder=$!
await_line "$work/held" held
scan br0 --gateway 198.18.0.2
expect "AF_PACKET where AF_XDP fails" says 'AF_PACKET, for AF_XDP is refused'
expect "  with the reason" says 'AF_XDP refused (.*)'
expect "  and all is found" all
expect "  nothing is left" no_program br0
kill $holder
finish
