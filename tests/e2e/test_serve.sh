#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_serve.sh - a server beside scans that write: every route by its description, keys, prefixes, quotas, sessions, other sites,
# malformed requests, slow clients, TLS and its reload, events, and a graceful end.
#
# usage: test_serve.sh BUILD-FOLDER
. "$(dirname "$0")/lib.sh"

db=$work/db
export SONDE_DB=$db SONDE_VULNDB=$build/vulndb/sonde.vulndb XDG_CACHE_HOME=$work/cache
servers=()
more_clean_up() { for pid in "${servers[@]}"; do kill -9 "$pid" 2>/dev/null; done; }

# serve NAME OPTION... - starts a server; $port is that of its first address, $server its pid.
serve() {
	local name=$1
	shift
	"$sonde" serve "$@" 2>"$work/$name.log" &
	server=$!
	disown
	servers+=("$server")
	await_line "$work/$name.log" 'listening on'
	port=$(sed -n 's/.*listening on https*:.*:\([0-9]*\)$/\1/p' "$work/$name.log" | head -n 1)
	base=http://127.0.0.1:$port
}
ended() { ! kill -0 "$1" 2>/dev/null; }
get() { curl -s -m 20 "$@"; }
# status CURL-ARGUMENT... - the status alone; the fields stand in $work/fields, the body in $work/body.
status() { curl -s -m 20 -o "$work/body" -D "$work/fields" -w '%{http_code}' "$@"; }
# is STATUS WHAT CURL-ARGUMENT...
is() {
	local want=$1 what=$2 got
	shift 2
	got=$(status "$@")
	expect "$what is $want" test "$got" = "$want"
	[ "$got" = "$want" ] || { echo "  $got: $(head -c 300 "$work/body")"; }
}
json='Content-Type: application/json'

wire
for n in 2 3; do ip -n "$far" addr add 198.18.0.$n/16 dev far0; done
cat >"$work/server.py" <<'PY'
import socket, threading
def serve(address, port, talk):
    s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind((address, port)); s.listen(64)
    while True:
        c, _ = s.accept()
        try:
            c.settimeout(2); talk(c)
        except OSError:
            pass
        c.close()
def http(c):
    c.recv(4096)
    c.sendall(b"HTTP/1.1 200 OK\r\nServer: Apache/2.4.49 (Unix)\r\nContent-Length: 30\r\nConnection: close\r\n\r\n<script>alert(1)</script>\x1b[2J\0")
def redis(c):
    c.recv(4096)
    c.sendall(b"$32\r\nredis_version:4.0.0\r\nos:Linux 1\r\n\r\n")
for address in ("198.18.0.2", "198.18.0.3"):
    threading.Thread(target=serve, args=(address, 8080, http), daemon=True).start()
    threading.Thread(target=serve, args=(address, 6379, redis), daemon=True).start()
print("ready", flush=True)
threading.Event().wait()
PY
far python3 "$work/server.py" >"$work/ready" 2>&1 &
disown
await_line "$work/ready" ready
scan() { near timeout 120 "$sonde" scan "$@" --iface near0 --cooldown 500ms --quiet >/dev/null 2>"$work/scan.err"; }

expect_exit 4 "without a database there is no server" "$sonde" serve --listen 127.0.0.1:0
expect "a scan" scan 198.18.0.2 -p 8080,6379,81
old=$("$sonde" scans -o json | jq -r '.[0].scan')

# ---- every route, beside a scan that writes -----------------------------------------------------------------------------------

serve open --listen 127.0.0.1:0 --unix "$work/sock"
expect "without keys it warns" grep -q 'there are no keys' "$work/open.log"
get -N "$base/v1/events" >"$work/live" &
listener=$!
await "somebody listens" bash -c "curl -s $base/v1/metrics | grep -q 'sonde_http_listeners 1'"
expect "a scan finds something new meanwhile" scan 198.18.0.3 -p 8080,6379
scan 198.18.0.0/24 -p 81-999 --rate 50 &
await "a slow scan runs" bash -c "curl -s $base/v1/scans/last | jq -e '.state == \"running\"' >/dev/null"
python3 "$here/serve_check.py" "$base" 198.18.0.2 "$old" >"$work/check" 2>&1
code=$?
[ $code -eq 0 ] || grep -v '^ok: ' "$work/check" | head -n 40
if [ $code -eq 77 ]; then
	echo "skipped: the description is not validated: python3-jsonschema is not installed"
	get -X POST "$base/v1/scans/last/stop" >/dev/null
