#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_shared - an SSH session and a download over the scanned interface go on through a scan at full rate, over one queue and
# over two.
#
# usage: test_shared.sh BUILD-FOLDER
# runs: alone
. "$(dirname "$0")/lib.sh"

# Where the server is not installed, Debian's is fetched and run from its folder: installed, it would start.
libraries=
sshd=$(command -v sshd || echo /usr/sbin/sshd)
[ -x "$sshd" ] || {
	. "$(dirname "$0")/servers.sh"
	fetch openssh-server
	sshd=$root/usr/sbin/sshd
	libraries=$root/usr/lib/$(uname -m)-linux-gnu
}
[ -x "$sshd" ] && command -v ssh >/dev/null && command -v curl >/dev/null || {
	echo "needs sshd, ssh and curl"
	exit 77
}
wire 2
ip -n "$far" addr add 198.18.0.2/16 dev far0
size=$((48 << 20))
head -c $size /dev/urandom >"$work/file"
sum=$(sha256sum <"$work/file")

# Servers on the near side: what the operator's machine offers. Clients come from the far side.
near python3 -m http.server --bind 198.18.0.1 --directory "$work" 8000 >/dev/null 2>&1 &
disown
ssh-keygen -q -t ed25519 -N '' -f "$work/host"
ssh-keygen -q -t ed25519 -N '' -f "$work/user"
cp "$work/user.pub" "$work/keys"
mkdir -p /run/sshd
chmod 755 "$work"
# It gives up its rights as a user of its own, who is there where it is installed.
cp /etc/passwd "$work/passwd"
getent passwd sshd >/dev/null || echo 'sshd:x:64100:65534::/run/sshd:/usr/sbin/nologin' >>"$work/passwd"
near env LD_LIBRARY_PATH="$libraries" unshare --mount --propagation private sh -c 'mount --bind "$0/passwd" /etc/passwd && exec "$@"' "$work" \
	"$sshd" -D -e -f /dev/null -p 2222 -h "$work/host" -o ListenAddress=198.18.0.1 -o AuthorizedKeysFile="$work/keys" -o StrictModes=no \
	-o UsePAM=no -o PasswordAuthentication=no -o PidFile=none -o PermitRootLogin=yes 2>"$work/sshd" &
disown
ssh_near() {
	far ssh -q -p 2222 -i "$work/user" -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o ConnectTimeout=5 \
		root@198.18.0.1 "$@"
}
await "a session works before the scan" ssh_near true

# queues N - in use at both ends; the near one first, for with XDP the far one may send in no more than it receives in.
queues() { near ethtool -L near0 rx "$1" tx "$1" 2>/dev/null; far ethtool -L far0 rx "$1" tx "$1" 2>/dev/null; }

# through_scan N - the sessions through a scan over N queues.
through_scan() {
	local session scan began took rate gap
	queues "$1"
	# The session counts once every tenth of a second; a gap would show as a late line.
	: >"$work/session"
	: >"$work/status"
	ssh_near 'for i in $(seq 150); do echo $i; sleep 0.1; done' |
		while read -r n; do echo "$(date +%s%3N) $n"; done >"$work/session" &
	session=$!
	await_line "$work/session" " 5$"
	near timeout -s INT 10 "$sonde" scan 198.19.0.0/16 -p 1-1000 --iface near0 --gateway 198.18.0.2 --rate 10M --no-grab \
		--cooldown 500ms --db "$work/db" --quiet --status-json="$work/status" 2>"$work/err" &
	scan=$!
	await_line "$work/status" sending
	expect "the scan's program is attached" attached
	began=$(date +%s%3N)
	far curl -s --max-time 60 --limit-rate 8M http://198.18.0.1:8000/file -o "$work/copy"
	took=$(($(date +%s%3N) - began))
	rate=$(jq -s '[.[] | select(.state == "sending") | .rate] | max | floor' "$work/status")
	echo "  $((size >> 20)) MiB in $took ms while the scan sent $rate packets/s over $1 queues"
	expect "the scan ran at full rate meanwhile" test "$rate" -gt 100000
	expect "the download is whole" test "$(sha256sum <"$work/copy")" = "$sum"
	expect "a second session opens meanwhile" ssh_near true
	wait $scan
	wait $session
	gap=$(awk 'NR > 1 && $1 - last > most { most = $1 - last } { last = $1 } END { print most }' "$work/session")
	echo "  the session's longest silence: $gap ms"
	expect "the session was never cut" test "$(tail -n 1 "$work/session" | cut -d' ' -f2)" = 150
	expect "  nor silent for more than a second" test "$gap" -lt 1100
}

# killed_scan - over as many queues.
killed_scan() {
	local scan
	near "$sonde" scan 198.19.0.0/16 -p 1-1000 --iface near0 --gateway 198.18.0.2 --rate 10k --no-grab --db "$work/db2" \
		--quiet 2>"$work/err" &
	scan=$!
	await "another scan's program is attached" attached
	kill -9 "$(ip netns pids "$near" | xargs -n1 sh -c 'grep -lx sonde /proc/$0/comm 2>/dev/null' | cut -d/ -f3 | head -n 1)"
	wait $scan 2>/dev/null
	expect "kill -9 leaves no program behind" gone
	expect "and the sessions go on" ssh_near true
}

for n in 1 2; do
	through_scan $n
	killed_scan
done
finish
