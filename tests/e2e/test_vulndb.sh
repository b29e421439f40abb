#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_vulndb.sh - feeds from files and from a web server, broken ones, a database judged again, why a score is what it
# is, and accepted findings. Usage: test_vulndb.sh BUILD-FOLDER
. "$(dirname "$0")/lib.sh"

db=$work/db
vulndb=$work/k.vulndb
feeds=$work/feeds
export XDG_CACHE_HOME=$work/cache SONDE_VULNDB=$build/vulndb/sonde.vulndb
unset http_proxy https_proxy HTTPS_PROXY ALL_PROXY all_proxy
mkdir -p "$feeds"

# cve ID MODIFIED STATUS END SCORE - one line in the form of the NVD: lighttpd below END.
cve() {
	printf '{"cve":{"id":"%s","lastModified":"%s","vulnStatus":"%s","metrics":{"cvssMetricV31":[{"type":"Primary",' "$1" "$2" "$3"
	printf '"cvssData":{"version":"3.1","vectorString":"CVSS:3.1/AV:N/AC:L","baseScore":%s}}]},' "$5"
	printf '"configurations":[{"nodes":[{"operator":"OR","negate":false,"cpeMatch":[{"vulnerable":true,'
	printf '"criteria":"cpe:2.3:a:lighttpd:lighttpd:*:*:*:*:*:*:*:*","versionEndExcluding":"%s"}]}]}]}}\n' "$4"
}

# A server that answers ranges, and breaks off in the middle of what is called cut-*.
serve() {
	cat >"$work/server.py" <<'EOF'
import http.server, os, re, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *args):
        with open(sys.argv[2], "a") as f:
            f.write(self.command + " " + self.path + " " + str(self.headers.get("Range")) + "\n")
    def do_GET(self):
        path = os.path.join(sys.argv[1], os.path.basename(self.path.split("?")[0]))
        if not os.path.isfile(path):
            return self.send_error(404)
        data = open(path, "rb").read()
        tag = '"%d-%d"' % (len(data), int(os.stat(path).st_mtime))
        if self.headers.get("If-None-Match") == tag:
            self.send_response(304); self.end_headers(); return
        m = re.match(r"bytes=(\d+)-$", self.headers.get("Range") or "")
        start = int(m.group(1)) if m and self.headers.get("If-Range", tag) == tag else 0
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", "bytes %d-%d/%d" % (start, len(data) - 1, len(data)))
        self.send_header("ETag", tag)
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        body = data[start:]
        if os.path.basename(path).startswith("cut-") and not start:
            body = body[:len(body) // 2]
        self.wfile.write(body)
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
EOF
	python3 "$work/server.py" "$feeds" "$work/requests" >"$work/port" 2>/dev/null &
	server_pid=$!
	await "the server says its port" test -s "$work/port"
	port=$(cat "$work/port")
}
more_clean_up() {
	for pid in ${server_pid-} ${http_pid-} ${old_pid-}; do kill "$pid" 2>/dev/null; done
}

# json FILTER - of what was printed last.
json() { python3 -c "import json,sys; d=json.load(open('$work/out')); sys.exit(0 if ($1) else 1)"; }

