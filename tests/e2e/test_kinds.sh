#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_kinds - TCP, UDP and ICMP probes in one command, stopped and resumed; an answer to a ping is no port.
. "$(dirname "$0")/lib.sh"

wire
ip -n "$far" addr add 198.18.0.2/16 dev far0
ip -n "$far" addr add 198.18.0.3/16 dev far0
mkdir "$work/empty"
far python3 -m http.server --bind 198.18.0.2 --directory "$work/empty" 80 >/dev/null 2>&1 &
await "the server listens" far sh -c '[ $(ss -Hltn "sport = 80" | wc -l) -eq 1 ]'
scan() { near timeout 60 "$sonde" scan --cooldown 500ms --no-control-probes "$@"; }
is() { test "$1" = "$2" || { echo "  '$1' instead of '$2'"; false; }; }

# ---- kinds of probes

expect_exit 0 "TCP, UDP and ICMP in one command" scan 198.18.0.2 -p T:80,U:53,I: --no-grab --db "$work/kinds" --status-json="$work/status"
expect "  the status has lines of all three" test "$(jq -r 'select(.state == "done").scan' "$work/status" | sort -u | wc -l)" -eq 3
expect "  each over AF_XDP" test "$(grep -c '^scan s-.* (AF_XDP' "$work/err")" -eq 3
expect "  the port is found" is "$("$sonde" count --db "$work/kinds")" 1
expect "  the host answers pings" is "$("$sonde" count --db "$work/kinds" 'transport:icmp')" 1
expect "  which is no port" is "$("$sonde" search --db "$work/kinds" -o csv --columns port,port_count 'port:1..' | sed 1d | tr -d '\r')" "80,1"
expect_exit 0 "a ping sweep" scan 198.18.0.2-198.18.0.3 -sn --db "$work/ping"
expect "  finds hosts, no services" is "$("$sonde" count --db "$work/ping") $("$sonde" count --db "$work/ping" answers_ping:true)" "0 2"
expect "  of score 0" is "$("$sonde" search --db "$work/ping" -o csv --columns ip,score transport:icmp | sed 1d | tr -d '\r' | tr '\n' ' ')" \
	"198.18.0.2,0 198.18.0.3,0 "

# stop_scan - Ctrl-C for the scan of this test.
stop_scan() { kill -INT "$(ip netns pids "$near" | xargs -n1 sh -c 'grep -lx sonde /proc/$0/comm 2>/dev/null' | cut -d/ -f3 | head -n 1)"; }
scan 198.18.0.2 -p T:80,U:1-300,I: --rate 100 --no-grab --db "$work/stopped" 2>"$work/stopped.err" &
scan=$!
await "the second kind is under way" sh -c "[ \$(grep -c '^scan s-.* at ' $work/stopped.err) -eq 2 ]"
stop_scan
wait $scan
expect "a scan of three kinds was stopped in the second" test $? -eq 7
id=$(sed -n 's/^go on with: .*--resume \(s-[0-9-]*\) .*/\1/p' "$work/stopped.err")
expect_exit 0 "it goes on there" scan --resume "$id" --rate 10k --db "$work/stopped"
expect "  and then with the third" is "$("$sonde" count --db "$work/stopped" 'transport:icmp')" 1
expect "  in two scans" test "$(grep -c '^scan s-.* at ' "$work/err")" -eq 2
finish
