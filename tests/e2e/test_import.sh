#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_import - a file that Debian's nmap writes, and files in the form of masscan, zmap, zgrab2, naabu and Shodan, become services
# that our own knowledge has identified; again changes nothing; older stays behind newer; what is broken is skipped and named.
#
# usage: test_import.sh BUILD-FOLDER
. "$(dirname "$0")/lib.sh"

export SONDE_DB=$work/db SONDE_VULNDB=$build/vulndb/sonde.vulndb
cd "$work" || exit 1
wire
ip -n "$far" addr add 198.18.0.10/16 dev far0
far python3 "$here/banner.py" "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u2" "$work/log" 198.18.0.10:22 >ssh &
far python3 "$here/banner.py" "220 (vsFTPd 2.3.4)" "$work/log" 198.18.0.10:21 >ftp &
await_line ssh ready
await_line ftp ready

# says FILE JQ-EXPRESSION - holds for a JSON text.
says() { jq -e "$2" "$1" >/dev/null; }
# service PORT EXPRESSION [ADDRESS] - holds for the stored service.
service() {
	"$sonde" search "port:$1 ip:${3-198.18.0.10}" -o ndjson >row
	jq -e "$2" row >/dev/null || { cat row; return 1; }
}
take() { "$sonde" import "$@" -o ndjson >report 2>err; }

# ---- the scanners of Debian ------------------------------------------------------------------------------------------------------

if command -v nmap >/dev/null; then
	near nmap -n -Pn -sV --script banner -p 21,22,80 198.18.0.10 -oX nmap.xml >/dev/null
	expect_exit 0 "nmap's XML is taken" "$sonde" import nmap.xml -o ndjson
	cp out report
	expect "  two open ports" says report '.format == "nmap XML" and .taken == 2'
	expect "  identified by the banner" service 22 '.product == "OpenSSH" and .version == "9.2p1" and .service_source == "banner"'
	expect "  judged with its package" service 22 '[.vulns[]? | select(.verdict == "fixed")] | length > 0'
	expect "  the scan and the tool are named" service 22 '.import.tool == "nmap" and (.scan | startswith("s-"))'
	"$sonde" changes -o ndjson >before
	"$sonde" scans -o ndjson >scans
	take nmap.xml
	expect "again: nothing is taken" says report '.taken == 0 and .known == 3 and .scan == null'
	expect "  the log is the same" cmp -s before <("$sonde" changes -o ndjson)
	expect "  and so are the scans" cmp -s scans <("$sonde" scans -o ndjson)
	sed 's/<script id="banner"[^>]*>//' nmap.xml >plain.xml
	expect_exit 0 "without banners, what nmap states is taken" "$sonde" import plain.xml --db "$work/plain"
	expect "  with its source" eval "SONDE_DB=$work/plain service 22 '.service_source == \"import\" and .product == \"OpenSSH\" and (.cpe[0] | startswith(\"cpe:2.3:a:openbsd:openssh:9.2\"))'"
	head -c -200 nmap.xml >cut.xml
	expect_exit 2 "a document that is cut short: code 2" "$sonde" import --db "$work/cut" cut.xml
	expect "  and says where" grep -q "broken from there on" err
else
	echo "skipped: nmap is not installed"
fi
cat >masscan.json <<'END'
[
{   "ip": "192.0.2.50",   "timestamp": "1700000000", "ports": [ {"port": 22, "proto": "tcp", "status": "open", "reason": "syn-ack", "ttl": 64} ] }
,
{   "ip": "192.0.2.50",   "timestamp": "1700000001", "ports": [ {"port": 22, "proto": "tcp", "service": {"name": "ssh", "banner": "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u2"}} ] }
,
{   "ip": "192.0.2.50",   "timestamp": "1700000001", "ports": [ {"port": 23, "proto": "tcp", "status": "closed", "reason": "rst-ack", "ttl": 64} ] }
]
END
take masscan.json
expect "masscan's JSON: state and banner are one service" says report '.format == "masscan JSON" and .taken == 1 and .known == 1'
expect "  identified, with the time of the banner" service 22 '.product == "OpenSSH" and .last_seen == "2023-11-14T22:13:21Z" and .ttl == 64' 192.0.2.50
cat >masscan.list <<'END'
#masscan
open tcp 21 192.0.2.51 1700000000
banner tcp 21 192.0.2.51 1700000002 ftp 220 (vsFTPd 2.3.4)\x0d\x0a
open tcp x 192.0.2.51 1700000000
# end
END
take masscan.list
expect "masscan's list" says report '.format == "masscan list" and .taken == 1 and .skipped == 1'
expect "  identified by the unescaped banner" service 21 '.product == "vsftpd" and .banner == "220 (vsFTPd 2.3.4)\r\n"' 192.0.2.51

# ---- files of the others ----------------------------------------------------------------------------------------------------------

