#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_odd_ports - many services on ports that tell nothing, and servers that greet and then stall, hold no scan up.
# runs: long
. "$(dirname "$0")/lib.sh"

go_first
wire
for n in $(seq 2 33); do ip -n "$far" addr add 198.18.0.$n/16 dev far0; done
far python3 "$here/web_ports.py" 12001-12090 2121-2121 >"$work/ready" &
await_line "$work/ready" ready

# took COMMAND... - its seconds, in tenths, to $tenths.
took() {
	local from=$EPOCHREALTIME
	"$@" || return 1
	tenths=$(awk "BEGIN {printf \"%d\", ($EPOCHREALTIME - $from) * 10}")
}
scan() {
	near timeout 120 "$sonde" scan --iface near0 --rate 20k --cooldown 500ms --quiet "$@" >"$work/out" 2>"$work/err" ||
		{ cat "$work/err"; false; }
}
of() { "$sonde" count --db "$work/db" "$1" | tr -dc 0-9; }

# The floor: the same ports are found, and nobody is asked.
expect "32 hosts with 90 ports are scanned without questions" took scan 198.18.0.2-33 -p 12001-12090 --no-grab --db "$work/floor"
floor=$tenths
expect "and with questions" took scan 198.18.0.2-33 -p 12001-12090 --db "$work/db"
echo "without questions $floor, with questions $tenths tenths of a second"
expect "each of them is named" test "$(of 'service:http product:nginx')" -eq 2880
# A second until the first unknown port is asked, and a second and a half of listening: once a host.
expect "no port waits for the others" test "$tenths" -le $((floor * 3 + 60))

# A thousand connections of silent servers were once all that there could be.
ip -n "$far" route add local 198.19.0.0/20 dev lo
ip -n "$near" route add default via 198.18.0.2
expect "4,096 servers that greet and stall are asked" took scan 198.19.0.0/20 -p 2121 --db "$work/db"
echo "stalling servers: $tenths tenths of a second"
expect "each has greeted" test "$(of 'ip:198.19.0.0/20 port:2121 service:ftp')" -ge 4000
# Two seconds each: eight with a thousand at once, beside what a scan takes anyway.
expect "they wait side by side" test "$tenths" -le $((floor * 2 + 60))
finish
