#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_answer - services on ports that are not theirs, and inside TLS, are named by what they answer; what is only a guess says so.
. "$(dirname "$0")/lib.sh"
. "$here/servers.sh"

# An answer to version.bind: 9.18.24.
dns=0033536f8400000100010000000007
dns+=76657273696f6e0462696e640000100003c00c00100003000000000009
dns+=08392e31382e32342e

# WHAT PORT BEGINS ELSE SERVICE, as picky.py has them; the nine are silent until they are asked in their own protocol.
moved="
postgres   15432 00000008 close postgres
=$dns      1053  001e     wait  dns
zookeeper  12181 73727672 close zookeeper
mqtt       21883 10       close mqtt
ldap       10389 30       close ldap
git        19418 3030     close git
rdp        13389 0300     close rdp
ajp        18009 12340001 close ajp
socks5     31080 05       close socks5
"
# The same inside TLS: at its number with a digit before it, and at one that tells nothing where the server says something.
inside="
=$dns      10853 001e     wait  dns
redis      16379 50494e47 -ERR\\x20unknown\\x20command\\r\\n redis
mqtt       18883 10       close mqtt
nrpe       15666 0002     wait  nrpe
ldap       10636 30       close ldap
irc        16697 greet    wait  irc
amqp       15671 414d5150 AMQP\\x00\\x00\\x09\\x01 amqp
pop3       10995 greet    wait  pop3
imap       10993 greet    wait  imap
smtp       10465 greet    wait  smtp
ftp        10990 greet    wait  ftp
imap       40993 greet    wait  imap
redis      41023 50494e47 -ERR\\x20unknown\\x20command\\r\\n redis
"
# Look-alikes: a greeting of several protocols, a page of a server that speaks no HTTP.
alike="
lmtp       40024 greet+4c484c4f 500\\x20what?\\r\\n lmtp
socks5     40080 05       HTTP/1.0\\x20501\\x20Tor\\x20is\\x20not\\x20an\\x20HTTP\\x20Proxy\\r\\n\\r\\n socks5
"
guess="
socks5     41234 05       close socks5
"

specs() { awk -v tls="$2" 'NF { print $1 ":" $2 ":" $3 ":" $4 tls }' <<<"$1"; }
ports() { awk 'NF { printf "%s%s", n++ ? "," : "", $2 }' <<<"$1"; }

wire
ip -n "$far" addr add 198.18.0.2/16 dev far0
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/key" -out "$work/cert" -days 30 -subj /CN=x.example 2>/dev/null
mapfile -t all < <(specs "$moved$alike$guess" ""; specs "$inside" :tls)
far python3 "$here/picky.py" 198.18.0.2 "$top/tests/fuzz/corpus" "$work/cert" "$work/key" "${all[@]}" >"$work/ready" &
await_line "$work/ready" ready

scan() { near timeout 200 "$sonde" scan --iface near0 --rate 2k --cooldown 1s --grab-timeout 0 --quiet "$@" >"$work/out" 2>"$work/err"; }
is() { [ "$1" = "$2" ] || { echo "  got '$1', expected '$2'"; cat "$work/err"; false; }; }
says() { "$sonde" host --db "$work/db" "$1" -o json | jq -r ".ports[] | select(.port == $2) | \"\(.service) \(.service_source)\""; }
# tells TABLE WHERE SOURCE - each server of the table is named.
tells() {
	local _ port service
	while read -r _ port _ _ service; do
		[ -z "$port" ] || expect "$service is named at $port, $2" is "$(says 198.18.0.2 "$port")" "$service $3"
	done <<<"$1"
}

expect "a scan of moved services ends well" scan 198.18.0.2 -p "$(ports "$moved$alike")" --db "$work/db"
tells "$moved" "which is not its port" banner
tells "$alike" "though it looks like another" banner
expect "a scan of services inside TLS ends well" scan 198.18.0.2 -p "$(ports "$inside")" --db "$work/db"
tells "$inside" "inside TLS" banner
expect "their certificates are kept" is \
	"$("$sonde" count --db "$work/db" 'ssl.cn:x.example')" "$(awk 'NF' <<<"$inside" | wc -l)"

