#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_states - what a later scan says of ports that were open: still open, closed by a RST, or missing.
#
# usage: test_states.sh BUILD-FOLDER
. "$(dirname "$0")/lib.sh"

responder=$build/tests/e2e/responder/responder
db=$work/db
wire

# answers OPEN-PERMILLE - the far end answers: that many ports open, all others closed.
answers() {
	: >"$work/ready"
	ip netns exec "$far" "$responder" --iface far0 --seconds 200 --open "$1" --closed $((1000 - $1)) >"$work/ready" &
	far_end=$!
	await_line "$work/ready" ready
}
silence() {
	kill "$far_end"
	wait "$far_end" 2>/dev/null
}
scan() {
	near timeout 90 "$sonde" scan 198.19.0.0/20 -p 80 --iface near0 --gateway 198.18.0.2 --rate 20k --no-grab \
		--cooldown 500ms --db "$db" --quiet "$@" 2>"$work/err"
}
count() { "$sonde" count --db "$db" "$1"; }
truth() { "$responder" --list 198.19.0.0/20 --ports 80 --open "$1" --count; }

more=$(truth 200) fewer=$(truth 100)
answers 200
expect "the first scan" scan
expect "  finds every open port" test "$(count state:open)" -eq "$more"
expect "  and keeps none of those that were never open" test "$(count 'NOT state:open')" -eq 0
silence
answers 100
expect "the second scan, half of them closed since" scan
expect "  still finds the others open" test "$(count state:open)" -eq "$fewer"
expect "  calls those that sent a RST closed" test "$(count state:closed)" -eq $((more - fewer))
expect "  and logs each once" test "$("$sonde" changes --db "$db" -o ndjson | grep -c port.closed)" -eq $((more - fewer))
silence
answers 200
expect "the third scan, all of them open again" scan
expect "  sees them reopened" test "$("$sonde" changes --db "$db" -o ndjson | grep -c port.reopened)" -eq $((more - fewer))
silence
: >"$work/ready"
far "$build/tests/e2e/responder/responder" --iface far0 --seconds 60 --open 0 --closed 0 >"$work/ready" &
await_line "$work/ready" ready
scan
expect "the fourth scan, nobody answers: exit code 10" test $? -eq 10
expect "  calls them missing, not closed" test "$(count state:missing)" -eq "$more"
finish
