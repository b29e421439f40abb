#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_feeds.sh - the knowledge's age, an update without arguments from a mirror with feeds of the real sizes, and what a lookup
# says where it cannot answer. Usage: test_feeds.sh BUILD-FOLDER
. "$(dirname "$0")/lib.sh"

export SONDE_VULNDB=$build/vulndb/sonde.vulndb XDG_CACHE_HOME=$work/cache
unset http_proxy https_proxy HTTPS_PROXY ALL_PROXY all_proxy
vulndb=$work/k.vulndb
feeds=$work/feeds
mkdir "$feeds"
more_clean_up() { [ -z "${server_pid-}" ] || kill "$server_pid" 2>/dev/null; }
json() { python3 -c "import json,sys; d=json.load(open('$work/out')); sys.exit(0 if ($1) else 1)"; }

# ---- what is bundled is old, and says so
expect_exit 0 "info of the bundled knowledge" "$sonde" vulndb info
expect "says what is older than 30 days" grep -q "older than 30 days: .*EPSS of 20.*Debian of 2025.*sonde vulndb update" "$work/out"
expect_exit 4 "  with a database that is not there" "$sonde" vuln cve-2024-6387 --db "$work/none"
expect_exit 0 "vuln" env SONDE_DB="$work/none" "$sonde" vuln cve-2024-6387 -o json
expect "has numbers and flags" json 'd["id"] == "CVE-2024-6387" and d["cvss"] == 8.1 and d["severity"] == "high" and d["kev"] is False and d["ranges_loaded"] is True and "old" in d'
expect_exit 0 "a CVE without ranges" env SONDE_DB="$work/none" "$sonde" vuln CVE-2019-20933 -o json
expect "says that they are not loaded" json 'd["ranges_loaded"] is False'
expect_exit 0 "also to people" env SONDE_DB="$work/none" "$sonde" vuln CVE-2019-20933
expect "  with the way out" grep -q "no version ranges are loaded: .*sonde vulndb update" "$work/out"

# ---- lookups that cannot be answered say so
lookup() { "$sonde" vulndb lookup "$@"; }
expect_exit 0 "a codename" lookup --package openssh=1:9.2p1-2+deb12u2 --distro debian:bookworm
expect "  is the release" grep -q "affected  CVE-2024-6387" "$work/out"
expect_exit 0 "the case of a distribution" lookup --package openssh=1:9.2p1-2+deb12u2 --distro Debian:12
expect_exit 2 "a package of which distribution?" lookup --package openssh=1:9.2p1-2+deb12u2
expect_exit 3 "a release that is not loaded" lookup --package openssh=1 --distro debian:14
expect "  is told which are" grep -q "loaded: debian:11, debian:12" "$work/err"
expect_exit 3 "a distribution that is none" lookup --package openssh=1 --distro foo:bar
expect "  is told which are" grep -q "no data of this distribution is loaded; loaded: .*debian:11, debian:12" "$work/err"
expect_exit 3 "a binary package" lookup --package openssh-server=1:9.2p1-2+deb12u2 --distro debian:12
expect "  is told the source package" grep -q "source packages are meant.*openssh" "$work/err"
expect_exit 3 "a package that is none" lookup --package nosuch=1 --distro debian:12
expect_exit 3 "a typing error beside a product" lookup cpe:2.3:a:f5:nginx:1.18.0 --distro foo:bar
for text in nginx/1.18.0 'Server: nginx/1.18.0' 'server: nginx/1.18.0'; do
	expect_exit 0 "a part of a banner: $text" lookup --banner "$text" -o json
	expect "  is the product" json '(d["identity"]["product"], d["identity"]["version"]) == ("nginx", "1.18.0")'
done
expect_exit 0 "and of another protocol" lookup --banner OpenSSH_9.1p1 -o json
expect "  is that" json 'd["identity"]["product"] == "OpenSSH"'
expect_exit 3 "what no rule knows" lookup --banner nonsense/1.0

