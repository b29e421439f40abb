# SPDX-License-Identifier: Apache-2.0
"""report - compares what the scanners of the lab say with the truth of its table.

usage: report.py table|json LEAST FOLDER HAVE [nmap]

FOLDER has: table (the rows of servers.tsv that were to run), places (NAME ADDRESS), lost (NAME PORT/TRANSPORT or * and a reason),
hosts (what sonde export prints), sonde.json and nmap.json (seconds, connections), nmap.xml. HAVE has a file for each package with
its version. With nmap, its row is there also where it did not run. Exit code 1 where fewer than LEAST instances run, or fewer
than a third of them on unusual ports or inside TLS."""
import collections
import json
import os
import re
import sys
import xml.etree.ElementTree

Row = collections.namedtuple("Row", "name where ip how place services products product_stated version version_stated more note")
Answer = collections.namedtuple("Answer", "service product version")
NOTHING = Answer(None, None, None)

# What nmap calls a service, where it is another word.
OTHER_WORDS = {
    "dns": {"domain"}, "rdp": {"ms-wbt-server"}, "smb": {"microsoft-ds", "netbios-ssn"},
    "http": {"http-proxy", "upnp", "https", "http-alt", "https-alt"}, "pop3": {"pop3-proxy"}, "spamd": {"spamassassin"},
    "gpsd": {"gpsd-ng"},
    "ajp": {"ajp13"}, "rmi": {"java-rmi", "rmiregistry"}, "portmap": {"rpcbind"}, "kerberos": {"kerberos-sec"},
    "x11": {"X11"}, "openwire": {"apachemq"}, "snapcast": {"jsonrpc"}, "torcontrol": {"tor-control"}, "tor": {"tor-socks"},
    "clamav": {"clam"}, "mumble": {"murmur"}, "zabbix": {"zabbix-agent"}, "9p": {"9pfs"}, "amqp": {"amqps"}, "nut": {"ups", "upsd"},
    "lmtp": {"smtp"}, "git": {"git-daemon"}, "svn": {"svnserve"}, "cvs": {"cvspserver"}, "giop": {"corba-ns"},
    "distcc": {"distccd"}, "finger": {"finger"}, "snmp": {"snmp"}, "socks5": {"socks5", "socks"}, "socks4": {"socks4", "socks"},
}
OTHER_PRODUCTS = {"Python http.server": {"SimpleHTTPServer", "BaseHTTPServer"}, "wsgiref": {"WSGIServer"}, "Mumble": {"Murmur"},
                  "AJP connector": {"Apache Jserv"}}
# What is true and names no product: of these words nothing is held against it.
NO_PRODUCTS = {"Golang net/http server", "Node.js", "NTP", "Advanced Message Queue Protocol", "linux", "unknown", "Linux chargen"}
# Words that do not tell one product from another.
COMMON_WORDS = {"server", "http", "httpd", "daemon", "the", "web", "dns", "ftp", "pop3", "imap", "smtp", "proxy", "service", "agent",
                "database", "gnu", "port", "protocol", "system", "network", "cache", "node"}


def upstream(version):
    return re.split(r"[+~]", re.sub(r"^\d+:", "", version).rsplit("-", 1)[0])[0]


def truth_of_version(rule, package, have):
    """The version that a rule of the table stands for, whether the server announces it, and whether more may follow it."""
    found = re.fullmatch(r"(\()?=(\d?)(\+?)(?:@([^)]+))?\)?", rule)
    if not found:
        return None, False, False
    with open(os.path.join(have, found[4] or package), encoding="utf-8") as file:
        version = upstream(file.read().strip())
    if found[2]:
        version = ".".join(version.split(".")[:int(found[2])])
    return version, not found[1], bool(found[3])


def read_table(folder, have):
    """The rows that run, and the others with their reasons."""
    with open(os.path.join(folder, "places"), encoding="utf-8") as file:
        places = dict(line.split() for line in file)
    lost = {}
    with open(os.path.join(folder, "lost"), encoding="utf-8") as file:
        for line in file:
            name, where, why = line.rstrip("\n").split(" ", 2)
            lost[name, where] = why
    rows, gone, name, package = [], [], None, None
    with open(os.path.join(folder, "table"), encoding="utf-8") as file:
        for line in file:
            cell = line.rstrip("\n").split(None, 9) + [""]
            if cell[0] != ".":
                name = cell[0]
            if cell[2] != "-":
                package = cell[2].split(",")[0]
            where = cell[3]
            why = lost.get((name, where)) or lost.get((name, "*"))
            if why:
                gone.append(f"{name} {where}: {why}")
                continue
            products = cell[7].strip("()").replace("~", " ").split("|")
            rows.append(Row(name, where, places[name], cell[4], cell[5], cell[6].split("|"), [] if cell[7] == "-" else products,
                            not cell[7].startswith(("(", "-")), *truth_of_version(cell[8], package, have), cell[9]))
    return rows, gone


