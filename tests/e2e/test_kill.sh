#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_kill - a scan killed at any moment and gone on with: no target skipped, none lost, a second at most twice.
#
# usage: test_kill.sh BUILD-FOLDER [KILLS]   (50)
. "$(dirname "$0")/lib.sh"

kills=${2-50}
rate=20000
ports=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16
responder=$build/tests/e2e/responder/responder
db=$work/db

wire
ip netns exec "$far" "$responder" --iface far0 --seconds 580 --open 20 >"$work/ready" &
disown
for _ in $(seq 50); do grep -q ready "$work/ready" && break; sleep 0.1; done

# start ARGUMENTS... - a scan in the background; its pid is $pid.
start() {
	ip netns exec "$near" "$sonde" scan "$@" --iface near0 --gateway 198.18.0.2 --gateway-mac 02:53:6f:6e:64:65 \
		--no-grab --cooldown 1 --db "$db" 2>"$work/err" &
	pid=$!
}
sent() { ip -n "$near" -s -j link show near0 | jq '.[0].stats64.tx.packets'; }
no_program() { ip -n "$near" -j link show near0 | jq -e '.[0] | has("xdp") | not' >/dev/null; }
gone() { for _ in $(seq 20); do no_program && return 0; sleep 0.05; done; return 1; }
number() { sed -n "s/.*$1.*/\\1/p" "$work/err" | head -n 1; }

id= place=0 before=$(sent) twice=0 worst=0 gaps=0 left=0 moved=0
for ((i = 0; i < kills; i++)); do
	if [ -n "$id" ]; then start --resume "$id" --rate $rate; else start 198.19.0.0/16 -p $ports --rate $rate; fi
	sleep "$((RANDOM % 3)).$(printf %03d $((RANDOM % 1000)))"
	kill -9 "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	gone || left=$((left + 1))
	# Where this run began is where the one before it is known to have been.
	began=$(number 'going on after \([0-9]*\) probes')
	[ -n "$id" ] || id=$(number 'scan \(s-[0-9]*-[0-9]*\):')
	now=$(sent)
	if [ -n "$began" ]; then
		again=$((place - began))
		[ $again -ge 0 ] || { gaps=$((gaps + 1)); echo "  a gap of $((-again)) targets"; }
		twice=$((twice + again))
		[ $again -le $worst ] || worst=$again
		moved=$((moved + 1))
		place=$began
	fi
	[ -z "$id" ] || place=$((place + now - before))
	before=$now
done
echo "  $kills kills, $moved of them gone on from; probed again: $twice in all, at most $worst at once ($((worst * 1000 / rate)) ms)"
expect "a third of the kills meets a scan under way" test "$moved" -ge $((kills / 3))
expect "it goes on where it was, never behind" test "$gaps" -eq 0
expect "at most a second of targets is probed again" test "$worst" -le "$rate"
expect "no kill leaves a program on the interface" test "$left" -eq 0

start --resume "$id" --rate 100k
wait "$pid"
expect "the last run ends well" test $? -eq 0
tail -n 5 "$work/err"
"$responder" --list 198.19.0.0/16 --ports $ports --open 20 | sort >"$work/truth"
"$sonde" search --db "$db" 'state:open' -o ndjson | jq -r '"\(.ip):\(.port)"' | sort >"$work/found"
echo "  $(wc -l <"$work/found") found of $(wc -l <"$work/truth")"
expect "every open port is found, and no other" cmp -s "$work/truth" "$work/found"
expect "a complete scan is not gone on with" bash -c "! ip netns exec $near $sonde scan --resume $id --db $db 2>$work/err"
expect "  it says why" grep -q complete "$work/err"
finish
