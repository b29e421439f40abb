#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# serve_check.py - asks a server for every route, parameter and status that its own description has, and checks the answers by it.
#
# usage: serve_check.py BASE HOST OLD-SCAN - BASE: http://127.0.0.1:PORT; HOST: an address in its database with port 6379 open and
# CVE-2019-10192; OLD-SCAN: a scan that is done. The newest scan runs while this does, and is ended by it. Exit code 77: the
# validator is not installed.
import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

try:
    import jsonschema
except ImportError:
    sys.exit(77)

base, host, old = sys.argv[1:]
bad = 0


def expect(what, holds, detail=""):
    global bad
    if holds:
        print(f"ok: {what}")
    else:
        print(f"NOT OK: {what}: {detail}")
        bad += 1


def request(method, path, body=None, headers=None):
    data = body.encode() if isinstance(body, str) else json.dumps(body).encode() if body is not None else None
    fields = {"Content-Type": "application/json"} if data is not None else {}
    fields.update(headers or {})
    r = urllib.request.Request(base + path, data, fields, method=method)
    try:
        with urllib.request.urlopen(r, timeout=20) as answer:
            stream = answer.headers.get_content_type() == "text/event-stream"
            return answer.status, answer.headers, answer.readline() if stream else answer.read()
    except urllib.error.HTTPError as e:
        return e.code, e.headers, e.read()


doc = json.loads(request("GET", "/v1/openapi.json")[2])
text = json.dumps(doc["components"]["schemas"]["Host"]).replace('"#/$defs/', '"#/components/schemas/Host/$defs/')
doc["components"]["schemas"]["Host"] = json.loads(text)
doc["components"]["schemas"]["Host"].pop("$id")
operations = {}
for path, methods in doc["paths"].items():
    for method, o in methods.items():
        operations[o["operationId"]] = (method.upper(), path, o)
seen = set()


def validate(schema, value, what):
    whole = {"components": doc["components"], **schema}
    errors = list(jsonschema.Draft202012Validator(whole).iter_errors(value))
    if errors:
        expect(f"{what} follows its schema", False, f"{list(errors[0].absolute_path)}: {errors[0].message[:200]}")


def check_lines(raw, what):
    lines = [json.loads(line) for line in raw.decode().splitlines()]
    expect(f"{what} ends with a line that says so", lines and lines[-1].get("_end") is True, raw[-200:])
    for line in lines[:-1]:
        if line.get("schema"):
            validate({"$ref": "#/components/schemas/Host"}, line, what)


def call(name, status, query=None, body=None, path=None, headers=None):
    """One request, whose answer must be as the description says. Returns its body as JSON, where it is some."""
    method, pattern, o = operations[name]
    for key, value in (path or {}).items():
        pattern = pattern.replace("{" + key + "}", urllib.parse.quote(value))
        seen.add((name, "parameter", key))
    if query:
        pattern += "?" + urllib.parse.urlencode(query)
        for key in query:
            seen.add((name, "parameter", key))
    got, fields, raw = request(method, pattern, body, headers)
    what = f"{method} {pattern}"
    if got != status:
        expect(f"{what} is {status}", False, f"{got} {raw[:300]}")
        return None
    reply = o["responses"].get(str(status)) or o["responses"]["default"]
    seen.add((name, "status", str(status)))
    kind = fields.get_content_type() if fields.get("Content-Type") else None
    content = {k.split(";")[0]: v for k, v in reply.get("content", {}).items()}
    seen.add((name, "type", str(status), kind))
    if kind is None:
        expect(f"{what} has no body", not content and raw == b"", raw[:100])
        return None
    if kind not in content:
        expect(f"{what} has a type that is described", False, kind)
        return None
    if kind == "application/x-ndjson":
        check_lines(raw, what)
    if kind not in ("application/json", "application/problem+json"):
        return raw
    value = json.loads(raw)
    validate(content[kind]["schema"], value, what)
    if status >= 400:
        expect(f"{what} says its status", value["status"] == status)
    return value



# ---- while a scan runs
one = call("host", 200, path={"ip": host})
expect("a host has its ports", one and len(one["ports"]) >= 2)
none = call("host", 200, {"verdicts": "none"}, path={"ip": host})
expect("without verdicts", all("vulns" not in p for p in none["ports"]))
_, _, raw = request("GET", f"/v1/hosts/{host}?history=true")
past = json.loads(raw)
seen.add(("host", "parameter", "history"))
for i in past.pop("history"):
    validate({"$ref": "#/components/schemas/Host/$defs/interval"}, i, "an interval")
