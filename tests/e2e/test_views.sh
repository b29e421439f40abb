#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_views - what a scan stored is asked for in every form: pages, rows, documents, queries, counts, history.
#
# usage: test_views.sh BUILD-FOLDER
. "$(dirname "$0")/lib.sh"

db=$work/db
export SONDE_VULNDB=$build/vulndb/sonde.vulndb SONDE_DB=$db
unset NO_COLOR
is() { [ "$1" = "$2" ] || { echo "  '$1' is not '$2'"; return 1; }; }
count() { "$sonde" count "$1" 2>/dev/null; }
says() { grep -q -e "$1" "$work/out"; }
tells() { grep -q -e "$1" "$work/err"; }
scan() { near timeout 60 "$sonde" scan 198.18.0.2,198.18.0.3 -p 80,443,2222,8080,9000 --iface near0 --rate 1000 --cooldown 500ms --quiet; }
# on_terminal COLUMNS COMMAND... - what COMMAND prints on a terminal of that width, in $work/screen.
on_terminal() {
	python3 - "$@" >"$work/screen" <<-'EOF'
	import fcntl, os, pty, struct, sys, termios
	pid, fd = pty.fork()
	if pid == 0:
	    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, int(sys.argv[1]), 0, 0))
	    os.execv(sys.argv[2], sys.argv[2:])
	while True:
	    try:
	        data = os.read(fd, 65536)
	    except OSError:
	        break
	    if not data:
	        break
	    sys.stdout.buffer.write(data.replace(b"\r\n", b"\n"))
	os.waitpid(pid, 0)
	EOF
}
# widest - the width of the widest line of $work/screen without colours.
widest() { sed 's/\x1b\[[0-9;]*m//g' "$work/screen" | python3 -c 'import sys; print(max(len(l.rstrip("\n")) for l in sys.stdin))'; }

wire
for n in 2 3; do ip -n "$far" addr add 198.18.0.$n/16 dev far0; done
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/key" -out "$work/cert" -days 30 -subj "/CN=www.example.org" 2>/dev/null
far openssl s_server -accept 198.18.0.2:443 -key "$work/key" -cert "$work/cert" -www -quiet >/dev/null 2>&1 &
disown
ip netns exec "$far" python3 "$here/listeners.py" "$work/log" 198.18.0.2:80,8080=http 198.18.0.2:2222=greet 198.18.0.2:9000=silent >"$work/ready" &
listeners=$!
await_line "$work/ready" ready
await "TLS is up" far bash -c '</dev/tcp/198.18.0.2/443'
expect_exit 0 "a scan" scan

# Queries.
expect "* fits all that is open" is "$(count '*')" 5
expect "a bare address is a filter" is "$(count 198.18.0.2)" 5
"$sonde" search 198.18.0.2:2222 >/dev/null 2>"$work/err"
expect "  which is said" tells "198.18.0.2:2222 is understood as (ip:198.18.0.2 port:2222)"
"$sonde" count has_vuln >/dev/null 2>"$work/err"
expect "a word that is a field gets a hint" tells 'for the field write for example has_vuln:true'
expect "https is http over TLS" is "$(count service:https)" 1
expect "host:( ) asks for services of a host" is "$(count 'host:(port:80 port:2222)')" 5
expect "what a document says, a filter finds" is "$(count "confidence:$("$sonde" host 198.18.0.2 -o json | jq '.ports[] | select(.port == 9000) | .confidence // 0')")" \
	"$("$sonde" host 198.18.0.2 -o json | jq '[.ports[].confidence // empty] as $c | [$c[] | select(. == ($c | min))] | length')"
expect_exit 2 "a value out of range" "$sonde" count 'cvss:11'
expect_exit 2 "a bad cursor" "$sonde" search '*' --cursor foo
expect "  is called so" tells 'cursor: .foo.: expected start'
expect "  and nothing else is printed" test ! -s "$work/out"

