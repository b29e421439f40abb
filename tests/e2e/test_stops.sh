#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_stops - however a scan ends before its end, what it found is stored and it says how to go on.
# runs: long
. "$(dirname "$0")/lib.sh"

ports=1,2,3,4
small=/var/tmp/$tag-small
responder=$build/tests/e2e/responder/responder
answer() {
	: >"$work/ready"
	ip netns exec "$far" "$responder" --iface far0 --seconds 300 --open 20 >"$work/ready" &
	disown
	await_line "$work/ready" ready
}
more_clean_up() {
	umount "$small" 2>/dev/null
	rmdir "$small" 2>/dev/null
}
wire
answer
"$responder" --list 198.19.0.0/16 --ports $ports --open 20 | sort >"$work/truth"

# As much as the claims below ask for, plus what a checkpoint may lag: however slow the machine is.
written() { "$sonde" ctl status --db "$db" -o json 2>/dev/null | jq .written; }
found_some() {
	local n
	for _ in $(seq 300); do
		n=$(written)
		[ "${n:-0}" -gt 200 ] && return
		kill -0 "$pid" 2>/dev/null || return
		sleep 0.1
	done
}
# start DB ARGUMENTS... - a scan in the background ($pid), once it has found some.
start() {
	db=$1
	shift
	ip netns exec "$near" timeout 100 "$sonde" scan 198.19.0.0/16 -p $ports --iface near0 --gateway 198.18.0.2 \
		--rate 20k --no-grab --cooldown 1 --db "$db" "$@" 2>"$work/err" &
	pid=$!
	await_line "$work/err" '^scan '
	sonde_pid=$(pgrep -P "$pid" -x sonde || echo "$pid")
	[ -n "${at_once-}" ] || found_some
}
ended() { wait "$pid"; code=$?; }
way_on() { grep -q "^go on with: sonde scan --resume s-[0-9-]* --db $db\$" "$work/err"; }
scan_id() { sed -n 's/^scan \(s-[0-9-]*\): .*/\1/p' "$work/err" | head -n 1; }
stored() { "$sonde" count --db "$db" 'state:open'; }
some() { [ "$(stored)" -gt 50 ]; }
complete() {
	near timeout 100 "$sonde" scan --resume "$1" --rate 40k --db "$db" 2>"$work/err2" || { cat "$work/err2"; return 1; }
	"$sonde" search --db "$db" 'state:open' -o ndjson | jq -r '"\(.ip):\(.port)"' | sort | cmp -s - "$work/truth"
}
claims() {
	local before=$failures
	expect "$1: exit code $2" test "$code" -eq "$2"
	expect "$1: what was found is stored" some
	expect "$1: the way to go on is printed" way_on
	[ $failures -eq "$before" ] || tail -n 12 "$work/err"
}

start "$work/db1"
kill -INT "$sonde_pid"
ended
claims "Ctrl-C" 7
expect "Ctrl-C: it waited for answers" grep -q 'waiting for answers' "$work/err"
expect "Ctrl-C: going on finds the rest" complete "$(scan_id)"

start "$work/db2" --cooldown 60
kill -INT "$sonde_pid"
await_line "$work/err" 'waiting for answers'
# Signals that come close together are one: the second Ctrl-C is tried until half a second has passed.
hit_again() { kill -INT "$sonde_pid" 2>/dev/null; ! kill -0 "$sonde_pid" 2>/dev/null; }
SECONDS=0
holds_within 5 hit_again
ended
expect "Ctrl-C twice: it ends at once" test $SECONDS -le 5
claims "Ctrl-C twice" 7
expect "Ctrl-C twice: going on finds the rest" complete "$(scan_id)"

start "$work/db3"
kill -TERM "$sonde_pid"
ended
claims SIGTERM 7
id=$(scan_id)
for change in "--passes 2 passes" "--shard 1/2 shard" "--exclude 198.19.1.0/24 exclusions" "-p 99 ports" "--seed 5 seed" \
	"--workers 2 workers" "--probe udp probe"; do
	read -r option value what <<<"$change"
	expect_exit 2 "going on with a changed $option is refused" near "$sonde" scan --resume "$id" "$option" "$value" --db "$db"
	expect "  it says what differs, and nothing else" grep -qE "other (--|the )$what;" "$work/err"
done
expect_exit 2 "going on with further targets is refused" near "$sonde" scan 198.20.0.1 --resume "$id" --db "$db"
expect "  it says what differs, and nothing else" grep -qE "other the targets;" "$work/err"

mkdir "$small" && mount -t tmpfs -o size=1300k none "$small"
at_once=1 start "$small/db"
ended
claims "a full disk" 8
id=$(scan_id)
mount -o remount,size=64m "$small"
expect "a full disk: going on finds the rest" complete "$id"

start "$work/db4"
ip -n "$near" link del near0
SECONDS=0
ended
expect "the interface goes: it ends soon" test $SECONDS -le 10
claims "the interface goes" 5
id=$(scan_id)
ip -n "$near" link add near0 type veth peer name far0 netns "$far"
for ns in "$near" "$far"; do ip netns exec "$ns" sh -c 'echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6'; done
ip -n "$near" addr add 198.18.0.1/16 dev near0
ip -n "$near" link set near0 up
ip -n "$far" link set far0 up
await_carrier "$near" near0
answer
expect "the interface goes: going on finds the rest" complete "$id"
finish