validate({"$ref": "#/components/schemas/Host"}, past, "a host beside its history")
call("host", 404, path={"ip": "203.0.113.9"})
call("host", 400, path={"ip": "203.0.113"})
call("lookup", 200, {"verdicts": "affected"}, f'{host}\n"203.0.113.9"\n{{"ip":"{host}"}}\n')
call("lookup", 400, body="nobody\n")
call("lookup", 400, body="\n")
call("lookup", 413, body="192.0.2.1\n" * 10001)
call("lookup", 413, body="x" * 1048577)

everything = {"query": "port>1", "limit": 1, "rows": "services", "sort": "score", "fields": "ip,port", "facets": "port:3"}
call("search", 200, everything)
page = call("search", 200, {"limit": 1, "verdicts": "none"})
validate({"$ref": "#/components/schemas/Host/$defs/row"}, page["matches"][0], "a row")
rows, more = list(page["matches"]), page
while "next" in more:
    more = call("search", 200, {"limit": 1, "verdicts": "none", "cursor": more["next"]})
    expect("a page is never empty", len(more["matches"]) > 0)
    rows += more["matches"]
places = [(r["ip"], r["port"]) for r in rows]
expect("pages have all, each once", len(places) == len(set(places)) and len(rows) >= page["total"], (len(rows), page["total"]))
expect("the count says the same", call("count", 200)["total"] >= page["total"])
hosts = call("search", 200, {"rows": "hosts"})
for h in hosts["matches"]:
    validate({"$ref": "#/components/schemas/Host"}, h, "a host of a search")
call("search", 400, {"cursor": page["next"], "query": "port:22"})
call("search", 400, {"cursor": page["next"][:-3] + "AAA"})
call("search", 400, {"cursor": page["next"], "sort": "score"})
p = call("search", 400, {"query": "prot:22"})
e = p["errors"][0]
expect("a query is refused with column and suggestion", e["column"] == 1 and e["suggestion"] == "port" and e["parameter"] == "query", p)
call("search", 400, {"fields": "ip,prot"})
call("search", 400, {"facets": "banner"})
call("search", 400, {"limit": 1001})
call("count", 200, {"query": "*", "count_by": "host", "facets": "port:1"})
call("count", 400, {"query": "("})
f = call("facets", 200, {"query": "port:6379", "count_by": "host", "facets": "port"})
expect("facets count", f["facets"]["port"][0]["value"] == 6379 and f["facets"]["port"][0]["count"] == f["total"])
call("facets", 400, {"facets": "nothing"})
m = call("map", 200, {"query": "*", "count_by": "service"})
expect("what has no place is counted", m["unplaced"]["total"] == sum(m["unplaced"]["levels"].values()) > 0)
call("map", 400, {"query": "("})

log = call("changes", 200, {"order": "oldest", "limit": 1000})
numbers = [c["seq"] for c in log["matches"]]
expect("the log is in order", numbers == sorted(numbers) and len(numbers) > 3)
paged, more = [], call("changes", 200, {"limit": 2, "after": 0})
paged += more["matches"]
while "next" in more and len(paged) < len(numbers):
    more = call("changes", 200, {"limit": 2, "after": 0, "cursor": more["next"]})
    paged += more["matches"]
expect("pages of the log have it all", [c["seq"] for c in paged][: len(numbers)] == numbers)
newest = call("changes", 200, {"limit": 3})
expect("the newest first", [c["seq"] for c in newest["matches"]] == sorted([c["seq"] for c in newest["matches"]], reverse=True))
few = call("changes", 200, {"types": "port", "since": "1h", "until": "2099-01-01", "address": host, "query": "port:6379"})
expect("filters hold", all(c["type"].startswith("port") and c["ip"] == host and c["port"] == 6379 for c in few["matches"]) and few["matches"])
call("changes", 400, {"types": "nothing"})
call("changes", 400, {"cursor": "x"})
call("events", 200, {"after": 0, "types": "port"})
call("events", 400, {"after": "x"})
v = call("vuln", 200, {"limit": 1}, path={"cve": "cve-2019-10192"})
expect("a CVE has its services", len(v["services"]) == 1 and v["total"] >= 1 and v["services"][0]["port"] == 6379)
call("vuln", 404, path={"cve": "CVE-2099-99999"})
call("vuln", 400, path={"cve": "CVE-1"})

call("export", 200, {"query": "*", "verdicts": "none"})
call("export", 200, {"rows": "services", "fields": "ip,port", "format": "ndjson"})
csv = call("export", 200, {"format": "csv", "fields": "ip,port"})
expect("CSV has a head and rows", csv.startswith(b"ip,port\r\n") and csv.count(b"\r\n") > 3)
call("export", 400, {"fields": "nothing"})

