#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_pace - what the far end sees of orders to a scan: rates, by its clock, and exclusions, however slow the scan is.
# runs: alone
. "$(dirname "$0")/lib.sh"

db=$work/db
wire
ip netns exec "$far" python3 "$here/arrivals.py" far0 120 >"$work/arrivals" &
arrivals=$!
await_line "$work/arrivals" ready
near timeout 150 "$sonde" scan 10.0.0.0/16 -p 1-1000 --iface near0 --gateway-mac 02:53:6f:6e:64:65 --rate 1k --no-grab \
	--cooldown 500ms --db "$db" --quiet 2>"$work/err" &
scan=$!
now() { date +%s.%N; }
order() { "$sonde" ctl --db "$db" "$@" >"$work/ctl"; }
sending() { order status -o json 2>/dev/null && jq -e '.sent > 500' "$work/ctl" >/dev/null; }
await "the scan sends" sending
# Frames are written when they are read: a stop lets the reader come to its end.
tenths() { awk -v t="$1" 'BEGIN { for (i = 1; i <= 10; i++) n[i] = 0 } /^[0-9]/ { i = int(($1 - t) * 10); if (i >= 1 && i <= 10) n[i]++ }
	END { for (i = 1; i <= 10; i++) printf "%d ", n[i] }' "$work/arrivals"; }
# within LOW HIGH COUNTS - the sum lies between, and so, roughly, does the first of the ten.
within() { awk -v low="$1" -v high="$2" -v counts="$3" 'BEGIN { split(counts, n, " "); for (i = 1; i <= 10; i++) sum += n[i]
	exit sum < low || sum > high || n[1] < low / 20 || n[1] > high / 5 + 2 }'; }

# Three times: a program that takes the core for a moment spoils one, a defect all of them.
for try in 1 2 3; do
	order rate 50; t50[try]=$(now)
	sleep 1.2
	order rate 10k; t10k[try]=$(now)
	sleep 1.2
	order rate 200; t200[try]=$(now)
	sleep 1.2
done

order rate 0.1; slow_from=$(now)
sleep 12
# A worker that has nothing to do for seconds obeys no later than others.
before=$(now)
expect "an exclusion is taken by a scan of 0.1 packet/s" order exclude add 10.0.128.0/17
excluded=$(now)
expect "  within a second" awk -v a="$before" -v b="$excluded" 'BEGIN { exit b - a > 1 }'
sleep 21
slow_to=$(now)
order rate 5k
sleep 1
order pause
sleep 0.2
paused=$(now)
expect "a paused scan takes one, too" order exclude add 10.0.64.0/18
sleep 1
going=$(now)
order resume
sleep 1
order stop
order stop 2>/dev/null
wait $scan
kill -INT $arrivals
wait $arrivals

# once LOW HIGH MOMENTS... - holds after one of the orders.
once() {
	local low=$1 high=$2 moment counts
	shift 2
	for moment; do
		counts=$(tenths "$moment")
		echo "  in tenths of a second after the order: $counts"
		within "$low" "$high" "$counts" && return
	done
	return 1
}
expect "a lower rate is in force within 100 ms" once 48 52 "${t50[@]}"
expect "a higher rate is in force within 100 ms" once 9800 10100 "${t10k[@]}"
expect "a lower one again" once 195 205 "${t200[@]}"

awk -v a="$slow_from" -v b="$slow_to" '$1 >= a + 0.1 && $1 < b { print $1 }' "$work/arrivals" >"$work/slow"
awk 'NR > 1 { printf "%.2f ", $1 - last } { last = $1 }' "$work/slow" >"$work/gaps"
echo "  at 0.1 packet/s: $(wc -l <"$work/slow") packets in 33 s, $(cat "$work/gaps")s apart"
expect "0.1 packet/s are three or four in 33 s" test "$(wc -l <"$work/slow")" -ge 3 -a "$(wc -l <"$work/slow")" -le 4
# One that a busy machine delays by a moment is no other rate: the mean counts.
expect "  10 s apart, within 1 %" awk '{ for (i = 1; i <= NF; i++) { sum += $i; if ($i < 9.7 || $i > 10.3) bad = 1 }
	exit bad || sum < 9.9 * NF || sum > 10.1 * NF }' "$work/gaps"

# seen FROM TO NETWORKS... - how many probes to third octets from A to B came between two moments.
seen() { awk -v from="$1" -v to="$2" -v a="$3" -v b="$4" '$1 > from && $1 < to { split($2, o, "."); if (o[3] >= a && o[3] <= b) n++ }
	END { print n + 0 }' "$work/arrivals"; }
expect "what was excluded was probed before" test "$(seen 0 "$before" 128 255)" -gt 100
expect "and not once after" test "$(seen "$excluded" 9e9 128 255)" -eq 0
expect "what was excluded in the pause was probed before" test "$(seen "$slow_to" "$paused" 64 127)" -gt 100
expect "  nothing is sent in a pause" test "$(seen "$paused" "$going" 0 255)" -eq 0
expect "  and nothing to it when it goes on" test "$(seen "$going" 9e9 64 127)" -eq 0
expect "  though the rest is" test "$(seen "$going" 9e9 0 63)" -gt 100
finish
