#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_tcp_peer - the own TCP fetches known bytes from the kernel's, 200 B to 64 KiB a connection, over a wire that loses, swaps,
# doubles, damages and delays: every byte is right, and every grab ends.
. "$(dirname "$0")/lib.sh"
peer=$build/tests/e2e/tcp_peer/tcp_peer
grabs=${SONDE_PEER_GRABS:-1000}

[ -c /dev/net/tun ] || {
	echo "needs TUN devices"
	exit 77
}
# alone ARGUMENTS... - in a network of its own, so that no connection of an earlier run is left there.
alone() {
	unshare --net bash -c 'ip link set lo up; ip tuntap add dev peer0 mode tun
		ip addr add 198.18.0.2/24 dev peer0; ip addr add 2001:db8::2/64 dev peer0 nodad; ip link set peer0 up
		echo '"${cookies:-1}"' >/proc/sys/net/ipv4/tcp_syncookies
		exec timeout -k 5 120 "$@"' alone "$peer" peer0 "$@"
}

# fetch WHAT ARGUMENTS... - all grabs end, with every byte.
fetch() {
	local what=$1
	shift
	expect "$what" alone "$@"
}
#                                                              at once, loss, reorder, twice, damage, delay
fetch "over a good wire" $((grabs * 4)) 500 0 0 0 0 0 4
fetch "over IPv6" $((grabs * 2)) 500 0 0 0 0 0 6
fetch "one in a hundred lost, a tenth out of order, doubled" "$grabs" 1000 1 10 1 0 0 4
fetch "a twentieth lost, swapped, doubled and damaged, 40 ms away" $((grabs / 2)) 500 5 5 5 2 40 6
fetch "a tenth lost" $((grabs / 10)) 100 10 5 0 0 0 4
fetch "300 ms away" $((grabs / 4)) 250 0 0 1 0 300 6
fetch "without timestamps and SACK" $((grabs / 4)) 250 1 5 1 0 10 4 w
fetch "without any option" $((grabs / 4)) 250 1 5 1 0 10 6 ''
for cookies in 0 2; do
	fetch "with net.ipv4.tcp_syncookies=$cookies" $((grabs / 2)) 500 0 1 1 0 0 4
done
finish
