#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_coverage - two passes over a wire that loses one packet in twenty, there and back: the scan says how many ports
# it missed.
#
# The interval holds the truth in 98 to 99 of 100 scans (a unit test simulates thousands of them), so 2 of 20 are outside
# it by chance in one run of forty. Therefore up to three rounds are scanned, and the share of all scans so far counts.
#
# usage: test_coverage.sh BUILD-FOLDER [SCANS-A-ROUND]   (20)
# runs: long
. "$(dirname "$0")/lib.sh"

scans=${2-20}
responder=$build/tests/e2e/responder/responder
wire
ip netns exec "$far" "$responder" --iface far0 --seconds 580 --open 200 --loss 500 --reply-loss 500 >"$work/ready" &
disown
await_line "$work/ready" ready

# scan DB ARGUMENTS... - its last line of status in $work/last.
scan() {
	local db=$1
	shift
	near timeout 60 "$sonde" scan 198.19.0.0/18 -p 80 --iface near0 --gateway 198.18.0.2 --rate 60k --no-grab \
		--cooldown 500ms --db "$db" --status-json="$work/status" "$@" 2>"$work/err" || return
	tail -n 1 "$work/status" >"$work/last"
}
member() { jq -r ".coverage.$1" "$work/last"; }
missed() { grep -q "missed .*$1" "$work/err"; }

truth=$("$responder" --list 198.19.0.0/18 --ports 80 --open 200 --count)
held=0 done=0
# one_scan - a scan of two passes; counts it in $held if its interval holds the truth.
one_scan() {
	local found low high
	scan "$work/db" --passes 2 || { cat "$work/err"; exit 1; }
	found=$("$sonde" count --db "$work/db" 'state:open')
	low=$(member missed_low) high=$(member missed_high)
	if awk -v m=$((truth - found)) -v l="$low" -v h="$high" 'BEGIN { exit !(l <= m && m <= h) }'; then
		held=$((held + 1))
	fi
	printf '  found %s of %s: %s missed, estimated %.1f (%.0f to %.0f)\n' "$found" "$truth" $((truth - found)) \
		"$(member missed)" "$low" "$high"
	[ -e "$work/first" ] || { cp "$work/last" "$work/first" && cp "$work/err" "$work/first_err"; }
	rm -rf "$work/db"
	done=$((done + 1))
}
for round in 1 2 3; do
	for ((i = 0; i < scans; i++)); do one_scan; done
	printf '  round %s: inside in %s of %s scans\n' "$round" "$held" "$done"
	[ $((held * 20)) -ge $((done * 19)) ] && break
done
expect "the truth lies inside the interval in 19 of 20 scans" test $((held * 20)) -ge $((done * 19))
cp "$work/first" "$work/last" && cp "$work/first_err" "$work/err"
tail -n 8 "$work/err"
expect "every target was probed in both passes" test "$(member probed)" -eq 32768
expect "an open port counts once" test "$(member open)" -le "$truth"
expect "each pass says what it saw" test "$(member 'open_by_pass | length')" -eq 2
expect "nothing was lost on our side" test "$(member lost_nic)$(member lost_ring)$(member lost_store)" = 000
expect "the summary says what was missed" missed '99% confidence'
scan "$work/db"
expect "one pass alone does not pretend to know" test "$(member missed)" = null
expect "  and says how to know" grep -q -e '--passes 2' <(member missed_unknown)
finish
