#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_lists - what a command line's lists, shards and seeds mean: the same to a dry run and to a scan.
. "$(dirname "$0")/lib.sh"

wire
mac=$(ip -n "$far" link show far0 | awk '/link\/ether/ {print $2}')
way=(--iface near0 --gateway 198.18.0.2 --gateway-mac "$mac" --no-grab --cooldown 0 --quiet --db "$work/db")
dry() { "$sonde" scan --dry-run "$@" 2>"$work/err"; }
scan() { near timeout 60 "$sonde" scan "${way[@]}" "$@"; }
# watched FILE ARGUMENTS... - a scan of 64 targets; FILE has its probes as they arrive.
watched() {
	local file=$1 watcher
	shift
	rm -f "$file" "$work/watcher"
	far python3 "$here/probes_seen.py" far0 64 "$file" >"$work/watcher" &
	watcher=$!
	await_line "$work/watcher" ready
	scan 198.19.0.0/27 -p 80,443 "$@" 2>"$work/err" || cat "$work/err"
	wait $watcher
}
column() { cut -d' ' -f"$2" "$1"; }

# ---- shards and seeds

for i in 1 2 3; do dry 198.19.0.0/24 -p 80,443 --shard $i/3; done >"$work/shards"
expect "shards without a seed probe every target once" \
	test "$(sort "$work/shards" | uniq -c | awk '$1 == 1' | wc -l)" -eq 512
expect_exit 2 "shards that draw random addresses need a seed" "$sonde" scan 2001:db8::/64 -p 80 --ipv6-budget 9 --shard 1/2 --dry-run
expect "  and the message says so" grep -q -e 'give all shards the same --seed' "$work/err"
watched "$work/a" --seed 5
watched "$work/b" --seed 5
expect "a seed orders the probes" cmp -s <(column "$work/a" 1) <(column "$work/b" 1)
expect "it does not key their cookies" test "$(comm -12 <(column "$work/a" 2 | sort) <(column "$work/b" 2 | sort) | wc -l)" -eq 0
watched "$work/c" --seed 6
expect "another seed gives another order" test "$(column "$work/a" 1 | cksum)" != "$(column "$work/c" 1 | cksum)"

# ---- the standard input, which can be read once

# twice FIRST SECOND ARGUMENTS... - refused, and both are named.
twice() {
	local first=$1 second=$2
	shift 2
	expect_exit 2 "'$first' and '$second' are refused together" "$sonde" scan -p 80 --dry-run "$@"
	expect "  both are named" grep -q -e "$first and $second: " "$work/err"
}
twice 'TARGETS @-' 'TARGETS @-' @- @-
twice 'TARGETS @-' '--exclude @-' @- --exclude @-
twice 'TARGETS @-' '--exclude-file -' @- --exclude-file -
twice '--exclude @-' '--scope-file -' 198.19.0.0/24 --exclude @- --scope-file -
twice 'TARGETS @/dev/stdin' '--exclude-file /dev/fd/0' @/dev/stdin --exclude-file /dev/fd/0
expect "one list may come from it" test "$(echo 198.19.0.0/30 | dry @- -p 80 | wc -l)" -eq 4

# ---- lists go by family

echo ::/0 >"$work/six"
dry 198.19.0.0/28 2001:db8::/124 -p 80 --scope-file "$work/six" >"$work/out"
expect "::/0 in a scope lets IPv6 through" test "$(grep -c '^\[2001:db8::' "$work/out")" -eq 16
expect "  and no IPv4" test "$(wc -l <"$work/out")" -eq 16
for six in ::/0 ::1-2001:ffff::; do
	dry 198.19.0.0/28 2001:db8::/124 -p 80 --exclude $six >"$work/out"
	expect "$six as an exclusion leaves IPv4 alone" test "$(grep -c '^198\.19\.0\.' "$work/out")" -eq 16
	expect "  and excludes IPv6" test "$(wc -l <"$work/out")" -eq 16
done

# ---- a dry run refuses what a scan refuses, in the same words, before anything is opened

# both WORDS ARGUMENTS... - a dry run and a scan refuse ARGUMENTS alike.
both() {
	local words=$1
	shift
	expect_exit 2 "a dry run refuses $*" "$sonde" scan --dry-run "$@"
	expect "  and says '$words'" grep -q -e "$words" "$work/err"
	cp "$work/err" "$work/err.dry"
	expect_exit 2 "  a scan refuses it, too" near "$sonde" scan --iface near0 --db "$work/none" "$@"
	expect "  in the same words" cmp -s "$work/err" "$work/err.dry"
}
targets=(198.19.0.0/30 -p 80)
both '--source-ip: `nowhere`' "${targets[@]}" --source-ip nowhere
both '--source-ip: `198.18.0.1/64`' "${targets[@]}" --source-ip 198.18.0.1/64
both '--source-ip: `198.18.0.1/`' "${targets[@]}" --source-ip 198.18.0.1/
both '--source-ip: there are IPv4 targets' "${targets[@]}" --source-ip 2001:db8::1
both '--source-ip: there are IPv6 targets' "${targets[@]}" 2001:db8::/126 --source-ip 198.18.0.1
both '--gateway: `none`' "${targets[@]}" --gateway none
both '--gateway-mac: ' "${targets[@]}" --gateway-mac 1:2:3
both '--vlan: ' "${targets[@]}" --vlan 5000
both '--prefix-len: ' "${targets[@]}" --prefix-len 33
both '--source-port: ' "${targets[@]}" --source-port 70000
both '--source-port: 61000-61001: expected at least 3 ports' "${targets[@]}" --passes 3 --source-port 61000-61001
both '--source-port: 61000-61001: expected at least 4 ports' "${targets[@]}" --rate auto --source-port 61000-61001
both "$work/no-such-file" "${targets[@]}" --probe udp --payload-file "$work/no-such-file"
both '--contact: ' "${targets[@]}" --contact nobody
expect "nothing was opened" test ! -e "$work/none"
expect_exit 0 "a dry run needs no interface" "$sonde" scan --dry-run "${targets[@]}"
expect_exit 5 "a scan needs a route to its targets" near "$sonde" scan "${targets[@]}" --db "$work/none"
expect "  and says so before it opens anything" test ! -e "$work/none"
expect "  with the way out" grep -q 'no route to 198.19.0.0-198.19.0.3: .*--iface NAME' "$work/err"
expect_exit 2 "--port is no port to probe" "$sonde" scan --dry-run 198.19.0.0/30 -p 22 --source-ip 198.18.0.1 --port 443
expect "  which the message says" grep -q -e '--port: .443.: expected a PCI address.*ports to probe are -p' "$work/err"
expect_exit 2 "a port that is not the kernel's needs a source" "$sonde" scan --dry-run "${targets[@]}" --vdev net_null0
finish
