#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_watching - a scan can be watched and asked while it runs and afterwards: ctl, top, signals, the log, scans, explain.
. "$(dirname "$0")/lib.sh"

responder=$build/tests/e2e/responder/responder
db=$work/db
export SONDE_VULNDB=$build/vulndb/sonde.vulndb
wire
ip -n "$far" addr add 198.18.0.2/16 dev far0
ip netns exec "$far" "$responder" --iface far0 --seconds 120 --open 100 >"$work/ready" &
far_end=$!
disown
await_line "$work/ready" ready
is() { [ "$1" = "$2" ] || { echo "  got '$1', expected '$2'"; false; }; }
# start ARGUMENTS... - a scan in the background ($pid) once it sends.
start() {
	rm -f "$work/err"
	ip netns exec "$near" "$sonde" scan 198.19.0.0/20 -p 80,81 --iface near0 --gateway 198.18.0.2 --rate 1k --no-grab \
		--cooldown 500ms --db "$db" "$@" >"$work/out" 2>"$work/err" &
	pid=$!
	await "the scan sends" sending
}
status() { "$sonde" ctl status --db "$db" -o json 2>/dev/null | jq -r "$1"; }
sending() { [ "$(status '.state')" = sending ]; }
ctl() { "$sonde" ctl "$@" --db "$db"; }
answers() { grep -qE -e "$1" "$work/answer" || { cat "$work/answer"; return 1; }; }

expect_exit 2 "an order that is none is refused before anybody is asked" ctl foo
expect_exit 3 "no scan runs" ctl status
expect_exit 3 "nor is there one to watch" "$sonde" top --db "$db"

start
id=$(status .scan)
ctl rate 900 >"$work/answer"
expect "ctl answers with what changed" answers '^rate 1000 -> 900 packets/s$'
ctl rate auto >"$work/answer"
expect "  the rate of the network" answers '^rate 900 -> auto, from 1000 packets/s$'
ctl rate 1k >"$work/answer"
expect "  and back" answers '^rate [0-9]+ -> 1000 packets/s$'
ctl pause >"$work/answer"
expect "  where it was paused" answers '^paused at [0-9.]+ %$'
expect "top prints a block where there is no terminal" grep -q "^scan $id: paused, " <("$sonde" top --db "$db")
ctl resume >"$work/answer"
expect "  where it goes on" answers '^goes on at [0-9.]+ %$'
expect "scans lists it as running" grep -qE "^$id .* running " <("$sonde" scans --db "$db")
kill -USR1 "$pid"
asked() { [ "$(grep -c "$id: sending" "$work/err")" -ge 2 ]; }
await "SIGUSR1 prints how far it is" asked
expect "  and ends nothing" kill -0 "$pid"
expect "a log line has time and scan" grep -qE "^20..-..-..T..:..:..Z $id: sending [0-9.]+%" "$work/err"
ctl stop >"$work/answer"
expect "  stop says what it waits for" answers '^stopping at [0-9.]+ %: waiting for answers'
wait "$pid"
expect "  the scan was stopped" test $? -eq 7
expect "scans says how to go on" grep -q "^go on .*--resume $id" <("$sonde" scans show last --db "$db")

# ---- one that was killed

start --resume last
kill -9 "$pid"
wait "$pid" 2>/dev/null
expect "a killed scan is interrupted, not running: scans" is "$("$sonde" scans --db "$db" -o ndjson | jq -r .state)" interrupted
expect "  explain" grep -qE "^$id +interrupted .*; no process runs it: sonde scan --resume $id" <("$sonde" explain 198.19.1.1 --db "$db")
expect_exit 0 "  and it can be gone on with" near "$sonde" scan --resume last --rate 20k --db "$db" -q
expect "  no more answers count than targets were probed" is \
	"$("$sonde" scans show "$id" --db "$db" -o json | jq '.open + .answers_closed <= .probed')" true
expect "  to its end" is "$("$sonde" scans show "$id" --db "$db" -o json | jq -r '"\(.state) \(.probed) \(.can_resume)"')" 'done 8192 false'

# ---- what a log is for programs

near "$sonde" scan 198.19.0.0/28 -p 80,81 --iface near0 --gateway 198.18.0.2 --no-grab --cooldown 1 --db "$db" --log-json \
	>"$work/out" 2>"$work/err"
expect "--log-json writes nothing but JSON" is "$(jq -rs 'map(select(.level == "info" and .scan != null)) | length > 3' "$work/err")" true
: >"$work/journal"
JOURNAL_STREAM=$(stat -c %d:%i "$work/journal") near "$sonde" scan 198.19.0.0/28 -p 80,81 --iface near0 --gateway 198.18.0.2 --no-grab \
	--cooldown 500ms --db "$db" >"$work/out" 2>>"$work/journal"
expect "the journal gets priorities, and no time" is "$(grep -cvE '^<[3-6]>[^2]' "$work/journal")" 0

# ---- two scans, and targets that nobody can reach

"$sonde" scans compare last last --db "$db" >"$work/answer" 2>"$work/err"
expect "a scan does not differ from itself" test ! -s "$work/answer"
expect "  and that is said" grep -q 'found the same where both probed' "$work/err"
kill "$far_end"
ip netns exec "$far" python3 "$here/greeter.py" 198.18.0.2 22 0 SSH-2.0-OpenSSH_9.6 >"$work/ready2" &
server=$!
disown
await_line "$work/ready2" ready
own() { near "$sonde" scan 198.18.0.2,198.18.0.200 -p 22 --iface near0 --cooldown 500ms --db "$db" -q "$@" >/dev/null 2>"$work/err"; }
own
before=$("$sonde" scans show last --db "$db" -o json | jq -r .scan)
expect "who has no next hop is skipped, says explain" grep -qE "$before +done .* skipped: 0 of 1 probes: it has no next hop" \
	<("$sonde" explain 198.18.0.200 --db "$db")
expect "  and who has one was probed" grep -qE "$before +done .* probed: 1 of 1" <("$sonde" explain 198.18.0.2 --db "$db")
kill "$server"
closed() { ! far bash -c ': </dev/tcp/198.18.0.2/22' 2>/dev/null; }
await "the server ends" closed
own
"$sonde" scans compare "$before" last --db "$db" >"$work/answer"
expect "compare names what only the first one found" answers '^- 198\.18\.0\.2 +22/tcp  OpenSSH 9\.6$'
expect "  as JSON" is "$("$sonde" scans compare "$before" last --db "$db" -o ndjson | jq -r '"\(.difference) \(.port)"')" 'only_first 22'
finish
