# SPDX-License-Identifier: Apache-2.0
# kills.sh - a scan that is killed again and again, and gone on with. Sourced after lib.sh.
#
# The far end has the pid $far_end, prints what it counted to $work/ready when it gets SIGUSR1, and counts SYNs alone:
# what the scan sends beside its probes, such as the end of each connection, is none of it.
db=$work/db

# start ARGUMENTS... - a scan in the background; its pid is $pid.
start() {
	ip netns exec "$near" "$sonde" scan "$@" --iface near0 --gateway-mac 02:53:6f:6e:64:65 --no-grab --cooldown 1 \
		--db "$db" 2>"$work/err" &
	pid=$!
}
arrived() {
	local before
	before=$(grep -c arrived "$work/ready")
	kill -USR1 "$far_end"
	for _ in $(seq 400); do [ "$(grep -c arrived "$work/ready")" -eq "$before" ] || break; sleep 0.05; done
	tail -n 1 "$work/ready" | jq .arrived
}
# stall SINCE - how many milliseconds at most the machine kept another program from its work since that moment, in
# milliseconds since 1970. A scan cannot do better.
stall() { awk -v since="$1" '$1 >= since && $2 > most { most = $2 } END { print most + 0 }' "$work/stalls"; }
number() { sed -n "s/.*$1.*/\\1/p" "$work/err" | head -n 1; }

# kill_often KILLS RATE ARGUMENTS... - the claims; then $id is the scan's.
kill_often() {
	local kills=$1 rate=$2 place=0 before twice=0 worst=0 late=0 gaps=0 left=0 moved=0 began again now i
	local from stalled stalled_before=0
	shift 2
	python3 "$here/stalls.py" "$work/stalls.disk" >"$work/stalls" &
	local meter=$!
	id= before=$(arrived)
	for ((i = 0; i < kills; i++)); do
		from=$(date +%s%3N)
		if [ -n "$id" ]; then start --resume "$id" --rate "$rate"; else start "$@" --rate "$rate"; fi
		# One in three at any moment, its start included; the others while it sends, however slow the start is.
		[ $((i % 3)) -eq 0 ] || await_line "$work/err" '^scan '
		sleep "$((RANDOM % 3)).$(printf %03d $((RANDOM % 1000)))"
		kill -9 "$pid" 2>/dev/null
		wait "$pid" 2>/dev/null
		gone || left=$((left + 1))
		stalled=$(stall "$from")
		# Where this run began is where the one before it is known to have been.
		began=$(number 'going on after \([0-9]*\) probes')
		[ -n "$id" ] || id=$(number 'scan \(s-[0-9]*-[0-9]*\):')
		now=$(arrived)
		if [ -n "$began" ]; then
			again=$((place - began))
			[ $again -ge 0 ] || { gaps=$((gaps + 1)); echo "  a gap of $((-again)) targets"; }
			twice=$((twice + again))
			[ $again -le $worst ] || worst=$again
			# How far the run before this one got is what its last checkpoint says. A checkpoint waits for the commit
			# before it and for its own.
			[ $again -le $((rate * (1000 + 2 * stalled_before) / 1000)) ] || late=$((late + 1))
			moved=$((moved + 1))
			place=$began
		fi
		[ -z "$id" ] || place=$((place + now - before))
		before=$now stalled_before=$stalled
	done
	kill $meter
	wait $meter 2>/dev/null
	echo "  $kills kills, $moved of them gone on from; probed again: $twice in all, at most $worst at once ($((worst * 1000 / rate)) ms)"
	expect "a third of the kills meets a scan under way" test "$moved" -ge $((kills / 3))
	expect "it goes on where it was, never behind" test "$gaps" -eq 0
	echo "  the machine kept another program from its work for $(stall 0) ms at most"
	expect "at most a second of targets is probed again, and what the machine itself stood still" test "$late" -eq 0
	expect "no kill leaves a program on the interface" test "$left" -eq 0
}

# finds TRUTH RATE - the last run ends, and all runs together found what the file names.
finds() {
	start --resume "$id" --rate "$2"
	wait "$pid"
	expect "the last run ends well" test $? -eq 0
	tail -n 5 "$work/err"
	"$sonde" search --db "$db" 'state:open' -o ndjson | jq -r '"\(.ip):\(.port)"' | sort >"$work/found"
	echo "  $(wc -l <"$work/found") found of $(wc -l <"$1"), $(comm -23 "$1" "$work/found" | wc -l) missed"
	expect "every open port is found, and no other" cmp -s "$1" "$work/found"
}
