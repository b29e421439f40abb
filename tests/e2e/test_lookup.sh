#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_lookup.sh - what is known to be true about versions, packages and banners, asked of the command; and feeds in each of
# their forms. Nothing is sent. Usage: test_lookup.sh BUILD-FOLDER
. "$(dirname "$0")/lib.sh"

export SONDE_VULNDB=$build/vulndb/sonde.vulndb
vulndb=$work/k.vulndb
feeds=$work/feeds
mkdir -p "$feeds"

# verdict CVE KIND WHAT LOOKUP-ARGUMENTS... - KIND is affected, possible, fixed or none; the answer is one object with three lists,
# and where a banner was asked for, with who it was taken for.
verdict() {
	local cve=$1 kind=$2 what=$3
	shift 3
	expect_exit 0 "lookup: $what" "$sonde" vulndb lookup "$@" -o json
	expect "  $cve is $kind" python3 - "$work/out" "$cve" "$kind" "$@" <<'EOP'
import json, sys
path, cve, kind = sys.argv[1:4]
answer = json.load(open(path))
identity = answer.pop("identity", None)
assert (identity is not None) == ("--banner" in sys.argv), identity
assert set(answer) == {"affected", "possible", "fixed"}, answer.keys()
found = [k for k in answer for v in answer[k] if v["id"] == cve]
assert found == ([] if kind == "none" else [kind]), found
for k in answer:
    for v in answer[k]:
        assert v["verdict"] == k and v["confidence"] > 0 and v["evidence"], v
        assert k != "fixed" or v["evidence"]["fixed_by"], v
        assert k != "possible" or v["evidence"].get("why") or v.get("why"), v
EOP
}

# ---- known answers, by name
verdict CVE-2014-0160 affected "OpenSSL 1.0.1f" cpe:2.3:a:openssl:openssl:1.0.1f:*:*:*:*:*:*:*
verdict CVE-2014-0160 none "OpenSSL 1.0.1g" cpe:2.3:a:openssl:openssl:1.0.1g
verdict CVE-2021-41773 affected "httpd 2.4.49" cpe:2.3:a:apache:http_server:2.4.49
verdict CVE-2021-41773 none "httpd 2.4.51" cpe:2.3:a:apache:http_server:2.4.51
verdict CVE-2011-2523 affected "vsftpd 2.3.4" cpe:/a:vsftpd_project:vsftpd:2.3.4
verdict CVE-2011-2523 affected "vsftpd 2.3.4 by its other name" cpe:/a:beasts:vsftpd:2.3.4
verdict CVE-2015-3306 affected "ProFTPD 1.3.5" cpe:2.3:a:proftpd:proftpd:1.3.5
for version in 3 4 7 10; do
	verdict CVE-2024-6387 fixed "Debian's OpenSSH +deb12u$version" cpe:2.3:a:openbsd:openssh:9.2:p1 --distro debian:12 \
		--package "openssh=1:9.2p1-2+deb12u$version"
done
verdict CVE-2024-6387 affected "Debian's OpenSSH +deb12u2" cpe:2.3:a:openbsd:openssh:9.2:p1 --distro debian:12 \
	--package openssh=1:9.2p1-2+deb12u2
verdict CVE-2024-6387 fixed "the package alone" --distro debian:12 --package openssh=1:9.2p1-2+deb12u3