expect "a port of which nothing tells is asked five times, no more" scan 198.18.0.2 -p 41234 --db "$work/few"
expect "  so it has no name" is "$("$sonde" count --db "$work/few" service:socks5)" 0
expect "more effort finds it" scan 198.18.0.2 -p 41234 --effort 9 --db "$work/db"
expect "  but two bytes are no proof" is "$(says 198.18.0.2 41234)" "socks5 guess"
expect "  the page shows it with a mark" grep -q '41234/tcp *socks5?' <("$sonde" host --db "$work/db" 198.18.0.2)
expect "  the search finds guesses" is "$("$sonde" count --db "$work/db" service_source:guess)" 1
expect_exit 2 "an effort beyond nine is refused" near "$sonde" scan 198.18.0.2 -p 1 --effort 10 --iface near0 --db "$work/db"
"$sonde" export --db "$work/db" --format ndjson >"$work/hosts"
expect_valid host "$work/hosts"

# ---- Debian's own servers, those that can be had, on such ports

start_slapd_moved() {
	mkdir -p /tmp/ldap
	printf 'include /etc/ldap/schema/core.schema\nmodulepath /usr/lib/ldap\nmoduleload back_mdb\ndatabase mdb\nsuffix "dc=x"\ndirectory /tmp/ldap\n' \
		>/tmp/slapd.conf
	exec slapd -h "ldap://$ip:10389/" -f /tmp/slapd.conf -d 0
}
start_mosquitto_moved() {
	printf 'listener 21883 %s\nallow_anonymous false\npersistence false\nuser root\n' "$ip" >/tmp/m.conf
	exec mosquitto -c /tmp/m.conf
}
start_bind9_moved() {
	user bind
	mkdir -p /run/named /var/cache/bind
	printf 'options { directory "/tmp"; listen-on port 1053 { %s; }; listen-on-v6 { none; }; recursion no; dnssec-validation no; pid-file none; session-keyfile none; };\ncontrols {};\n' \
		"$ip" >/tmp/named.conf
	exec named -f -n 1 -c /tmp/named.conf
}
start_postgres_moved() {
	user postgres
	local bin
	bin=$(echo /usr/lib/postgresql/*/bin)
	mkdir -p /tmp/pg
	chown postgres /tmp/pg
	setpriv --reuid postgres --regid postgres --clear-groups "$bin/initdb" -D /tmp/pg -N >/dev/null
	exec setpriv --reuid postgres --regid postgres --clear-groups "$bin/postgres" -D /tmp/pg -h "$ip" -p 15432 -k /tmp
}
start_redis_moved() {
	cert redis.example
	exec redis-server --port 0 --tls-port 16379 --bind "$ip" --save '' --dir /tmp --tls-cert-file /tmp/cert.pem \
		--tls-key-file /tmp/key.pem --tls-auth-clients no --protected-mode no
}
start_microsocks_moved() { exec microsocks -i "$ip" -p 31080; }
start_git_moved() {
	mkdir -p /tmp/git
	exec /usr/lib/git-core/git-daemon --reuseaddr --listen="$ip" --port=19418 --base-path=/tmp/git /tmp/git
}
start_unbound_moved() {
	cert unbound.example
	printf 'server:\n interface: %s@10853\n tls-port: 10853\n tls-service-key: /tmp/key.pem\n tls-service-pem: /tmp/cert.pem\n chroot: ""\n username: ""\n access-control: 198.18.0.0/16 allow\n pidfile: ""\n use-syslog: no\n' \
		"$ip" >/tmp/u.conf
	exec unbound -d -c /tmp/u.conf
}

n=10
: >"$work/real"
while read -r name package port service; do
	[ -n "$name" ] || continue
	[ "$name" = git ] && [ -x /usr/lib/git-core/git-daemon ] || fetch "$package" || { echo "skipped $name: $package cannot be had"; continue; }
	n=$((n + 1))
	serve "${name}_moved" "198.18.1.$n"
	echo "$name 198.18.1.$n $port $service" >>"$work/real"
done <<-EOT
	slapd     slapd         10389 ldap
	mosquitto mosquitto     21883 mqtt
	bind9     bind9         1053  dns
	postgres  postgresql-15 15432 postgresql
	redis     redis-server  16379 redis
	unbound   unbound       10853 dns
	microsocks microsocks   31080 socks5
	git       git           19418 git
EOT
bound() { far ss -Hlnt | awk '{ print $4 }' | grep -qxF "$1:$2"; }
while read -r name address port service; do
	holds_within 60 bound "$address" "$port" || { tail -n 3 "$work/${name}_moved.log"; expect "$name listens" false; }
done <"$work/real"
if [ -s "$work/real" ]; then
	expect "a scan of Debian's servers on such ports ends well" scan 198.18.1.0/27 -p 1053,10389,10853,15432,16379,19418,21883,31080 \
		--db "$work/db"
	while read -r name address port service; do
		expect "$name is named at $port" is "$(says "$address" "$port")" "$service banner"
	done <"$work/real"
fi
finish
