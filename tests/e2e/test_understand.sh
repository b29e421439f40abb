#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_understand - what a command line means without being told: the interface, names, ports of targets, settings, words of other
# scanners, a target alone.
. "$(dirname "$0")/lib.sh"

wire
db=$work/db
ip -n "$far" addr add 198.18.0.2/16 dev far0
ip -n "$far" addr add 198.18.0.3/16 dev far0
mkdir "$work/empty"
far python3 -m http.server --bind 198.18.0.2 --directory "$work/empty" 80 >/dev/null 2>&1 &
far python3 -m http.server --bind 198.18.0.3 --directory "$work/empty" 81 >/dev/null 2>&1 &
await "the servers listen" far sh -c '[ $(ss -Hltn "sport >= 80 and sport <= 81" | wc -l) -eq 2 ]'
scan() { near timeout 60 "$sonde" scan --cooldown 500ms --no-control-probes --db "$db" "$@"; }
# found QUERY - the services, a line each.
found() { "$sonde" search --db "$db" -o csv --columns ip,port,transport "$1" | sed 1d | tr -d '\r' | tr '\n' ' '; }
is() { test "$1" = "$2" || { echo "  '$1' instead of '$2'"; false; }; }

# ---- the interface

expect_exit 0 "a scan without --iface" scan 198.18.0.2 -p 80,81 --no-grab
expect "  takes that of the route, and says so" grep -q '^scan s-.* over near0 ' "$work/err"
expect "  and finds the port" is "$(found 'port:80')" "198.18.0.2,80,tcp "
ip -n "$near" link add other0 type veth peer name other1
ip -n "$near" addr add 198.51.100.1/24 dev other0
ip -n "$near" link set other0 up
ip -n "$near" link set other1 up
expect_exit 2 "targets behind two interfaces" scan 198.18.0.2,198.51.100.0/28 -p 80
expect "  are named with them" grep -q "198.18.0.2 by near0; 198.51.100.0.* by other0.*--iface" "$work/err"
expect_exit 5 "targets without a route" scan 203.0.113.0/30 -p 80
expect "  and the way out" grep -q 'no route to 203.0.113.0-203.0.113.3: .*--iface NAME' "$work/err"
for own in 127.0.0.1 localhost 198.18.0.1; do
	expect_exit 2 "this machine itself: $own" scan $own -p 80
	expect "  and where to try it" grep -q 'its own machine over a NIC.*scripts/lab' "$work/err"
done

# ---- names

cat >"$work/hosts" <<-END
	127.0.0.1 localhost
	198.18.0.2 web.test
	198.18.0.3 web.test
END
# with_hosts FILE COMMAND... - on the near side, with a hosts file of its own and no name server.
with_hosts() {
	near unshare --mount --propagation private sh -c 'mount --bind "$0" /etc/hosts && mount --bind /dev/null /etc/resolv.conf && exec "$@"' "$@"
}
expect_exit 0 "a host name is all its addresses" with_hosts "$work/hosts" "$sonde" scan web.test -p 80 -n
expect "  which are said" grep -q '^web.test: 198.18.0.2, 198.18.0.3$' "$work/err"
expect "  and listed" is "$(sort "$work/out" | tr '\n' ' ')" "198.18.0.2:80 198.18.0.3:80 "
expect_exit 2 "one that does not resolve" with_hosts "$work/hosts" "$sonde" scan nowhere.test -p 80 -n
expect "  is named" grep -q 'target:1:1: .nowhere.test. has no address' "$work/err"
with_hosts "$work/hosts" "$sonde" scan web.test -p 1-200 --rate 20 --cooldown 0 --no-grab --db "$work/named" 2>"$work/named.err" &
scan=$!
await_line "$work/named.err" '^scan s-'
kill -INT "$(ip netns pids "$near" | xargs -n1 sh -c 'grep -lx sonde /proc/$0/comm 2>/dev/null' | cut -d/ -f3 | head -n 1)"
wait $scan
expect "a scan by name was stopped" test $? -eq 7
id=$(sed -n 's/^scan \(s-[0-9-]*\): .*/\1/p' "$work/named.err" | head -n 1)
printf '198.18.0.9 web.test\n' >"$work/hosts.later"
printf 'exclude = 198.18.0.2\nexclude-ports = 9100\n' >"$work/late.conf"
expect_exit 2 "it does not go on without ports that a setting excludes by now" env SONDE_CONFIG="$work/late.conf" \
	ip netns exec "$near" "$sonde" scan --resume "$id" --db "$work/named"
