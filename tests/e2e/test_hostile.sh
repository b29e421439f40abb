#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_hostile - peers that stay silent, drip, send without end or shut their window do not keep the scan's own TCP from the others.
. "$(dirname "$0")/lib.sh"

# scan NAME TARGETS... - $last_NAME: seconds from the first open port to the last good host that was named.
scan() {
	local name=$1
	shift
	rm -rf "$work/db"
	near timeout 100 "$sonde" scan "$@" --iface near0 -p 80 --rate 2k --cooldown 1s --grab-timeout 0 --effort 1 --quiet -o ndjson \
		--grab-via worker --db "$work/db" 2>"$work/err" | while read -r line; do echo "$EPOCHREALTIME $line"; done >"$work/events.$name"
	[ -s "$work/events.$name" ] || cat "$work/err" "$work/up"
	good=$("$sonde" count --db "$work/db" 'http.status:200')
	awk -v name="$name" '/"event":"open"/ && !first { first = $1 } /"event":"service"/ && /nginx/ { last = $1 }
		END { printf "  %s: %.2f s\n", name, last - first }' "$work/events.$name" | tee "$work/time.$name"
}

wire
ip -n "$far" addr add 198.18.255.1/16 dev far0
far ip route add local 198.18.8.0/22 dev lo
: >"$work/up"
ip netns exec "$far" python3 "$here/hostile.py" 80 >"$work/up" 2>&1 &
disown
await_line "$work/up" ready
seq -f '198.18.8.%g' 2 2 254 >"$work/good"
seq -f '198.18.9.%g' 1 2 254 >"$work/bad"
scan alone "@$work/good"
expect "all good hosts are named" test "$good" -eq 127
cat "$work/good" "$work/bad" >"$work/both"
scan among "@$work/both"
expect "all good hosts are named among as many hostile ones" test "$good" -eq 127
expect "  of the hostile ones none is taken for one" test "$("$sonde" count --db "$work/db" 'ip:198.18.9.0/24 http.status:200')" -eq 0
expect "  the scan ends" grep -q . "$work/events.among"
finish
