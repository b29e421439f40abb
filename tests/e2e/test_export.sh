#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_export - files that appear whole or not at all, parts, trailers, what has changed, following across kills; formats read by
# the programs they are for: ndiff, python3-libnmap, Shodan's client, DuckDB, ClickHouse.
#
# usage: test_export.sh BUILD-FOLDER
. "$(dirname "$0")/lib.sh"

export SONDE_DB=$work/db SONDE_VULNDB=$build/vulndb/sonde.vulndb HOME=$work/home XDG_CACHE_HOME=$work/cache
out=$work/exports
small=/var/tmp/$tag-small
mkdir "$out"
more_clean_up() {
	umount "$small" 2>/dev/null
	rmdir "$small" 2>/dev/null
}
wire
ip -n "$far" addr add 198.18.0.2/16 dev far0

# Servers whose words are those of a file, asked at each connection; 8080 is HTTP with a hostile title.
cat >"$work/server.py" <<'PY'
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
    body = b"<title>=1+1 \x00\x1b[31m \"\xff,\n</title>"
    c.sendall(b"HTTP/1.1 200 OK\r\nServer: " + open(sys.argv[1], "rb").read() + b"\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body)
def ftp(c):
    c.sendall(b"220 ProFTPD 1.3.5 Server <\"'&]]>\x01\x1b[2J\xff\xef\xbf\xbe (Debian)\r\n"); c.recv(512)
for port in (2121, 2122, 2123, 2124):
    threading.Thread(target=serve, args=(port, ftp), daemon=True).start()
threading.Thread(target=serve, args=(8080, http), daemon=True).start()
print("ready", flush=True)
threading.Event().wait()
PY
version() { printf '%s' "$1" >"$work/version"; }
version 'Apache/2.4.49 (Unix)'
far python3 "$work/server.py" "$work/version" >"$work/ready" 2>&1 &
disown
await_line "$work/ready" ready
scan() { near timeout 60 "$sonde" scan 198.18.0.2 -p "$1" --iface near0 --cooldown 1s --quiet >/dev/null 2>"$work/scan.err"; }
export_() { "$sonde" export "$@"; }
sum_of() { sha256sum <"$1" | cut -d' ' -f1; }
expect "the network is scanned" scan 8080,2121,2122
hidden() { find "$out" -name '.*.part' | wc -l; }

# ---- files -------------------------------------------------------------------------------------------------------------------

f=$out/services.ndjson
expect_exit 0 "a file" export_ --services -o "$f" --trailer
expect "  with a row a service and a trailer" test "$(wc -l <"$f")" -eq 4
expect "  which proves what stands before it" test "$(tail -n 1 "$f" | jq -r .trailer.sha256)" = "$(head -n -1 "$f" | sha256sum | cut -d' ' -f1)"
manifest=$f.manifest.json
expect "  the manifest has its sum" test "$(jq -r '.parts[0].sha256' "$manifest")" = "$(sum_of "$f")"
expect "  and rows, format, cursor, version, knowledge" test \
	"$(jq -c '[.rows, .format, .unit, .cursor > 0, (.version | length) > 0, (.knowledge | length)]' "$manifest")" = '[3,"ndjson","services",true,true,32]'
expect "  as the same rows go to the standard output" cmp -s <(head -n -1 "$f") <(export_ --services)
for pack in zst gz; do
	expect_exit 0 "packed: $pack" export_ --services -o "$out/p.ndjson.$pack"
	expect "  the same rows" cmp -s <(export_ --services) <(case $pack in zst) zstd -dc ;; gz) gzip -dc ;; esac <"$out/p.ndjson.$pack")
