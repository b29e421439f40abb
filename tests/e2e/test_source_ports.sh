#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_source_ports - a scan takes no port that a local service, a connection or the kernel's own range has, and leaves local
# services and clients their packets, also those that begin later.
. "$(dirname "$0")/lib.sh"

command -v python3 >/dev/null || {
	echo "needs python3"
	exit 77
}
hosts=254
# use WHAT NAMESPACE ARGUMENTS... - runs echo.py in the background as $used, the pid of python itself.
use() {
	local ns=$1
	shift
	: >"$work/ready"
	ip netns exec "$ns" python3 "$here/echo.py" "$@" >"$work/ready" &
	used=$!
	disown
	await_line "$work/ready" ready
}
drop() { kill "$used" && holds_within 5 gone_pid "$used"; }
gone_pid() { ! kill -0 "$1" 2>/dev/null; }
# scan ARGUMENTS... - of 254 hosts with an open and a closed port each.
scan() {
	rm -rf "$work/db" "$work/status"
	: >"$work/far.log"
	near timeout 60 "$sonde" scan 198.19.0.1-198.19.0.254 -p 22,23 --rate 2k --cooldown 500ms --db "$work/db" \
		--status-json="$work/status" "$@" 2>"$work/err"
}
over() { scan --iface near0 "$@"; }
all_found() {
	local open closed
	open=$("$sonde" count --db "$work/db" 'port:22 state:open')
	closed=$(tail -n 1 "$work/status" | jq .replies.closed)
	[ "$open $closed" = "$hosts $hosts" ] || { echo "  $open open, $closed closed"; cat "$work/err"; return 1; }
}
all_asked() { [ "$("$sonde" count --db "$work/db" 'ssh.banner:far')" -eq $hosts ] || { cat "$work/err"; return 1; }; }
says() { grep -q -e "$1" "$work/err" || { cat "$work/err"; return 1; }; }
# grabs_beside FIRST LAST - no grab had a local port of the range.
grabs_beside() { awk -v a="$1" -v b="$2" '$2 >= a && $2 <= b { bad = 1; print "  grab from", $2 } END { exit bad || NR < 254 }' "$work/far.log"; }
local_range() { near sh -c "echo $1 $2 >/proc/sys/net/ipv4/ip_local_port_range"; }

wire
for ns in "$near" "$far"; do
	ip netns exec "$ns" sh -c 'for i in all near0 far0 lo; do f=/proc/sys/net/ipv6/conf/$i; [ ! -d $f ] || echo 0 >$f/disable_ipv6; done'
done
ip -n "$far" addr add 198.18.0.2/16 dev far0
ip -n "$far" addr add 198.19.0.1/24 dev lo # all of the network, on a loopback device
ip -n "$near" route add default via 198.18.0.2 dev near0
ip -n "$near" addr add 2001:db8::1/64 dev near0 nodad
ip -n "$far" addr add 2001:db8::2/64 dev far0 nodad
local_range 32768 60999
: >"$work/up"
ip netns exec "$far" python3 "$here/banner.py" SSH-2.0-far "$work/far.log" 0.0.0.0:22 >"$work/up" &
disown
await_line "$work/up" ready

expect "with nothing in the way the standard ports are taken" over
expect "  all is found" all_found
expect "  and asked" all_asked
expect "  without a word about ports" sh -c "! grep -q 'source ports' '$work/err'"

# ---- given ports are refused where somebody has them

for socket in "tcp 0.0.0.0" "udp 0.0.0.0" "tcp 198.18.0.1" "udp 198.18.0.1" "tcp ::" "udp ::" "tcp 2001:db8::1" "udp 2001:db8::1"; do
	read -r kind address <<<"$socket"
	use "$near" serve "$kind" "$address" 61005
	for over in --iface --af-packet; do
		expect_exit 2 "a $kind service at $address refuses $over --source-port" scan $over near0 --source-port 61000-61009
		expect "  it is named, with its port" says "port 61005 belongs to python3 (pid $used)"
	done
	drop
