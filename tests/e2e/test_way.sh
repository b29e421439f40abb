#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_way - grabs go the way of the probes: same interface, source address and gateway. Where the kernel's sockets cannot go
# that way the scan's own TCP does; with --grab-via kernel nobody is asked, and the scan says why.
. "$(dirname "$0")/lib.sh"

other=$tag-other
more_clean_up() {
	local pid
	for pid in $(ip netns pids "$other" 2>/dev/null); do kill -9 "$pid" 2>/dev/null; done
	ip netns del "$other" 2>/dev/null
}
# serve NAMESPACE TEXT ADDRESS:PORT... - a server of banners; who connects stands in $work/TEXT.log.
serve() {
	local ns=$1 text=$2
	shift 2
	: >"$work/$text.up"
	ip netns exec "$ns" python3 "$here/banner.py" "SSH-2.0-$text" "$work/$text.log" "$@" >"$work/$text.up" &
	disown
	await_line "$work/$text.up" ready
}
# scan TARGETS ARGUMENTS... - into a fresh database, over near0 unless an argument names another port.
scan() {
	local port=(--iface near0 --force-iface) argument log
	for argument; do
		case $argument in
		--af-packet) port=(--force-iface) ;;
		--vdev) port=() ;;
		esac
	done
	rm -rf "$work/db" "$work/status"
	for log in "$work"/*.log; do : >"$log"; done
	near timeout 60 "$sonde" scan "$@" "${port[@]}" -p 22 --rate 100 --cooldown 500ms --quiet --db "$work/db" \
		--status-json="$work/status" 2>"$work/err" || { cat "$work/err"; return 1; }
}
is() { [ "$1" = "$2" ] || { echo "  got '$1', expected '$2'"; cat "$work/err"; return 1; }; }
service() { "$sonde" host --db "$work/db" "$1" -o json | jq -r ".ports[] | select(.port == 22) | $2"; }
banner() { is "$("$sonde" count --db "$work/db" "ip:$1 ssh.banner:$2")" 1; }
asked_from() { is "$(awk '{print $1}' "$work/$1.log" 2>/dev/null | sort -u | tr '\n' ' ')" "$2 "; }
nobody_asked() { [ ! -s "$work/far.log" ] && [ ! -s "$work/other.log" ]; }
# unasked HOST REASON - it is stored as open, was not asked, and the reason is said wherever it belongs.
unasked() {
	expect "  nobody was asked" nobody_asked
	expect "  the port is stored as open and not asked" is "$(service "$1" '"\(.state) \(.asked) \(.not_asked)"')" "open false way"
	expect "  the search finds it" is "$("$sonde" count --db "$work/db" 'not_asked:way')" 1
	expect "  explain says so" grep -q 'not asked what it is: grabs could not go the way' <("$sonde" explain --db "$work/db" "$1:22")
	expect "  the scan says why, once at its start" is "$(grep -c "^sonde: .*not asked what they are: .*$2" "$work/err")" 1
	expect "  and in its summary" grep -q "^  not asked 1 open port: .*$2.*not_asked:way" "$work/err"
	expect "  and in its status" grep -qe "$2" <(tail -n 1 "$work/status" | jq -r 'select(.grabs.no_way == 1) | .grabs.no_way_reason')
}

wire
ip netns add "$other"
ip -n "$near" link add near1 type veth peer name other0 netns "$other"
ip -n "$near" addr add 198.20.0.1/16 dev near1
ip -n "$near" link set near1 up
ip -n "$other" link set lo up
ip -n "$other" addr add 198.20.0.2/16 dev other0
ip -n "$other" link set other0 up
ip -n "$far" addr add 198.18.0.2/16 dev far0
for ns in "$far" "$other"; do
	ip -n "$ns" addr add 198.18.0.5/32 dev lo
	ip -n "$ns" addr add 198.19.0.5/32 dev lo
done
await_carrier "$near" near1
for ns in "$near" "$far" "$other"; do
	ip netns exec "$ns" sh -c 'for f in /proc/sys/net/ipv4/conf/*/rp_filter; do echo 0 >$f; done'
done
serve "$far" far 0.0.0.0:22
serve "$other" other 0.0.0.0:22

# ---- the kernel's sockets can go the way of the probes

ip -n "$near" route add 198.18.0.5/32 via 198.20.0.2 dev near1
expect "the kernel would reach another host of that address" is "$(near timeout 5 bash -c 'read -r l </dev/tcp/198.18.0.5/22; echo $l' | tr -d '\r')" SSH-2.0-other
expect "a host is scanned whose address another one has behind another NIC" scan 198.18.0.5
expect "  the banner is that of the host that was probed" banner 198.18.0.5 far
expect "  the other one was not asked" test ! -s "$work/other.log"
expect "  nothing is said of it" test -z "$(grep 'not asked' "$work/err")"
expect "over AF_PACKET, too" scan 198.18.0.5 --af-packet near0
expect "  the banner is that of the host that was probed" banner 198.18.0.5 far
ip -n "$near" addr add 198.18.0.7/16 dev near0
expect "from another address of the kernel" scan 198.18.0.5 --source-ip 198.18.0.7
expect "  grabs come from it" asked_from far 198.18.0.7
expect "from one that is the kernel's and one that is not" scan 198.18.0.5 --source-ip 198.18.0.8 --source-ip 198.18.0.7
expect "  grabs come from the kernel's" asked_from far 198.18.0.7

