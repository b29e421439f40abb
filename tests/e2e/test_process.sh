#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_process - what a scan makes of the process that it is given: descriptors, signals, words, paths, rights and limits.
. "$(dirname "$0")/lib.sh"

# Nobody answers at the far end, so that a scan that ends well has exit code 10.

wire
mac=$(ip -n "$far" link show far0 | awk '/link\/ether/ {print $2}')
way=(--iface near0 --gateway 198.18.0.2 --gateway-mac "$mac" --no-grab)

# start DB COMMAND... - COMMAND in the background ($pid) with the arguments of a long scan, once it sends.
start() {
	db=$1
	shift
	ip netns exec "$near" "$@" "$sonde" scan 198.19.0.0/16 -p 80 "${way[@]}" --rate 1k --cooldown 3 --db "$db" 2>"$work/err" &
	pid=$!
	await "the scan sends" is sending
}
state() { "$sonde" ctl status --db "$db" -o json 2>/dev/null | jq -r .state; }
is() { [ "$(state)" = "$1" ]; }
sent() { "$sonde" ctl status --db "$db" -o json 2>/dev/null | jq .sent; }
sends_on() { local n; n=$(sent); [ "${n:-0}" -gt "${1-0}" ]; }
scan_id() { sed -n 's/^scan \(s-[0-9-]*\): .*/\1/p' "$work/err" | head -n 1; }
runs() { kill -0 "$pid" 2>/dev/null; }
ended() { ! runs; }
ends_with() {
	holds_within 10 ended || kill -9 "$pid"
	wait "$pid"
	[ $? -eq "$1" ]
}

# ---- closed descriptors

# closed REDIRECTIONS - a scan with those descriptors closed leaves the database as it is to be.
closed() {
	rm -rf "$work/closed"
	eval "near timeout 60 \"\$sonde\" scan 198.19.0.0/28 -p 80 \"\${way[@]}\" --cooldown 0 --db \"\$work/closed\" $1"
	expect "with $1 a scan ends well" test $? -eq 10
	expect "  the database can be read" test "$("$sonde" count --db "$work/closed")" = 0
	expect "  and has no line of the summary in it" sh -c "! grep -aqs -e 'packets/s' '$work/closed'/*"
}
closed '>&- 2>/dev/null'
closed '2>&-'
closed '<&- >&- 2>&-'
expect "any command does without them" sh -c '"$0" version <&- >&- 2>&-' "$sonde"

# ---- signals

start "$work/ignoring" sh -c 'trap "" HUP INT; exec "$@"' sh
kill -INT "$pid"
kill -HUP "$pid"
expect "SIGINT and SIGHUP stay ignored" test $((0x$(awk '/SigIgn/ { print $2 }' "/proc/$pid/status") & 3)) -eq 3
expect "  and the scan goes on" holds_within 10 sends_on "$(sent)"
expect "  it still sends" is sending
kill -TERM "$pid"
expect "SIGTERM ends it all the same" ends_with 7

start "$work/hangup" env --default-signal=HUP,INT
kill -HUP "$pid"
await_line "$work/err" 'waiting for answers'
expect "SIGHUP ends a scan as SIGTERM does" ends_with 7
expect "  and it says how to go on" grep -q '^go on with: ' "$work/err"

start "$work/twice" env --default-signal=HUP,INT
kill -INT "$pid"
kill -TERM "$pid"
kill -INT "$pid"
await_line "$work/err" 'waiting for answers'
expect "signals that come close together are one wish" holds_within 2 is stopping
again() { kill -INT "$pid" 2>/dev/null; ended; }
SECONDS=0
expect "half a second later they are a second one" holds_within 2 again
expect "  with the exit code of a stopped scan" ends_with 7

# ---- a command line of any length

