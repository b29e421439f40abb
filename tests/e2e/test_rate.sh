#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_rate - the rate on the wire is the rate that was asked for, and a slow scan leaves the cores alone.
#
# usage: test_rate.sh BUILD-FOLDER
# runs: alone
. "$(dirname "$0")/lib.sh"

wire
far "$build/tests/e2e/responder/responder" --iface far0 --seconds 230 --open 1 >"$work/ready" &
await_line "$work/ready" ready
db=$work/db
ip netns exec "$near" timeout 220 "$sonde" scan 198.19.0.0/16 -p 1-65535 --iface near0 --gateway 198.18.0.2 --rate 1 --no-grab \
	--cooldown 500ms --db "$db" --quiet 2>"$work/err" &
answers() { "$sonde" ctl status --db "$db" >/dev/null 2>&1; }
await "the scan answers" answers
sent() { ip -n "$near" -s -j link show near0 | jq '.[0].stats64.tx.packets'; }
ticks() { awk '{ print $14 + $15 }' "/proc/$pid/stat"; }
pid=
for p in $(ip netns pids "$near"); do [ "$(cat "/proc/$p/comm")" = sonde ] && pid=$p; done
cores=$(getconf CLK_TCK)

# wants RATE PERCENT SECONDS LIMIT - on the wire within PERCENT over SECONDS; at most LIMIT percent of one core.
wants() {
	local before after t0 t1 c0 c1
	"$sonde" ctl rate "$1" --db "$db" >/dev/null
	sleep 0.5
	before=$(sent) t0=$(date +%s%N) c0=$(ticks)
	sleep "$3"
	after=$(sent) t1=$(date +%s%N) c1=$(ticks)
	awk -v n=$((after - before)) -v t=$((t1 - t0)) -v r="$1" -v tol="$2" -v c=$((c1 - c0)) -v hz="$cores" -v limit="$4" 'BEGIN {
		s = t / 1e9; pps = n / s; cpu = 100 * c / hz / s
		# One packet more or less is what a window shows by chance.
		ok = pps >= r * (1 - tol / 100) - 1 / s && pps <= r * (1 + tol / 100) + 1 / s
		printf "  asked for %d: %.1f packets/s, %.0f %% of one core\n", r, pps, cpu
		exit !(ok && cpu <= limit)
	}'
}
# Three times: a program that takes the core for a moment spoils one, a defect all of them.
thrice() { "$@" || "$@" || "$@"; }
expect "1 packet a second" thrice wants 1 1 10 20
expect "100, within 1 %, no spinning core" thrice wants 100 1 10 30
expect "10,000, within 1 %, no spinning core" thrice wants 10000 1 10 60
expect "90,000, within 1 %, no spinning core" thrice wants 90000 1 10 90
expect "200,000, within 1 %" thrice wants 200000 1 10 200
"$sonde" ctl stop --db "$db" >/dev/null
"$sonde" ctl stop --db "$db" >/dev/null 2>&1
finish