# ---- the feeds of a mirror, in their formats and sizes of today: 20,000 CVEs of a year, 270,000 probabilities, 40 MB of Debian
expect_exit 0 "the list of feeds" "$sonde" vulndb update --list
expect "has all years and lists" test "$(grep -c '^nvdcve-2.0-20.*https://nvd.nist.gov' "$work/out")" -ge 25
cat >"$work/make.py" <<'EOF'
import bz2, datetime, gzip, io, json, os, subprocess, sys, tarfile, zipfile
out, now = sys.argv[1], datetime.datetime.now(datetime.timezone.utc)
day = now.strftime("%Y-%m-%d")
def cve(year, n):
    return ('{"cve":{"id":"CVE-%d-%d","sourceIdentifier":"x@example.test","published":"%s","lastModified":"%sT00:00:00.000","vulnStatus":"Analyzed",'
        '"descriptions":[{"lang":"en","value":"%s"}],"metrics":{"cvssMetricV31":[{"source":"nvd@nist.gov","type":"Primary","cvssData":{"version":"3.1",'
        '"vectorString":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H","baseScore":9.8}}]},"configurations":[{"nodes":[{"operator":"OR","negate":false,'
        '"cpeMatch":[{"vulnerable":true,"criteria":"cpe:2.3:a:vendor%d:product:*:*:*:*:*:*:*:*","versionEndExcluding":"%d.0"}]}]}],'
        '"references":[{"url":"https://example.test/%d"}]}}' % (year, n, day, day, "text " * 200, n % 500, n % 90 + 1, n))
def nvd(year, count):
    with gzip.open(os.path.join(out, "nvdcve-2.0-%d.json.gz" % year), "wt", compresslevel=1) as f:
        f.write('{"resultsPerPage":%d,"startIndex":0,"totalResults":%d,"format":"NVD_CVE","version":"2.0","timestamp":"%sT00:00:00.000","vulnerabilities":[' % (count, count, day))
        f.write(",".join(cve(year, 100000 + i) for i in range(count)))
        f.write("]}")
for year in range(2002, now.year): nvd(year, 3)
nvd(now.year, 20000)
with open(os.path.join(out, "known_exploited_vulnerabilities.json"), "w") as f:
    json.dump({"title": "t", "catalogVersion": day, "dateReleased": day + "T00:00:00.0000Z", "count": 1600, "vulnerabilities": [
        {"cveID": "CVE-%d-%d" % (now.year, 100000 + i), "dateAdded": day, "shortDescription": "text " * 60} for i in range(1600)]}, f)
with gzip.open(os.path.join(out, "epss_scores-current.csv.gz"), "wt", compresslevel=1) as f:
    f.write("#model_version:v1,score_date:%sT00:00:00+0000\ncve,epss,percentile\n" % day)
    f.write("".join("CVE-%d-%d,0.%05d,0.5\n" % (2002 + i % 24, 100000 + i, i % 99999) for i in range(270000)))
with open(os.path.join(out, "debian-tracker.json"), "w") as f:
    releases = {r: {"status": "resolved", "repositories": {r: "1.0-1"}, "fixed_version": "1.0-1", "urgency": "not yet assigned"} for r in ("bullseye", "bookworm", "trixie", "sid")}
    json.dump({"package%d" % p: {"CVE-%d-%d" % (2002 + i % 24, 100000 + i): {"description": "text " * 40, "scope": "local", "releases": releases} for i in range(p, 50000, 2500)} for p in range(2500)}, f)
for name, ecosystem in (("ubuntu", "Ubuntu:22.04:LTS"), ("alpine", "Alpine:v3.20"), ("rocky", "Rocky Linux:9"), ("almalinux", "AlmaLinux:9")):
    with zipfile.ZipFile(os.path.join(out, "osv-%s.zip" % name), "w", zipfile.ZIP_DEFLATED) as z:
        for i in range(200):
            z.writestr("X-%d.json" % i, json.dumps({"schema_version": "1.7.0", "id": "UBUNTU-CVE-%d-%d" % (now.year, 100000 + i), "modified": day + "T00:00:00Z", "aliases": ["CVE-%d-%d" % (now.year, 100000 + i)],
                "affected": [{"package": {"ecosystem": ecosystem, "name": "nginx"}, "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.0-1"}]}]}]}))

def add(tar, name, document):
    data = json.dumps(document).encode()
    info = tarfile.TarInfo(name)
    info.size = len(data)
    tar.addfile(info, io.BytesIO(data))
