#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_queues - an interface of two queues has two workers, all open ports are found, and a kill at any moment, of the
# start too, leaves no program behind.
#
# usage: test_queues.sh BUILD-FOLDER [KILLS]   (12)
. "$(dirname "$0")/lib.sh"

kills=${2-12}
responder=$build/tests/e2e/responder/responder
net=198.19.0.0/16

wire 2
ip netns exec "$far" "$responder" --iface far0 --seconds 300 --open 100 >"$work/ready" &
disown
await_line "$work/ready" ready
"$responder" --list $net --ports 80 --open 100 | sort >"$work/truth"

scan() {
	near "$sonde" scan $net -p 80 --iface near0 --gateway-mac 02:53:6f:6e:64:65 --gateway 198.18.0.2 --no-grab --cooldown 1 \
		--db "$work/db" "$@" 2>"$work/err"
}
found() { "$sonde" search --db "$work/db" 'state:open' -o ndjson | jq -r '"\(.ip):\(.port)"' | sort >"$work/found"; rm -rf "$work/db"; }
# workers NUMBER - so many threads send and receive.
workers() { test "$(for pid in $(ip netns pids "$near"); do cat "/proc/$pid"/task/*/comm 2>/dev/null; done | grep -c rte-worker)" -eq "$1"; }

scan --rate 50k --status-json="$work/status" &
scan=$!
await_line "$work/status" sending
expect "two queues have two workers" workers 2
expect "  and one program" sh -c "ip -n '$near' -j link show near0 | jq -e '.[0].xdp.prog' >/dev/null"
near "$sonde" scan $net -p 80 --iface near0 --gateway-mac 02:53:6f:6e:64:65 --db "$work/db2" 2>"$work/refused"
expect "  which another scan does not replace: it says whose it is" grep -q "already serves another scan by AF_XDP (pid [0-9]*" "$work/refused"
wait $scan
found
expect "every open port is found over two queues, and no other" cmp -s "$work/truth" "$work/found"
expect "through AF_XDP" grep -q 'AF_XDP native copy' "$work/err"
expect "the program is gone" no_program

scan --rate 50k --workers 1
expect "fewer workers than queues are refused" grep -q "ethtool -L near0 rx 1" "$work/err"
near ethtool -L near0 rx 1 tx 1 && far ethtool -L far0 rx 1 tx 1
scan --rate 50k --workers 1
found
expect "  and possible where the interface is set so" cmp -s "$work/truth" "$work/found"
far ethtool -L far0 rx 2 tx 2 && near ethtool -L near0 rx 2 tx 2 # no more to send in than the peer, with XDP, receives in

# A tap's queues are combined channels: one device of DPDK's with two queues. Its far end answers where it was asked, so that
# all is found only if both queues are heard.
if command -v python3 >/dev/null; then
	ip netns exec "$near" python3 "$here/raw_host.py" tap:tap0:2 198.19.0.0/22 >"$work/syns" &
	disown
	await_line "$work/syns" ready
	ip -n "$near" addr add 198.19.3.1/22 dev tap0
	ip -n "$near" link set tap0 up
	await_carrier "$near" tap0
	near "$sonde" scan 198.19.0.0/23 -p 80 --iface tap0 --rate 2k --no-grab --cooldown 1 --db "$work/db" 2>"$work/err" &
	scan=$!
	await_line "$work/err" '^scan '
	expect "two combined queues have two workers" workers 2
	wait $scan
	# Linux before 5.14 has no host at a network's first address.
	all_on_both() { [[ $("$sonde" count --db "$work/db" state:open) =~ ^51[12]$ ]]; }
	expect "  on which all is found" all_on_both
	rm -rf "$work/db"
fi

# Killed while it starts: at any moment of it, and in turn soon after the program was attached, while queues are opened.
left=0 late=0
for ((i = 0; i < kills; i++)); do
	scan --rate 1k &
	if [ $((i % 2)) -eq 0 ]; then
		sleep "0.$(printf %03d $((RANDOM % 900)))"
	else
		for _ in $(seq 500); do no_program || break; done
		sleep "0.$(printf %03d $((RANDOM % 100)))"
	fi
	for pid in $(ip netns pids "$near"); do
		[ "$(cat "/proc/$pid/comm" 2>/dev/null)" = sonde ] || continue
		no_program || late=$((late + 1))
		kill -9 "$pid"
	done
	wait $! 2>/dev/null
	gone || left=$((left + 1))
done
echo "  $kills kills while it started, $late of them with the program attached"
expect "a third of them had it attached" test "$late" -ge $((kills / 3))
expect "none leaves a program on the interface" test "$left" -eq 0
rm -rf "$work/db"
scan --rate 50k
found
expect "the next scan finds everything" cmp -s "$work/truth" "$work/found"
finish
