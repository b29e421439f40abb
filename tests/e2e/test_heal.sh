#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_heal - behind a link whose queue is short, --rate auto finds what the link carries, and what was lost while it looked for it
# is sent again: 99.9 % of the open ports are found.
#
# usage: test_heal.sh BUILD-FOLDER
# runs: alone
. "$(dirname "$0")/lib.sh"

responder=$build/tests/e2e/responder/responder
go_first
wire

# far_end OPTIONS... - another far end; of 1,000 ports, 100 are open.
far_end() {
	[ -z "${far_pid-}" ] || { kill "$far_pid"; wait "$far_pid" 2>/dev/null; }
	: >"$work/ready"
	ip netns exec "$far" "$responder" --iface far0 --seconds 900 --open 100 "$@" >"$work/ready" &
	far_pid=$!
	await_line "$work/ready" ready
}
# scan PORTS OPTIONS... - of so many ports of 65,536 hosts.
scan() {
	local ports=$1
	shift
	rm -rf "$work/db" "$work/status"
	near "$sonde" scan 198.19.0.0/16 -p "1-$ports" --iface near0 --gateway 198.18.0.2 --rate auto --no-grab --no-control-probes \
		--cooldown 1s --db "$work/db" --status-json="$work/status" "$@" >"$work/out" 2>"$work/err"
}
# report PORTS - what was found, and at which rate.
report() {
	local all found
	all=$("$responder" --list 198.19.0.0/16 --ports "$(seq -s, 1 "$1")" --open 100 --count)
	found=$(jq -s '.[-1].open' "$work/status")
	missed=$((1000000 - found * 1000000 / all))
	echo "  found $found of $all ($missed in a million missed); $(jq -rs '.[-1] | "\(.sent) sent, \(.probes.again) again"' "$work/status");" \
		"$(jq -rs '[.[] | select(.state == "sending") | .rate] | .[length * 3 / 4 | floor] | floor' "$work/status") packets/s" \
		"of $(tail -n 1 "$work/ready"), $(jq -s '.[-1].elapsed_s | floor' "$work/status") s"
	[ -z "${VERBOSE-}" ] || jq -r '[.elapsed_s, .state, .rate_wanted, .rate, .done, .probes.again, .rate_reason] | @tsv' "$work/status"
}
sent_again() { jq -es '.[-1].probes.again > 0' "$work/status" >/dev/null; }
keeps_its_rate() {
	jq -es '[.[] | select(.state == "sending" and .elapsed_s > 15) | .rate_wanted >= 90000] |
		length > 5 and (map(select(.)) | length) >= 0.9 * length' "$work/status" >/dev/null
}
finds_all() { [ "$missed" -le 1000 ]; }

# heals WHAT PORTS LIMIT [HALVE-AFTER] - tried up to three times: other programs may keep this machine from sending evenly.
heals() {
	local what=$1 ports=$2 limit=$3 halve=${4-} pid
	echo "$what:"
	for _ in 1 2 3; do
		far_end --limit "$limit" --queue 10
		scan "$ports" &
		pid=$!
		if [ -n "$halve" ]; then
			await "$halve seconds are over" after "$halve"
			kill -USR2 "$(ip netns pids "$far" | head -n 1)"
		fi
		wait $pid
		kill -USR1 "$(ip netns pids "$far" | head -n 1)"
		await_line "$work/ready" arrived
		report "$ports"
		finds_all && break
	done
	expect "99.9 % of the open ports are found" finds_all
	expect "  and something had to be sent again for it" sent_again
}
after() { jq -es --argjson s "$1" '.[-1].elapsed_s > $s' "$work/status" >/dev/null 2>&1; }

heals "a link of 50,000 packets/s" 14 50000
heals "a link of 50,000 packets/s, of half as many after 10 seconds" 12 50000 10
heals "a link of 200,000 packets/s" 40 200000
heals "a link of 200,000 packets/s, of half as many after 10 seconds" 36 200000 10

echo "a link that loses 1 % at any rate:"
far_end --loss 100
scan 24 --max-rate 100k
report 24
expect "the rate does not fall" keeps_its_rate
expect "the report tells the loss" grep -qE 'loss +(0\.[6-9]|1\.[0-4])% of the answers' "$work/err"
expect "no more than the loss is missed" test "$missed" -le 15000
finish
