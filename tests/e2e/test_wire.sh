#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_wire - the dataplane alone on a veth whose far end answers by a rule: all found, nothing left behind.
source "$(dirname "$0")/lib.sh"
probe=$build/tests/e2e/dp_probe/dp_probe
responder=$build/tests/e2e/responder/responder
range=198.18.0.0/16

wire
far timeout 120 "$responder" --iface far0 --seconds 110 --open 100 --closed 100 >"$work/responder" &
await_line "$work/responder" ready
mac=$(ip -n "$far" link show far0 | awk '/link\/ether/ {print $2}')
"$responder" --list $range --ports 80 --open 100 | sort >"$work/expected"

# scan ARGUMENTS... - the open targets, sorted, into $work/found.
scan() {
	near timeout 60 "$probe" --iface near0 --ports 80 --rate 50000 "$@" 2>"$work/log" | sort >"$work/found"
}
same() { cmp -s "$work/expected" "$work/found"; }

scan --gateway-mac "$mac" $range
expect "every open target is found, and no other" same
expect "the steering program is gone" no_program
scan --gateway-mac "$mac" --seed 7 $range
expect "another key finds the same" same
scan --twice --gateway-mac "$mac" $range
sort -u -o "$work/found" "$work/found"
expect "a port can be opened again in the same process" same
expect "both through AF_XDP" test "$(grep -c 'AF_XDP native' "$work/log")" -eq 2

# Neighbours found by ARP: all but the own address and the broadcast one. Linux before 5.14 has no host at a network's first
# address, either.
scan $range
grep -vE '^198\.18\.(0\.[01]|255\.255):' "$work/expected" >"$work/neighbours"
expect "every open neighbour is found by ARP" cmp -s "$work/neighbours" "$work/found"
expect "addresses that must not be asked are counted" grep -q '"noroute":[23]' "$work/log"

near timeout 60 "$probe" --iface near0 --ports 80 --rate 100 --gateway-mac "$mac" $range >/dev/null 2>&1 &
await "the steering program is attached during a scan" attached
for pid in $(ip netns pids "$near"); do
	[ "$(cat "/proc/$pid/comm")" = dp_probe ] || continue
	scanner=$pid
	kill -9 "$pid"
done
expect "kill -9 leaves no program behind" gone
expect "nor a directory of its own" test ! -e "/run/dpdk/sonde-$scanner"

expect_exit 1 "a missing interface is refused" ip netns exec "$near" "$probe" --iface nosuch0 --ports 80 $range
expect "and said in words" grep -q "there is no interface 'nosuch0'" "$work/err"
ip -n "$near" link set near0 down
expect_exit 1 "an interface that is down is refused" ip netns exec "$near" "$probe" --iface near0 --ports 80 $range
expect "with the way out" grep -q "ip link set dev near0 up" "$work/err"
finish
