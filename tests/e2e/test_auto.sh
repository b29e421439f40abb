#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_auto - --rate auto finds what a wire carries, and is not fooled by losses that are always there.
#
# usage: test_auto.sh BUILD-FOLDER
# runs: alone
. "$(dirname "$0")/lib.sh"

responder=$build/tests/e2e/responder/responder
go_first
wire

# far_end OPTIONS... - another far end.
far_end() {
	[ -z "${far_pid-}" ] || { kill "$far_pid"; wait "$far_pid" 2>/dev/null; }
	: >"$work/ready"
	ip netns exec "$far" "$responder" --iface far0 --seconds 120 --open 100 "$@" >"$work/ready" &
	far_pid=$!
	await_line "$work/ready" ready
}
# scan SECONDS OPTIONS... - so long, one line of status a second in $work/status.
scan() {
	local seconds=$1
	shift
	near timeout -s INT "$seconds" "$sonde" scan 198.19.0.0/16 -p 1-1000 --iface near0 --gateway 198.18.0.2 \
		--no-grab --cooldown 500ms --db "$work/db$((++scans))" --quiet --status-json="$work/status" "$@" 2>"$work/err"
}
table() {
	jq -r 'select(.state == "sending") | [.elapsed_s, .rate_wanted, .rate, .rate_reason] | @tsv' "$work/status" |
		awk -F'\t' '{ printf "  %5.1f s  set %8.0f  sent %8.0f  %s\n", $1, $2, $3, $4 }'
}
# carried - sets low to how much of the limit, in percent, a fixed rate gets through at present: 85 where it loses less than
# 1 % of its probes, less where other programs keep the sender from its core, so that it sends in bursts.
carried() {
	for low in 85 75 65 55; do
		far_end --limit $limit
		scan 6 --rate $((limit * low / 100))
		kill "$far_pid"
		wait "$far_pid" 2>/dev/null
		far_pid=
		tail -n 1 "$work/ready" | jq -e '.arrived > 0 and .over_limit < 0.01 * .arrived' >/dev/null && return
	done
	low=85 # none of them gets through, which excuses nothing
}
# settled FROM LOW HIGH - from that second on the rate stays between the two in 9 of 10 lines.
settled() {
	jq -s -e --argjson from "$1" --argjson low "$2" --argjson high "$3" '
		[.[] | select(.elapsed_s >= $from and .state == "sending") | .rate_wanted] |
		length > 5 and ([.[] | select(. >= $low and . <= $high)] | length) >= 0.9 * length' "$work/status" >/dev/null
}
# low_then_doubled - every rate before the first loss is the first one times a power of two.
low_then_doubled() {
	jq -s -e '[.[] | select(.state == "sending")] | .[0].rate_wanted == 1000 and
		([.[] | select(.rate_reason | test("rising|looking")) | .rate_wanted / 1000 | log2 | . == floor] | all)' \
		"$work/status" >/dev/null
}
scans=0

# What this machine sends at present, of which the wire carries at most half: 200,000 where nothing else keeps it busy.
far_end
scan 6 --rate 1M
able=$(jq -s '[.[] | select(.state == "sending") | .rate] | sort | .[length / 4 | floor] | floor' "$work/status")
limit=$((able / 2 < 200000 ? able / 2000 * 1000 : 200000))
echo "a wire that drops everything beyond $limit packets/s (this machine sends $able):"
for _ in 1 2 3; do
	far_end --limit $limit
	scan 45 --rate auto
	table
	low=85
	settled 30 $((limit * low / 100)) "$limit" && break
	cp "$work/status" "$work/status.auto"
	carried
	echo "  at present a fixed rate of $low % gets through"
	cp "$work/status.auto" "$work/status"
	settled 30 $((limit * low / 100)) "$limit" && break
done
expect "begins low and doubles" low_then_doubled
expect "settles within 30 s at 85 to 100 % of that, or at what a fixed rate gets through" \
	settled 30 $((limit * low / 100)) "$limit"
why() { jq -s -e '[.[] | select(.elapsed_s > 30)][0].rate_reason | startswith("auto: at ")' "$work/status" >/dev/null; }
expect "says why" why

far_end --loss 100
most=$((limit / 2))
echo "a wire that always loses 1 %, and no more than $most allowed:"
scan 35 --rate auto --max-rate $most
table | awk 'NR % 4 == 1'
expect "reaches what is allowed and stays there" settled 20 $((most * 99 / 100)) $most

far_end --open 0
echo "a wire on which nobody answers:"
scan 15 --rate auto
expect "stays at the default rate at most" settled 0 1000 10000
expect_exit 2 "only SYN probes can" near "$sonde" scan 198.19.0.0/16 -p 53 --probe udp --rate auto --iface near0 --db "$work/x"
finish
