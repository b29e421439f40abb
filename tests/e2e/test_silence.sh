#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_silence - a scan that got no answer of any kind says so first, says what it found wrong, and has an exit code of its own.
#
# usage: test_silence.sh BUILD-FOLDER
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/routers.sh"

wire
routers
tell host 198.18.0.2/32 $gate_a
tell deaf $gate_a
ip -n "$near" route add default via 198.18.0.2

scan() {
	rm -rf "$work/db" "$work/status"
	near timeout 60 "$sonde" scan "$@" -p 80 --rate 2k --no-grab --cooldown 1s --db "$work/db" --quiet \
		--status-json="$work/status" >"$work/out" 2>"$work/err"
	code=$?
}
silent() { [ "$code" -eq 10 ] && grep -m 1 -v '^sonde: ' "$work/err" | grep -q 'no answer of any kind came back$' || { echo "  exit code $code"; cat "$work/err"; return 1; }; }
likely() { grep -q "^  likely    .*$1" "$work/err" || { cat "$work/err"; return 1; }; }
reasons() { [ "$(tail -n 1 "$work/status" | jq -r '.silence | join(" ")')" = "$1" ] || { tail -n 1 "$work/status" | jq -c .silence; return 1; }; }

scan 203.0.113.0/24 --iface near0
expect "nobody answers: the first line says so, and the exit code is 10" silent
expect "  where nothing is wrong here, a firewall is likely" likely firewall
expect "  and the status has no reason" reasons ""
scan 203.0.113.0/24 --af-packet near0
expect "over AF_PACKET, too" silent
scan 198.18.7.0/29 --iface near0
expect "no neighbour answers" silent
expect "  is what it says" likely 'no target has a neighbour'
scan 203.0.113.0/24 --iface near0 --source-ip 198.18.0.9
expect "an address of ours alone" silent
expect "  is named as a reason" reasons alone
rm -f "$work/status"
scan 203.0.112.0/21 --iface near0 --rate 512 &
pid=$!
under_way() { jq -es '.[-1].done > 300' "$work/status" >/dev/null 2>&1; }
await "a scan is under way" under_way
ip -n "$near" route replace default via 198.18.0.3
wait $pid
code=10 # that of the job above is the function's
expect "the kernel's route changes" silent
expect "  which it finds" reasons other_route
ip -n "$near" route replace default via 198.18.0.2

tell hear $gate_a
scan 203.0.113.0/24 --iface near0
expect "one answer is enough: exit code 0" test "$code" -eq 0
finish