# ---- what the scanners say ----

def read_sonde(folder):
    said = {}
    with open(os.path.join(folder, "hosts"), encoding="utf-8") as file:
        for line in file:
            host = json.loads(line)
            for port in host["ports"]:
                service = port.get("service")
                if port.get("service_source") == "port" or service in ("ssl", "unknown"):
                    service = None # nothing but the number of the port says so, or no more is known than TLS
                said[host["ip"], f"{port['port']}/{port['transport']}"] = Answer(service, port.get("product"), port.get("version"))
    return said


def read_nmap(folder):
    said = {}
    for host in xml.etree.ElementTree.parse(os.path.join(folder, "nmap.xml")).getroot().iter("host"):
        address = host.find("address[@addrtype='ipv4']").get("addr")
        for port in host.iter("port"):
            service = port.find("service")
            if port.find("state").get("state") != "open" or service is None:
                continue
            name = service.get("name") if service.get("method") == "probed" else None
            if name in ("unknown", "tcpwrapped", "ssl"):
                name = None
            product, version = service.get("product"), service.get("version")
            if version and (not re.match(r"\d+\.\d", version) or "or later" in version):
                version = None # a protocol's, or a bound
            if version and service.get("extrainfo"):
                version += " " + service.get("extrainfo")
            said[address, f"{port.get('portid')}/{port.get('protocol')}"] = Answer(
                name, None if product in NO_PRODUCTS else product, version)
    return said


def words(product):
    return set(re.findall(r"[a-z0-9]+", product.lower())) - COMMON_WORDS


def squeezed(product):
    return re.sub(r"[^a-z0-9]", "", product.lower())


class Exactly:
    """Sonde's answers are the truth's words."""
    @staticmethod
    def service(said, truth):
        return said in truth

    @staticmethod
    def product(said, truth):
        return said in truth

    @staticmethod
    def version(said, truth, more):
        return said == truth or more and re.match(re.escape(truth) + r"[^0-9]", said) is not None


class InOtherWords:
    """Another scanner's are right where they mean the same: in doubt for it."""
    @staticmethod
    def service(said, truth):
        return any(said == t or said in OTHER_WORDS.get(t, ()) for t in truth)

    @staticmethod
    def product(said, truth):
        return any(words(said) & words(t) or squeezed(t) in squeezed(said) or said in OTHER_PRODUCTS.get(t, ()) for t in truth)

    @staticmethod
    def version(said, truth, _):
        return re.search(r"(?<![0-9])" + re.escape(truth) + r"(?![0-9])", said) is not None or \
            truth.startswith(said.split()[0] + ".")


def judge(rows, said, same):
    """Counts by kind of row, and the wrong and the missing answers as lines."""
    counts = {kind: collections.Counter() for kind in ("all", "odd", "tls")}
    wrong, missing = [], []
    for row in rows:
        answer = said.get((row.ip, row.where), NOTHING)
        kinds = ["all"] + ["odd"] * (row.place == "odd") + ["tls"] * (row.how != "clear")
        truth = row.version
        products = [p for p in row.products if not p.startswith("*")]
        lesser = [p[1:] for p in row.products if p.startswith("*")]
        if answer.product and same.product(answer.product, lesser): # true, yet not what it is
            answer = answer._replace(product=None, version=None)
        checks = [("service", answer.service, row.services, True, same.service),
                  ("product", answer.product, products, row.product_stated, same.product),
                  ("version", answer.version, [truth] if truth else [], row.version_stated,
                   lambda said, truth, row=row: bool(truth) and same.version(said, truth[0], row.more))]
        left = []
        for what, got, expected, stated, right in checks:
            hit = got is not None and right(got, expected)
            for kind in kinds:
                counts[kind][what + "s"] += stated
                counts[kind]["right_" + what + "s"] += stated and hit
                counts[kind]["wrong"] += got is not None and not hit
            if got is not None and not hit:
                wrong.append({"name": row.name, "port": row.where, "what": what, "expected": "|".join(expected) or None, "got": got})
            elif stated and not hit:
                left.append(what)
        if left:
            missing.append({"name": row.name, "port": row.where, "how": row.how, "missing": left, "note": row.note or None})
    return counts, wrong, missing