done
expect_exit 0 "parts of one row" export_ --services -o "$out/r.csv.gz" --format csv --rotate 1
expect "  are three" test "$(ls "$out"/r-00000*.csv.gz | wc -l)" -eq 3
expect "  each with a header" test "$(gzip -dc "$out/r-000002.csv.gz" | wc -l)" -eq 2
expect "  in one manifest" test "$(jq '.parts | length' "$out/r.csv.gz.manifest.json")" -eq 3
expect_exit 0 "again, in fewer parts" export_ --services -o "$out/r.csv.gz" --format csv --rotate 2
expect "  leaves no part of before" test ! -e "$out/r-000003.csv.gz" -a -e "$out/r-000002.csv.gz"
expect_exit 0 "the ending of the file is its format" export_ -o "$out/by.xml"
expect "  XML" grep -q '^<nmaprun ' "$out/by.xml"
expect_exit 0 "no manifest" export_ -o "$out/none.ndjson" --no-manifest
expect "  is none" test ! -e "$out/none.ndjson.manifest.json"
expect_exit 0 "an export of nothing" export_ product:nosuchthing --services -o "$out/empty.csv" --format csv
expect "  has a header" test "$(wc -l <"$out/empty.csv")" -eq 1
ln -s services.ndjson "$out/link"
expect_exit 0 "through a symbolic link" export_ --services -o "$out/link" --format ndjson
expect "  which stays one" test -L "$out/link" -a "$(wc -l <"$f")" -eq 3
expect_exit 0 "a device" export_ -o /dev/null
expect "  stays one" test -c /dev/null
mkfifo "$work/fifo"
cat "$work/fifo" >"$work/through" &
expect_exit 0 "a pipe with a name" export_ --services -o "$work/fifo"
wait $!
expect "  is written into" cmp -s "$work/through" "$f"

# ---- what cannot be written ----------------------------------------------------------------------------------------------------

cp "$f" "$work/before"
expect_exit 2 "a folder" export_ -o "$out"
expect_exit 2 "a folder that is not there" export_ -o "$out/nosuch/file"
mkdir -m 555 "$work/closed"
nobody() { setpriv --reuid=65534 --clear-groups --inh-caps=-all --bounding-set=-all "$@"; }
chmod 755 "$work" && chmod -R a+rX "$work/db" && chmod a+rw "$work/db/lock.mdb"
expect_exit 6 "a folder that may not be written" nobody "$sonde" export -o "$work/closed/file"
mkdir "$small" && mount -t tmpfs -o size=16k none "$small"
printf 'as it was\n' >"$small/full.ndjson"
head -c 12k /dev/zero >"$small/filler" 2>/dev/null
expect_exit 8 "a full disk" export_ -o "$small/full.ndjson"
expect "  is named" grep -q "No space left" "$work/err"
expect "  and leaves what was there" test "$(cat "$small/full.ndjson")" = "as it was"
expect "  and nothing else" test "$(ls -A "$small" | wc -l)" -eq 2
export_ -o - 2>"$work/err" | head -c 1 >/dev/null
expect "a reader that ends is no error" test ! -s "$work/err"
expect_exit 2 "a trailer where there is none" export_ --format csv --trailer
expect_exit 2 "fields where there are none" export_ --format nmap-xml --fields ip
expect_exit 2 "a rotation without a file" export_ --rotate 5
expect_exit 2 "a rotation that is none" export_ -o "$f" --rotate 5X

# ---- a kill in the middle ------------------------------------------------------------------------------------------------------

for i in $(seq 25); do
	"$sonde" export --services -o "$f" --rotate 100 >/dev/null 2>&1 &
	pid=$!
	python3 -c "import time, random; time.sleep(random.random() * 0.03)"
	kill -9 $pid 2>/dev/null
	wait $pid 2>/dev/null
	"$sonde" export --services -o "$out/one.ndjson" >/dev/null 2>&1 &
	pid=$!
	python3 -c "import time, random; time.sleep(random.random() * 0.03)"
	kill -9 $pid 2>/dev/null
	wait $pid 2>/dev/null
	[ ! -e "$out/one.ndjson" ] || cmp -s "$out/one.ndjson" "$work/before" || echo "torn: round $i" >>"$work/torn"
done 2>/dev/null
expect "25 kills leave a whole file or none" test ! -e "$work/torn"
expect_exit 0 "the next export" export_ --services -o "$f" --rotate 100
expect_exit 0 "and the next of the other" export_ --services -o "$out/one.ndjson"
expect "  leave nothing hidden" test "$(hidden)" -eq 0

# ---- what has changed ----------------------------------------------------------------------------------------------------------

cursor=$(jq .cursor "$out/one.ndjson.manifest.json")
expect "nothing has changed behind the cursor" test "$(export_ --since "$cursor" --services | wc -l)" -eq 0
version 'Apache/2.4.51 (Unix)'
expect "a server is updated, another port opens" scan 8080,2123
expect "two services have changed, and no other" test "$(export_ --since "$cursor" --fields port --services | jq .port | sort | tr '\n' ' ')" = "2123 8080 "
expect "  of one host" test "$(export_ --since "$cursor" | wc -l)" -eq 1
expect "  by a query" test "$(export_ port:2123 --since "$cursor" --services | wc -l)" -eq 1
expect "by a time: all of it" test "$(export_ --since 1h --services | wc -l)" -eq 4
expect_exit 2 "a time that is none" export_ --since soon