def vex(vendor, cve, branches, related, status):
    return {"document": {"category": "csaf_vex", "csaf_version": "2.0", "publisher": {"category": "vendor", "name": vendor, "namespace": "https://example.test"},
            "tracking": {"id": cve, "current_release_date": day + "T00:00:00+00:00"}},
        "product_tree": {"branches": [{"category": "vendor", "name": vendor, "branches": branches}], "relationships": [
            {"category": "default_component_of", "product_reference": package, "relates_to_product_reference": product,
             "full_product_name": {"name": "x", "product_id": product + ":" + package}} for product, package in related]},
        "vulnerabilities": [{"cve": cve, "product_status": {status: [product + ":" + package for product, package in related]}}]}
def named(category, name, **helper):
    return {"category": category, "name": name, "product": {"name": name, "product_id": name, "product_identification_helper": helper}}
redhat = vex("Red Hat", "CVE-%d-100000" % now.year, [named("product_name", "AppStream-9", cpe="cpe:/a:redhat:enterprise_linux:9::appstream"),
    named("product_version", "nginx-1:1.20.1-14.el9_2.7.src", purl="pkg:rpm/redhat/nginx@1.20.1-14.el9_2.7?arch=src&epoch=1")],
    [("AppStream-9", "nginx-1:1.20.1-14.el9_2.7.src")], "fixed")
suse = vex("SUSE", "CVE-%d-100001" % now.year, [named("product_name", "openSUSE Leap 15.6", cpe="cpe:/o:opensuse:leap:15.6"),
    named("product_version", "nginx-1.21.5-150600.10.7", purl="pkg:rpm/suse/nginx@1.21.5-150600.10.7?upstream=nginx-1.21.5-150600.10.7.src.rpm")],
    [("openSUSE Leap 15.6", "nginx-1.21.5-150600.10.7")], "recommended")
plain = io.BytesIO()
with tarfile.open(fileobj=plain, mode="w") as tar:
    add(tar, "%d/cve-%d-100000.json" % (now.year, now.year), redhat)
with open(os.path.join(out, "csaf_vex_%s.tar.zst" % day), "wb") as f:
    subprocess.run(["zstd", "-q", "-c"], input=plain.getvalue(), stdout=f, check=True)
with open(os.path.join(out, "archive_latest.txt"), "w") as f:
    f.write("csaf_vex_%s.tar.zst\n" % day)
with tarfile.open(os.path.join(out, "csaf-vex.tar.bz2"), "w:bz2") as tar:
    add(tar, "csaf-vex/cve-%d-100001.json" % now.year, suse)
with bz2.open(os.path.join(out, "vuln.xml.bz2"), "wt") as f:
    f.write('<?xml version="1.0"?><vuxml xmlns="http://www.vuxml.org/apps/vuxml-1">')
    for i in range(7000):
        f.write('<vuln vid="%d"><topic>x</topic><affects><package><name>%s</name><range><lt>1.%d_2,1</lt></range></package></affects><description><body><p>%s</p></body>'
            '</description><references><cvename>CVE-%d-%d</cvename></references><dates><entry>%s</entry></dates></vuln>'
            % (i, "nginx" if i == 2 else "port%d" % (i % 900), 24 if i == 2 else i % 50, "text " * 100, now.year, 100000 + i, day))
    f.write("</vuxml>")