else
	expect "every route, parameter and status is as described: $(tail -n 1 "$work/check")" test $code -eq 0
fi
wait %2 2>/dev/null
await "who listens was told of what opened" grep -q '^event: port.opened' "$work/live"
kill $listener 2>/dev/null
last=$(sed -n 's/^id: //p' "$work/live" | head -n 1)
get -m 2 -N -H "Last-Event-ID: $last" "$base/v1/events" >"$work/again"
expect "Last-Event-ID goes on behind it" test "$(sed -n 's/^id: //p' "$work/again" | head -n 1)" = $((last + 1))
expect "  and misses none" test "$(sed -n 's/^id: //p' "$work/again" | wc -l)" = \
	"$("$sonde" changes --after "$last" -o ndjson | wc -l)"

# ---- the same as the command line prints ---------------------------------------------------------------------------------------

expect "a host is what sonde host prints" cmp -s <(get "$base/v1/hosts/198.18.0.2" | jq -S .) <("$sonde" host 198.18.0.2 -o json | jq -S .)
expect "an export is what sonde export prints" cmp -s <(get "$base/v1/export" | head -n -1 | jq -S .) <("$sonde" export | jq -S .)
expect "  also compressed by gzip" cmp -s <(get -H 'Accept-Encoding: gzip' "$base/v1/export" | gzip -d | head -n -1) <("$sonde" export)
expect "  and by zstd" cmp -s <(get -H 'Accept-Encoding: zstd' "$base/v1/export" | zstd -dq | head -n -1) <("$sonde" export)
expect "CSV, too" cmp -s <(get "$base/v1/export?format=csv") <("$sonde" export --format csv)
expect "no banner becomes markup or a control character" bash -c "! curl -s $base/v1/hosts/198.18.0.2 | grep -q \$'[\\x01-\\x09\\x1b]'"
expect "over the unix socket" test "$(get --unix-socket "$work/sock" http://localhost/v1/count | jq .total)" = "$("$sonde" count)"

# ---- the protocol --------------------------------------------------------------------------------------------------------------

is 200 "HEAD" -I "$base/v1/hosts/198.18.0.2"
expect "  says the length, and sends nothing" grep -qi '^content-length: [1-9]' "$work/fields"
is 200 "HEAD of a stream" -I "$base/v1/export"
is 204 "OPTIONS" -X OPTIONS "$base/v1/session"
expect "  allows the methods of the path" grep -qi '^allow: GET, HEAD, POST, DELETE, OPTIONS' "$work/fields"
is 405 "another method" -X PUT "$base/v1/session"
expect "  names those" grep -qi '^allow: GET, HEAD, POST, DELETE, OPTIONS' "$work/fields"
is 404 "another path" "$base/v1/nothing"
is 400 "a body where there is none" -X GET -d x "$base/v1/count"
etag=$(curl -sI "$base/v1/hosts/198.18.0.2" | sed -n 's/^ETag: //Ip' | tr -d '\r')
is 304 "what is known already" -H "If-None-Match: $etag" "$base/v1/hosts/198.18.0.2"
for field in 'x-content-type-options: nosniff' "content-security-policy: default-src 'none'" 'referrer-policy: no-referrer'; do
	is 200 "an answer" "$base/v1/count"
	expect "  has $field" grep -qi "^$field" "$work/fields"
done
expect "  and nothing for other origins" bash -c "! grep -qi '^access-control' $work/fields"

# ---- other sites ---------------------------------------------------------------------------------------------------------------