# ---- by banner
ssh() { verdict "$1" "$2" "$3" --service ssh --banner "SSH-2.0-OpenSSH_$3\\r\\n"; }
http() { verdict "$1" "$2" "$3" --service http --banner "HTTP/1.1 200 OK\\r\\nServer: $3\\r\\n\\r\\n"; }
ssh CVE-2024-6387 fixed "9.2p1 Debian-2+deb12u3"
ssh CVE-2024-6387 fixed "9.2p1 Debian-2+deb12u10"
ssh CVE-2024-6387 affected "9.2p1 Debian-2+deb12u2"
ssh CVE-2024-6387 affected "9.5p1" # which nobody ships
ssh CVE-2024-6387 possible "9.1p1" # which Alpine ships, and has fixed
ssh CVE-2024-6387 possible "9.2p1" # which Debian ships, and has fixed
ssh CVE-2024-6387 affected "8.9p1 Ubuntu-3ubuntu0.6"
ssh CVE-2024-6387 fixed "8.9p1 Ubuntu-3ubuntu0.10"
ssh CVE-2024-6387 fixed "9.2p1 Raspbian-2+deb12u3"
ssh CVE-2024-6387 possible "9.6 FreeBSD-20240104"
http CVE-2021-41773 affected "Apache/2.4.49 (Unix)"
http CVE-2021-41773 possible "Apache/2.4.49 (Debian)"
http CVE-2021-41773 possible "Apache/2.4.49 (Rocky Linux)"
http CVE-2021-41773 possible "Apache/2.4.49 (Red Hat Enterprise Linux)"
http CVE-2021-41773 possible "Apache/2.4.49 (CentOS)"
http CVE-2021-41773 possible "Apache/2.4.49 (FreeBSD)"
http CVE-2021-23017 possible "nginx/1.18.0 (Ubuntu)"
verdict CVE-2011-2523 affected "vsftpd's greeting" --service ftp --banner '220 (vsFTPd 2.3.4)\r\n'
verdict CVE-2015-3306 affected "ProFTPD's greeting" --service ftp --banner '220 ProFTPD 1.3.5 Server (ProFTPD) [192.0.2.1]\r\n'
"$sonde" vulndb lookup --service http --banner 'HTTP/1.1 200 OK\r\nServer: nginx\r\n\r\n' -o json >"$work/json"
expect "of a product without a version the CVEs are counted" jq -e '.candidates > 0 and (.affected + .possible + .fixed == [])' "$work/json"
expect_exit 2 "a distribution without a release" "$sonde" vulndb lookup cpe:2.3:a:f5:nginx:1.2 --distro debian
expect_exit 2 "a name and a banner" "$sonde" vulndb lookup cpe:2.3:a:f5:nginx:1.2 --banner x
expect_exit 2 "a package without a version" "$sonde" vulndb lookup --distro debian:12 --package openssh
expect_exit 2 "what is no name" "$sonde" vulndb lookup openssh
expect_exit 3 "what no rule knows" "$sonde" vulndb lookup --banner nonsense
expect_exit 0 "a table for people" "$sonde" vulndb lookup cpe:2.3:a:vsftpd_project:vsftpd:2.3.4
expect "  has the CVE" grep -q CVE-2011-2523 "$work/out"