expect "  and names it" grep -q 'late.conf:2: the scan began without this exclude-ports' "$work/err"
sed -i 2d "$work/late.conf"
expect_exit 0 "and goes on with the addresses that it had" with_hosts "$work/hosts.later" env SONDE_CONFIG="$work/late.conf" \
	"$sonde" scan --resume "$id" --rate 10k --db "$work/named"
expect "  explained by them" near sh -c "$sonde explain 198.18.0.3:81 --db $work/named | grep -q probed"

verdict() { "$sonde" explain "198.18.0.$1" --db "$work/named" -o json | jq -r '.scans[0].verdict'; }
expect "  without those that a setting excludes by now" is "$(verdict 2) $(verdict 3)" 'excluded probed'
expect "  which the file for the audit names" grep -q '^198.18.0.2$' "$work/named/exclude-$id.txt"

# ---- targets with ports of their own

expect_exit 0 "targets with ports" scan 198.18.0.2:80 http://198.18.0.3:81/x 198.18.0.3:82 --no-grab --db "$work/pairs"
expect "  are probed at those" grep -q ' 3 closed\| 1 closed\|2 open' "$work/err"
expect "  and no other" is "$("$sonde" search --db "$work/pairs" -o csv --columns ip,port 'port:1..' | sed 1d | tr -d '\r' | tr '\n' ' ')" \
	"198.18.0.2,80 198.18.0.3,81 "
printf '198.18.0.2:80\n[2001:db8::1]:443\n' >"$work/list"
expect_exit 0 "-iL takes them from a file" "$sonde" scan -iL "$work/list" -n
expect "  each with its port" is "$(sort "$work/out" | tr '\n' ' ')" "198.18.0.2:80 [2001:db8::1]:443 "

# ---- settings, and words of others

mkdir -p "$XDG_CONFIG_HOME/sonde"
printf 'rate = 5k\nexclude = 198.18.0.3\nports = 80,81\ndb = %s\n' "$work/set" >"$XDG_CONFIG_HOME/sonde/sonde.conf"
expect_exit 0 "a scan by settings" near timeout 60 "$sonde" scan 198.18.0.2-198.18.0.3 --cooldown 500ms --no-grab --exclude 198.18.0.9
expect "  has their ports, rate and exclusions" grep -q ': 1 address.* x 2 ports at 5000 packets/s' "$work/err"
expect "  and their database, as other commands" is "$("$sonde" count)" 1
"$sonde" config show --rate 1k >"$work/out"
expect "config show names the file" grep -q "^exclude  *198.18.0.3  *$XDG_CONFIG_HOME/sonde/sonde.conf:2" "$work/out"
expect "  an option" grep -q '^rate  *1k  *option' "$work/out"
expect "  and the default" grep -q '^cooldown  *8s  *default' "$work/out"
expect "  also as JSON" test "$("$sonde" config show -o json | jq -r '.[] | select(.name == "ports").value')" = 80,81
echo 'rate = fast' >"$XDG_CONFIG_HOME/sonde/sonde.conf"
expect_exit 2 "a setting that is none" near "$sonde" scan 198.18.0.2 -n
expect "  is named with its place" grep -q 'sonde.conf:1:8: rate: .fast.: expected a rate' "$work/err"
rm "$XDG_CONFIG_HOME/sonde/sonde.conf"
expect_exit 2 "what Sonde does not do is refused" scan 198.18.0.2 -p 80 -sT
expect "  with the reason" grep -q -e '-sT: Sonde connects only to open ports' "$work/err"
expect_exit 0 "what changes nothing is said" scan 198.18.0.2 -Pn -sS --top-ports 10 -n
expect "  once each" test "$(grep -c 'nothing changes' "$work/err")" -eq 2

# ---- a target alone

expect_exit 0 "a target alone is scanned" near timeout 60 env SONDE_DB="$work/quick" "$sonde" 198.18.0.2 --cooldown 500ms
expect "  at the most frequent ports" grep -q 'no -p: the 1000 most frequent TCP ports' "$work/err"
expect "  and shown" grep -q '^80/tcp\|80/tcp ' "$work/out"
expect_exit 2 "what is no target is no command" "$sonde" scna
finish