long=()
for i in $(seq 0 2999); do long+=("198.19.$((i / 250)).$((i % 250 + 1))"); done
ip netns exec "$near" "$sonde" scan "${long[@]}" -p 80 "${way[@]}" --rate 1k --cooldown 0 --db "$work/long" 2>"$work/err" &
pid=$!
db=$work/long
await "a scan of 3,000 words sends" sends_on
await "  and has done some" sends_on 500
kill -TERM "$pid"
expect "  it stops when told to" ends_with 7
id=$(scan_id)
expect_exit 10 "a scan of 3,000 words can be resumed" near timeout 60 "$sonde" scan --resume "$id" --rate 20k --db "$db"
expect "  it probed all of them" grep -q 'probed    3000 of 3000' "$work/err"
expect "  explain knows them" sh -c "'$sonde' explain 198.19.11.250:80 --db '$db' | grep -q ' probed: 1 of 1'"
ip netns exec "$near" "$sonde" scan --db "$work/dashes" -p 80 "${way[@]}" --rate 100 --cooldown 0 -- 198.19.0.0/24 2>"$work/err" &
pid=$!
db=$work/dashes
await "a scan of targets behind -- sends" sends_on
kill -TERM "$pid"
ends_with 7
id=$(scan_id)
expect_exit 10 "targets behind -- can be resumed" near timeout 60 "$sonde" scan --resume "$id" --rate 20k --db "$db"

# ---- the way on is fit for a shell

for name in 'with a space' "it's" '$HOME' $'two\nlines'; do
	start "$work/$name" env --default-signal=HUP,INT
	kill -TERM "$pid"
	ends_with 7
	words=$(sed -n 's/^go on with: sonde //p' "$work/err")
	eval "near timeout 100 \"\$sonde\" $words --rate 200k --cooldown 0" 2>"$work/err"
	expect "a shell can go on with the database '${name@Q}'" test $? -eq 10
done

# ---- paths of any length