# ---- feeds in each of their forms. cve ID END METRICS - a record of nginx below END.
cve() {
	printf '{"id":"%s","vulnStatus":"Analyzed","lastModified":"2026-01-01T00:00:00.000","metrics":{%s},' "$1" "$3"
	printf '"configurations":[{"nodes":[{"operator":"OR","negate":false,"cpeMatch":[{"vulnerable":true,'
	printf '"criteria":"cpe:2.3:a:f5:nginx:*:*:*:*:*:*:*:*","versionEndExcluding":"%s"}]}]}]}' "$2"
}
v4='"cvssMetricV40":[{"source":"x","type":"Secondary","cvssData":{"version":"4.0","vectorString":"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N","baseScore":9.3,"baseSeverity":"CRITICAL"}}]'
osv() { # osv ID ECOSYSTEM FIXED
	printf '{"schema_version":"1.7.0","id":"%s","modified":"2026-01-01T00:00:00Z","affected":[{"package":{"ecosystem":"%s","name":"nginx"},' "$1" "$2"
	printf '"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"%s"}]}]}]}' "$3"
}
{ printf '{"resultsPerPage":1,"format":"NVD_CVE","version":"2.0","vulnerabilities":[{"cve":'; cve CVE-2026-70001 1.99.0 "$v4"; printf '}]}'; } >"$feeds/page.json"
cve CVE-2026-70002 1.99.0 '' >"$feeds/record.json"
{ printf '{"cve":'; cve CVE-2026-70003 1.99.0 ''; printf '}\n'; } | gzip >"$feeds/year.json.gz"
{ printf '{"cve":'; cve CVE-2026-70004 1.99.0 ''; printf '}\n'; } | zstd -q >"$feeds/lines.jsonl.zst"
mkdir "$work/osv"
osv ALPINE-CVE-2026-70001 Alpine:v3.19 1.24.0-r10 >"$work/osv/ALPINE-CVE-2026-70001.json"
osv UBUNTU-CVE-2026-70001 Ubuntu:22.04:LTS 1.18.0-6ubuntu14.10 >"$work/osv/UBUNTU-CVE-2026-70001.json"
osv DEBIAN-CVE-2026-70001 Debian:12 1.22.1-9+deb12u10 >"$work/osv/DEBIAN-CVE-2026-70001.json"
osv ROCKY-CVE-2026-70001 'Rocky Linux:9' 1:1.20.1-14.el9_2.10 >"$work/osv/ROCKY-CVE-2026-70001.json"
python3 -c "
import os, sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED) as z:
    for name in sorted(os.listdir(sys.argv[2])):
        z.write(os.path.join(sys.argv[2], name), name)" "$feeds/all.zip" "$work/osv"
tar -C "$work" -czf "$feeds/osv.tar.gz" osv
printf '{"nginx":{"CVE-2026-70002":{"releases":{"bookworm":{"status":"resolved","fixed_version":"1.22.1-9+deb12u10","urgency":"low"}}}}}' >"$feeds/tracker.json"
printf '#sonde-facts/1\nA\ta:example:webserver\ta:f5:nginx\n' >"$feeds/aliases.tsv"
printf '{"format":"NVD_CPE","products":[{"cpe":{"deprecated":true,"cpeName":"cpe:2.3:a:example:httpd:1.0:*:*:*:*:*:*:*","deprecatedBy":[{"cpeName":"cpe:2.3:a:f5:nginx:1.0:*:*:*:*:*:*:*"}]}}]}' >"$feeds/dictionary.json"
printf '{"catalogVersion":"2026.01.01","vulnerabilities":[{"cveID":"CVE-2026-70003","dateAdded":"2026-01-01"}]}' >"$feeds/kev.json"
printf 'cve,epss,percentile\nCVE-2026-70004,0.75,0.9\n' >"$feeds/epss.csv"
cat >"$feeds/suse.json" <<'EOF'
{"document":{"category":"csaf_vex","csaf_version":"2.0","tracking":{"current_release_date":"2026-11-02T00:00:00+00:00"}},
"product_tree":{"branches":[{"category":"vendor","name":"SUSE","branches":[
{"category":"product_name","name":"openSUSE Leap 15.6","product":{"name":"openSUSE Leap 15.6","product_id":"openSUSE Leap 15.6",
"product_identification_helper":{"cpe":"cpe:/o:opensuse:leap:15.6"}}},
{"category":"product_version","name":"nginx-1.21.5-150600.10.1","product":{"name":"x","product_id":"nginx-1.21.5-150600.10.1",
"product_identification_helper":{"purl":"pkg:rpm/suse/nginx@1.21.5-150600.10.1?upstream=nginx-1.21.5-150600.10.1.src.rpm"}}}]}],
"relationships":[{"category":"default_component_of","product_reference":"nginx-1.21.5-150600.10.1",
"relates_to_product_reference":"openSUSE Leap 15.6","full_product_name":{"name":"x",
"product_id":"openSUSE Leap 15.6:nginx-1.21.5-150600.10.1"}}]},
"vulnerabilities":[{"cve":"CVE-2026-70001","product_status":{"recommended":["openSUSE Leap 15.6:nginx-1.21.5-150600.10.1"]}}]}
EOF
# vuxml NAME RANGE - FreeBSD's list with one port.
vuxml() {
	printf '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE vuxml PUBLIC "-//vuxml.org//DTD VuXML 1.1//EN" "http://192.0.2.1/vuxml-11.dtd">\n'
	printf '<vuxml xmlns="http://www.vuxml.org/apps/vuxml-1"><vuln vid="1"><topic>x</topic><affects><package><name>%s</name><range>%s</range></package></affects>' "$1" "$2"
	printf '<references><cvename>CVE-2026-70001</cvename></references><dates><entry>2026-11-02</entry></dates></vuln></vuxml>\n'
}
vuxml nginx '<lt>1.24.0_12,3</lt>' >"$feeds/vuln.xml"
bzip2 -k "$feeds/vuln.xml"
xz -k "$feeds/vuln.xml"
printf '<?xml version="1.0" ?>\n<updates><update type="security" status="final" version="1.4"><id>ALAS-2026-1</id><issued date="2026-11-02 10:00"/><references>%s</references>%s</update></updates>\n' \
	'<reference href="https://192.0.2.1/" id="CVE-2026-70001" title="" type="cve"/>' \
	'<pkglist><collection short="al2023"><name>x</name><package arch="x86_64" epoch="1" name="nginx" release="1.amzn2023.0.10" version="1.24.0"><filename>x</filename></package></collection></pkglist>' |
	gzip >"$feeds/updateinfo.xml.gz"