# ---- a database with one service, told by the grab over the kernel's sockets
cat >"$work/lighttpd.py" <<'EOF'
import socket, sys
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("198.18.0.2", 8080)); s.listen(64); print("ready", flush=True)
while True:
    c, _ = s.accept()
    try:
        c.settimeout(2); c.recv(4096)
        c.sendall(b"HTTP/1.1 200 OK\r\nServer: lighttpd/1.4.53\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
    except OSError:
        pass
    c.close()
EOF
wire
ip -n "$far" addr add 198.18.0.2/16 dev far0
far python3 "$work/lighttpd.py" >"$work/ready" 2>&1 &
http_pid=$!
await_line "$work/ready" ready
scan() {
	near timeout 100 "$sonde" scan 198.18.0.2 -p 8080 --iface near0 --cooldown 2s --db "$db" --vulndb "$vulndb"
}

cve CVE-2026-90001 2026-01-01T00:00:00.000 Analyzed 1.4.50 9.8 >"$feeds/base.json"
expect_exit 0 "a feed is laid over the bundled knowledge" \
	"$sonde" vulndb update --vulndb "$vulndb" --from "$feeds/base.json"
expect_exit 0 "info says what is loaded" "$sonde" vulndb info --vulndb "$vulndb" -o json
expect "rules and facts came along" json 'd["rules"] > 100 and d["kev"] > 1000 and d["fixes"] > 1000'
expect "sources say name, date and licence" json 'any(s.startswith("NVD, 2026-01-01") for s in d["sources"]) and any("CC0" in s for s in d["sources"])'
expect "and those that came along have a date" json 'not any("no date" in s for s in d["sources"])'
expect_exit 0 "a scan with it" scan
expect_exit 0 "the service is known" "$sonde" host 198.18.0.2 --db "$db" -o json
expect "as lighttpd 1.4.53, not affected" json \
	'd["ports"][0]["version"] == "1.4.53" and "CVE-2026-90001" not in d["summary"]["vulns"]'

# ---- broken feeds change nothing
cp "$vulndb" "$work/before"
{
	cve CVE-2026-90002 2026-02-01T00:00:00.000 Analyzed 1.4.60 9.8
	cve CVE-2026-90003 2026-02-01T00:00:00.000 Analyzed 1.4.60 9.8 | head -c 100
} >"$work/broken.json"
expect_exit 2 "a truncated feed is refused" "$sonde" vulndb update --vulndb "$vulndb" --from "$work/broken.json"
expect "by file and line" grep -q "broken.json:2:" "$work/err"
expect "and changes nothing" cmp -s "$vulndb" "$work/before"
head -c 120 "$feeds/base.json" | gzip | head -c 60 >"$work/cut.json.gz"
expect_exit 2 "so is a packed feed that is cut" "$sonde" vulndb update --vulndb "$vulndb" --from "$work/cut.json.gz"
expect "and changes nothing" cmp -s "$vulndb" "$work/before"

# ---- update and rematch
cve CVE-2026-90001 2026-03-01T00:00:00.000 Modified 1.4.55 9.8 | gzip >"$feeds/newer.json.gz"
expect_exit 0 "a newer record, then the database again" \
	"$sonde" vulndb update --vulndb "$vulndb" --from "$feeds/newer.json.gz" --db "$db"
expect_exit 0 "the log" "$sonde" changes --db "$db" -o ndjson
expect "has vuln.added with cause db" python3 -c "
import json
rows=[json.loads(l) for l in open('$work/out')]
assert [r for r in rows if r['type']=='vuln.added' and r['cause']=='db' and r['ref']=='CVE-2026-90001'], rows"
expect_exit 0 "an older record changes nothing" \
	"$sonde" vulndb update --vulndb "$vulndb" --from "$feeds/base.json" --db "$db"
expect_exit 0 "the host" "$sonde" host 198.18.0.2 --db "$db" -o json
expect "still has it" json '"CVE-2026-90001" in d["summary"]["vulns"]'
seen=$(python3 -c "import json; print([v['first_seen'] for v in json.load(open('$work/out'))['ports'][0]['vulns'] if v['id']=='CVE-2026-90001'][0])")
(echo cve,epss,percentile; echo CVE-2026-90001,0.25,0.9) | zstd -q >"$feeds/epss.csv.zst"
expect_exit 0 "a probability" "$sonde" vulndb update --vulndb "$vulndb" --from "$feeds/epss.csv.zst" --db "$db"
expect_exit 0 "the host" "$sonde" host 198.18.0.2 --db "$db" -o json
expect "has the new number and the old first_seen" json \
	"[v for v in d['ports'][0]['vulns'] if v['id']=='CVE-2026-90001' and v['epss']==0.25 and v['first_seen']=='$seen']"

# ---- what a CVE is
expect_exit 0 "vuln says what a CVE affects and which services have it" \
	"$sonde" vuln CVE-2026-90001 --vulndb "$vulndb" --db "$db" -o json
expect "product, range, probability, service" json \
	'd["affects"][0] == {"cpe": "cpe:2.3:a:lighttpd:lighttpd", "range": "<1.4.55"} and d["epss"] and d["services"][0]["ip"] == "198.18.0.2" and d["services"][0]["port"] == 8080'
expect_exit 0 "and what fixed it" "$sonde" vulndb cve CVE-2024-6387 --vulndb "$vulndb" -o json
expect "by package and release" json '[f for f in d["fixed_by"] if f["release"] == "debian:bookworm" and f["package"] == "openssh" and f["version"] == "1:9.2p1-2+deb12u3"]'
expect_exit 0 "of one that is exploited" "$sonde" vuln CVE-2021-41773 --vulndb "$vulndb" -o json
expect "its name, weakness, vector and link" json \
	'"HTTP Server" in d["kev_name"] and d["cwe"] == ["CWE-22"] and d["vector"].startswith("CVSS:3.1/") and d["link"] == "https://nvd.nist.gov/vuln/detail/CVE-2021-41773"'
expect_exit 0 "without --db it is the default database" env SONDE_DB="$db" "$sonde" vuln CVE-2026-90001 --vulndb "$vulndb"
expect "service and count" grep -q "services: 1 affected, 0 possible, 0 fixed" "$work/out"
expect_exit 0 "and where there is none, the knowledge alone" env SONDE_DB="$work/nothing" "$sonde" vuln CVE-2026-90001 --vulndb "$vulndb"
expect "without a word about it" test ! -s "$work/err"
expect_exit 4 "a database that was named must be there" "$sonde" vuln CVE-2026-90001 --vulndb "$vulndb" --db "$work/nothing"
expect_exit 3 "a CVE that is not known" "$sonde" vuln CVE-2026-99999 --vulndb "$vulndb"
expect_exit 2 "info has no operand" "$sonde" vulndb info "$vulndb"
expect "and says how to name a file" grep -q -- --vulndb "$work/err"
expect_exit 2 "info is no table of rows" "$sonde" vulndb info -o csv
expect_exit 2 "explain wants an address" "$sonde" score explain
expect_exit 2 "accept wants a date and a reason" "$sonde" accept 198.18.0.2 CVE-2026-90001
expect_exit 2 "a date that lies ahead" "$sonde" accept 198.18.0.2 CVE-2026-90001 --until 2020-01-01 --reason x
expect_exit 2 "what is no CVE" "$sonde" vuln nonsense --vulndb "$vulndb"

# ---- which rule, which bytes
expect_exit 0 "a banner is looked up" "$sonde" vulndb lookup --banner 'SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n' -o json
expect "who it is, by which rule and which bytes of which fact" json \
	'(d["identity"]["product"], d["identity"]["evidence"]) == ("OpenSSH", {"rule": "openssh", "field": "ssh.banner", "offset": 0, "length": len("OpenSSH_9.2p1 Debian-2+deb12u3")})'
expect "and the three lists" json 'sorted(d) == ["affected", "fixed", "identity", "possible"]'
expect_exit 0 "as a table, too" "$sonde" vulndb lookup --banner 'SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n'
expect "with rule and bytes" grep -q "^evidence.offset  *0, 30 long" "$work/out"
expect_exit 0 "a CPE name is no answer of a rule" "$sonde" vulndb lookup cpe:2.3:a:openssl:openssl:1.0.1f -o json
expect "so only the lists are there" json 'sorted(d) == ["affected", "fixed", "possible"] and [v for v in d["affected"] if v["id"] == "CVE-2014-0160"]'

# ---- explain and accept
expect_exit 0 "explain" "$sonde" score explain 198.18.0.2 --db "$db" -o json
expect "names the finding, its table value and the new port" json \
	"[f for f in d['findings'] if f['ref']=='CVE-2026-90001' and f['code'].startswith('cvss-critical') and f['base']==70 and f['new_port']==10]"
expect "agrees with the stored score" json 'd["value"] == d["stored"]["value"]'
before=$(python3 -c "import json; print(json.load(open('$work/out'))['value'])")
expect_exit 0 "accept" "$sonde" accept 198.18.0.2:8080 CVE-2026-90001 --until 2099-01-01 --reason "behind a filter" --db "$db"
expect_exit 0 "explain" "$sonde" score explain 198.18.0.2 --db "$db" -o json
expect "shows it as accepted, with the reason" json \
	"[f for f in d['findings'] if f['ref']=='CVE-2026-90001' and f['role']=='accepted' and f['accepted']['reason']=='behind a filter']"
expect "and the score without it" json "d['value'] <= $before and d['value'] == d['stored']['value']"
expect_exit 0 "the host" "$sonde" host 198.18.0.2 --db "$db" -o json
expect "still shows it, and its reasons do not" json \
	"[v for v in d['ports'][0]['vulns'] if v['id']=='CVE-2026-90001' and v['accepted']] and not [r for r in d['score']['reasons'] if r.get('ref')=='CVE-2026-90001']"
expect_exit 0 "the list" "$sonde" accept --list --db "$db" -o json
expect "has it" json 'd[0]["id"] == "CVE-2026-90001" and d[0]["expired"] is False'
limit=$(date -u -d '+2 seconds' +%Y-%m-%dT%H:%M:%SZ)
expect_exit 0 "accepted again, for a moment" "$sonde" accept 198.18.0.2:8080 CVE-2026-90001 \
	--until "$limit" --reason "for a moment" --db "$db"
passed() { [[ $(date -u +%Y-%m-%dT%H:%M:%SZ) > $limit ]]; }
await "the date passes" passed
expect_exit 0 "explain" "$sonde" score explain 198.18.0.2 --db "$db" -o json
expect "counts it again when the date has passed, and says so" json \
	"d['value'] == $before and [f for f in d['findings'] if f['ref']=='CVE-2026-90001' and f['accept_expired']]"
expect_exit 0 "a rematch brings the stored score along" "$sonde" vulndb rematch --db "$db" --vulndb "$vulndb"
expect_exit 0 "explain" "$sonde" score explain 198.18.0.2 --db "$db" -o json
expect "agrees again" json "d['stored']['value'] == $before"
expect_exit 0 "taking back" "$sonde" accept 198.18.0.2:8080 CVE-2026-90001 --remove --db "$db"
expect_exit 3 "only once" "$sonde" accept 198.18.0.2:8080 CVE-2026-90001 --remove --db "$db"
expect_exit 0 "the list" "$sonde" accept --list 198.18.0.2 --db "$db" -o json
expect "is empty" json 'd == []'

# ---- findings that need no CVE: the end of a product's life, certificates
cat >"$work/ca.cnf" <<'EOF'
[ca]
default_ca = here
[here]
database = index.txt
serial = serial
policy = any
[any]
commonName = supplied
EOF
old_cert() (
	cd "$work" && touch index.txt && echo 01 >serial &&
		openssl req -new -newkey rsa:1024 -nodes -keyout old.key -out old.csr -subj /CN=old.example.org &&
		openssl ca -batch -selfsign -config ca.cnf -keyfile old.key -in old.csr -out old.pem -outdir . -notext \
			-md sha1 -startdate 20200101000000Z -enddate 20210101000000Z
)
expect_exit 0 "a certificate: expired, self-signed, short, SHA-1" old_cert
cat >"$work/old.py" <<'EOF'
import socket, ssl, sys, threading
ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
ctx.set_ciphers("ALL:@SECLEVEL=0")
ctx.load_cert_chain(sys.argv[1] + "/old.pem", sys.argv[1] + "/old.key")
def serve(port, talk):
    s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(("198.18.0.3", port)); s.listen(64)
    while True:
        c, _ = s.accept()
        try:
            c.settimeout(3); talk(c)
        except OSError:
            pass
        c.close()
def pop3(c):
    c.sendall(b"+OK Qpopper (version 4.0.9) at mail.example.org starting.\r\n"); c.recv(4096)
def https(c):
    t = ctx.wrap_socket(c, server_side=True); t.recv(4096)
    t.sendall(b"HTTP/1.1 200 OK\r\nServer: lighttpd/1.4.70\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"); t.close()
threading.Thread(target=serve, args=(110, pop3), daemon=True).start()
print("ready", flush=True)
serve(443, https)
EOF
ip -n "$far" addr add 198.18.0.3/16 dev far0
far python3 "$work/old.py" "$work" >"$work/ready2" 2>&1 &
old_pid=$!
await_line "$work/ready2" ready
expect_exit 0 "a scan of what is old" near timeout 100 "$sonde" scan 198.18.0.3 -p 110,443 --iface near0 \
	--cooldown 3s --db "$db" --vulndb "$vulndb"
expect_exit 0 "explain" "$sonde" score explain 198.18.0.3 --db "$db" -o json
expect "an end of life weighs 70" json \
	"[f for f in d['findings'] if f['ref']=='end-of-life' and f['port']==110 and f['base']==70 and f['new_port']==10]"
for id in cert-expired cert-self-signed key-short-rsa cert-weak-signature; do
	expect "$id weighs 30" json \
		"[f for f in d['findings'] if f['ref']=='$id' and f['port']==443 and f['base']==30 and f['role']=='below']"
done
expect "the highest one makes the score" json 'd["value"] == 80 and d["level"] == "Dangerous" and d["model"] == "exposure/1"'
expect_exit 0 "the end of life is accepted" "$sonde" accept 198.18.0.3:110 end-of-life --until 2099-01-01 \
	--reason "until it moves" --db "$db"
expect_exit 0 "explain" "$sonde" score explain 198.18.0.3 --db "$db" -o json
expect "the next highest does, at once" json "d['value'] == 40 and d['stored']['value'] == 40 and d['level'] == 'Low'"
expect "and it is still shown" json "[f for f in d['findings'] if f['ref']=='end-of-life' and f['role']=='accepted']"
expect_exit 0 "explain as a table, with what is no finding" "$sonde" score explain 198.18.0.3 --all --db "$db"
expect "says why" grep -q "accepted until 2099" "$work/out"

# ---- another table of weights
mkdir -p "$work/facts"
sed 's/^exposure\tweak-tls\t30$/exposure\tweak-tls\t65/; s,exposure/1,mine/2,' "$top/vulndb/data/score.tsv" \
	>"$work/facts/score.tsv"
expect_exit 0 "lint takes a table" "$sonde" vulndb lint "$work/facts/score.tsv"
expect_exit 0 "an update takes it in" "$sonde" vulndb update --vulndb "$vulndb" --facts "$work/facts" \
	--from "$feeds/epss.csv.zst" --db "$db"
expect_exit 0 "info names its model" "$sonde" vulndb info --vulndb "$vulndb" -o json
expect "mine/2" json 'd["score_model"] == "mine/2"'
expect_exit 0 "explain" "$sonde" score explain 198.18.0.3 --db "$db" -o json
expect "weighs by it: 65, 10 more, and 2 for each further one" json \
	"d['model'] == 'mine/2' and d['value'] == 81 and d['stored']['value'] == 81 and d['level'] == 'Critical'"
sed 's/^level\tLow\t40$/level\tLow\t10/' "$top/vulndb/data/score.tsv" >"$work/facts/score.tsv"
expect_exit 2 "a fault is refused" "$sonde" vulndb lint "$work/facts/score.tsv"
expect "by file, line and column" grep -q "score.tsv:[0-9]*:11: it is not above" "$work/out"
cp "$vulndb" "$work/before"
expect_exit 2 "by the update, too" "$sonde" vulndb update --vulndb "$vulndb" --facts "$work/facts" \
	--from "$feeds/epss.csv.zst"
expect "and changes nothing" cmp -s "$vulndb" "$work/before"

# ---- a rejected record resolves
cve CVE-2026-90001 2026-04-01T00:00:00.000 Rejected 1.4.55 9.8 >"$feeds/rejected.json"
expect_exit 0 "a rejection" "$sonde" vulndb update --vulndb "$vulndb" --from "$feeds/rejected.json" --db "$db"
expect_exit 0 "the log" "$sonde" changes --db "$db" -o ndjson
expect "has vuln.resolved with cause db" grep -q '"vuln.resolved".*"db"' "$work/out"

# ---- addresses
serve
url=http://127.0.0.1:$port
update() { "$sonde" vulndb update --vulndb "$vulndb" "$@"; }
{
	for i in $(seq 10000 10400); do cve "CVE-2026-$i" 2026-05-01T00:00:00.000 Analyzed 1.4.1 5.0; done
} >"$feeds/cut-many.json"
cp "$feeds/cut-many.json" "$feeds/whole.json"
cp "$vulndb" "$work/before"
expect_exit 2 "http is not fetched unless it is allowed" update --from "$url/whole.json"
expect "and the message says how" grep -q -- --insecure-http "$work/err"
expect_exit 0 "a download that breaks off goes on" update --insecure-http --from "$url/cut-many.json"
expect "where it ended" grep -q "cut-many.json bytes=[1-9]" "$work/requests"
expect_exit 0 "the record is there" "$sonde" vuln CVE-2026-10400 --vulndb "$vulndb"
expect_exit 0 "what has not changed" update --insecure-http --from "$url/cut-many.json"
expect "is not loaded again" test "$(grep -c 'cut-many.json None' "$work/requests")" -eq 2
sum=$(sha256sum <"$feeds/whole.json" | cut -c1-64)
expect_exit 0 "a checksum that is right" update --insecure-http --from "$url/whole.json" --sha256 "$sum"
cp "$vulndb" "$work/before"
expect_exit 2 "one that is wrong is refused" update --insecure-http --from "$url/whole.json" --sha256 "${sum//[0-9]/0}"
expect "and changes nothing" cmp -s "$vulndb" "$work/before"
echo "0${sum:1}x" | tr x ' ' >"$feeds/whole.json.sha256"
[ "${sum:0:1}" = 0 ] && echo "1${sum:1}" >"$feeds/whole.json.sha256"
expect_exit 2 "so is one that a sidecar states" update --insecure-http --from "$url/whole.json"
echo "$sum  whole.json" >"$feeds/whole.json.sha256"
expect_exit 0 "a sidecar that is right" update --insecure-http --from "$url/whole.json"
gzip -c "$feeds/whole.json" >"$feeds/year.json.gz"
printf 'lastModifiedDate:2026-05-01T00:00:00-04:00\r\nsize:1\r\nsha256:%s\r\n' "${sum^^}" >"$feeds/year.meta"
expect_exit 0 "the NVD's form of it" update --insecure-http --from "$url/year.json.gz"
expect_exit 2 "more than is allowed" update --insecure-http --from "$url/epss.csv.zst" --max-size 10
expect_exit 5 "what is not there" update --insecure-http --from "$url/nothing.json"
: >"$work/requests"
expect_exit 0 "a proxy is asked" update --insecure-http --proxy "http://127.0.0.1:$port" --from "http://feeds.test/newer.json.gz"
expect "with the whole address" grep -q "GET http://feeds.test/newer.json.gz" "$work/requests"
expect_exit 0 "the environment's, too" env http_proxy="http://127.0.0.1:$port" "$sonde" vulndb update \
	--vulndb "$vulndb" --insecure-http --from "http://feeds.test/epss.csv.zst"

finish
