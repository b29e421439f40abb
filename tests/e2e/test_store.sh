#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_store.sh - what users do to databases: cut copies, accept findings, merge, share them with a group, read what changed.
# Usage: test_store.sh BUILD-FOLDER
. "$(dirname "$0")/lib.sh"

db=$work/db
export SONDE_VULNDB=$build/vulndb/sonde.vulndb XDG_CACHE_HOME=$work/cache
wire
ip -n "$far" addr add 198.18.0.2/16 dev far0

# A server whose version is that of the file, asked at each connection; it also listens on the ports that are named.
cat >"$work/server.py" <<'EOF'
import socket, sys, threading
def serve(port, talk):
    s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(("198.18.0.2", port)); s.listen(64)
    while True:
        c, _ = s.accept()
        try:
            c.settimeout(2); talk(c)
        except OSError:
            pass
        c.close()
def http(c):
    c.recv(4096)
    c.sendall(b"HTTP/1.1 200 OK\r\nServer: " + open(sys.argv[1], "rb").read() + b"\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
def redis(c):
    c.recv(4096)
    c.sendall(b"$32\r\nredis_version:4.0.0\r\nos:Linux 1\r\n\r\n")
threading.Thread(target=serve, args=(8080, http), daemon=True).start()
threading.Thread(target=serve, args=(6379, redis), daemon=True).start()
print("ready", flush=True)
threading.Event().wait()
EOF
printf 'Apache/2.4.49 (Unix)' >"$work/version"
far python3 "$work/server.py" "$work/version" >"$work/ready" 2>&1 &
disown
await_line "$work/ready" ready
scan() {
	near timeout 60 "$sonde" scan 198.18.0.2 -p 8080,6379,81 --iface near0 --cooldown 1s --quiet "$@" 2>"$work/scan.err"
}
log() { "$sonde" changes --db "$db" -o ndjson "$@"; }

# ---- changes
expect "the first scan" scan --db "$db"
expect "sums the host up, behind its ports" test "$(log --oldest-first | jq -r .type | sort | uniq -c | tr -s ' \n' ' ')" = " 1 host.new 2 port.opened "
expect "  with counts as numbers" test "$(log --type host.new | jq '.after.ports == 2 and .after.affected > 0 and (.after.level | length) > 0')" = true
expect "  and what opened as an object" test "$(log --type port.opened 'port:8080' | jq -c '[.after.service, .after.product, .after.version]')" = '["http","Apache HTTP Server","2.4.49"]'
last=$(log -n 1 | jq .seq)
printf 'Apache/2.4.51 (Unix)' >"$work/version"
expect "the second scan, after an update" scan --db "$db"
expect "-n 1 is the latest" test "$(log -n 1 | jq .seq)" -gt "$last"
expect "--after goes on from there, in order" test "$(log --after "$last" | jq -s 'map(.seq) == (map(.seq) | sort) and length > 0')" = true
expect "one settled level at most" test "$(log --after "$last" --type score | wc -l)" -le 1
expect "the CVE is resolved" test "$(log --type vuln.resolved | jq -r .ref | grep -c CVE-2021-41773)" -eq 1
expect "a query" test "$(log 'port:6379' --type port | jq -s 'map(.port) | unique == [6379]')" = true
expect "an address" test "$(log --address 198.18.0.0/24 | wc -l)" -eq "$(log | wc -l)"
expect "another one" test "$(log --address 198.18.1.0/24 | wc -l)" -eq 0
expect "the times" test "$(log --since 1h --until 2099-01-01 | wc -l)" -eq "$(log | wc -l)"
expect_exit 2 "a type that is none" log --type nonsense
expect "  is told what there is" grep -q port.reopened "$work/err"
"$sonde" changes --db "$db" >"$work/table"
expect "the table says what changed" grep -q 'service.changed .*Apache HTTP Server 2.4.49 (http) -> Apache HTTP Server 2.4.51 (http)' "$work/table"

# ---- accepted findings
accept() { "$sonde" accept --db "$db" "$@"; }
printf 'Apache/2.4.49 (Unix)' >"$work/version"
scan --db "$db"
why=(--until 30d --reason "behind a filter")
expect_exit 3 "a host that is not there" accept 198.18.0.9 CVE-2021-41773 "${why[@]}"
expect_exit 3 "a port that is not there" accept 198.18.0.2:81 CVE-2021-41773 "${why[@]}"
expect "  is told which there are" grep -q "it has 6379, 8080" "$work/err"
expect_exit 3 "a CVE that it has not" accept 198.18.0.2:8080 CVE-2099-1 "${why[@]}"
expect "  is told what it has" grep -q "it has .*CVE-" "$work/err"
expect_exit 3 "an exposure that is none" accept 198.18.0.2 nosuch "${why[@]}"
expect_exit 3 "to take back what is not there" accept 198.18.0.2 CVE-2021-41773 --remove
expect "  is told so" grep -q "not accepted for 198.18.0.2; .*--list" "$work/err"
expect_exit 0 "the case of an id does not matter" accept 198.18.0.2:8080 cve-2021-41773 "${why[@]}"
expect_exit 0 "a prefix" accept 198.18.0.0/24 Redis-No-Auth "${why[@]}"
expect_exit 0 "the list" accept --list 198.18.0.2 -o json
expect "  has both" test "$(jq -c 'map([.id, .ip // .addresses]) | sort' "$work/out")" = '[["CVE-2021-41773","198.18.0.2"],["redis-no-auth","198.18.0.0/24"]]'
expect "the levels that changed have a cause" test "$(log --type score | jq -s 'map(select(.cause == "accept")) | all(.ref != null)')" = true
expect_exit 0 "taken back" accept 198.18.0.0/24 redis-no-auth --remove
expect_exit 2 "a moment that is none" accept 198.18.0.2 CVE-2021-41773 --until soon --reason x

# ---- merge
expect "another site" scan --db "$work/site2"
expect_exit 0 "both come together" "$sonde" merge site1="$db" "$work/site2" --into "$work/all"
expect "  with each service once" test "$("$sonde" count --db "$work/all" 'port:*')" -eq 2
expect "  which says where it comes from" test "$("$sonde" search --db "$work/all" 'port:8080' -o ndjson | jq -r .ip)" = 198.18.0.2
expect_exit 0 "again" "$sonde" merge site1="$db" "$work/site2" --into "$work/all"
expect "  takes nothing twice" grep -q "0 hosts, 0 services, 0 changes, 0 scans" "$work/out"
expect_exit 2 "not into itself" "$sonde" merge "$db" --into "$db"
mkdir -p "$work/other"
cp -r "$work/site2" "$work/other/site2"
expect_exit 2 "two of one name" "$sonde" merge "$work/site2" "$work/other/site2" --into "$work/all2"
expect_exit 4 "one that is not there" "$sonde" merge "$work/nothing" --into "$work/all2"
expect "  leaves no target behind" test ! -e "$work/all2"

# ---- cut and empty copies. Each length once, and each command once. (The very last page may be a free one, whose loss is none.)
mkdir "$work/cut"
size=$(stat -c %s "$db/data.mdb")
one_line() { [ "$(wc -l <"$work/err")" -eq 1 ] && grep -q "data.mdb" "$work/err"; }
for length in 1 4096 8192 12288 30000 $((size / 2)) $((size * 3 / 4)); do
	head -c "$length" "$db/data.mdb" >"$work/cut/data.mdb"
	expect_exit 4 "a copy of $length bytes of $size" "$sonde" count --db "$work/cut"
	expect "  is told so in one line" one_line
done
head -c 30000 "$db/data.mdb" >"$work/cut/data.mdb"
for command in "host 198.18.0.2" "search port:80" count stats changes export "accept --list" "explain 198.18.0.2:80" \
	"score explain 198.18.0.2" "vuln CVE-2021-41773" "vulndb rematch" "merge $work/site2 --into $work/cut"; do
	cut=$([ "${command%% *}" = merge ] || echo --db "$work/cut")
	expect_exit 4 "cut: $command" "$sonde" $command $cut
done
: >"$work/cut/data.mdb"
expect_exit 4 "an empty copy" "$sonde" count --db "$work/cut"
expect "  is told so" grep -q "is empty" "$work/err"
cp "$db/data.mdb" "$work/cut/data.mdb"
expect_exit 0 "a whole copy is read" "$sonde" count --db "$work/cut"

# A database that somebody cuts while it is read: it is larger than what a pipe holds, so that the reader waits in the middle.
: >"$work/ready2"
far "$build/tests/e2e/responder/responder" --iface far0 --seconds 60 --open 1000 --closed 0 >"$work/ready2" &
disown
await_line "$work/ready2" ready
near timeout 60 "$sonde" scan 198.19.0.0/21 -p 80 --iface near0 --gateway 198.18.0.2 --rate 20k --no-grab --cooldown 500ms \
	--db "$work/big" --quiet 2>"$work/scan.err"

# Two shards give together what one scan gives.
part() {
	near timeout 60 "$sonde" scan 198.19.8.0/24 -p 1-3 --iface near0 --gateway 198.18.0.2 --rate 20k --no-grab --seed 5 \
		--no-control-probes --cooldown 500ms --quiet "$@" 2>"$work/scan.err"
}
rows() { "$sonde" export --db "$1" --format csv --columns ip,port,state,level | sort; }
expect "one scan" part --db "$work/whole"
expect "the first shard" part --db "$work/shard1" --shard 1/2
expect "the second shard" part --db "$work/shard2" --shard 2/2
expect_exit 0 "they come together" "$sonde" merge "$work/shard1" "$work/shard2" --into "$work/both"
expect "  and are the same" test "$(rows "$work/both" | sha256sum)" = "$(rows "$work/whole" | sha256sum)"
expect "  with every service" test "$(rows "$work/both" | wc -l)" -eq $((256 * 3 + 1))
expect "  and every host once in the log" test "$("$sonde" changes --db "$work/both" --type host.new -o ndjson | jq -c .after | sort | uniq -c | tr -s ' ')" = \
	"$("$sonde" changes --db "$work/whole" --type host.new -o ndjson | jq -c .after | sort | uniq -c | tr -s ' ')"

mkfifo "$work/pipe"
"$sonde" export --db "$work/big" --format ndjson >"$work/pipe" 2>"$work/err" &
reader=$!
exec 3<"$work/pipe"
read -r first <&3
truncate -s 16384 "$work/big/data.mdb"
cat <&3 >/dev/null
exec 3<&-
wait $reader
expect "a file that is cut while it is read ends the reader with 4" test $? -eq 4
expect "  by name" grep -q "/big/data.mdb lost pages while it was read" "$work/err"

# ---- other users
mkdir "$work/shared"
chgrp daemon "$work/shared"
chmod 2750 "$work/shared"
chmod 755 "$work"
"$sonde" merge "$work/site2" --into "$work/shared" --quiet
reader() { setpriv --reuid=nobody --regid=nogroup --groups="$1" "$sonde" count --db "$2" 'port:*'; }
expect_exit 0 "a user of the group reads" reader daemon "$work/shared"
expect "  what is there" grep -qx 2 "$work/out"
expect_exit 6 "another user does not" reader nogroup "$work/shared"
chmod 755 "$work/site2"
expect_exit 6 "nor does he where no group was named" reader daemon "$work/site2"
expect "  and is told the way out" grep -q "chmod 2750" "$work/err"

# On a file system that nobody can write to, there is no lock to note oneself in.
chmod 700 "$work/site2"
expect_exit 0 "a read-only file system is read" unshare --mount --propagation private sh -c \
	'mount --bind "$2" "$2" && mount -o remount,ro,bind "$2" && exec "$1" count --db "$2" "port:*"' sh "$sonde" "$work/site2"
expect "  and has what was stored" grep -qx 2 "$work/out"

finish
