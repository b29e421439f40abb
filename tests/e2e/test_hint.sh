#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_hint - a scan judges a service without a mark of its package by what another port of its host tells, in whatever order the
# ports are asked; the log says so when that port goes, and a rematch agrees.
#
# usage: test_hint.sh BUILD-FOLDER
. "$(dirname "$0")/lib.sh"

command -v python3 >/dev/null || {
	echo "needs python3"
	exit 77
}
export SONDE_VULNDB=$build/vulndb/sonde.vulndb
wire
ip -n "$far" addr add 198.18.0.2/16 dev far0
# serve NAME PORT TEXT - serve a greeting; its pid in $served.
serve() {
	ip netns exec "$far" python3 "$here/greeter.py" 198.18.0.2 "$2" 0 "$3" >"$work/$1" &
	served=$!
	disown
	await_line "$work/$1" ready
}
serve exim 25 '220 far ESMTP Exim 4.96 Mon, 30 Nov 2026 10:00:00 +0000'
serve ssh 22 'SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10'
ssh=$served
db=$work/db
scan() {
	near timeout 60 "$sonde" scan 198.18.0.2 -p 22,25 --iface near0 --rate 1k --cooldown 200ms --db "$db" "$@" >/dev/null 2>"$work/err"
}
is() { [ "$1" = "$2" ] || { echo "  got '$1', expected '$2'"; cat "$work/err"; false; }; }
# vulns PORT FILTER - what jq says of the verdicts of a port.
vulns() { "$sonde" host 198.18.0.2 --db "$db" -o json | jq -r "[.ports[] | select(.port == $1) | .vulns[]?] | $2"; }
changes() { "$sonde" changes --db "$db" -o json | jq -r "[.[] | select(.cause == \"host\")] | $1"; }

scan
expect "Exim without a mark is judged by what OpenSSH tells" is "$(vulns 25 'length > 0')" true
expect "  and the evidence names the port that told" \
	is "$(vulns 25 'all(.evidence.why | test("22/tcp tells debian:bookworm"))')" true
expect "  nothing that Debian has fixed is called affected" is "$(vulns 25 'map(select(.verdict == "affected")) | length')" 0
expect "  what the release never had is fixed, by what another port says" \
	is "$(vulns 25 '[.[] | select(.verdict == "fixed") | .confidence] | unique | tostring')" '[60]'
scan
expect "a second scan takes nothing back" is "$(changes length)" 0
"$sonde" vulndb rematch --db "$db" >/dev/null 2>"$work/err"
expect "a rematch agrees" is "$(changes length)" 0
kill "$ssh"
scan
expect "the port that told is gone, and so is the verdict" is "$(vulns 25 'any(.evidence.why | test("tells"))')" false
expect "  the log says why" is "$(changes 'length > 0')" true
finish