is 421 "another name" -H 'Host: rebound.example' "$base/v1/count"
is 403 "a page of another site" -H 'Sec-Fetch-Site: cross-site' "$base/v1/count"
is 403 "a form of another site" -H 'Content-Type: text/plain' -d '{"key":"x"}' "$base/v1/session"
is 200 "a page of its own" -H 'Sec-Fetch-Site: same-origin' "$base/v1/count"

# ---- malformed requests --------------------------------------------------------------------------------------------------------

before=$("$sonde" export | sha256sum) lines=$(wc -l <"$db/audit.ndjson")
python3 "$here/serve_abuse.py" "$port" 10000 >"$work/abuse" 2>&1
code=$?
[ $code -eq 0 ] || tail -n 20 "$work/abuse"
expect "10,000 malformed requests: $(tail -n 1 "$work/abuse")" test $code -eq 0
expect "  change nothing" test "$before" = "$("$sonde" export | sha256sum)"
expect "  the audit has them, and none of them did anything" test "$(tail -n +$((lines + 1)) "$db/audit.ndjson" |
	jq -s 'map(select(.method != "GET" and (.target | test("lookup") | not) and .status < 300)) | length')" = 0
answers() { [ "$(status "$base/v1/count")" = 200 ]; }
await "  and the server goes on" answers

# ---- slow clients --------------------------------------------------------------------------------------------------------------

serve slow --listen 127.0.0.1:0 --idle 1 --connections 40 --per-address 20
python3 - "$port" >"$work/slow" <<'PY'
import socket, sys, time
port = int(sys.argv[1])
def client(first):
    s = socket.create_connection(("127.0.0.1", port), timeout=20)
    s.sendall(first)
    return s
def closed(s):
    """Whether the server ends the connection while a byte is sent now and then."""
    s.settimeout(0.2)
    for _ in range(100):
        try:
            if s.recv(4096) == b"":
                return True
        except TimeoutError:
            pass
        except OSError:
            return True
        try:
            s.sendall(b"x")
        except OSError:
            return True
    return False
head = b"HTTP/1.1\r\nHost: localhost\r\n"
slow = {"a head that never ends": client(b"GET /v1/count " + head + b"X: "),
        "a body that never ends": client(b"POST /v1/hosts:lookup " + head + b"Content-Length: 5000\r\n\r\n1"),
        "silence": client(b"")}
fine = client(b"GET /v1/count " + head + b"\r\n").recv(4096)
print("beside them" if fine.startswith(b"HTTP/1.1 200") else fine)
for name, s in slow.items():
    if closed(s):
        print(name)
time.sleep(1.5)
many = []
for _ in range(30):
    try:
        many.append(client(b"GET /v1/count " + head + b"\r\n"))
    except OSError:
        pass
got = 0
for s in many:
    try:
        got += s.recv(20).startswith(b"HTTP/1.1 200")
    except OSError:
        pass
print("limit" if got == 20 else f"{got} of 30")
PY
for what in "beside them" "a head that never ends" "a body that never ends" "silence" "limit"; do
	expect "slow clients: $what" grep -qx "$what" "$work/slow"
done
kill "$server"

# ---- keys ----------------------------------------------------------------------------------------------------------------------

expect_exit 6 "an address that others reach needs keys" "$sonde" serve --listen 0.0.0.0:0
admin=$("$sonde" key add boss --scope read,scan,export,monitor,admin)
expect "a key is 32 letters and digits" bash -c "[[ $admin =~ ^[0-9a-zA-Z]{32}$ ]]"
expect_exit 2 "a name is taken once" "$sonde" key add boss
narrow=$("$sonde" key add narrow --scope read,export --prefix 198.18.0.3 -o json | jq -r .key)
few=$("$sonde" key add few --scope read,export --rate 2 --rows-per-day 3)
reader=$("$sonde" key add reader --scope read --expires 1d)
is_closed() { [ "$(status "$base/v1/count")" = 401 ]; }
serve keyed --listen 127.0.0.1:0 --listen 0.0.0.0:0
as() { local key=$1; shift; get -H "Authorization: Bearer $key" "$@"; }
is 401 "nobody" "$base/v1/count"
expect "  is told how" grep -qi '^www-authenticate: Bearer' "$work/fields"
is 200 "health" "$base/v1/health"
is 200 "a key" -H "Authorization: Bearer $admin" "$base/v1/count"
is 200 "a key in the other field" -H "X-API-Key: $admin" "$base/v1/count"
is 401 "a key with a slip" -H "X-API-Key: ${admin/snd?/snd_}" "$base/v1/count"
is 401 "a key in the address" "$base/v1/count?key=$admin"
is 403 "a reader who exports" -H "X-API-Key: $reader" "$base/v1/export"
is 403 "a reader who stops a scan" -H "X-API-Key: $reader" -X POST "$base/v1/scans/last/stop"

