#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_resolve - while the neighbours of a large own network are being resolved, a scan answers and obeys at once.
#
# usage: test_resolve.sh BUILD-FOLDER
. "$(dirname "$0")/lib.sh"

responder=$build/tests/e2e/responder/responder
wire # nobody answers ARP there: 65,534 neighbours are asked three times at 1,000 a second

# start DB ARGUMENTS... - a scan in the background ($pid), once it asks for neighbours.
start() {
	db=$1
	shift
	ip netns exec "$near" env --default-signal=INT "$sonde" scan 198.18.0.0/16 -p 80 --iface near0 --rate 1k --no-grab --cooldown 1 \
		--db "$db" --status-json="$work/status" "$@" 2>"$work/err" &
	pid=$!
	await "neighbours are asked" asking
}
asking() { ctl status && jq -e '.neighbours.asked > 100' "$work/reply" >/dev/null; }
ctl() { timeout 3 "$sonde" ctl "$@" --db "$db" -o ndjson >"$work/reply" 2>&1; }
reply() { jq -e "$1" "$work/reply" >/dev/null || { cat "$work/reply"; false; }; }
# ended CODE - within five seconds, with that exit code.
ended() {
	local code
	for _ in $(seq 50); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
	if kill -0 "$pid" 2>/dev/null; then kill -9 "$pid"; echo "it still ran"; fi
	wait "$pid"
	code=$?
	[ $code -eq "$1" ] || { echo "exit code $code"; tail -n 5 "$work/err"; false; }
}
way_on() { grep -q "^go on with: sonde scan --resume s-[0-9-]* --db $db\$" "$work/err"; }

start "$work/a"
expect "the control socket answers" ctl status
expect "and says what goes on" reply '.state == "resolving neighbours" and .sent == 0'
expect "with how many neighbours" reply '(.neighbours.wanted | . == 65533 or . == 65534) and .neighbours.asked > 100'
expect "of a scan of so many targets" reply '.targets == 65536'
expect "the rate can be changed" ctl rate 5k
expect "and is" reply '.rate_wanted == 5000'
expect "an exclusion is accepted" ctl exclude add 198.18.7.0/24
expect "a status line says the same" grep -q '"state":"resolving neighbours"' "$work/status"
expect "stop is obeyed" ctl stop
expect "at once, with the exit code of a stopped scan" ended 7
expect "and the way to go on is printed" way_on
expect "the steering program is gone" no_program

start "$work/b"
kill -INT "$pid"
expect "Ctrl-C is obeyed at once" ended 7
expect "and the way to go on is printed" way_on
id=$(sed -n 's/^scan \(s-[0-9-]*\): .*/\1/p' "$work/err" | head -n 1)

start "$work/c"
kill -TERM "$pid"
expect "SIGTERM is obeyed at once" ended 7

# A person's terminal: 100 columns.
db=$work/d
script -qec "stty cols 100; exec ip netns exec $near $sonde scan 198.18.0.0/16 -p 80 --iface near0 --rate 1k --db $db" \
	/dev/null >"$work/typescript" 2>&1 </dev/null &
pid=$!
await_line "$work/typescript" 'known of 65'
ctl stop
expect "a person sees how far it is" grep -aq 'resolving neighbours  0 known of 65' "$work/typescript"
expect "and the scan obeys there, too" ended 7

ip netns exec "$far" "$responder" --iface far0 --seconds 300 --open 20 >"$work/ready" &
disown
await_line "$work/ready" ready
"$responder" --list 198.18.0.0/16 --ports 80 --open 20 | grep -vE '^198\.18\.(0\.[01]|255\.255):' | sort >"$work/truth"
expect "what was stopped so can be gone on with" near timeout 200 "$sonde" scan --resume "$id" --rate 20k --db "$work/b"
"$sonde" search --db "$work/b" 'state:open' -o ndjson | jq -r '"\(.ip):\(.port)"' | sort >"$work/found"
expect "and finds everything" cmp -s "$work/truth" "$work/found"
# Requests ten seconds apart, and nobody waits for the next one. Three times: a defect fails all of them.
asked_one() { ctl status && jq -e '.neighbours.asked >= 1' "$work/reply" >/dev/null; }
# slowly TARGETS RATE - how long a scan goes on after Ctrl-C while it asks for neighbours: $ended_ms.
slowly() {
	local from
	db=$work/slow
	rm -rf "$db"
	ip netns exec "$near" env --default-signal=INT "$sonde" scan "$1" -p 80 --iface near0 --rate "$2" --no-grab --cooldown 1 --db "$db" 2>"$work/err" &
	pid=$!
	await "a neighbour was asked for" asked_one
	from=$(date +%s%3N)
	kill -INT "$pid"
	wait "$pid"
	ended_ms=$(($(date +%s%3N) - from))
	echo "  ended after $ended_ms ms at $2 packets/s"
}
soon() {
	local try floor
	for try in 1 2 3; do
		slowly "$1" 1k
		floor=$ended_ms
		slowly "$1" 0.1
		[ $ended_ms -gt $((floor + 200)) ] || return 0
	done
	return 1
}
expect "Ctrl-C acts within 200 ms at 0.1 packets/s, too" soon 198.18.0.0/16
near sh -c 'echo 0 >/proc/sys/net/ipv6/conf/near0/disable_ipv6; echo 0 >/proc/sys/net/ipv6/conf/near0/accept_dad'
ip -n "$near" -6 addr add 2001:db8::1/64 dev near0 nodad
expect "and with neighbours of IPv6" soon 2001:db8::1000/116

finish
