#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_refresh - open ports that nobody has asked, for whatever reason, stay known as such, and --refresh asks them without a walk.
. "$(dirname "$0")/lib.sh"

wire
for n in $(seq 2 9); do ip -n "$far" addr add 198.18.0.$n/16 dev far0; done
far python3 "$here/web_ports.py" 8081-8090 2121-2122 >"$work/ready" &
await_line "$work/ready" ready
ports=2121,2122,8081-8090

scan() { near timeout 60 "$sonde" scan 198.18.0.2-9 -p $ports --iface near0 --rate 5k --cooldown 500ms --quiet --db "$work/db" "$@" >"$work/out" 2>"$work/err"; }
of() { "$sonde" count --db "$work/db" "$1" 2>/dev/null | tr -dc 0-9; }
# Control probes to hosts with many ports are no probes of the walk.
sent() { jq -s '.[-1] | .sent - .sent_extra' "$work/status"; }
# scanner_pid - of the scan in our namespace, and of no other one.
scanner_pid() {
	local pid
	for pid in $(ip netns pids "$near"); do
		[ "$(cat "/proc/$pid/comm" 2>/dev/null)" != sonde ] || echo "$pid"
	done | head -1
}
loses_none() { test "$(of 'state:open')" -eq 96; }

expect "a scan that asks nothing finds all ports" scan --no-grab
expect "and says that they were not asked" test "$(of 'not_asked:off')" -eq 96
expect "--refresh asks them" scan --refresh --status-json="$work/status"
expect "without a probe" test "$(sent)" -eq 0
expect "all of them" test "$(of 'not_asked:off')" -eq 0
expect "the web servers are named" test "$(of 'product:nginx')" -eq 80
expect "and those that greet" test "$(of 'service:ftp')" -eq 16
expect "no port is taken for missing" loses_none
expect "a second one finds nothing to ask" scan --refresh --status-json="$work/status2"
expect "and asks nothing" test "$(jq -s '.[-1].grabs.finished' "$work/status2")" -eq 0
expect "--refresh=all asks all again" scan --refresh=all --status-json="$work/status3"
expect "each once" test "$(jq -s '.[-1].grabs.finished' "$work/status3")" -eq 96
expect "the stages are shown" test "$(jq -s '.[-1].stages.judged' "$work/status3")" -eq 96
expect "and nothing is lost" loses_none
expect_exit 2 "another word is refused" near "$sonde" scan 198.18.0.2 -p 80 --iface near0 --db "$work/db" --refresh=some
expect "with the way out" grep -q "neither 'unasked' nor 'all'" "$work/err"

# A scan that is killed while nearly all wait for the one connection that there may be.
rm -rf "$work/db"
near "$sonde" scan 198.18.0.2-9 -p $ports --iface near0 --rate 5k --cooldown 500ms --quiet --grab-total 1 --db "$work/db" \
	>"$work/out" 2>"$work/err" &
scanner=$!
all_there() { [ "$(of 'state:open')" = 96 ]; }
holds_within 20 all_there
kill -9 "$(scanner_pid)"
wait "$scanner"
named() { of 'product:nginx'; }
echo "named when it was killed: $(named)"
expect "what was open when it was killed is known" all_there
expect "most of it is not named" test "$(named)" -lt 80
expect "--refresh asks the rest" scan --refresh
expect "all of it" test "$(named)" -eq 80
expect "and loses none" loses_none

# Two requests to stop leave the rest unasked; --resume asks it as well.
rm -rf "$work/db"
near "$sonde" scan 198.18.0.2-9 -p $ports --iface near0 --rate 5k --cooldown 500ms --quiet --grab-total 1 --db "$work/db" \
	>"$work/out" 2>"$work/err" &
scanner=$!
holds_within 20 all_there
"$sonde" ctl --db "$work/db" stop >/dev/null
sleep 0.6
"$sonde" ctl --db "$work/db" stop >/dev/null
wait "$scanner"
expect "a scan that is told to stop twice keeps what was open" all_there
id=$("$sonde" scans --db "$work/db" -o json | jq -r '.[0] | .scan // .id')
expect "--resume asks what was left" near timeout 60 "$sonde" scan --resume "$id" --grab-total 100 --db "$work/db" --quiet -o csv
expect "all of it" test "$(named)" -eq 80
finish