# What a key with a prefix sees is what lies there.
sees() { # WHAT JQ-FILTER WANTED PATH
	local got
	got=$(as "$narrow" "$base/v1/$4" | jq -c "$2" 2>/dev/null | sort -u | tr '\n' ' ')
	expect "with a prefix: $1" test "$got" = "$3 "
	[ "$got" = "$3 " ] || echo "  $got"
}
sees "search" '.matches[].ip' '"198.18.0.3"' search
sees "  a query cannot lead out" '.total' 0 'search?query=ip:198.18.0.2'
is 400 "  nor brackets" -H "X-API-Key: $narrow" --data-urlencode 'query=port:8080) OR (port:6379' -G "$base/v1/search"
sees "count" .total 2 count
sees "facets" '.facets.port[].count' 1 'facets?facets=port'
sees "the map" .unplaced.total 2 map
sees "stats" '[.hosts, .services, has("last_scan")]' '[1,2,false]' stats
sees "changes" '.matches[].ip' '"198.18.0.3"' 'changes?limit=1000'
sees "  and their number" '.total == (.matches | length)' true 'changes?limit=1000'
sees "CVEs" '.services[].ip' '"198.18.0.3"' 'vulns/CVE-2019-10192'
sees "exports" 'select(has("ip")).ip' '"198.18.0.3"' export
sees "scans of it alone" '[.matches[].targets]' '["198.18.0.3"]' scans
is 404 "another host" -H "X-API-Key: $narrow" "$base/v1/hosts/198.18.0.2"
is 200 "its own" -H "X-API-Key: $narrow" "$base/v1/hosts/198.18.0.3"
expect "look-ups" test "$(printf '198.18.0.2\n198.18.0.3\n' | as "$narrow" --data-binary @- "$base/v1/hosts:lookup" | jq -c 'select(has("ip")) | [.ip, .known != false]' | tr -d '\n')" = \
	'["198.18.0.2",false]["198.18.0.3",true]'
as "$narrow" -m 2 -N "$base/v1/events?after=0" >"$work/narrow"
expect "events" test "$(sed -n 's/^data: //p' "$work/narrow" | jq -r .ip | sort -u)" = 198.18.0.3
is 403 "figures of the whole" -H "X-API-Key: $narrow" "$base/v1/metrics"

# Quotas.
many() { for _ in 1 2 3 4 5 6 7 8; do status -H "X-API-Key: $few" "$base/v1/count"; echo; done; }
many >"$work/many"
expect "beyond the rate is 429" grep -q 429 "$work/many"
is_limited() { [ "$(status -H "X-API-Key: $few" "$base/v1/count")" = 429 ]; }
await "  again" is_limited
expect "  which says when to try again" grep -qi '^retry-after: 1' "$work/fields"
expect "  and what the limit is" grep -qi '^ratelimit-policy: "requests";q=2;w=1, "rows";q=3;w=86400' "$work/fields"
has_row() { [ "$(status -H "X-API-Key: $few" "$base/v1/search?limit=2")" = 200 ]; }
await "rows are left" has_row
await "  once more" has_row
rows_gone() { [ "$(status -H "X-API-Key: $few" "$base/v1/search")" = 429 ] && grep -q 'rows of today' "$work/body"; }
await "then they are not" rows_gone

