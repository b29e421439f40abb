#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_middlebox - hosts that answer on every port are told from hosts with many open ports, by control probes.
#
# usage: test_middlebox.sh BUILD-FOLDER
. "$(dirname "$0")/lib.sh"

responder=$build/tests/e2e/responder/responder
mac=02:53:6f:6e:64:65
wire
for ns in "$near" "$far"; do
	ip netns exec "$ns" sh -c 'for i in all near0 far0; do f=/proc/sys/net/ipv6/conf/$i; [ ! -d $f ] || echo 0 >$f/disable_ipv6; done'
done
ip -n "$near" -6 addr add 2001:db8::1/64 dev near0 nodad

# far_end OPTIONS... - another far end.
far_end() {
	[ -z "${far_pid-}" ] || { kill "$far_pid"; wait "$far_pid" 2>/dev/null; }
	: >"$work/ready"
	ip netns exec "$far" "$responder" --iface far0 --seconds 300 "$@" >"$work/ready" &
	far_pid=$!
	await_line "$work/ready" ready
}
gateway=(--gateway-mac $mac)
# scan DB ARGUMENTS... - its last line of status in $work/last.
scan() {
	local db=$1
	shift
	near timeout 120 "$sonde" scan --iface near0 "${gateway[@]}" --cooldown 2 --db "$db" \
		--status-json="$work/status" "$@" 2>"$work/err" || { cat "$work/err"; return 1; }
	tail -n 1 "$work/status" >"$work/last"
}
member() { jq -r ".$1" "$work/last"; }
flagged() { "$sonde" search --db "$1" 'is_middlebox:true' -o ndjson | jq -r .ip | sort -u; }
open() { "$sonde" search --db "$1" 'state:open' -o ndjson | jq -r '"\(.ip):\(.port)"' | sort; }
comma() { seq -s, "$1" "$2"; }
# truth NETWORK PORTS OPTIONS... - the hosts that answer everywhere to $work/boxes, open ports of the others to $work/rest.
truth() {
	local network=$1 ports=$2
	shift 2
	"$responder" --list "$network" --ports 0 "$@" | cut -d: -f1 | sort >"$work/boxes"
	"$responder" --list "$network" --ports "$ports" "$@" | sort >"$work/open"
	grep -vwFf "$work/boxes" "$work/open" >"$work/rest"
}
exactly() { flagged "$1" | cmp -s - "$work/boxes" || { flagged "$1" | diff - "$work/boxes" | head; false; }; }
complete() { open "$1" | grep -vwFf "$work/boxes" | cmp -s - "$work/rest"; }
# most DB - ports kept of the flagged host that has most of them.
most() { open "$1" | grep -wFf "$work/boxes" | cut -d: -f1 | uniq -c | sort -rn | awk 'NR == 1 { print $1 }'; }

echo "1,024 hosts, 200 ports; one host in a hundred answers everywhere:"
rule="--open 15 --everywhere 100"
truth 198.19.0.0/22 "$(comma 1 200)" $rule
far_end $rule
expect "a scan" scan "$work/a" 198.19.0.0/22 -p 1-200 --rate 40k --no-grab
boxes=$(wc -l <"$work/boxes")
echo "  $boxes such hosts, $(wc -l <"$work/rest") open ports of others; $(member examinations.examined) examined," \
	"$(member sent_extra) control probes, at most $(most "$work/a") ports kept of one"
expect "flags exactly those hosts" exactly "$work/a"
expect "keeps every open port of the others" complete "$work/a"
expect "keeps a sample of each" test "$(open "$work/a" | grep -wFf "$work/boxes" | cut -d: -f1 | uniq | wc -l)" -eq "$boxes"
expect "and not one in ten of its ports" test "$(most "$work/a")" -le 20
expect "says how many it did not keep" test "$(member examinations.ports_not_kept)" -ge $((boxes * 180))
expect "no control port became a service" test "$(open "$work/a" | awk -F: '$2 > 200' | wc -l)" -eq 0
expect "the summary says so" grep -q "flagged   $boxes hosts that answer on every port" "$work/err"
"$sonde" host "$(head -n 1 "$work/boxes")" --db "$work/a" >"$work/host"
expect "and so does the host's page" grep -q 'answers on every port' "$work/host"
expect "a second scan" scan "$work/a" 198.19.0.0/22 -p 1-200 --rate 40k --no-grab
expect "leaves the flags" exactly "$work/a"
expect "and takes no port for closed" test "$("$sonde" changes --db "$work/a" -o ndjson | grep -c 'port.closed')" -eq 0
far_end --open 15
expect "a scan after they became like the others" scan "$work/a" 198.19.0.0/22 -p 1-200 --rate 40k --no-grab
flagged "$work/a" >"$work/still"
open "$work/a" | cut -d: -f1 | sort -u >"$work/answering"
expect "takes the flag from all that answer" test "$(comm -12 "$work/still" "$work/answering" | wc -l)" -eq 0

echo "the same where one packet in twenty is lost:"
far_end $rule --loss 500
expect "a scan" scan "$work/b" 198.19.0.0/22 -p 1-200 --rate 40k --no-grab
expect "flags exactly those hosts" exactly "$work/b"
echo "  at most $(most "$work/b") ports kept of one"

echo "one port, 4,096 hosts:"
rule="--open 20 --closed 20 --everywhere 100"
truth 198.19.0.0/20 80 $rule
far_end $rule
expect "a scan" scan "$work/c" 198.19.0.0/20 -p 80 --rate 20k --no-grab
expect "flags exactly those hosts" exactly "$work/c"
expect "with their port as the sample" bash -c "$(declare -f open); sonde=$sonde; open $work/c | cmp -s - $work/open"
echo "  $(wc -l <"$work/boxes") such hosts among $(wc -l <"$work/open") open; $(member sent_extra) control probes"
expect "a scan that is told not to ask" scan "$work/d" 198.19.0.0/20 -p 80 --rate 20k --no-grab --no-control-probes
expect "sends nothing but its targets" test "$(member sent)" -eq 4096
expect "and flags nobody" test -z "$(flagged "$work/d")"

echo "IPv6, 256 hosts, 100 ports:"
truth 0.0.1.0/24 "$(comma 1 100)" --open 15 --everywhere 500
far_end --open 15 --everywhere 500
python3 -c 'import ipaddress, sys
for line in sys.stdin: print(ipaddress.ip_address("2001:db8:1::" + line.strip()))' <"$work/boxes" | sort >"$work/boxes6"
expect "a scan" scan "$work/e" 2001:db8:1::100-2001:db8:1::1ff -p 1-100 --rate 10k --no-grab
mv "$work/boxes6" "$work/boxes"
expect "flags exactly those hosts" exactly "$work/e"
echo "  $(wc -l <"$work/boxes") such hosts"

echo "one host that answers on 2,000 ports, grabbed:"
far_end --open 0 --everywhere 10000
# Grabs go where the kernel's route goes.
ip -n "$near" route add default via 198.18.0.2 dev near0
gateway=(--gateway 198.18.0.2)
expect "a scan" scan "$work/f" 198.19.7.7 -p 1-2000 --rate 5k
echo "  $(member grabs.finished) grabs, $(member written) records"
expect "is not grabbed 2,000 times" test "$(member grabs.finished)" -le 40
expect "but has its sample" test "$(member grabs.finished)" -ge 1
finish
