#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_probes - UDP and ICMP echo: real servers answer, the answers are believed, read, stored; others are not.
. "$(dirname "$0")/lib.sh"
db=$work/db

wire
for n in 2 3; do ip -n "$far" addr add 198.18.0.$n/16 dev far0; done
far python3 "$here/udp_servers.py" 198.18.0.2 >"$work/servers" &
await_line "$work/servers" ready

scan() { near timeout 60 "$sonde" scan 198.18.0.2-4 --iface near0 --rate 2k --cooldown 1500ms --quiet --db "$db" "$@" 2>"$work/err"; }
found() { "$sonde" search --db "$db" "state:open transport:$1" -o ndjson | jq -r '"\(.ip):\(.port)"' | sort | tr '\n' ' '; }
port() { "$sonde" host --db "$db" 198.18.0.2 -o json | jq -r ".ports[] | select(.transport == \"udp\" and .port == $1) | $2"; }
is() { [ "$1" = "$2" ] || { echo "  got '$1', expected '$2'"; cat "$work/err"; false; }; }

expect "a UDP scan ends well" scan --probe udp -p 53,123,161,1900,7000-7003
expect "what answers is open, what is silent or closed is not" is "$(found udp)" \
	"198.18.0.2:123 198.18.0.2:161 198.18.0.2:1900 198.18.0.2:53 198.18.0.2:7000 198.18.0.2:7002 "
expect "DNS is named by its answer" is "$(port 53 .service)" dns
expect "and says its version" is "$(port 53 '.dns.version_bind // .banner' | grep -o 'BIND 9.18.1')" "BIND 9.18.1"
expect "NTP is named" is "$(port 123 .service)" ntp
expect "SSDP is named" is "$(port 1900 .service)" upnp
expect "the answer's bytes are kept" is "$(port 7000 .banner)" empty
expect "nothing else was probed for" is "$(found tcp)" ""

printf '7000 "\\x40hello\\r\\n"\n* 6869\n' >"$work/payloads"
expect "a payload file is used" scan --probe udp -p 7000-7002 --payload-file "$work/payloads"
expect "and its bytes come back" is "$(port 7000 '.banner | rtrimstr("\r\n")')" "@hello"
printf '7002 zz\n' >"$work/payloads"
expect_exit 2 "a payload that cannot be read is refused" ip netns exec "$near" "$sonde" scan 198.18.0.2 --probe udp -p 1 --iface near0 --payload-file "$work/payloads"
expect "with its place" grep -q "payloads:1: column 6" "$work/err"

near python3 "$here/ping.py" 198.18.0.2 4711 20 >"$work/ping" &
ping=$!
expect "an ICMP scan ends well" scan --probe icmp
expect "those that answer echo are found" is "$(found icmp)" "198.18.0.2:0 198.18.0.3:0 "
expect "a UDP and a TCP scan keep what the ICMP scan found" scan --probe udp -p 53
expect "(still there)" is "$(found icmp)" "198.18.0.2:0 198.18.0.3:0 "

expect "the kernel's own ping was not disturbed" wait $ping
finish
