#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_side_by_side - two scans on one interface both find everything, or the second is refused with a way out.
. "$(dirname "$0")/lib.sh"

# Hosts with an open port and a closed one, which the far end's kernel answers for.
hosts=198.19.0.1-198.19.3.254
# scan NAME ARGUMENTS... - into the database NAME, whose ports a scan before has found.
scan() {
	local name=$1
	shift
	near timeout 100 "$sonde" scan $hosts -p 80,443 --gateway 198.18.0.2 --no-grab --cooldown 1 --db "$work/$name" \
		--status-json="$work/$name.status" "$@" 2>"$work/$name.err"
}
list() { "$sonde" search --db "$work/$1" "$2" -o ndjson | jq -r '"\(.ip):\(.port)"' | sort; }
found_all() { list "$1" state:open | cmp -s - "$work/truth" || { cat "$work/$1.err"; return 1; }; }
none_missing() { [ "$("$sonde" count --db "$work/$1" state:missing)" -eq 0 ]; }
ports() { sed -n 's/.*source ports \([0-9-]*\):.*/\1/p' "$work/$1.err"; }
says() { grep -q -e "$2" "$work/$1.err" || { cat "$work/$1.err"; return 1; }; }
pid_of() { pgrep -f "^$sonde scan .*--db $work/$1 " | head -n 1; }
# begin NAME ARGUMENTS... - in the background ($scanning), once it sends.
begin() {
	rm -f "$work/$1.status"
	scan "$@" --rate 200 &
	scanning=$!
	await_line "$work/$1.status" '"sending"'
}
both_found_all() {
	local name
	for name in one two; do
		expect "  $name finds all" found_all $name
		expect "  $name misses none that was known" none_missing $name
	done
}
# beside WHAT ARGUMENTS... - begins "one" as the words before -- say, and runs "two" with those after it beside.
beside() {
	local what=$1 first=()
	shift
	while [ "$1" != -- ]; do first+=("$1") && shift; done
	shift
	begin one "${first[@]}"
	expect "$what" scan two --rate 2k "$@"
	expect "  the first was still sending" test "$(tail -n 1 "$work/one.status" | jq -r .state)" = sending
	wait $scanning
	expect "  and ended well" test $? -eq 0
	both_found_all
}

wire
ip -n "$far" addr add 198.18.0.2/16 dev far0
ip -n "$far" addr add 198.19.0.1/22 dev lo # all of the network, on a loopback device
far sysctl -qw net.ipv4.tcp_max_syn_backlog=4096
: >"$work/ready"
far python3 "$here/banner.py" hello "$work/log" 0.0.0.0:80 >"$work/ready" &
disown
await_line "$work/ready" ready
python3 -c 'for i in range(1, 1023): print(f"198.19.{i >> 8}.{i & 255}:80")' | sort >"$work/truth"
for name in one two; do
	expect "a scan alone finds all ($name)" scan $name --iface near0 --rate 5k
	expect "  all of it" found_all $name
done

beside "AF_PACKET beside AF_XDP" --iface near0 -- --af-packet near0
expect "  it chose other ports and says why" says two 'source ports .*: port 61000 belongs to another scan (pid [0-9]*), which has 61000-65531'
beside "AF_XDP beside AF_PACKET" --af-packet near0 -- --iface near0
expect "  it chose other ports and says why" says two 'source ports .*: port 61000 belongs to another scan (pid [0-9]*), which has 61000-65531'
beside "AF_PACKET beside AF_PACKET" --af-packet near0 -- --af-packet near0
beside "generic XDP beside AF_PACKET" --af-packet near0 -- --iface near0 --generic-xdp
beside "given ports beside given ports" --iface near0 --source-port 61000-62000 -- --af-packet near0 --source-port 62001-63000
beside "ports chosen beside given ones" --af-packet near0 --source-port 61000-64000 -- --iface near0
expect "  they are what is left" test "$(ports two)" = 64001-65531

# ---- refused

begin one --iface near0
pid=$(pid_of one)
expect_exit 5 "AF_XDP beside AF_XDP is refused" scan two --iface near0
expect "  by the other scan's pid, with the ways out" says two "another scan by AF_XDP (pid $pid, .*): wait.*another interface.*--af-packet near0"
expect_exit 2 "given ports of the other scan are refused" scan two --af-packet near0 --source-port 65000-65535
expect "  by its pid, with a way out" says two "--source-port 65000-65535: port 65000 belongs to another scan (pid $pid), which has 61000-65531; choose others"
wait $scanning
expect "the first scan finds all" found_all one
begin one --af-packet near0
expect_exit 2 "the other way round, too" scan two --iface near0 --source-port 65000-65535
expect "  by its pid" says two "port 65000 belongs to another scan (pid $(pid_of one))"
kill -9 "$(pid_of one)"
wait $scanning 2>/dev/null
expect "a scan that was killed stands in nobody's way" scan two --iface near0 --source-port 65000-65535 --rate 5k
expect "  all is found" found_all two

# ---- at the same moment

for round in 1 2 3; do
	scan one --iface near0 --rate 1k &
	one=$!
	scan two --iface near0 --rate 1k &
	two=$!
	wait $one
	one=$?
	wait $two
	two=$?
	expect "of two that begin at once by AF_XDP one is refused" test "$(printf '%s\n' $one $two | sort | tr '\n' ' ')" = '0 5 '
	scan one --af-packet near0 --rate 1k &
	one=$!
	scan two --iface near0 --rate 1k &
	wait $! && wait $one
	expect "of two that begin at once by different ways none is" test $? -eq 0
	both_found_all
done

# ---- another interface

ip -n "$near" link add near1 type veth peer name far1 netns "$far"
ip -n "$near" addr add 198.20.0.1/16 dev near1
ip -n "$near" link set near1 up
ip -n "$far" link set far1 up
ip -n "$far" addr add 198.20.0.2/16 dev far1
await_carrier "$near" near1
beside "AF_XDP on another interface" --iface near0 -- --iface near1 --gateway 198.20.0.2
expect "  with the standard ports" test -z "$(ports two)"
finish