# ---- following -----------------------------------------------------------------------------------------------------------------

flow=$out/flow.ndjson
# In the background only: the process is the program itself, which is what is killed.
follow() { exec "$sonde" export --services --fields port,version --follow --every 100ms -o "$flow" "$@"; }
flowing() { cat "$out"/flow-*.ndjson 2>/dev/null | wc -l; }
has_flown() { [ "$(flowing)" -ge "$1" ]; }
follow 2>"$work/follow.err" &
pid=$!
await "the first part has everything" has_flown 4
expect_exit 1 "a second process there" timeout 10 "$sonde" export --services --fields port,version --follow -o "$flow"
expect "  is told so" grep -q "another process" "$work/err"
kill -TERM $pid
wait $pid
expect "a signal ends it" test $? -eq 0
expect_exit 2 "another export with that state" timeout 10 "$sonde" export --services --follow -o "$flow"
for round in 1 2 3 4; do
	version "Apache/2.4.5$round (Unix)"
	follow 2>>"$work/follow.err" &
	pid=$!
	scan 8080
	python3 -c "import time, random; time.sleep(random.random() * 0.4)"
	kill -9 $pid 2>/dev/null
	wait $pid 2>/dev/null
done 2>/dev/null
version 'Apache/2.4.58 (Unix)'
scan 8080
follow 2>>"$work/follow.err" &
pid=$!
caught_up() { cat "$out"/flow-*.ndjson | grep -q 2.4.58; }
await "it catches up after kills" caught_up
kill -TERM $pid
wait $pid
changes=$(cat "$out"/flow-*.ndjson | jq -r 'select(.port == 8080) | .version')
expect "the last state is the last row" test "$(tail -n 1 <<<"$changes")" = 2.4.58
# The first version is that of the first part; the second scan of a version that was there says nothing new.
expect "no change comes twice" test "$(uniq -d <<<"$changes" | wc -l)" -eq 0
expect "  and parts have manifests that fit" bash -c "
	for m in $out/flow-*.manifest.json; do
		[ \"\$(jq -r '.parts[0].sha256' \$m)\" = \"\$(sha256sum <\${m%.manifest.json} | cut -d' ' -f1)\" ] || exit 1
	done"
# What a process killed between state and rename leaves, the next one finishes: once.
last=$(ls "$out"/flow-*.ndjson | tail -n 1)
mv "$last" "$out/.hidden.1.part"
printf 'rename .hidden.1.part\t%s\n' "${last##*/}" >>"$flow.state"
timeout -s INT 2 "$sonde" export --services --fields port,version --follow --every 100ms -o "$flow" 2>>"$work/follow.err"
expect "a rename that was promised is made" test -e "$last" -a ! -e "$out/.hidden.1.part"
expect "following said nothing" test ! -s "$work/follow.err"
expect "  and left nothing hidden" test "$(hidden)" -eq 0

# ---- the programs that read it -------------------------------------------------------------------------------------------------

expect_exit 0 "nmap's XML" export_ -o "$out/n.xml" --trailer --no-vulns
expect_exit 0 "with CVEs" export_ -o "$out/v.xml"
cat >"$work/read_xml.py" <<'PY'
import sys, xml.etree.ElementTree as E
root = E.parse(sys.argv[1]).getroot()
ports = {p.get("portid"): p for p in root.iter("port")}
assert root.tag == "nmaprun" and len(ports) == 4, ports
assert root.find("runstats/hosts").get("total") == "1"
banner = ports["2121"].find("script[@id='banner']").get("output")
assert '<"\'&]]>\\x01\\x1b[2J\\xff\\xef\\xbf\\xbe' in banner, banner
assert any(s.get("id") == "vulners" for s in ports["8080"].iter("script"))
PY
expect "a parser of XML reads it" python3 "$work/read_xml.py" "$out/v.xml"
if command -v ndiff >/dev/null; then
	sed 's/portid="2121"/portid="2199"/' "$out/n.xml" >"$work/other.xml"
	ndiff "$out/n.xml" "$out/n.xml" >"$work/out" 2>&1
	expect "ndiff reads it" test $? -eq 0
	ndiff "$out/n.xml" "$work/other.xml" >"$work/out" 2>&1
	expect "  and sees another port" grep -q '^+2199/tcp *open' "$work/out"
else
	echo "skipped: ndiff is not installed"
fi
if /usr/bin/python3 -c 'import libnmap' 2>/dev/null; then
	expect "python3-libnmap reads it" /usr/bin/python3 -c "
from libnmap.parser import NmapParser
r = NmapParser.parse_fromfile('$out/v.xml')
h = r.hosts[0]
assert h.address == '198.18.0.2' and sorted(p for p, _ in h.get_open_ports()) == [2121, 2122, 2123, 8080]
s = h.get_service(8080)
assert s.service == 'http' and 'Apache' in s.banner and s.scripts_results"
else
	echo "skipped: python3-libnmap is not installed"
fi
expect "masscan's JSON is JSON" test "$(export_ --format masscan | jq '[.[].ports[] | select(.status == "open").port] | sort == [2121,2122,2123,8080]')" = true
expect "bodies for Elasticsearch alternate" test "$(export_ --format elastic-bulk | jq -sc '[.[range(0; length; 2)].index._id] | sort')" \
	= '["198.18.0.2/tcp/2121","198.18.0.2/tcp/2122","198.18.0.2/tcp/2123","198.18.0.2/tcp/8080"]'
expect "Shadowserver's CSV has a row a service" test "$(export_ --format shadowserver | python3 -c '
import csv, sys
rows = list(csv.DictReader(sys.stdin))
print(len(rows), all(r["ip"] == "198.18.0.2" and None not in r for r in rows))')" = "4 True"
expect "CSV gives back each byte" test "$(export_ port:8080 --format csv --fields http.title | python3 -c '
import csv, sys
cell = list(csv.reader(sys.stdin))[1][0]
assert cell.startswith("\x27")
print(cell[1:].encode().decode("unicode_escape").encode("latin-1") == b"=1+1 \x00\x1b[31m \"\xff,")')" = True
expect_exit 0 "Shodan's banners" export_ --format shodan -o "$out/s.json.gz"
if command -v shodan >/dev/null; then
	expect "its client reads them" test "$(shodan parse --fields port,product "$out/s.json.gz" 2>&1 | sort | head -n 1 | tr '\t' :)" = 2121:ProFTPD
	cd "$work" && cp "$out/s.json.gz" "$work/"
	for kind in csv geo.json xlsx images; do
		expect "  and converts them to $kind" timeout 60 shodan convert "$work/s.json.gz" $kind >/dev/null 2>&1
	done
	expect "  with a row each" test "$(python3 -c 'import csv; print(len(list(csv.reader(open("s.csv")))))')" -eq 5
else
	echo "skipped: Shodan's client (python3-shodan) is not installed"
fi

# Engines: from the registry of npm, kept in a cache of the user who runs the tests.
modules=${SONDE_TEST_CACHE:-/var/tmp/sonde-test-npm}/node_modules
export_ --services -o "$work/services.ndjson" && export_ --format csv -o "$work/services.csv" &&
	export_ --services --fields ip,port,transport,product,http.title,vuln,cvss,last_seen -o "$work/fields.ndjson"
echo 4 >"$work/rows"
if ! command -v npm >/dev/null; then
	echo "skipped: DuckDB and ClickHouse: npm is not installed"
elif [ ! -e "$modules/chdb" ] && ! { mkdir -p "${modules%/*}" &&
	outside env HOME=/root timeout 300 npm install --prefix "${modules%/*}" --no-audit --no-fund @duckdb/node-api chdb @chdb/lib-linux-x64-gnu >"$work/npm" 2>&1; }; then
	echo "skipped: DuckDB and ClickHouse: npm cannot fetch them: $(tail -n 1 "$work/npm")"
else
	for engine in duckdb clickhouse; do
		timeout 120 node "$here/export_engines.js" "$modules" "$sonde" "$work" $engine 2>&1 | tee "$work/said"
		expect "$engine loads what is exported" test "${PIPESTATUS[0]}" -eq 0
		expect "  without a warning" bash -c "! grep -qi warn $work/said"
	done
fi
finish
