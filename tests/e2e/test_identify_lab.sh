#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_identify_lab - the lab of real servers: what its report counts, and a small part of it, in which nothing is wrong.
. "$(dirname "$0")/lib.sh"
lab=$top/tests/lab

is() { [ "$1" = "$2" ] || { echo "  got '$1', expected '$2'"; false; }; }

# ---- the report, on results made by hand ----
made=$work/made
mkdir -p "$made/have"
echo '1:2.4.62-1~deb12u2' >"$made/have/apache2-bin"
echo '3.6.1-4+deb12u3' >"$made/have/cyrus-imapd"
echo '7.1.1-1' >"$made/have/varnish"
cat >"$made/table" <<'EOT'
web      apache2  apache2-bin  80/tcp    clear    usual  http     Apache~HTTP~Server  =
web-tls  apache2  apache2-bin  8443/tcp  tls      odd    http     Apache~HTTP~Server  =
mail     cyrus    cyrus-imapd  143/tcp   clear    usual  imap     Cyrus~IMAP          =+
.        -        -            4190/tcp  clear    usual  sieve    (Cyrus~IMAP)        (=)  not said
cache    varnish  varnish      80/tcp    clear    usual  http     Varnish~Cache       =2
front    varnish  varnish      81/tcp    clear    usual  http     Behind|*Varnish~Cache (=)   its page does not say
silent   silent   varnish      99/tcp    stunnel  odd    a|b      -                   -    says nothing
dead     dead     varnish      98/tcp    clear    usual  http     X                   =
EOT
printf 'web 192.0.2.1\nweb-tls 192.0.2.2\nmail 192.0.2.3\ncache 192.0.2.4\nfront 192.0.2.4\nsilent 192.0.2.5\ndead 192.0.2.6\n' >"$made/places"
echo 'dead 98/tcp does not listen: no such file' >"$made/lost"
cat >"$made/hosts" <<'EOT'
{"ip":"192.0.2.1","ports":[{"port":80,"transport":"tcp","service":"http","product":"Apache HTTP Server","version":"2.4.62"}]}
{"ip":"192.0.2.2","ports":[{"port":8443,"transport":"tcp","service":"http","product":"nginx"}]}
{"ip":"192.0.2.3","ports":[{"port":143,"transport":"tcp","service":"imap","product":"Cyrus IMAP","version":"3.6.1-4+deb12u3-Debian"},{"port":4190,"transport":"tcp","service":"sieve","product":"Pigeonhole"}]}
{"ip":"192.0.2.4","ports":[{"port":80,"transport":"tcp","service":"http","product":"Varnish Cache","version":"7.1"},{"port":81,"transport":"tcp","service":"http","product":"Varnish Cache","version":"7.1"}]}
{"ip":"192.0.2.5","ports":[{"port":99,"transport":"tcp","service":"b","service_source":"port"}]}
EOT
echo '{"seconds":2.04,"connections":8,"code":0}' >"$made/sonde.json"
expect_exit 0 "a report is made" python3 "$lab/report.py" json 0 "$made" "$made/have"
cp "$work/out" "$work/report"
of() { jq -c "$1" "$work/report"; }
sonde='.tools[] | select(.name == "sonde")'
expect "instances are counted that run" is "$(of '[.instances, .packages, .odd, .tls]')" '[7,3,2,2]'
expect "a name by the port alone is none" is "$(of "$sonde | .counts.all | [.right_services, .services]")" '[6,7]'
expect "products count where they are announced" is "$(of "$sonde | .counts.all | [.right_products, .products]")" '[3,5]'
expect "versions are those of the packages" is "$(of "$sonde | .counts.all | [.right_versions, .versions]")" '[3,4]'
expect "unusual ports are told apart" is "$(of "$sonde | .counts.odd | [.right_services, .services]")" '[1,2]'
expect "what is wrong is listed, announced or not" is "$(of "$sonde | [.wrong[] | [.name, .what, .got, .expected]]")" \
	'[["web-tls","product","nginx","Apache HTTP Server"],["mail","product","Pigeonhole","Cyrus IMAP"]]'
expect "what is missing is listed" is "$(of "$sonde | [.unnamed[] | [.name, .missing, .note]]")" \
	'[["web-tls",["version"],null],["front",["product"],"its page does not say"],["silent",["service"],"says nothing"]]'
expect "what does not run is listed with the reason" is "$(of .lost)" '["dead 98/tcp: does not listen: no such file"]'
expect "connections are counted for a port" is "$(of "$sonde | .connections_a_port")" 1.14
expect_exit 1 "fewer instances than asked for are a failure" python3 "$lab/report.py" table 8 "$made" "$made/have" nmap
expect "  the table has a row for a scanner that did not run" grep -q '^nmap  *not installed$' "$work/out"

# ---- a part of the lab ----
servers=(nginx-tls lighttpd-tls vsftpd-odd dropbear redis memcached tinyproxy mini-httpd-tls dnsmasq beanstalkd rsync-tls http-server)
outside timeout 590 "$lab/run.sh" "$build" -s -o json -k "$work/kept" "${servers[@]}" >"$work/report" 2>"$work/err"
code=$?
if [ "$(of '[.lost[] | select(contains("cannot be fetched"))] | length' 2>/dev/null)" -gt 0 ] 2>/dev/null; then
	of '.lost[]'
	echo "packages of the lab cannot be had"
	exit 77
fi
expect "the lab runs" test $code -eq 0 || tail -n 20 "$work/err"
expect "every server does" is "$(of .lost)" '[]'
expect "each has its row" is "$(of .instances)" 13
expect "each service is named" is "$(of "$sonde | .counts.all | .services - .right_services")" 0
expect "nothing is wrong" is "$(of "$sonde | .wrong")" '[]'
expect "the time is told" test "$(of "$sonde | .seconds > 0")" = true
expect "connections are counted, one a port at least" test "$(of "$sonde | .connections_a_port >= 1")" = true
expect_exit 0 "the same as a table" python3 "$lab/report.py" table 0 "$work/kept" "${SONDE_IDENTIFY_LAB_DIR:-/var/tmp/sonde-identify-lab}/have"
expect "  with a line for each kind of instance" is "$(grep -c -e ' all  ' -e ' unusual port ' -e ' inside TLS ' "$work/out")" 3
expect_exit 1 "a server that the table does not have is refused" outside "$lab/run.sh" "$build" no-such-server
expect "  by name" grep -q "no-such-server" "$work/err"

# ---- however it ends, nothing is left ----
# below PID - all processes that it has started, and theirs.
below() {
	ps -eo pid=,ppid= | awk -v top="$1" '{ parent[$1] = $2 }
		END { for (p in parent) for (q = p; q in parent; q = parent[q]) if (parent[q] == top) { print p; break } }'
}
all_gone() { local p; for p in $left; do ! kill -0 "$p" 2>/dev/null || return 1; done; }
outside "$lab/run.sh" "$build" -s dropbear rsync-tls >/dev/null 2>"$work/killed" &
runner=$!
disown
await_line "$work/killed" 'sonde scans'
left=$(below $runner)
expect "servers run below it" test "$(wc -w <<<"$left")" -gt 4
kill -9 $runner
await "a killed lab leaves no process" all_gone && echo "ok: a killed lab leaves no process"
expect "  and no namespace" is "$(ip netns list | grep -c '^lab[0-9]')" 0
finish
