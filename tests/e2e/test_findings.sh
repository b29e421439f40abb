#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_findings - a scan prints what it finds while it runs, in each format, to readers who read, stop or go away; it waits for
# slow greeters, and says what is new at its end.
. "$(dirname "$0")/lib.sh"

export SONDE_VULNDB=$build/vulndb/sonde.vulndb
wire
ip -n "$far" addr add 198.18.0.2/16 dev far0
far python3 "$here/greeter.py" 198.18.0.2 22 0 SSH-2.0-OpenSSH_9.6 25 5 '220 far ESMTP Exim 4.96' >"$work/ready" &
disown
await_line "$work/ready" ready
db=$work/db
scan() { near timeout 60 "$sonde" scan 198.18.0.2 --iface near0 --rate 1k --cooldown 200ms --db "$db" "$@" 2>"$work/err"; }
is() { [ "$1" = "$2" ] || { echo "  got '$1', expected '$2'"; cat "$work/err"; false; }; }
says() { grep -qE -e "$1" "$work/err" || { cat "$work/err"; return 1; }; }
last_event() { jq -r "select(.event == \"service\" and .port == $1) | $2" "$work/out"; }

# ---- a pipe: NDJSON

scan -p 22,23,25 | cat >"$work/out"
expect "a line for each open port, and one for each grab" is "$(jq -r '"\(.event) \(.port)"' "$work/out" | sort | tr '\n' ,)" \
	'open 22,open 25,service 22,service 25,'
expect "  with the members of a port" is "$(last_event 22 '"\(.ip) \(.transport) \(.state) \(.service) \(.product) \(.new)"')" \
	'198.18.0.2 tcp open ssh OpenSSH true'
expect "a server that greets after five seconds is named" is "$(last_event 25 .product)" Exim
expect "nothing is said that did not happen" sh -c "! grep -qE '^  (lost|link|missed|skipped|new) ' '$work/err'"
expect "numbers and nouns agree" says '^scan s-[0-9-]*: 1 address x 3 ports at'
scan -p 22,25 --grab-timeout 0 -o table >"$work/out"
expect "who does not wait knows it by its port only" grep -qE '^198\.18\.0\.2 +25/tcp +smtp\?' "$work/out"
scan -p 22,25 --grab-timeout 0 >"$work/out"
expect "the next scan says what is new: nothing" says '^  new +nothing since s-'

# ---- formats

scan -p 22,23 -o list >"$work/out"
expect "a list" is "$(cat "$work/out")" 198.18.0.2:22
scan -p 22,23 -o csv >"$work/out"
expect "CSV" is "$(cut -d, -f1-6 "$work/out" | tr -d '\r' | tr '\n' ' ')" \
	'event,ip,port,transport,service,product open,198.18.0.2,22,tcp,, service,198.18.0.2,22,tcp,ssh,OpenSSH '
scan -p 22,23 -o json >"$work/out"
expect "JSON is one array" is "$(jq -r 'length' "$work/out")" 2
scan -p 22,23 --open-only >"$work/out"
expect "open ports only" is "$(jq -r .event "$work/out")" open
expect "  which nobody has judged yet" is "$(jq -r '[.score, .level]|@csv' "$work/out")" ,
scan -p 22,23 -q >"$work/out"
expect "quiet: nothing on stderr" test ! -s "$work/err"
expect "  and findings, for stdout is no terminal" is "$(jq -r .event "$work/out" | tr '\n' ' ')" 'open service '
scan -p 23 -o json >"$work/out"
expect "nothing found is an empty array" is "$(jq -c . "$work/out")" '[]'
expect_exit 2 "a format that is none is refused" near "$sonde" scan 198.18.0.2 -p 22 --iface near0 -o xml --db "$db"

# ---- a person's terminal

script -qec "stty cols 90; exec ip netns exec $near $sonde scan 198.18.0.2 -p 22,23 --iface near0 --cooldown 1500ms --db $db" \
	/dev/null >"$work/typescript" 2>&1 </dev/null
expect "a person gets a row a service" grep -aqE '198\.18\.0\.2 +22/tcp +OpenSSH 9\.6 \(ssh\)' "$work/typescript"
expect "  above the progress" grep -aqE 'cooldown 100\.0%  [0-9]s left  1 open' "$work/typescript"

# ---- readers

responder=$build/tests/e2e/responder/responder
ip netns exec "$far" "$responder" --iface far0 --seconds 120 --open 1000 >"$work/ready2" &
disown
await_line "$work/ready2" ready
# many READER... - a scan with 131,072 open ports whose findings go to a reader; its exit code in $code.
many() {
	rm -rf "$db" "$work/err"
	near timeout 60 "$sonde" scan 198.19.0.0/16 -p 80,81 --iface near0 --gateway 198.18.0.2 --rate 120k --no-grab --no-control-probes \
		--cooldown 500ms --db "$db" 2>"$work/err" | "$@"
	code=${PIPESTATUS[0]}
}
stored() { "$sonde" count --db "$db" state:open; }
many head -n 1 >"$work/out"
expect "a reader who goes away ends the output, not the scan" is "$code $(stored)" '0 131072'
expect "  without a word about it" sh -c "! grep -q output '$work/err'"
SECONDS=0
many timeout 40 sh -c 'until grep -qs stored "$0"; do sleep 0.1; done' "$work/err" >"$work/out"
expect "a reader who stops does not stop the scan" is "$code $(stored)" '0 131072'
expect "  nor hold up its end" test $SECONDS -lt 20
expect "  and what he missed is counted" says '^  output +is not whole: its reader did not keep up; [0-9]+ findings were left out'

finish