# A session.
is 200 "a key becomes a cookie" -H "$json" -d "{\"key\":\"$admin\"}" "$base/v1/session"
expect "  that no script reads, and no other site sends" grep -qi '^set-cookie: sonde=[0-9a-f]*; Path=/; HttpOnly; SameSite=Strict' "$work/fields"
cookie=$(sed -n 's/^set-cookie: \(sonde=[0-9a-f]*\).*/\1/Ip' "$work/fields")
is 200 "the cookie" -H "Cookie: $cookie" "$base/v1/count"
expect "  is its key" test "$(get -H "Cookie: $cookie" "$base/v1/session" | jq -r .name)" = boss
is 403 "a change without a page of its own" -H "Cookie: $cookie" -X POST "$base/v1/scans/last/stop"
is 409 "  with one" -H "Cookie: $cookie" -H 'Sec-Fetch-Site: same-origin' -X POST "$base/v1/scans/last/stop"
is 204 "the end of the session" -H "Cookie: $cookie" -H 'Sec-Fetch-Site: same-origin' -X DELETE "$base/v1/session"
is 401 "the cookie then" -H "Cookie: $cookie" "$base/v1/count"

# Revoked, at once.
is 200 "the reader" -H "X-API-Key: $reader" "$base/v1/count"
"$sonde" key revoke reader
is_revoked() { [ "$(status -H "X-API-Key: $reader" "$base/v1/count")" = 401 ]; }
await "a revoked key is refused" is_revoked
is 401 "  and becomes no cookie" -H "$json" -d "{\"key\":\"$reader\"}" "$base/v1/session"
expect "the list shows it" test "$("$sonde" key list -o json | jq -r '.[] | select(.name == "reader") | has("revoked")')" = true
expect "no file and no log has a key" bash -c "! grep -rqF -e $admin -e $narrow -e $few -e $reader $db $work/keyed.log"
expect "the audit names who exported" test "$(jq -s 'map(select(.key == "narrow" and .target == "/v1/export")) | .[0].rows' "$db/audit.ndjson")" = 1
kill "$server"
await "it ends" ended "$server"

# ---- TLS -----------------------------------------------------------------------------------------------------------------------

certificate() { openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/tls.key" -out "$work/tls.crt" -days 3 -subj "/CN=$1" \
	-addext "subjectAltName=DNS:$1,IP:127.0.0.1" 2>/dev/null; }
certificate one.example
serve tls --listen 127.0.0.1:0 --tls-cert "$work/tls.crt" --tls-key "$work/tls.key" --host one.example
base=https://127.0.0.1:$port
is 200 "over TLS" --cacert "$work/tls.crt" -H "X-API-Key: $admin" "$base/v1/count"
is 200 "by a name that --host gives" --cacert "$work/tls.crt" --resolve "one.example:$port:127.0.0.1" "https://one.example:$port/v1/health"
shown() { openssl s_client -connect "127.0.0.1:$port" </dev/null 2>/dev/null | grep -q "CN = $1"; }
certificate two.example
kill -HUP "$server"
await "SIGHUP takes the new certificate" shown two.example
echo broken >"$work/tls.key"
kill -HUP "$server"
await_line "$work/tls.log" 'not a certificate and its key'
is 200 "a broken one leaves the old one" --cacert "$work/tls.crt" "$base/v1/health"
kill "$server"
await "it ends" ended "$server"

# ---- the end -------------------------------------------------------------------------------------------------------------------

serve end --listen 127.0.0.1:0 --unix "$work/sock2"
as "$admin" -N "$base/v1/events" >"$work/end" &
listener=$!
await "somebody listens" bash -c "curl -s -H 'X-API-Key: $admin' $base/v1/metrics | grep -q 'sonde_http_listeners 1'"
kill "$server"
wait $listener
expect "SIGTERM ends the events" test $? -eq 0
await "  and the server" ended "$server"
expect "  and removes its socket" test ! -e "$work/sock2"
finish
