#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_caps - no prefix gets more than its share, whatever the rate, and the scan still gets on.
. "$(dirname "$0")/lib.sh"

wire
far python3 "$here/count.py" far0 12 >"$work/counted" &
counter=$!
await_line "$work/counted" ready
db=$work/db
near timeout 60 "$sonde" scan 10.0.0.0/22 -p 1-1000 --iface near0 --gateway-mac 02:53:6f:6e:64:65 --rate 1M \
	--max-rate-per 24:100 --no-grab --cooldown 500ms --db "$db" --quiet --status-json="$work/status" 2>"$work/err" &
scan=$!
wait $counter
count() { tail -n 1 "$work/counted" | jq "$1"; }
echo "  $(tail -n 1 "$work/counted")"
expect "all prefixes are probed" [ "$(count .prefixes)" = 4 ]
expect "none gets more than its share over 10 s, within 1 %" [ "$(count .in_10s)" -le 1011 ]
expect "nor more than a tenth above it in any second" [ "$(count .in_1s)" -le 111 ]
expect "together they get most of what they may" [ "$(count '.all > 0.7 * 4 * 100 * .seconds')" = true ]
expect "the status says what holds it back" grep -q 'prefixes have their share' "$work/status"
pid=$(ip netns pids "$near" | head -n 1)
expect "waiting costs little" [ "$(awk '{ print ($14 + $15) / '"$(getconf CLK_TCK)"' < 6 }' "/proc/$pid/stat")" = 1 ]
"$sonde" ctl stop --db "$db" >/dev/null
"$sonde" ctl stop --db "$db" >/dev/null 2>&1
wait $scan
expect_exit 2 "a bad cap is refused" "$sonde" scan 10.0.0.0/22 -p 80 --max-rate-per 33:1 --db "$db"
expect "in words" grep -q 'prefix lengths' "$work/err"

# The same of IPv6, by a length that only IPv6 has.
for ns in "$near" "$far"; do
	ip netns exec "$ns" sh -c 'echo 0 >/proc/sys/net/ipv6/conf/all/disable_ipv6
		for i in near0 far0; do f=/proc/sys/net/ipv6/conf/$i; [ ! -d $f ] || { echo 0 >$f/accept_dad; echo 0 >$f/disable_ipv6; }; done'
done
ip -n "$near" -6 addr add 2001:db8::1/64 dev near0 nodad
: >"$work/counted"
far python3 "$here/count.py" far0 11 >"$work/counted" &
counter=$!
await_line "$work/counted" ready
near timeout 60 "$sonde" scan '2001:db8:1:0-3::1-ff' -p 1-1000 --iface near0 --gateway-mac 02:53:6f:6e:64:65 --rate 1M \
	--max-rate-per 64:50 --no-grab --cooldown 500ms --db "$work/db6" --quiet 2>"$work/err" &
scan=$!
wait $counter
echo "  $(tail -n 1 "$work/counted")"
expect "IPv6: all prefixes are probed" [ "$(count .prefixes)" = 4 ]
expect "IPv6: none gets more than its share over 10 s, within 1 %" [ "$(count .in_10s)" -le 506 ]
expect "IPv6: together they get most of what they may" [ "$(count '.all > 0.7 * 4 * 50 * .seconds')" = true ]
"$sonde" ctl stop --db "$work/db6" >/dev/null
"$sonde" ctl stop --db "$work/db6" >/dev/null 2>&1
wait $scan

# Every target still has its turn.
: >"$work/counted"
far python3 "$here/count.py" far0 6 >"$work/counted" &
counter=$!
await_line "$work/counted" ready
expect_exit 10 "a capped scan, which nobody answers, comes to its end" near timeout 60 "$sonde" scan 10.1.0.0/22 -p 80-81 --exclude 10.1.1.0/25 \
	--iface near0 --gateway-mac 02:53:6f:6e:64:65 --rate 1M --max-rate-per 24/48:200 --no-grab --cooldown 500ms --db "$db" --quiet
wait $counter
expect "each target got its probe" [ "$(count .all)" = $(((1024 - 128) * 2)) ]
finish