# Pages and rows.
"$sonde" search '*' -n 2 --cursor start -o json >"$work/page"
"$sonde" search '*' -n 9 --cursor "$(jq -r .next "$work/page")" -o json >"$work/page2"
expect "pages give each service once" is "$(jq -c '[.results[].port]' "$work/page" "$work/page2" | tr '\n' ' ')" "[80,443] [2222,8080,9000] "
expect "  and the last has no cursor" is "$(jq .next "$work/page2")" null
"$sonde" search '*' --sort score -n 2 -o ndjson >"$work/worst"
expect "the worst two" is "$(jq -s 'map(.score) == (map(.score) | sort | reverse) and length == 2' "$work/worst")" true
expect "  have scores of their own" is "$(jq -s 'map(.host_score) | unique | length' "$work/worst")" 1
expect "columns of JSON are members" is "$("$sonde" search port:80 --columns ip,http.status,level -o ndjson | jq -c 'keys')" '["http.status","ip","level"]'
expect "a row of a host folds its ports" is "$("$sonde" search '*' --hosts -o csv --columns port,transport | tail -n 1 | tr -d '\r')" '80;443;2222;8080;9000,tcp'
expect "facets add up, and numbers are numbers" is "$("$sonde" stats -f port -f transport -o json | jq -c '[.facets.port[].value, .facets.transport[].value]')" \
	'[80,443,2222,8080,9000,"tcp"]'
expect_exit 2 "--columns of stats is refused" "$sonde" stats --columns port

# Pages for people.
expect_exit 0 "two hosts" "$sonde" host 198.18.0.2 198.18.0.3
expect "  the first with its certificate" says 'tls .*www.example.org.*signed by itself'
expect "  the second as scanned" says 'nothing open; scanned at 20.*(s-'
expect_exit 3 "an address that no scan probed" "$sonde" host 198.18.0.9
expect_exit 0 "a prefix" "$sonde" host 198.18.0.0/24 -o json
expect "  is an array" is "$(jq 'type + " " + (length | tostring)' "$work/out")" '"array 1"'
expect_exit 0 "an address with a port" "$sonde" host 198.18.0.2:80 -o json
expect "  has that port only" is "$(jq -c '[.ports[].port]' "$work/out")" '[80]'
echo 198.18.0.2 >"$work/list"
expect_exit 0 "a list of a file" "$sonde" host "@$work/list" -o ndjson
for command in "host 198.18.0.2 --all" "search *" "search * --hosts" "stats" "host 198.18.0.2 --history" "fields ssl"; do
	for columns in 60 120; do
		read -ra words <<<"$command"
		set -f
		on_terminal $columns "$sonde" "${words[@]}"
		set +f
		expect "$command fits $columns columns" test "$(widest)" -le $columns -a "$(widest)" -gt 20
	done
done
on_terminal 80 "$sonde" search '*'
expect "a terminal gets colours" grep -q $'\033' "$work/screen"
NO_COLOR=1 on_terminal 80 "$sonde" search '*'
expect "  but not with NO_COLOR" eval '! grep -q $'"'\\033'"' "$work/screen"'
expect "--color always paints a pipe" eval '"$sonde" host 198.18.0.2 --color always | grep -q $'"'\\033'"
for command in "count" "stats" "search *" "host 198.18.0.2" "fields" "score explain 198.18.0.2" "export" "host 198.18.0.2 --history"; do
	set -f
	"$sonde" $command >/dev/full 2>"$work/err"
	code=$?
	set +f
	expect "$command says when it cannot be written" test $code -eq 1
done

# Documents.
"$sonde" host 198.18.0.2 198.18.0.3 -o json >"$work/hosts"
"$sonde" search '*' -o ndjson >"$work/rows"
"$sonde" host 198.18.0.2 -o json --no-vulns >"$work/short"
expect_valid host "$work/hosts"
expect_valid host "$work/short"
expect_valid row "$work/rows"
expect_valid row "$work/page"
expect "--no-vulns leaves them out" is "$(jq '[.ports[] | has("vulns")] | any' "$work/short")" false
expect "--verdict keeps these" is "$("$sonde" export --verdict possible | jq -c '[.ports[].vulns[]?.verdict] | unique - ["possible"]')" '[]'
expect "the names of a document are fields" is "$("$sonde" fields -o json | jq '[.[] | select(.has_data) | has("example")] | all')" true

