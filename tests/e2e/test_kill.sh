#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_kill - a scan killed at any moment and gone on with: no target skipped, none lost, a second at most twice.
#
# usage: test_kill.sh BUILD-FOLDER [KILLS]   (50)
# runs: alone
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/kills.sh"

ports=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16
responder=$build/tests/e2e/responder/responder

wire
ip netns exec "$far" "$responder" --iface far0 --seconds 580 --open 20 >"$work/ready" &
far_end=$!
disown
await_line "$work/ready" ready
"$responder" --list 198.19.0.0/16 --ports $ports --open 20 | sort >"$work/truth"

ip netns exec "$near" "$responder" --iface near0 --pass --seconds 60 >"$work/passing" &
passing=$!
await_line "$work/passing" ready
expect_exit 5 "another's program on the interface refuses the start" near "$sonde" scan 198.19.0.1 -p 1 --iface near0 --gateway-mac 02:53:6f:6e:64:65 \
	--no-grab --cooldown 100ms --db "$work/db0"
expect "  and the message says so" grep -q 'already runs an XDP program' "$work/err"
kill $passing
wait $passing 2>/dev/null
await "the other program goes" no_program

kill_often "${2-50}" 12000 198.19.0.0/16 -p $ports --gateway 198.18.0.2
finds "$work/truth" 100k
expect "a complete scan is not gone on with" bash -c "! ip netns exec $near $sonde scan --resume $id --db $db 2>$work/err"
expect "  it says why" grep -q complete "$work/err"
finish