# deep BYTES - a folder whose path has that many.
deep() {
	local path=$work part
	part=$(printf '%200s' | tr ' ' d)
	while [ $((${#path} + 202)) -lt "$1" ]; do path=$path/$part; done
	path=$path/$(printf "%$(($1 - ${#path} - 1))s" | tr ' ' e)
	mkdir -p "${path%/*}"
	echo "$path"
}
for bytes in 120 4032; do
	start "$(deep $bytes)" env --default-signal=HUP,INT
	expect "a database path of $bytes bytes has a control socket" is sending
	expect "  that takes exclusions" sh -c "'$sonde' ctl exclude add 198.19.200.0/24 --db '$db' >'$work/out'"
	expect "  which are kept" sh -c "grep -q 198.19.200.0/24 '$db'/exclude-s-*.txt"
	kill -TERM "$pid"
	expect "  the scan ends well" ends_with 7
	expect "  nothing but the database is left" test -e "$db/data.mdb" -a ! -e "$db/ctl.sock"
done
for bytes in 4033 5000; do
	path=$(printf "/%$((bytes - 1))s" | tr ' ' d)
	expect_exit 2 "one of $bytes bytes is refused" near "$sonde" scan 198.19.0.0/30 -p 80 "${way[@]}" --db "$path"
	expect "  in words" grep -q -e "--db: the path of the database has $bytes bytes" "$work/err"
	expect_exit 2 "  by the commands that read" env SONDE_DB="$path" "$sonde" count
	expect "  in words" grep -q '^sonde: $SONDE_DB: the path of the database has ' "$work/err"
	expect_exit 2 "  by ctl" "$sonde" ctl status --db "$path"
	expect_exit 2 "  by explain" "$sonde" explain 198.19.0.1 --db "$path"
	expect_exit 2 "  by --resume" "$sonde" scan --resume s-20261130-01 --db "$path"
done

# ---- rights and limits: each that is missing has its name and a way out

chmod 755 "$work"
# under COMMAND... -- ARGUMENTS... - a short scan by a process that COMMAND restricts; what it says is in $work/err.
under() {
	local how=()
	while [ "$1" != -- ]; do how+=("$1"); shift; done
	shift
	rm -rf "$work/open"
	mkdir -m 777 "$work/open"
	near timeout 60 "${how[@]}" "$sonde" scan 198.19.0.0/28 -p 80 --iface near0 --gateway 198.18.0.2 --gateway-mac "$mac" \
		--cooldown 0 --db "$work/open" "$@"
}
# says WORDS - in the last message.
says() { grep -q -F -e "$1" "$work/err"; }
# without CAPABILITIES - the process of root in a container that has not got them.
without() { echo "setpriv --bounding-set=$1 --inh-caps=$1"; }
# given CAPABILITIES - a process of another user that has only those.
given() { echo "setpriv --reuid=65534 --clear-groups --inh-caps=$1 --ambient-caps=$1"; }

expect_exit 6 "without CAP_NET_RAW a scan is refused" under $(without -net_raw) --
expect "  it is named, and no other" says "cannot be taken: CAP_NET_RAW is missing: "
expect "  with the way out of a container" says '--cap-add'
expect_exit 6 "without CAP_NET_ADMIN, too" under $(without -net_admin) --
expect "  it is named, and no other" says "cannot be taken: CAP_NET_ADMIN is missing: "
expect_exit 6 "another user's scan is refused" under setpriv --reuid=65534 --clear-groups --
expect "  both are named" says 'CAP_NET_ADMIN and CAP_NET_RAW are missing'
expect "  with the way out" says "setcap cap_net_admin,cap_net_raw,"
expect_exit 10 "without CAP_BPF a scan goes through AF_PACKET" under $(without -bpf,-sys_admin) --
expect "  and says why" says 'AF_XDP refused (CAP_BPF is missing: '
expect "  its privileges are dropped all the same" sh -c "! grep -q 'could not be dropped' '$work/err'"
expect_exit 10 "without CAP_PERFMON, too" under $(given +net_raw,+net_admin,+bpf) --
expect "  and it says why" says 'AF_XDP refused (CAP_PERFMON is missing: '
expect_exit 10 "CAP_SYS_ADMIN stands for both" under $(given +net_raw,+net_admin,+sys_admin,+ipc_lock) --
expect "  AF_XDP is used" says '(AF_XDP '
under prlimit --memlock=65536 $(given +net_raw,+net_admin,+bpf,+perfmon) -- >"$work/out" 2>"$work/err"
expect "a short RLIMIT_MEMLOCK is named" says 'RLIMIT_MEMLOCK is 64 KiB and CAP_IPC_LOCK is missing: `ulimit -l'

expect_exit 10 "few files may be open: there are fewer connections" under prlimit --nofile=300:300 --
expect "  and the scan says so" says '172 connections at once, not 1000: '
expect_exit 10 "a soft limit is raised" under prlimit --nofile=64:4096 --
expect "  without a word" sh -c "! grep -q 'connections at once' '$work/err'"
expect_exit 6 "too few for grabs" under prlimit --nofile=40:40 --
expect "  with the way out" says '`ulimit -n 1200`'
expect_exit 10 "  which are enough without them" under prlimit --nofile=40:40 -- --no-grab
expect_exit 6 "too few for DPDK" under prlimit --nofile=20:20 -- --no-grab
expect "  with the way out" says 'DPDK needs 40: `ulimit -n 40`'
expect_exit 4 "too few for the database" under prlimit --nofile=6:6 --
expect "  with the way out" says '(RLIMIT_NOFILE); `ulimit -n 1024`'

for what in bpf xdp; do
	expect_exit 10 "a filter forbids $what: a scan goes through AF_PACKET" under python3 "$here/forbid.py" $what --
	expect "  and says why" says 'AF_XDP refused (the capabilities are there, but a filter of system calls (seccomp)'
	expect "  with the way out" says 'allow bpf() and AF_XDP sockets'
done
expect_exit 6 "a filter forbids packet sockets" under python3 "$here/forbid.py" packet --
expect "  and the scan says so" says 'allow AF_PACKET sockets'

sys() { echo "unshare --mount sh -c"; }
expect_exit 10 "/proc/sys may be read-only" under $(sys) 'mount -o bind,ro /proc/sys /proc/sys && exec "$@"' sh --
expect_exit 10 "or missing" under $(sys) 'mount -t tmpfs none /proc/sys && exec "$@"' sh --
expect "  AF_XDP is used" says '(AF_XDP '
expect_exit 10 "or all of /proc" under $(sys) 'mount -t tmpfs none /proc && exec "$@"' sh --
expect "  and the scan says why it uses AF_PACKET" says '/proc is not mounted'
finish