echo "not a feed" >"$feeds/README"

for form in page.json record.json year.json.gz lines.jsonl.zst all.zip osv.tar.gz tracker.json suse.json aliases.tsv dictionary.json kev.json epss.csv vuln.xml vuln.xml.bz2 \
	vuln.xml.xz updateinfo.xml.gz; do
	rm -f "$vulndb"
	expect_exit 0 "a feed of its own: $form" "$sonde" vulndb update --vulndb "$vulndb" --from "$feeds/$form"
done
rm -f "$vulndb"
expect_exit 2 "what is no feed" "$sonde" vulndb update --vulndb "$vulndb" --from "$feeds/README"
printf 'a note\033[2J' >"$feeds/$(printf 'odd\033name')"
expect_exit 0 "all of them, as a folder" "$sonde" vulndb update --vulndb "$vulndb" --from "$feeds"
expect "  what is no feed is named" grep -q 'skipped .*/odd.*name: unknown format' "$work/err"
expect "  and steers no terminal" bash -c "! grep -q $'\\033' '$work/err'"
rm "$feeds"/odd*
export SONDE_VULNDB=$vulndb
verdict CVE-2026-70001 affected "nginx of a page" cpe:2.3:a:f5:nginx:1.24.0
expect "  with the score of CVSS 4.0" python3 -c "
import json
v = [v for v in json.load(open('$work/out'))['affected'] if v['id'] == 'CVE-2026-70001'][0]
assert v['cvss'] == 9.3 and v['cvss_version'] == '4.0' and v['severity'] == 'critical', v"
for n in 2 3 4; do verdict CVE-2026-7000$n affected "nginx of record $n" cpe:2.3:a:f5:nginx:1.24.0; done
expect "  exploited, and how probably" python3 -c "
import json
d = {v['id']: v for v in json.load(open('$work/out'))['affected']}
assert d['CVE-2026-70003']['kev'] and d['CVE-2026-70004']['epss'] == 0.75, d"
verdict CVE-2026-70001 affected "nginx by an alias" cpe:2.3:a:example:webserver:1.24.0
verdict CVE-2026-70001 affected "nginx by a name of the dictionary" cpe:2.3:a:example:httpd:1.24.0
# package DISTRO OLDER FIXED - affected in one, fixed in the other, by the order of the distribution.
package() {
	verdict CVE-2026-70001 affected "$1 $2" cpe:2.3:a:f5:nginx:1.18.0 --distro "$1" --package "nginx=$2"
	verdict CVE-2026-70001 fixed "$1 $3" cpe:2.3:a:f5:nginx:1.18.0 --distro "$1" --package "nginx=$3"
}
package alpine:3.19 1.24.0-r9 1.24.0-r10
package ubuntu:22.04 1.18.0-6ubuntu14.4 1.18.0-6ubuntu14.10
package debian:12 1.22.1-9+deb12u9 1.22.1-9+deb12u10
package opensuse:15.6 1.21.5-150600.9.1 1.21.5-150600.10.1
package freebsd:14 1.24.0_9,3 1.24.0_12,3
package freebsd:ports 1.24.0_12,2 1.24.0_12,3
package amazon:2023 1:1.24.0-1.amzn2023.0.9 1:1.24.0-1.amzn2023.0.10
package rocky:9 1:1.20.1-14.el9_2.9 1:1.20.1-14.el9_2.10
verdict CVE-2026-70002 fixed "Debian's tracker" cpe:2.3:a:f5:nginx:1.22.1 --distro debian:12 --package nginx=1.22.1-9+deb12u11

