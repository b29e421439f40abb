# SPDX-License-Identifier: Apache-2.0
# routers.sh - runs routers.py at the far end of the wire. Sourced after lib.sh.
gate_a=02:00:00:00:aa:01
gate_b=02:00:00:00:bb:02
told=0

# routers - starts them; their list of SYNs is $work/syns.
routers() {
	mkfifo "$work/fifo"
	: >"$work/syns"
	ip netns exec "$far" python3 "$here/routers.py" far0 "$work/fifo" >"$work/syns" &
	disown
	await_line "$work/syns" ready
}
# tell COMMAND... - one command, until it was obeyed.
tell() {
	echo "$*" >"$work/fifo"
	told=$((told + 1))
	await_line "$work/syns" "done $told\$"
}
# by MAC - how many of the SYNs since the last forget came to it.
by() { tail -n "+$((from + 1))" "$work/syns" | awk -v m="$1" '$3 == m' | wc -l; }
# sources - the different sources of these SYNs.
sources() { tail -n "+$((from + 1))" "$work/syns" | awk 'NF == 3 {print $1}' | sort -u | tr '\n' ' '; }
forget() { from=$(wc -l <"$work/syns"); }
from=0