EOF
expect "feeds are made" python3 "$work/make.py" "$feeds"
echo "  $(du -sh "$feeds" | cut -f1) of feeds"
python3 -u -m http.server --bind 127.0.0.1 --directory "$feeds" 0 >"$work/http" 2>&1 &
server_pid=$!
await_line "$work/http" port
url=http://127.0.0.1:$(sed -n 's/.* port \([0-9]*\).*/\1/p' "$work/http" | head -1)
update() { "$sonde" vulndb update --vulndb "$vulndb" --insecure-http "$@"; }
expect_exit 2 "a mirror without https needs to be allowed" "$sonde" vulndb update --vulndb "$vulndb" --mirror "$url"
began=$SECONDS
expect_exit 0 "an update without a feed takes all of them" update --mirror "$url/"
echo "  in $((SECONDS - began)) s"
expect "  and says which it fetches" grep -q "of 35: .*nvdcve-2.0-2002.json.gz" "$work/err"
expect_exit 0 "the knowledge" "$sonde" vulndb info --vulndb "$vulndb" -o json
expect "is new and has them" json '"old" not in d and d["cves"] > 20000 and d["epss"] > 20000 and d["fixes"] > 100000'
for fix in "rhel:9 nginx=1:1.20.1-14.el9_2.7 100000" "suse:leap-15.6 nginx=1.21.5-150600.10.7 100001" \
	"freebsd:ports nginx=1.24_2,1 100002"; do
	read -r distro package number <<<"$fix"
	expect_exit 0 "a fix of $distro" lookup --vulndb "$vulndb" --distro "$distro" --package "$package" -o json
	expect "  is of its archive" json "[v for v in d['fixed'] if v['id'].endswith('-$number') and v['evidence']['fixed_by'].startswith('$distro nginx ')]"
done
cp "$vulndb" "$work/before"
# newest NAME - lets the file that names the newest archive say NAME.
newest() {
	printf '%b' "$1" >"$feeds/archive_latest.txt"
	touch -d tomorrow "$feeds/archive_latest.txt"
}
archive=$(cat "$feeds/archive_latest.txt")
for name in '../csaf.tar.zst\n' 'http://127.0.0.1/csaf.tar.zst\n' 'a.tar.zst\nb.tar.zst\n' 'x.json\n' ''; do
	newest "$name"
	expect_exit 2 "an archive by the name '$name'" update --cache "$work/cache2" --from "$url/archive_latest.txt"
	expect "  is not fetched" grep -q "archive_latest.txt: expected one line" "$work/err"
done
head -c 5000 /dev/zero >"$feeds/archive_latest.txt"
expect_exit 2 "a name without an end" update --cache "$work/cache2" --from "$url/archive_latest.txt"
newest 'csaf_vex_2000-01-01.tar.zst\n'
expect_exit 5 "an archive that is not there" update --cache "$work/cache2" --from "$url/archive_latest.txt"
expect "  is named" grep -q "csaf_vex_2000-01-01.tar.zst: the server answers 404" "$work/err"
expect "  and nothing has changed" cmp -s "$vulndb" "$work/before"
newest "$archive\n"
expect_exit 0 "the archive" update --cache "$work/cache2" --from "$url/archive_latest.txt"
mv "$feeds/$archive" "$feeds/csaf_vex_2100-01-01.tar.zst"
newest 'csaf_vex_2100-01-01.tar.zst\n'
expect_exit 0 "  and the next one" update --cache "$work/cache2" --from "$url/archive_latest.txt"
expect "  takes its place" eval '[ "$(ls "$work/cache2" | grep zst)" = "$(ls "$work/cache2" | grep csaf_vex_2100-01-01)" ]'
cp "$vulndb" "$work/before"
mv "$feeds/osv-rocky.zip" "$work/"
expect_exit 5 "a feed that the mirror has not" update --mirror "$url"
expect "  is named" grep -q "osv-rocky.zip: the server answers 404" "$work/err"
expect "  and nothing has changed" cmp -s "$vulndb" "$work/before"
mv "$work/osv-rocky.zip" "$feeds/"
head -c 100000 "$feeds/epss_scores-current.csv.gz" >"$work/cut" && cp "$work/cut" "$feeds/epss_scores-current.csv.gz"
touch -d tomorrow "$feeds/epss_scores-current.csv.gz"
expect_exit 2 "a feed that is cut" update --mirror "$url"
expect "  is named" grep -q "epss_scores-current.csv.gz" "$work/err"
expect "  and nothing has changed" cmp -s "$vulndb" "$work/before"
printf '# ours\n\n%s\n' "$url/known_exploited_vulnerabilities.json" >"$work/list"
expect_exit 0 "a list of feeds" update --feeds "$work/list"
expect_exit 2 "--mirror wants an address" update --mirror "$feeds"
expect_exit 2 "one way to name feeds" update --mirror "$url" --from "$feeds"
expect_exit 2 "a list that is not there" update --feeds "$work/nolist"

finish
