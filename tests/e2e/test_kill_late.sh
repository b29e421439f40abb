#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_kill_late - the same of an IPv6 scan whose answers take 450 ms: those on their way when it is killed come again.
#
# usage: test_kill_late.sh BUILD-FOLDER [KILLS]   (15)
# runs: alone
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/kills.sh"

wire
for ns in "$near" "$far"; do
	ip netns exec "$ns" sh -c 'echo 0 >/proc/sys/net/ipv6/conf/all/disable_ipv6
		for i in near0 far0; do f=/proc/sys/net/ipv6/conf/$i; [ ! -d $f ] || { echo 0 >$f/accept_dad; echo 0 >$f/disable_ipv6; }; done'
done
ip -n "$near" -6 addr add 2001:db8::1/64 dev near0 nodad
ip netns exec "$far" python3 "$here/late.py" far0 450 500 >"$work/ready" &
far_end=$!
await_line "$work/ready" ready
python3 "$here/late.py" --list 2001:db8:1::/114 22,80,443,8080 | sort >"$work/truth"

kill_often "${2-15}" 2000 '2001:db8:1::/114' -p 22,80,443,8080
finds "$work/truth" 4k
finish