cat >zmap.csv <<'END'
saddr,sport,classification,success,timestamp_ts
192.0.2.7,443,synack,1,1700000000
192.0.2.8,443,rst,0,1700000000
nonsense,443,synack,1,1700000000
END
take zmap.csv
expect "zmap's CSV: one taken" says report '.format == "zmap CSV" and .taken == 1 and .skipped == 1 and .skipped_why[0].first_line == 4'
expect "  with the time of the file" service 443 '.last_seen == "2023-11-14T22:13:20Z"' 192.0.2.7
printf '192.0.2.9\n' >list
take list --port 25 --time 2024-05-01
expect "addresses alone, with --port and --time" service 25 '.last_seen == "2024-05-01T00:00:00Z" and .service == "smtp"' 192.0.2.9
cat >naabu.json <<'END'
{"host":"a.example","ip":"192.0.2.20","timestamp":"2024-05-01T10:00:00.5Z","port":8080,"protocol":"tcp","tls":false}
{"host":"a.example","ip":"192.0.2.20","timestamp":"2024-05-01T10:00:00Z","port":{"Port":53,"Protocol":0}}
{"host":"cut
{"host":"a.example","ip":"192.0.2.20","timestamp":"2024-05-01T10:00:00Z","port":99999}
END
take naabu.json
expect "naabu: two taken, two skipped" says report '.format == "naabu JSON" and .taken == 2 and .skipped == 2'
cat >zgrab.json <<'END'
{"ip":"192.0.2.30","data":{"ssh":{"status":"success","protocol":"ssh","result":{"server_id":{"raw":"SSH-2.0-OpenSSH_8.2p1 Ubuntu-4ubuntu0.5"}},"timestamp":"2024-05-01T10:00:00Z"},"http":{"status":"success","protocol":"http","result":{"response":{"status_line":"200 OK","protocol":{"name":"HTTP/1.1"},"headers":{"server":["nginx/1.18.0"],"content_type":["text/html"]},"body":"<title>Hello</title>","request":{"url":{"scheme":"http","host":"192.0.2.30:8081"}}}},"timestamp":"2024-05-01T10:00:00Z"},"ftp":{"status":"connection-timeout","protocol":"ftp"}}}
END
take zgrab.json
expect "zgrab2: two modules" says report '.format == "zgrab2 JSON" and .taken == 2 and .skipped == 1'
expect "  SSH by its banner" service 22 '.product == "OpenSSH" and .package.distribution == "ubuntu"' 192.0.2.30
expect "  HTTP put together again, without a banner" service 8081 '.product == "nginx" and .http.title == "Hello" and .banner == null' 192.0.2.30
cat >shodan.json <<'END'
{"ip_str":"192.0.2.40","port":21,"transport":"tcp","timestamp":"2024-05-01T10:00:00.000000","data":"220 (vsFTPd 2.3.4)\r\n","_shodan":{"module":"ftp"},"hostnames":[]}
{"ip_str":"192.0.2.40","port":9999,"transport":"tcp","timestamp":"2024-05-01T10:00:00.000000","data":"","product":"OpenSSH","version":"7.4","cpe23":["cpe:2.3:a:openbsd:openssh:7.4"]}
END
gzip -k shodan.json
take shodan.json.gz
expect "Shodan, packed" says report '.format == "Shodan JSON" and .taken == 2'
expect "  identified by the banner" service 21 '.product == "vsftpd" and .service_source == "banner"' 192.0.2.40
expect "  or by what is stated" service 9999 '.product == "OpenSSH" and .version == "7.4"' 192.0.2.40

# ---- our own -----------------------------------------------------------------------------------------------------------------------

for what in "" --services; do
	# shellcheck disable=SC2086
	"$sonde" export $what --banner-raw >own.ndjson
	"$sonde" import own.ndjson --db "$work/own$what" -q
	same() { SONDE_DB=$1 "$sonde" search '*' -o ndjson | jq -cS '[.ip, .port, .service, .product, .version, .banner, .http, .first_seen, .last_seen, [.vulns[]?.id]]'; }
	expect "our own export${what:+ of services}: the same services" test "$(same "$SONDE_DB")" = "$(same "$work/own$what")"
done

# ---- older and newer; what is no such file -----------------------------------------------------------------------------------------

sed 's/2.3.4/3.0.3/; s/2024-05/2023-05/' shodan.json >older.json
take older.json
expect "what is older stays behind" says report '.taken == 0 and .older == 2'
expect "  the service is as before" service 21 '.version == "2.3.4"' 192.0.2.40
sed 's/2.3.4/3.0.3/; s/2024-05/2025-05/' shodan.json >newer.json
take newer.json
expect "what is newer is taken" service 21 '.version == "3.0.3"' 192.0.2.40
expect "  and logged at the time of the file" test "$("$sonde" changes --type service.changed -o ndjson | jq -r .time)" = 2025-05-01T10:00:00Z
expect_exit 2 "no such format" "$sonde" import "$here/lib.sh"
expect_exit 2 "no such file" "$sonde" import none
cat >bomb.xml <<'END'
<?xml version="1.0"?><!DOCTYPE nmaprun [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><nmaprun start="1"><host/>&b;</nmaprun>
END
expect_exit 2 "entities are refused" "$sonde" import bomb.xml
expect "  in words" grep -q "declarations of its own" out
{ printf '{"ip_str":'; printf '[%.0s' $(seq 200); printf '}\n'; cat shodan.json; } >deep.json
take deep.json --db "$work/deep"
expect "a row that is nested too deeply takes only itself along" says report '.taken == 2 and .skipped == 1'
finish
