#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_facts - further requests of HTTP on one connection, and honeypots: what a scan asks, what it stores, and what it makes of it.
. "$(dirname "$0")/lib.sh"

wire
for n in 2 3; do ip -n "$far" addr add 198.18.0.$n/16 dev far0; done
far python3 "$here/facts_servers.py" "$work/log" 198.18.0.2 198.18.0.3 >"$work/ready" &
await_line "$work/ready" ready

is() { [ "$1" = "$2" ] || { echo "  got '$1', expected '$2'"; false; }; }
of() { jq -r "$2" "$work/$1"; }
count() { "$sonde" count --db "$work/db" "$1"; }

scan() {
	near timeout 120 "$sonde" scan 198.18.0.2-3 -p 22,80,81,2222,4222 --iface near0 --rate 1k --cooldown 1 --quiet \
		--db "$work/db" -o ndjson >"$work/lines"
}
expect "a scan ends well" scan
for n in 2 3; do "$sonde" host --db "$work/db" 198.18.0.$n -o json >"$work/$n"; done
"$sonde" export --db "$work/db" --format ndjson >"$work/hosts"
expect_valid host "$work/hosts"

# ---- the web site

web='.ports[] | select(.port == 80)'
expect "each page is asked for once, in its order" is "$(awk '$1 == 80 { printf "%s ", $3 }' "$work/log")" \
	"/ /login /api/health /public/i.png "
expect "on one connection" is "$(awk '$1 == 80 { print $2 }' "$work/log" | sort -u | wc -l)" 1
expect "the product and its version come from its page" is "$(of 2 "$web | .product + \" \" + .version")" "Grafana 9.3.6"
expect "the title is that of the page behind the redirect" is "$(of 2 "$web | .http.title")" Grafana
expect "the redirect is named" is "$(of 2 "$web | .http | \"\(.status) \(.location) \(.redirects[0])\"")" "302 /login /login"
expect "the icon has its hash" is "$(of 2 "$web | .http.favicon")" 1355950459
expect "which a search finds" is "$(count http.favicon:1355950459)" 1
expect "under the name that others use, too" is "$(count http.favicon.hash=1355950459)" 1
expect "a redirect off the host is not followed" is "$(awk '$1 == 81 { printf "%s ", $3 }' "$work/log")" "/ "
expect "but gives a name" is "$(of 2 '.hostnames[] | select(.source == "redirect").name')" elsewhere.example

# ---- the honeypot

expect "a honest host is none" is "$(of 2 .flags.honeypot)" false
expect "it has CVEs that affect it" test "$(of 2 .summary.vuln_counts.affected)" -gt 0
expect "the honeypot is known as one" is "$(of 3 .flags.honeypot)" true
expect "with the reason" grep -q 'OpenSSH with hmac-sha2-384\|tarpit' <(of 3 .flags.honeypot_reason)
expect "nothing affects it" is "$(of 3 .summary.vuln_counts.affected)" 0
expect "the same service is possible at most" test "$(of 3 .summary.vuln_counts.possible)" -gt 0
expect "and says why" is "$(of 3 '[.ports[] | select(.port == 4222).vulns[] | select(.evidence.why // "" | test("honeypot"))] | length > 0')" true
expect "nor does the last line of a port say so" is "$(jq -s '[.[] | select(.ip == "198.18.0.3" and .event == "service")] |
	group_by(.port) | map(last | .vulns // [] | .[] | select(.verdict == "affected")) | length' "$work/lines")" 0
expect "a line that had to be taken back was" is "$(jq -s '[.[] | select(.ip == "198.18.0.3" and .event == "service")] |
	group_by(.port) | map(select(any(.[] | .vulns // [] | .[]; .verdict == "affected")) | last | .corrected) - ["honeypot"] | length' \
	"$work/lines")" 0
expect "a search finds it" is "$(count 'is_honeypot:true port:4222')" 1
expect "and its reason" is "$(count 'host:(honeypot_reason:OpenSSH) OR honeypot_reason:tarpit' | awk '{ print ($1 > 0) }')" 1
expect "the page for people says so" grep -q 'a honeypot, what it says proves nothing: ' <("$sonde" host --db "$work/db" 198.18.0.3)
finish