# What is closed.
kill $listeners
expect_exit 0 "a scan after servers stopped" scan
expect "what is closed fits no more" is "$(count '*')" 1
expect "  unless the state is named" is "$(count 'state:*')" 5
expect "  or asked for" is "$(count 'state:closed port:2222')" 1
"$sonde" host 198.18.0.2 -o json >"$work/after"
expect "  it is in no summary" is "$(jq -c '.summary.ports' "$work/after")" '[443]'
expect "  and has no findings" is "$(jq '[.ports[] | select(.state == "closed") | has("vulns") or has("exposures") or has("score")] | any' "$work/after")" false
expect_valid host "$work/after"
"$sonde" host 198.18.0.2 >"$work/out"
expect "  the page ends with it" eval 'tail -n 4 "$work/out" | grep -q "2222/tcp  closed since 20.*was OpenSSH"'
"$sonde" host 198.18.0.2 --history -o json >"$work/history"
expect_valid interval "$work/history"
expect "the history has service, end and certificate" is \
	"$(jq -c '[([.[] | select(.end)] | length), (.[] | select(.port == 443) | .ssl.sha256 | length), (.[] | select(.port == 2222) | .service)]' "$work/history")" \
	'[4,64,"ssh"]'
# The past.
expect "a moment before the first scan has nothing open" is "$("$sonde" host 198.18.0.2 --at 2020-01-01)" "198.18.0.2 at 2020-01-01T00:00:00Z: nothing open"
expect "this moment has what is open" is "$("$sonde" host 198.18.0.2 --at 0s -o json | jq -c '[.ports[] | [.port, .service]]')" \
	"$("$sonde" host 198.18.0.2 -o json | jq -c '[.ports[] | select(.state == "open") | [.port, .service]]')"
expect_exit 2 "a moment that is none" "$sonde" host 198.18.0.2 --at yesterday

# A product of which no version is known: a number instead of a list, which a rematch keeps in step with the knowledge.
export SONDE_DB=$work/db2
for port in 2121 2122; do
	ip netns exec "$far" python3 "$here/greeter.py" 198.18.0.2 $port 0 "220 ProFTPD Server ($port) ready" >"$work/greeter$port" &
	disown
	await_line "$work/greeter$port" ready
done
near timeout 60 "$sonde" scan 198.18.0.2 -p 2121,2122 --iface near0 --rate 1000 --cooldown 200ms --quiet >/dev/null
known=$("$sonde" vulndb lookup --service ftp --banner '220 ProFTPD Server (x) ready\r\n' -o json | jq .candidates)
expect "a product without a version has candidates" test "$known" -gt 0
expect "  as many as a look-up says, and no list" is "$("$sonde" host 198.18.0.2 -o json | jq -c '[.ports[] | .candidates, has("vulns")]')" \
	"[$known,false,$known,false]"
"$sonde" host 198.18.0.2 -o json >"$work/candidates"
expect_valid host "$work/candidates"
"$sonde" search '*' -o ndjson >"$work/candidates"
expect_valid row "$work/candidates"
expect_exit 0 "  the page" "$sonde" host 198.18.0.2
expect "    has them in a phrase" says "no version: $known CVEs name this product"
expect "  they can be asked for by number" is "$(count "candidates>=$known") $(count "candidates>$known")" "2 0"
expect "  and are a column" is "$("$sonde" export --services --format csv --columns port,candidates | tr -d '\r' | tr '\n' ' ')" \
	"port,candidates 2121,$known 2122,$known "
cp "$SONDE_VULNDB" "$work/newer.vulndb"
cat >"$work/newer.json" <<'EOF'
{"vulnerabilities":[{"cve":{"id":"CVE-2026-70001","vulnStatus":"Analyzed","published":"2026-01-01T00:00:00.000","lastModified":"2026-01-01T00:00:00.000",
"descriptions":[{"lang":"en","value":"x"}],"configurations":[{"nodes":[{"operator":"OR","negate":false,"cpeMatch":[{"vulnerable":true,
"criteria":"cpe:2.3:a:proftpd:proftpd:*:*:*:*:*:*:*:*","versionEndExcluding":"1.3.9"}]}]}]}}]}
EOF
expect_exit 0 "a knowledge with another CVE" "$sonde" vulndb update --vulndb "$work/newer.vulndb" --from "$work/newer.json"
before=$("$sonde" changes -o json | jq length)
expect_exit 0 "a rematch by it" "$sonde" vulndb rematch --vulndb "$work/newer.vulndb"
expect "  counts it" is "$("$sonde" host 198.18.0.2 -o json | jq -c '[.ports[].candidates]')" "[$((known + 1)),$((known + 1))]"
expect "  without an event" is "$("$sonde" changes -o json | jq length)" "$before"
finish