ip -n "$near" route add default via 198.20.0.2 dev near1 metric 1
ip -n "$near" route add default via 198.18.0.2 dev near0 metric 100
expect "behind a gateway that is not the kernel's first choice" scan 198.19.0.5
expect "  grabs go through the scan's gateway" banner 198.19.0.5 far
expect "with --gateway for the same" scan 198.19.0.5 --gateway 198.18.0.2
expect "  grabs go through it" banner 198.19.0.5 far

# ---- they cannot

# only_own WHAT REASON SOURCE HOST ARGUMENTS... - the kernel's sockets cannot go this way, for a REASON; the scan's own TCP can, from SOURCE.
only_own() {
	local what=$1 reason=$2 source=$3 host=$4
	shift 3
	expect "$what, through the kernel's sockets" scan "$@" --grab-via kernel
	unasked "$host" "$reason"
	expect "$what" scan "$@"
	expect "  the banner is fetched all the same" banner "$host" far
	expect "  by the scan's own way" asked_from far "$source"
	expect "  nothing is said of it" test -z "$(grep 'not asked' "$work/err")"
}
only_own "an address of ours alone" '198.18.0.8, which the kernel does not have' 198.18.0.8 198.18.0.5 --source-ip 198.18.0.8
only_own "another network than the kernel's" 'prefix length' 198.18.0.7 198.18.0.5 --source-ip 198.18.0.7/28
only_own "a device of our own" "Sonde's alone" 198.18.0.9 198.18.0.5 --vdev net_af_packet0,iface=near0 --source-ip 198.18.0.9/16
only_own "a gateway's MAC address" '--gateway-mac' 198.18.0.1 198.18.0.5 \
	--gateway-mac "$(ip -n "$far" -j link show far0 | jq -r '.[0].address')"
ip -n "$near" route replace default via 198.18.0.99 dev near0 metric 100
only_own "another gateway than the kernel's" '--gateway 198.18.0.2' 198.18.0.1 198.19.0.5 --gateway 198.18.0.2
ip -n "$near" route del default dev near0 metric 100
only_own "a gateway where the kernel has none on the interface" '--gateway 198.18.0.2' 198.18.0.1 198.19.0.5 --gateway 198.18.0.2
only_own "over AF_PACKET, an address of ours alone" '198.18.0.8, which the kernel does not have' 198.18.0.8 198.18.0.5 \
	--af-packet near0 --source-ip 198.18.0.8
expect "the worker's TCP where the kernel's would do" scan 198.18.0.5 --grab-via worker
expect "  fetches the banner" banner 198.18.0.5 far
expect "  by a single connection" is "$(wc -l <"$work/far.log")" 1
expect_exit 2 "over AF_PACKET from an address of the kernel, which answers, too, it is refused" near timeout 60 "$sonde" scan 198.18.0.5 \
	-p 22 --af-packet near0 --force-iface --grab-via worker --db "$work/db"
expect "  the reason is said" grep -q -- '--grab-via worker: through AF_PACKET the kernel answers' "$work/err"
expect_exit 2 "no other way is known" "$sonde" scan 198.18.0.5 -p 22 --grab-via pigeon
expect "the same with --no-grab" scan 198.19.0.5 --gateway 198.18.0.2 --no-grab
expect "  is no reason for words" test -z "$(grep 'not asked' "$work/err")"
expect "  the port says that nothing was asked" is "$(service 198.19.0.5 .not_asked)" off

# The far end's hosts of a VLAN answer without the kernel, which need not know VLANs.
: >"$work/syns"
ip netns exec "$far" python3 "$here/raw_host.py" far0 198.18.0.0/15 7 >"$work/syns" &
disown
await_line "$work/syns" ready
expect "a VLAN" scan 198.19.0.6 --vlan 7 --gateway 198.18.255.254 --grab-via kernel
unasked 198.19.0.6 '--vlan'

# ---- IPv6

for ns in "$near" "$far"; do
	ip netns exec "$ns" sh -c 'for i in all near0 far0; do f=/proc/sys/net/ipv6/conf/$i; [ ! -d $f ] || echo 0 >$f/disable_ipv6; done'
done
ip -n "$near" addr add 2001:db8::1/64 dev near0 nodad
ip -n "$near" addr add 2001:db8::7/64 dev near0 nodad
ip -n "$far" addr add 2001:db8::5/64 dev far0 nodad
serve "$far" six '[::]:2222' '[2001:db8::5]:23'
scan6() { scan "$@" -p 23; }
expect "over IPv6, from another address of the kernel" scan6 2001:db8::5 --source-ip 2001:db8::7
expect "  grabs come from it" asked_from six 2001:db8::7
expect "from an IPv4 address of the kernel and an IPv6 address of ours, through the kernel's sockets" \
	scan6 198.18.0.5 2001:db8::5 --source-ip 198.18.0.7 --source-ip 2001:db8::8/64 --grab-via kernel
expect "  grabs of IPv4 go their way" banner 198.18.0.5 far
expect "  the IPv6 host is not asked" test ! -s "$work/six.log"
expect "  the scan says of which" grep -q 'of IPv6 hosts are not asked what they are: .*2001:db8::8' "$work/err"
expect "  what was not asked says so" is "$("$sonde" count --db "$work/db" 'ip:2001:db8::5 not_asked:way')" 1
expect "from both" scan6 198.18.0.5 2001:db8::5 --source-ip 198.18.0.7 --source-ip 2001:db8::8/64
expect "  the IPv6 host is asked from ours" asked_from six 2001:db8::8
expect "  it is asked what it is" banner 2001:db8::5 six
expect "  and so is the one of IPv4" banner 198.18.0.5 far
finish