scans = call("scans", 200, {"limit": 5})
expect("the newest scan runs", scans["matches"][0]["state"] == "running", scans["matches"][0])
running = scans["matches"][0]["scan"]
call("scans", 400, {"limit": 0})
call("scan", 200, path={"id": old})
call("scan", 200, path={"id": "last"})
call("scan", 404, path={"id": "nothing"})
call("scan_status", 200, path={"id": running})
call("scan_status", 404, path={"id": "nothing"})
call("scan_status", 409, path={"id": old})
call("scan_rate", 200, body={"rate": 40}, path={"id": "last"})
call("scan_rate", 200, body={"rate": "50"}, path={"id": running})
call("scan_rate", 400, body={"rate": "fast"}, path={"id": running})
call("scan_rate", 400, body={"rates": 1}, path={"id": running})
call("scan_rate", 404, body={"rate": 1}, path={"id": "nothing"})
call("scan_rate", 409, body={"rate": 1}, path={"id": old})
for order in ("pause", "resume"):
    call("scan_" + order, 200, path={"id": running})
    call("scan_" + order, 404, path={"id": "nothing"})
    call("scan_" + order, 409, path={"id": old})
call("scan_exclude", 200, body={"add": ["198.18.9.0/24"]}, path={"id": running})
call("scan_exclude", 400, body={"add": ["nobody"]}, path={"id": running})
call("scan_exclude", 400, body={"add": ["198.18.9.1 198.18.9.2"]}, path={"id": running})
call("scan_exclude", 404, body={"add": ["198.18.9.0/24"]}, path={"id": "nothing"})
call("scan_exclude", 409, body={"add": ["198.18.9.0/24"]}, path={"id": old})
finding = {"addresses": host, "port": 6379, "id": "CVE-2019-10192", "until": "30d", "reason": "a test"}
named = {k: finding[k] for k in ("addresses", "port", "id")}
call("accept_add", 409, body=finding)
call("accept_remove", 409, body=named)
metrics = call("metrics", 200)
expect("figures have the scan, the store and the server", all(w in metrics for w in (b"sonde_scan_running 1", b"sonde_scan_grabs_active",
       b"sonde_store_services", b"sonde_http_answers_total{class=\"2xx\"}")))
call("scan_stop", 404, path={"id": "nothing"})
call("scan_stop", 409, path={"id": old})
call("scan_stop", 200, path={"id": running})

# ---- when it has ended
for _ in range(600):
    if call("scan", 200, path={"id": running})["state"] != "running":
        break
    time.sleep(0.05)
call("scan_status", 409, path={"id": running})
for _ in range(200):  # the process gives the lock back a moment later
    if request("POST", "/v1/accepts", finding)[0] == 204:
        break
    time.sleep(0.05)
call("accept_add", 204, body=finding)
call("accept_add", 400, body={"addresses": host})
call("accept_add", 400, body={**finding, "until": "yesterday"})
call("accept_add", 400, body=[])
call("accept_add", 404, body={**finding, "addresses": "203.0.113.9"})
listed = call("accepts", 200, {"address": host})
expect("what is accepted is listed", [(a["ip"], a["port"], a["reason"]) for a in listed["matches"]] == [(host, 6379, "a test")], listed)
call("accepts", 400, {"address": "x"})
accepted = [v for p in call("host", 200, path={"ip": host})["ports"] for v in p.get("vulns", []) if "accepted" in v]
expect("the host's document shows it at once", [v["id"] for v in accepted] == ["CVE-2019-10192"])
call("accept_remove", 204, body=named)
call("accept_remove", 404, body=named)
call("accept_remove", 400, body={})
call("stats", 200)
call("health", 200)
call("openapi", 200)
s = call("session", 200)
expect("nobody needs a key yet", s["by"] == "nobody" and "admin" in s["scopes"])
call("session_begin", 400, body={"key": "x"})
call("session_end", 204)

# ---- what the description has and nobody asked for
by_key = {("session_begin", "status", "200"), ("session_begin", "status", "401")}  # test_serve.sh asks for these, with keys
for name, (method, path, o) in operations.items():
    for p in o["parameters"]:
        expect(f"{name}: the parameter {p['name']} was asked for", (name, "parameter", p["name"]) in seen)
    for status, reply in o["responses"].items():
        if status == "default" or (name, "status", status) in by_key:
            continue
        expect(f"{name}: the status {status} was seen", (name, "status", status) in seen)
        for kind in reply.get("content", {}):
            expect(f"{name}: the type {kind} was seen", (name, "type", status, kind.split(";")[0]) in seen)
print(f"{len(operations)} operations, {len(seen)} facts about them, {bad} claims do not hold")
sys.exit(bad > 0)