done
use "$near" hold 198.18.0.2 22 61007
expect_exit 2 "a connection refuses --source-port" over --source-port 61000-61009
expect "  it is named, with its port" says "port 61007 belongs to python3 (pid $used)"
drop
expect "  its port is free after its end" over --source-port 61000-61009
use "$near" serve tcp 127.0.0.1 61005
expect "a service at another address is in nobody's way" over --source-port 61000-61009
expect "  all is found" all_found
drop

# ---- the scan's own choice goes around them

use "$near" serve tcp 0.0.0.0 61005
expect "a scan that chooses goes around a service" over
expect "  and says so" says "source ports 61006-65531: port 61005 belongs to python3 (pid $used)"
expect "  all is found" all_found
expect "from an address that the kernel does not have, its port is free" over --source-ip 198.18.0.8 --source-port 61000-61009 --no-grab
expect "  all is found" all_found
drop
local_range 61000 65535
expect "where the kernel takes the standard ports for connections, a scan takes others" over
expect "  and says so" says 'source ports 56468-60999: port 61000 is in net.ipv4.ip_local_port_range'
expect "  all is found" all_found
expect "  and asked, from the kernel's ports" all_asked
local_range 1024 65535
expect "where it takes all ports, the scan takes some" over
expect "  and says so" says 'source ports 61000-65531: none are free outside net.ipv4.ip_local_port_range'
expect "  all is found" all_found
expect "  and asked, from the others" grabs_beside 61000 65531
local_range 32768 60999

# ---- grabs keep enough ports

expect_exit 2 "ports that leave grabs none are refused" over --source-port 32768-60999
expect "  with a way out" says 'leave grabs 0 of the kernel.s local ports 32768-60999.*--no-grab'
expect_exit 2 "so are ports that leave too few" over --source-port 32768-60500
expect "  with a way out" says 'leave grabs 499 .*and 1000 are needed: choose'
expect "fewer grabs at once need fewer" over --source-port 32768-60500 --grab-total 100
expect "  all is asked" all_asked
expect "  beside the scan's ports" grabs_beside 32768 60500
expect "without grabs any ports will do" over --source-port 32768-60999 --no-grab
expect "  all is found" all_found
expect "ports in the middle of the kernel's leave the longer part to grabs" over --source-port 50000-50999
expect "  all is asked" all_asked
expect "  beside the scan's ports" grabs_beside 50000 60999

# ---- services and clients while it scans

slow() {
	rm -f "$work/status"
	over --rate 10 --no-grab "$@" &
	scanning=$!
	await_line "$work/status" '"sending"'
}
expect_all_after() {
	expect "  the scan was still sending" test "$(tail -n 1 "$work/status" | jq -r .state)" = sending
	"$sonde" ctl rate 2k --db "$work/db" >"$work/ctl"
	wait $scanning
	expect "  it finds all" all_found
}
use "$near" serve tcp 198.18.0.1 61005
slow
expect "a service of before keeps serving" far python3 "$here/echo.py" ask tcp 198.18.0.1 61005 20
expect_all_after
drop
for port in 61000 61005 65531; do
	slow
	use "$near" serve tcp 198.18.0.1 $port
	expect "a service that begins later, at a source port ($port), is reached" far python3 "$here/echo.py" ask tcp 198.18.0.1 $port 20
	drop
	use "$near" serve udp 198.18.0.1 $port
	expect "  over UDP, too" far python3 "$here/echo.py" ask udp 198.18.0.1 $port 20
	drop
	use "$near" serve tcp 2001:db8::1 $port
	expect "  over IPv6, too" far python3 "$here/echo.py" ask tcp 2001:db8::1 $port 20
	drop
	expect_all_after
done
slow --source-port 40000-40999
for port in 40000 40500 40999; do
	expect "a client is accepted from a source port that the kernel may take ($port)" near python3 "$here/echo.py" from 198.18.0.2 22 $port
	expect "  and refused" near python3 "$here/echo.py" from 198.18.0.2 24 $port refused
done
expect_all_after
finish
