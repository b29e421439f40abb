#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_exclude - exclusions while a scan runs: in force at once, kept, explained.
. "$(dirname "$0")/lib.sh"

responder=$build/tests/e2e/responder/responder
db=$work/db
wire
ip netns exec "$far" "$responder" --iface far0 --seconds 100 --open 100 >"$work/ready" &
disown
await_line "$work/ready" ready
echo 198.19.9.0/24 >"$work/list"

ip netns exec "$near" timeout 90 "$sonde" scan 198.19.0.0/16 -p 1-4 --iface near0 --gateway 198.18.0.2 --rate 5k --no-grab \
	--cooldown 500ms --db "$db" --exclude-file "$work/list" 2>"$work/err" &
pid=$!
await_line "$work/err" '^scan '
ctl() { "$sonde" ctl --db "$db" "$@" >"$work/ctl"; }
id=$(sed -n 's/^scan \(s-[0-9-]*\): .*/\1/p' "$work/err")
# sent NUMBER - the scan has sent so many probes.
sent() { ctl status -o json && jq -e ".sent > $1" "$work/ctl" >/dev/null; }
await "5,000 probes are sent" sent 5000

# Half of everything, the upper one, goes.
expect "an exclusion is taken" ctl exclude add 198.19.128.0/17
sleep 0.2 # for answers that were on their way
cut=$(date +%s%6N)
expect_exit 2 "an exclusion that is none is refused" ctl exclude add 198.19.300.0/24
expect "  it names it" grep -q 198.19.300.0 "$work/err"
echo 198.19.0.0/18 >>"$work/list"
expect "the files are read again" ctl reload
echo nonsense >>"$work/list"
expect_exit 2 "a file with a bad line changes nothing" ctl reload
expect "  it names file and line" grep -q 'list:3' "$work/err"
expect "the status counts the exclusions in force" test "$(ctl status -o json && jq .live_exclusions "$work/ctl")" -eq 3
explain() { "$sonde" explain --db "$db" "$@" >"$work/out" && cat "$work/out"; }
says() { grep -q "$1" "$work/out"; }
explain 198.19.200.7:3
expect "explain names the order that excludes an address" says "excluded: .*exclude-$id.txt:2:1"
explain 198.19.9.1
expect "explain names file and line" says 'excluded: .*list:1:1: `198.19.9.0/24`'

kill -9 "$(pgrep -P "$pid" -x sonde || echo "$pid")" 2>/dev/null
wait "$pid" 2>/dev/null
expect "the exclusion is in the audit" grep -q '^198.19.128.0/17$' "$db/exclude-$id.txt"

sed -i '$d' "$work/list"
sed -i '$d' "$work/list"
expect_exit 0 "the scan is gone on with" near "$sonde" scan --resume "$id" --rate 50k --db "$db"
"$sonde" search --db "$db" 'state:open' -o ndjson | jq -r '"\(.ip) \(.last_seen // .timestamp // "")"' >"$work/all"
"$responder" --list 198.19.64.0/18 --ports 1,2,3,4 --open 100 --count >"$work/count"
awk -F'[. ]' '$3 >= 128' "$work/all" >"$work/upper"
awk -F'[. ]' '$3 >= 64 && $3 < 128' "$work/all" >"$work/lower"
echo "  $(wc -l <"$work/lower") of $(cat "$work/count") in the part that stayed; $(wc -l <"$work/upper") of what was excluded, from before"
expect "what stayed is found whole" test "$(wc -l <"$work/lower")" -eq "$(cat "$work/count")"
latest=$(awk '{ print $2 }' "$work/upper" | sort | tail -n 1)
expect "nothing excluded was probed after the order, nor after going on" test "$(date -d "$latest" +%s%6N)" -le "$cut"
explain 198.19.70.1
expect "explain says that a whole address was probed" says 'probed: 4 of 4 probes'
"$sonde" explain --db "$db" 198.19.70.1 -o json >"$work/json"
# Open ports were stored with the time of their answers: the times that explain gives are about those.
for at in $("$sonde" search --db "$db" 'state:open' -o ndjson | jq -r 'select(.ip | test("198\\.19\\.(6[4-9]|[7-9].)\\.")) | "\(.ip):\(.port)/\(.last_seen)"' | shuf -n 20 --random-source="$sonde"); do
	probed=$("$sonde" explain --db "$db" "${at%%/*}" -o json | jq -r '.scans[0].last_probe')
	echo "$(($(date -d "${at#*/}" +%s) - $(date -d "$probed" +%s)))"
done >"$work/off"
echo "  seconds from the probe, as explained, to the answer: $(sort -n "$work/off" | uniq -c | awk '{ printf "%s x %s  ", $1, $2 }')"
expect "explain says when, to a second or two" awk '$1 < -2 || $1 > 2 { bad = 1 } END { exit bad || NR != 20 }' "$work/off"
expect "reading the lists again is in the audit" grep -q '^# 20.*read again: 3 ranges' "$db/exclude-$id.txt"
explain 198.19.70.1:9
expect "explain says which port was not asked for" says 'not asked for: the port is none'
explain 224.0.0.1
expect "explain knows what is never probed" says 'never probed: '
explain 203.0.113.1
expect "explain says when no target names it" says 'not asked for: no target'
"$sonde" explain --db "$db" 198.19.70.1:2 -o json >"$work/out"
expect "explain writes JSON" test "$(jq '.scans[0].probes_done' "$work/out")" = 1
finish