def measure(folder, name, rows, reader, same):
    with open(os.path.join(folder, name + ".json"), encoding="utf-8") as file:
        run = json.load(file)
    counts, wrong, missing = judge(rows, reader(folder), same)
    tcp = sum(row.where.endswith("/tcp") for row in rows)
    return {"name": name, "seconds": round(run["seconds"], 1), "connections": run["connections"],
            "connections_a_port": round(run["connections"] / tcp, 2) if tcp else None,
            "exit_code": run["code"], "counts": counts, "wrong": wrong, "unnamed": missing}


# ---- the result ----

def share(count, what):
    all_of = count[what]
    right = count["right_" + what]
    return f"{right}/{all_of} {100 * right / all_of:.1f} %" if all_of else "-"


def print_table(result):
    print(f"{result['instances']} instances of {result['packages']} packages, {result['odd']} on unusual ports, {result['tls']} inside TLS\n")
    line = "{:8} {:13} {:>15} {:>15} {:>15} {:>6} {:>8} {:>11}"
    print(line.format("scanner", "instances", "services", "products", "versions", "wrong", "seconds", "connections"))
    print(line.format("", "", "right/all", "right/announced", "right/announced", "", "", "a TCP port"))
    for tool in result["tools"]:
        if "counts" not in tool:
            print(f"{tool['name']:8} not installed")
            continue
        for kind, label in (("all", "all"), ("odd", "unusual port"), ("tls", "inside TLS")):
            count = tool["counts"][kind]
            print(line.format(tool["name"] if kind == "all" else "", label, share(count, "services"), share(count, "products"),
                              share(count, "versions"), count["wrong"], tool["seconds"] if kind == "all" else "",
                              tool["connections_a_port"] if kind == "all" else ""))
    for tool in result["tools"]:
        if tool.get("wrong"):
            print(f"\n{tool['name']} is wrong:")
            for w in tool["wrong"]:
                print(f"  {w['name']} {w['port']}: {w['what']} '{w['got']}', expected {w['expected'] or 'none'}")
    own = result["tools"][0]
    print(f"\nannounced and not named by {own['name']}:")
    for m in own["unnamed"]:
        print(f"  {m['name']} {m['port']} {m['how']}: {', '.join(m['missing'])}" + (f" ({m['note']})" if m["note"] else ""))
    print("\nnot announced:")
    for note, names in result["not_announced"].items():
        print(f"  {note}: {', '.join(names)}")
    if result["lost"]:
        print("\ndid not run:")
        for line in result["lost"]:
            print(f"  {line}")


def main():
    form, least, folder, have = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
    rows, gone = read_table(folder, have)
    tools = [measure(folder, "sonde", rows, read_sonde, Exactly)]
    if "nmap" in sys.argv[5:]:
        ran = os.path.exists(os.path.join(folder, "nmap.xml"))
        tools.append(measure(folder, "nmap", rows, read_nmap, InOtherWords) if ran else {"name": "nmap", "installed": False})
    with open(os.path.join(folder, "table"), encoding="utf-8") as file:
        packages = {line.split()[2].split(",")[0] for line in file} - {"-"}
    not_announced = {}
    for row in rows:
        if row.note and not (row.product_stated and row.version_stated):
            not_announced.setdefault(row.note, []).append(row.name)
    result = {"instances": len(rows), "packages": len(packages), "odd": sum(row.place == "odd" for row in rows),
              "tls": sum(row.how != "clear" for row in rows), "tools": tools, "not_announced": not_announced, "lost": gone}
    if form == "json":
        print(json.dumps(result, indent=1))
    else:
        print_table(result)
    third = least / 3
    if result["instances"] < least or result["odd"] < third or result["tls"] < third:
        print(f"fewer than {least} instances run, or fewer than a third of so many on unusual ports or inside TLS", file=sys.stderr)
        sys.exit(1)


main()
