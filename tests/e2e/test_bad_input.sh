#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_bad_input - what cannot be understood is refused in one line that names the place, and nothing is sent.
. "$(dirname "$0")/lib.sh"
wire

db=$work/db
sent() { near cat /sys/class/net/near0/statistics/tx_packets; }
before=$(sent)
scan() { near "$sonde" scan --iface near0 --db "$db" --cooldown 1 "$@"; }
# refused TEXT WHAT COMMAND... - exits with the usage code 2 and the message contains TEXT.
refused() {
	local text=$1 what=$2
	shift 2
	expect_exit 2 "$what" "$@"
	expect "  it says '$text'" grep -qF -e "$text" "$work/err"
	expect "  in at most three lines" test "$(wc -l <"$work/err")" -le 3
}

printf '198.18.1.0/24\n198.18.2.0/33\n' >"$work/bad_list"
printf '198.18.1.0/24\n198.18.2.7x\n' >"$work/bad_exclude"

refused "198.18.0.0/33" "a prefix that is too long" scan 198.18.0.0/33 -p 80
refused "198.18.0.300" "an octet that is too big" scan 198.18.0.300 -p 80
refused "bad_list:2" "a bad line of a target file" scan "@$work/bad_list" -p 80
refused "no_such_file" "a target file that is not there" scan "@$work/no_such_file" -p 80
refused "bad_exclude:2" "a bad line of an exclusion file" scan 198.18.1.0/24 --exclude-file "$work/bad_exclude" -p 80
refused "70000" "a port that is too big" scan 198.18.1.0/24 -p 70000
refused "80-70" "a port range backwards" scan 198.18.1.0/24 -p 80-70
: >"$work/empty_list"
refused "name no address" "a target file without a target" scan "@$work/empty_list" -p 80
refused "2^20 networks" "a pattern of too many networks" scan '2001:db8:0-fff:0-fff::1' -p 80
refused "fast" "a rate that is none" scan 198.18.1.0/24 -p 80 --rate fast
refused "3/2" "a shard that is not there" scan 198.18.1.0/24 -p 80 --shard 3/2
refused "no-such-flag" "a flag that is none" scan 198.18.1.0/24 -p 80 --no-such-flag
refused "scann" "a command that is none" near "$sonde" scann
refused "column 1" "a query field that is none" near "$sonde" search --db "$db" 'prot:22'
refused "one address" "nothing to explain" near "$sonde" explain
refused "192.0.2.0/24" "a network to explain" near "$sonde" explain 192.0.2.0/24
expect "only forbidden targets: nothing to do is no success" bash -c \
	"! ip netns exec $near $sonde scan 127.0.0.1 -p 80 --iface near0 --db $db 2>$work/err"
expect "  it says loopback" grep -qi loopback "$work/err"
expect "an interface that is not there" bash -c \
	"! ip netns exec $near $sonde scan 198.18.1.1 -p 80 --iface nope0 --db $db 2>$work/err"
expect "  it names it" grep -q nope0 "$work/err"
near ip link set near0 down
expect "an interface that is down" bash -c \
	"! ip netns exec $near $sonde scan 198.18.1.1 -p 80 --iface near0 --db $db 2>$work/err"
expect "  it says how to bring it up" grep -q 'near0 up' "$work/err"
near ip link set near0 up
await_carrier "$near" near0
mkdir "$work/notdb" && echo garbage >"$work/notdb/data.mdb"
expect "a database that is none" bash -c "! $sonde search --db $work/notdb 'port:22' 2>$work/err"
expect "  it names it" grep -q "$work/notdb" "$work/err"

near "$sonde" scan 198.18.0.0/29,224.0.0.1,255.255.255.255,127.0.0.0/30,169.254.1.1 -p 80,81 --dry-run >"$work/list" 2>/dev/null
expect "a dry run lists no multicast, broadcast, loopback or link-local" bash -c "! grep -E '^(224|255|127|169)' $work/list"
expect "a dry run lists each target once" test "$(sort -u "$work/list" | grep -c '^198')" -eq "$(grep -c '^198' "$work/list")"
expect "nothing was sent by any of these" test "$(($(sent) - before))" -le 2
finish
