#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_ipv6 - IPv6 on a shared interface: neighbours and a gateway resolved, SYN, UDP and echo, stored and asked for.
. "$(dirname "$0")/lib.sh"
db=$work/db

# far0 has three addresses of the near side's network, and routes 2001:db8:1::/64 to itself.
wire
for ns in "$near" "$far"; do
	ip netns exec "$ns" sh -c 'echo 0 >/proc/sys/net/ipv6/conf/all/disable_ipv6; echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad
		for i in near0 far0; do f=/proc/sys/net/ipv6/conf/$i; [ ! -d $f ] || { echo 0 >$f/disable_ipv6; echo 0 >$f/accept_dad; }; done'
done
ip -n "$near" -6 addr add 2001:db8::1/64 dev near0 nodad
for n in 2 3 4; do ip -n "$far" -6 addr add 2001:db8::$n/64 dev far0 nodad; done
ip -n "$far" -6 route add local 2001:db8:1::/64 dev lo
ip -n "$near" -6 route add default via 2001:db8::2 dev near0
far python3 -c 'import socket, time
s = [socket.create_server(("::", p), family=socket.AF_INET6, backlog=512) for p in (22, 80)]
print("ready", flush=True); time.sleep(300)' >"$work/ready" &
far python3 "$here/udp_servers.py" 2001:db8::3 >"$work/servers" &
await_line "$work/ready" ready
await_line "$work/servers" ready

scan() { near timeout 60 "$sonde" scan --iface near0 --rate 2k --cooldown 1500ms --no-grab --db "$db" "$@" 2>"$work/err"; }
found() { "$sonde" search --db "$db" "state:open transport:$1" -o ndjson | jq -r '"\(.ip) \(.port)"' | sort; }
lines() { [ "$(found "$1" | wc -l)" = "$2" ] || { found "$1" | head; cat "$work/err"; false; }; }

expect "neighbours are scanned" scan 2001:db8::2-2001:db8::20 -p 22,80,443
expect "every open port of them is found, and no other" lines tcp 6
expect "silent neighbours are counted, not guessed" grep -q 'skipped   84 without a next hop' "$work/err"
expect "hosts behind the gateway are scanned" scan 2001:db8:1::/122 -p 22,80,443
expect "every open port of them is found" lines tcp 134
expect "a link-local gateway is resolved" ip -n "$near" -6 route replace default via "$(ip -n "$far" -6 -o addr show far0 scope link | awk '{sub("/.*", "", $4); print $4}')" dev near0
expect "hosts behind it are scanned" scan 2001:db8:1::1000/122 -p 22
expect "and found" lines tcp 198
expect "from a source address that is not the kernel's, too" scan 2001:db8:1::2000/122 -p 22 --source-ip 2001:db8::99 \
	--gateway-mac "$(ip -n "$far" -j link show far0 | jq -r '.[0].address')"
expect "for which neighbour discovery is answered" lines tcp 262
expect "both families in one scan" scan 2001:db8::2 198.18.0.9 -p 80
expect "UDP services are asked" scan --probe udp 2001:db8::2-2001:db8::4 -p 53,123,161,1900,7001
expect "and answer: DNS, NTP, SNMP and SSDP" lines udp 4
port() { "$sonde" host --db "$db" 2001:db8::3 -o json | jq -r ".ports[] | select(.transport == \"udp\" and .port == $1) | $2"; }
is() { [ "$1" = "$2" ] || { echo "  got '$1', expected '$2'"; false; }; }
expect "each is named" is "$(for p in 53 123 161 1900; do port $p .service; done | tr '\n' ' ')" "dns ntp snmp upnp "
echo '7000 "\x40hello\r\n"' >"$work/payloads"
expect "a payload file is used" scan --probe udp 2001:db8::3 -p 7000 --payload-file "$work/payloads"
expect "and its bytes come back" is "$(port 7000 '.banner | rtrimstr("\r\n")')" "@hello"
expect "echo is answered" scan --probe icmp 2001:db8::2-2001:db8::10
expect "by all" lines icmp 3

expect "a budget of a large prefix is probed" scan 2001:db8:1::/64 -p 80 --ipv6-budget 500 --seed 3
expect "each of its addresses once, all open" grep -q 'answers   500 open' "$work/err"
near "$sonde" scan 2001:db8:1::/64 -p 80 --ipv6-budget 50 --seed 3 --dry-run 2>/dev/null | sort >"$work/a"
near "$sonde" scan 2001:db8:1::/64 -p 80 --ipv6-budget 50 --seed 4 --dry-run 2>/dev/null | sort >"$work/b"
expect "other seeds choose other addresses" test "$(comm -12 "$work/a" "$work/b" | wc -l)" -eq 0
expect_exit 2 "a large prefix without a budget is refused" "$sonde" scan 2001:db8:1::/64 -p 80 --dry-run
expect "with the way out" grep -q -- --ipv6-budget "$work/err"
expect "a pattern names an address in each of many networks" test \
	"$("$sonde" scan '2001:db8:1:0-ff::1-2' -p 80 --dry-run 2>/dev/null | wc -l)" -eq 512
expect_exit 2 "a pattern with too many addresses is refused" "$sonde" scan '2001:db8:0-ffff:0-ffff::1' -p 80 --dry-run
finish
