# SPDX-License-Identifier: Apache-2.0
# lib.sh - what the end-to-end tests share. Sourced with the build folder as $1.
#
# A test has its own pair of namespaces, named after its pid, and cleans them up on every exit. It runs in a network without a way
# out, too: what it runs outside of the pair, by intention or by mistake, can send nothing to anybody.
set -u
[ "$(id -u)" -eq 0 ] || {
	echo "needs root for network namespaces"
	exit 77
}
if [ "$(readlink /proc/self/ns/net)" = "$(readlink "/proc/$PPID/ns/net")" ]; then
	exec unshare --net bash "$0" "$@"
fi
ip link set lo up

# outside COMMAND... - in the network that the test was started in: only to fetch packages.
outside() { nsenter --net="/proc/$PPID/ns/net" -- "$@"; }

build=${1:?usage: $0 BUILD-FOLDER}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../.." && pwd)
sonde=$build/control/sonde
tag=sonde-$$
work=$(mktemp -d "/var/tmp/$tag.XXXXXX")
near=$tag-near
far=$tag-far
failures=0
# No test takes the settings of the person who runs it.
export XDG_CONFIG_HOME=$work/config
unset SONDE_CONFIG

clean_up() {
	local ns pid
	for ns in "$near" "$far"; do
		for pid in $(ip netns pids "$ns" 2>/dev/null); do kill -9 "$pid" 2>/dev/null; done
		ip netns del "$ns" 2>/dev/null
	done
	rm -rf "$work"
	[ -z "${calm_nice-}" ] || echo "$calm_nice" 2>/dev/null >/proc/$$/autogroup
	if declare -F more_clean_up >/dev/null; then more_clean_up; fi
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# expect WHAT COMMAND... - a claim that must hold.
expect() {
	local what=$1
	shift
	if "$@"; then
		echo "ok: $what"
	else
		echo "NOT OK: $what"
		failures=$((failures + 1))
	fi
}

# expect_exit CODE WHAT COMMAND... - exits with CODE; what it printed stands in $work/out and $work/err.
expect_exit() {
	local code=$1 what=$2 got
	shift 2
	"$@" >"$work/out" 2>"$work/err" </dev/null
	got=$?
	if [ "$got" -eq "$code" ]; then
		echo "ok: $what"
	else
		echo "NOT OK: $what: exit code $got instead of $code"
		cat "$work/out" "$work/err"
		failures=$((failures + 1))
	fi
}

# holds_within SECONDS COMMAND... - waits until COMMAND holds, so long at most.
holds_within() {
	local tries=$(($1 * 20))
	shift
	while ! "$@"; do
		[ $((tries--)) -gt 0 ] || return 1
		sleep 0.05
	done
}

# await WHAT COMMAND... - a claim that COMMAND holds within 30 s.
await() {
	local what=$1
	shift
	holds_within 30 "$@" && return
	echo "NOT OK: $what: not within 30 s"
	failures=$((failures + 1))
	return 1
}

# await_line FILE PATTERN - until a line of FILE, which need not be there yet, matches.
await_line() { await "${1##*/} says '$2'" grep -aqs -e "$2" "$1"; }

# await_carrier NAMESPACE DEVICE - until the kernel calls it running, which for a bridge can be a second after it is set up.
await_carrier() { await "$2 has a carrier" has_carrier "$@"; }
has_carrier() { ip -n "$1" link show "$2" | awk 'NR == 1 { exit !(/[<,]UP[,>]/ && !/NO-CARRIER/) }'; }

# wire - a veth pair, near0 198.18.0.1/16 on the near side, far0 on the far side. $1: queues (1).
wire() {
	local queues=${1-1} ns
	ip netns add "$near"
	ip netns add "$far"
	ip -n "$near" link add near0 numtxqueues "$queues" numrxqueues "$queues" type veth \
		peer name far0 numtxqueues "$queues" numrxqueues "$queues" netns "$far"
	for ns in "$near" "$far"; do
		ip netns exec "$ns" sh -c 'echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6' 2>/dev/null
		ip -n "$ns" link set lo up
	done
	ip -n "$near" addr add 198.18.0.1/16 dev near0
	ip -n "$near" link set near0 up
	ip -n "$far" link set far0 up
	await_carrier "$near" near0
	await_carrier "$far" far0
}

# attached, no_program [DEVICE] - whether an XDP program is on a device of the near side (near0), or none is; both fail where
# there is no such device.
has_program() { ip -n "$near" -j link show "$1" | jq '.[0] | has("xdp")'; }
attached() { [ "$(has_program "${1-near0}")" = true ]; }
no_program() { [ "$(has_program "${1-near0}")" = false ]; }

# gone - the program of a scan that was killed is off near0 within a second: the kernel takes it off a moment later.
gone() { holds_within 1 no_program; }

# go_first - a test of rates goes before what else runs on the machine, in other sessions, until it ends.
go_first() {
	calm_nice=$(sed -n 's/.* nice //p' /proc/$$/autogroup 2>/dev/null)
	[ -z "$calm_nice" ] || echo -10 2>/dev/null >/proc/$$/autogroup
}

near() { ip netns exec "$near" "$@"; }
far() { ip netns exec "$far" "$@"; }

# expect_valid PART FILE - the JSON documents in FILE follow the schema; PART: host, row or interval.
expect_valid() {
	local said code
	said=$(python3 "$here/validate.py" "$top/control/schema/host-2.json" "$1" "$2" 2>&1)
	code=$?
	if [ $code -eq 77 ]; then
		echo "skipped: documents are not validated: python3-jsonschema is not installed"
		return
	fi
	[ $code -eq 0 ] || echo "$said"
	expect "the documents in ${2##*/} follow the schema" test $code -eq 0
}

finish() {
	[ $failures -eq 0 ] || echo "$failures claims do not hold"
	exit $((failures > 0))
}