# ---- banners of FreeBSD and Amazon Linux, by the bundled knowledge and their own data
for list in 'apache24 <lt>2.4.51_1</lt>' 'openssh-portable <lt>9.6.p1_1,1</lt>'; do
	read -r name range <<<"$list"
	vuxml "$name" "$range" | sed "s/CVE-2026-70001/$([ $name = apache24 ] && echo CVE-2021-44790 || echo CVE-2024-6387)/" >"$work/$name.xml"
done
printf '<updates><update><references><reference id="CVE-2021-44790" type="cve"/></references><pkglist><collection>%s</collection></pkglist></update></updates>' \
	'<package epoch="0" name="httpd" version="2.4.51" release="3.amzn2023.0.2"/>' >"$work/amazon.xml"
expect_exit 0 "their lists" env SONDE_VULNDB="$build/vulndb/sonde.vulndb" "$sonde" vulndb update --vulndb "$work/bsd.vulndb" --from "$work/apache24.xml" \
	--from "$work/openssh-portable.xml" --from "$work/amazon.xml"
export SONDE_VULNDB=$work/bsd.vulndb
http CVE-2021-44790 possible "Apache/2.4.51 (FreeBSD)"
expect "  with the lowest revision that has the fix" grep -q 'freebsd:ports apache24 2.4.51_1' "$work/out"
http CVE-2021-44790 affected "Apache/2.4.50 (FreeBSD)"
http CVE-2021-44790 possible "Apache/2.4.51 (Amazon Linux)"
expect "  with the lowest revision that has the fix" grep -q 'amazon:2023 httpd 0:2.4.51-3.amzn2023.0.2' "$work/out"
ssh CVE-2024-6387 affected "9.6 FreeBSD-openssh-portable-9.6.p1,1"
ssh CVE-2024-6387 fixed "9.6 FreeBSD-openssh-portable-9.6.p1_1,1"
ssh CVE-2024-6387 possible "9.6 FreeBSD-20240104"
export SONDE_VULNDB=$vulndb

# ---- a fault in an archive names the member and the line, and changes nothing
cp "$vulndb" "$work/before"
printf '{"id":"ALPINE-CVE-2026-1",\n"affected":[}' >"$work/osv/bad.json"
tar -C "$work" -czf "$work/bad.tar.gz" osv
expect_exit 2 "a broken member" "$sonde" vulndb update --vulndb "$vulndb" --from "$work/bad.tar.gz"
expect "  by archive, member and line" grep -q "bad.tar.gz/osv/bad.json:2: " "$work/err"
head -c "$(($(stat -c %s "$feeds/all.zip") / 2))" "$feeds/all.zip" >"$work/cut.zip"
expect_exit 2 "a cut archive" "$sonde" vulndb update --vulndb "$vulndb" --from "$work/cut.zip"
expect "  by name" grep -q "cut.zip" "$work/err"
expect "nothing has changed" cmp -s "$vulndb" "$work/before"

finish
