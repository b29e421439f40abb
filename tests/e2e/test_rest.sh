#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_rest - a scan that waits for answers sleeps, whether or not it grabs.
. "$(dirname "$0")/lib.sh"

export SONDE_VULNDB=$build/vulndb/sonde.vulndb
wire
ip -n "$far" addr add 198.18.0.2/16 dev far0
far python3 "$here/banner.py" SSH-2.0-OpenSSH_9.6 "$work/asked" 198.18.0.2:22 >"$work/ready" &
disown
await_line "$work/ready" ready

# sleeps ARGUMENTS... - a scan of one port, which waits eight seconds, takes at most half a second of processor time, all threads
# and its start included. Tried three times.
TIMEFORMAT='%U %S'
sleeps() {
	for _ in 1 2 3; do
		{ time near "$sonde" scan 198.18.0.2 -p 22 --iface near0 --db "$work/db" -q "$@" >/dev/null 2>&1; } 2>"$work/time"
		echo "  $(cat "$work/time") s of processor time (user, system)"
		awk '{ exit !($1 + $2 <= 0.5) }' "$work/time" && return
	done
	return 1
}
expect "a scan that has asked its port sleeps" sleeps
expect "and so does one that asks nobody" sleeps --no-grab
finish
