#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_silent - a known service whose answer is lost once is asked again before it counts as missing.
#
# usage: test_silent.sh BUILD-FOLDER
. "$(dirname "$0")/lib.sh"

wire
far_end() {
	[ -z "${far_pid-}" ] || { kill "$far_pid"; wait "$far_pid" 2>/dev/null; }
	: >"$work/ready"
	ip netns exec "$far" "$build/tests/e2e/responder/responder" --iface far0 --seconds 300 "$@" >"$work/ready" &
	far_pid=$!
	await_line "$work/ready" ready
}
scan() {
	rm -f "$work/status"
	near "$sonde" scan 198.19.0.0/22 -p 80 --iface near0 --gateway 198.18.0.2 --rate 2k --no-grab --no-control-probes \
		--cooldown 1s --db "$work/db" --status-json="$work/status" >"$work/out" 2>"$work/err"
}
last() { tail -n 1 "$work/status" | jq -e "$1" >/dev/null; }
state() { jq -es --arg s "$1" '.[-1].state == $s' "$work/status" >/dev/null 2>&1; }
missing() { near "$sonde" search 'state:missing' --db "$work/db" -o ndjson | wc -l; }
changes() { near "$sonde" changes --since 1h --db "$work/db" -o ndjson | grep -c "\"$1\""; }

far_end --open 1000
scan
expect "a scan finds 1,024 open ports" last '.open == 1024'
expect "where all answer, nobody is asked again" last '.known.silent == 0 and .known.asked_again == 0'

far_end --open 1000 --loss 3000
scan
expect "30 % of the probes are lost: the silent are asked again" last '.known.silent > 200 and .known.asked_again > .known.silent'
expect "  most of them answer then" last '.known.answered_then > 0.8 * .known.silent'
expect "  what stays silent three times is missing, one in forty" test "$(missing)" -lt 60
expect "  the summary tells it" grep -q 'services\? w[a-z]* silent' "$work/err"

# The far end is away for the whole walk, and back before it is asked again.
far_end --open 1000
scan
expect "all are there again" test "$(missing)" -eq 0
before=$(changes port.closed)
far_end --open 0
scan &
pid=$!
await "the walk is over" state cooldown
far_end --open 1000
wait $pid
expect "a service that is away for a moment is not missing" test "$(missing)" -eq 0
expect "  no port was closed" test "$(changes port.closed)" -eq "$before"
expect "  all were asked again" last '.known.silent == 1024 and .known.answered_then == 1024 and .open == 1024'

gone=$(changes host.gone)
far_end --open 500
scan
expect "what is gone is missing" test "$(missing)" -gt 400
expect "  it was asked twice more" last '.known.asked_again == 2 * .known.silent and .known.answered_then == 0'
expect "  but one scan is no evidence: no host is gone" test "$(changes host.gone)" -eq "$gone"
scan
expect "missed in a second scan, the hosts are gone" test "$(changes host.gone)" -gt $((gone + 400))
finish
