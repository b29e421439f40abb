#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_reset.sh - a scan leaves no half-open connection at its targets, over IPv4 and IPv6.
#
# The far end is a real kernel, which keeps what nobody ends for a minute.
# usage: test_reset.sh BUILD-FOLDER
. "$(dirname "$0")/lib.sh"

wire
for ns in "$near" "$far"; do ip netns exec "$ns" sysctl -qw net.ipv6.conf.all.disable_ipv6=0 net.ipv6.conf.default.disable_ipv6=0; done
near ip addr add 2001:db8::1/64 dev near0 nodad
far ip addr add 198.18.0.2/16 dev far0
far ip addr add 2001:db8::2/64 dev far0 nodad
far ip route add local 198.19.0.0/24 dev lo
far python3 -c 'import socket
for family in socket.AF_INET, socket.AF_INET6:
    for port in range(8000, 8004):
        s = socket.socket(family); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6: s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        s.bind(("", port)); s.listen(2048); globals().setdefault("all", []).append(s)
print("ready", flush=True)
import time; time.sleep(120)' >"$work/ready" &
await_line "$work/ready" ready

half_open() { far ss -Htn state syn-recv | wc -l; }
# scan TARGETS... - a line of its counters a second in $work/err.
scan() {
	near timeout 60 "$sonde" scan "$@" -p 8000-8003 --iface near0 --gateway 198.18.0.2 --rate 2k --no-grab --no-control-probes \
		--cooldown 2s --db "$work/db" --status-json 2>"$work/err"
}
figure() { grep "^{" "$work/err" | tail -n 1 | jq -r "$1"; }

expect "a scan of 256 hosts" scan 198.19.0.0/24
expect "  finds their ports" test "$("$sonde" count --db "$work/db" state:open)" -eq 1024
expect "  leaves no connection half open" test "$(half_open)" -eq 0
expect "  no answer is repeated" test "$(figure .replies.duplicates)" -eq 0
expect "a scan over IPv6" scan 2001:db8::2
expect "  finds its ports" test "$("$sonde" count --db "$work/db" 'ip:2001:db8::2 state:open')" -eq 4
expect "  leaves no connection half open" test "$(half_open)" -eq 0
finish
