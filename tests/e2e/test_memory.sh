#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_memory - where memory is short, the CVEs of a service are not left out in silence: record, status and exit code say so.
#
# usage: test_memory.sh BUILD-FOLDER
. "$(dirname "$0")/lib.sh"

db=$work/db
export SONDE_VULNDB=$build/vulndb/sonde.vulndb
short() { LD_PRELOAD=$(realpath "$build")/tests/e2e/no_hits/no_hits.so "$@"; }
scan() { near timeout 60 "$sonde" scan 198.18.0.5 -p 2222 --iface near0 --rate 100 --cooldown 500ms --db "$db" "$@"; }
last() { tail -n 1 "$work/status" | jq -e "$1" >/dev/null; }
found() { test "$("$sonde" count --db "$db" "$1")" -eq "$2"; }
exported() { "$sonde" search --db "$db" port:2222 -o ndjson | jq -e "$1" >/dev/null; }

wire
ip -n "$far" addr add 198.18.0.5/16 dev far0
ip netns exec "$far" python3 "$here/listeners.py" "$work/log" 198.18.0.5:2222=greet >"$work/ready" &
disown
await_line "$work/ready" ready

expect_exit 1 "a scan that lacks memory for CVEs fails" short scan --status-json="$work/status"
expect "  and says why" grep -q "memory was short for the names or CVEs of 1 service" "$work/err"
expect "  and how to mend it" grep -q "unjudged  1 service,.*vulndb rematch" "$work/err"
expect "  which is not to probe again" eval '! grep -q "go on with" "$work/err"'
expect "  its status counts them" last '.unjudged == 1'
expect "the service is stored" found 'port:2222 product:OpenSSH' 1
expect "  as one that is not judged" found is_unjudged:true 1
expect "  and exported so" exported ".asked and .is_unjudged"
"$sonde" host 198.18.0.5 --db "$db" >"$work/host"
expect "  and shown so" grep -q "not judged .*memory was short" "$work/host"
expect_exit 1 "a rematch that lacks memory fails" short "$sonde" vulndb rematch --db "$db"
expect "  and changes nothing" found is_unjudged:true 1
expect_exit 0 "a rematch judges it" "$sonde" vulndb rematch --db "$db"
expect "  nothing is left" found is_unjudged:true 0
expect "  its CVEs are there" found 'port:2222 vuln:*' 1
expect_exit 1 "a lookup that lacks memory fails" short "$sonde" vulndb lookup cpe:2.3:a:openbsd:openssh:9.2:p1
expect "  and says why" grep -q "out of memory" "$work/err"
expect_exit 0 "a scan with memory" scan --quiet
finish
