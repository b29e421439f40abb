# SPDX-License-Identifier: Apache-2.0
"""servers_check - the claims of test_servers.sh about what was found.

usage: servers_check.py SONDE EXPECTED < HOSTS - HOSTS is what export prints. A line of EXPECTED:

  NAME ADDRESS SOURCE VERSION PORT SERVICE PRODUCT STATED CPE PACKAGE OS

SOURCE and VERSION are dpkg's. STATED is `=` where the server states its upstream version, a pattern, or `-`. CPE is
vendor:product. PACKAGE is `whole` where the banner names the package and its version, `name`, or `-`. In a PRODUCT
`_` is a blank. Whether Debian has fixed a CVE is read by `sonde vuln` and compared by dpkg, not by the code at test."""
import collections
import json
import re
import subprocess
import sys

sonde, failures, rows = sys.argv[1], 0, {}


def expect(what, got, wanted):
    global failures
    if got == wanted:
        print(f"ok: {what}")
    else:
        failures += 1
        print(f"NOT OK: {what}: got {got!r}, expected {wanted!r}")


def upstream(version):
    return re.split(r"[+~]", re.sub(r"^\d+:", "", version).rsplit("-", 1)[0])[0]


def fixes(cve):
    if cve not in rows:
        out = subprocess.run([sonde, "vuln", cve, "-o", "json"], stdout=subprocess.PIPE, check=False).stdout
        rows[cve] = (json.loads(out).get("fixed_by") or []) if out else []
    return rows[cve]


def fixed_by(cve, source, version):
    for row in fixes(cve):
        if row["release"] != "debian:bookworm" or row["package"] != source or not row.get("version"):
            continue
        if subprocess.run(["dpkg", "--compare-versions", row["version"], "le", version], check=False).returncode == 0:
            return row["version"]
    return None


ports, found = {}, {}
for line in sys.stdin:
    host = json.loads(line)
    for port in host["ports"]:
        ports[host["ip"], f"{port['port']}/{port['transport']}"] = port
        found[host["ip"], f"{port['port']}/{port['transport']}"] = host

for line in open(sys.argv[2]):
    name, address, source, version, where, service, product, stated, cpe, package, system = line.split()
    what = f"{name} on {where}"
    port = ports.get((address, where))
    if port is None:
        expect(f"{what} is found", "nothing", "an open port")
        continue
    expect(f"{what} speaks {service}", port.get("service"), service)
    if product == "-":
        continue
    expect(f"{what} is {product}", (port.get("product") or "-").replace(" ", "_"), product)
    got = port.get("version") or "-"
    wanted = upstream(version) if stated == "=" else stated
    expect(f"{what} has version {wanted}", got if not re.fullmatch(wanted, got) else wanted, wanted)
    names = ["cpe:2.3:a:" + cpe + ":"] if cpe != "-" else []
    expect(f"{what} is called {cpe}", [n for n in names if not any(c.startswith(n) for c in port.get("cpe") or [])], [])
    if stated == "=":
        first = (port.get("cpe") or [""])[0].split(":")
        expect(f"{what} has its version in the CPE", "".join(first[5:7]).rstrip("*"), got)
    mine = port.get("package") or {}
    expect(f"{what} names its package: {package}",
           [mine.get("distribution"), mine.get("name"), mine.get("version")] if package != "-" else mine or None,
           ["debian", source, version] if package == "whole" else ["debian", source, None] if package == "name" else None)
    expect(f"{what} runs on {system}", ((found[address, where].get("os") or {}).get("product") or "-").split()[0], system)

print()
print(f"{'server':12} {'port':10} {'package':44} affected possible fixed")
wrong, compared = [], 0
for line in open(sys.argv[2]):
    name, address, source, version, where = line.split()[:5]
    vulns = (ports.get((address, where)) or {}).get("vulns") or []
    count = collections.Counter(v["verdict"] for v in vulns)
    print(f"{name:12} {where:10} {source + ' ' + version:44} {count['affected']:8} {count['possible']:8} {count['fixed']:5}")
    for v in vulns:
        fix = fixed_by(v["id"], source, version)
        compared += fix is not None
        if fix and v["verdict"] == "affected":
            wrong.append(f"{name}: {v['id']}, fixed in {source} {fix}")
expect("no CVE that Debian has fixed in the package that runs is called affected", wrong, [])
expect("and there were some to be called so", compared > 0, True)
print(f"{compared} verdicts about CVEs that Debian has fixed in what runs")
sys.exit(failures > 0)
