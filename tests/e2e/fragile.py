# SPDX-License-Identifier: Apache-2.0
"""fragile - what listeners noted, held against what fragile devices may be sent.

usage: fragile.py LOG CLAIM HOST [ARGUMENT...] - exit code 0 if the claim holds, else each breach is a line. Claims:

	only-own HOST         no port of a fragile device got a byte that is not its own protocol's request, and the ports
	                      without one got no connection at all
	asked HOST PORTS      each of these TCP or UDP ports got its request
	silent HOST PORTS     these ports got no byte
	custom HOST           no other port got a question that it does not speak by custom
	at-once HOST N        no more than N TCP connections were open at the same time
	each HOST N           no port got more than N connections, and more than one were made in all
	ports HOST N          no more than N ports got a connection, and some did
	once HOST             no port got the same bytes twice
	closed HOST           every connection was ended by a FIN or RST
	fin HOST              every connection that the listener did not end itself was ended by a FIN

The requests are written down here a second time, from the protocols' specifications.
"""
import json
import re
import sys
from collections import Counter, defaultdict

# TCP: RFC 1006 and S7 (set-up, SZL 0x11 and 0x1c), Modbus 43/14, IEC 60870-5-104 TESTFR act, OPC 10000-6 HEL,
# IEEE 1815 request link status, CIP ListIdentity, Niagara Fox hello.
TCP = {
    102: [r"0300001611e00000000100c0010ac1020100c2020102", r"0300001902f08032010000000100080000f0000001000101e0",
          r"0300002102f08032070000000[23]000800080001120411440100ff09000400(11|1c)0000"],
    502: [r"....00000005ff2b0e0100"],
    1911: [b"fox a 1 -1 fox hello\n".hex() + ".*"],
    2404: [r"680443000000"],
    4840: [b"HELF".hex() + ".*"],
    20000: [r"056405c90000010078e7"],
    44818: [r"63000000" + "(00000000){2}" + ".{16}00000000"],
}
# With --ask-fragile: HP PJL INFO ID, RFC 1179 5.3.
PRINTERS = {515: [b"\x03lp\n".hex()], **{p: [b"\x1b%-12345X@PJL INFO ID\r\n\x1b%-12345X".hex() ] for p in range(9100, 9108)}}
# UDP: BACnet ReadProperty, ListIdentity, request link status, KNXnet/IP description request.
UDP = {
    3671: [r"06100203000e0801000000000000"],
    47808: [r"810a0011010400050[0-9a-f]0c0c023fffff194b"],
    44818: TCP[44818],
    20000: TCP[20000],
}
NEVER = [35, 170, 789, 802, 1089, 1090, 1091, 1153, 1200, 1628, 1629, 1962, 2455, 3622, 3671, 4911, 5006, 5007, 5094,
         9600, 11001, 18245, 20547, 34962, 34963, 34964, 34980]
# What ordinary ports speak: HTTP, a ClientHello, PostgreSQL's SSLRequest.
CUSTOM = {80: rb"GET / ", 443: rb"\x16\x03", 5432: rb"\0\0\0\x08\x04\xd2\x16\x2f"}


def fragile(port):
    return port in TCP or port in PRINTERS or port in UDP or port in NEVER


class Log:
    def __init__(self, path, host):
        self.events = [e for e in map(json.loads, open(path, encoding="ascii")) if e["host"] == host]

    def data(self):
        return [(e["transport"], e["port"], bytes.fromhex(e["hex"])) for e in self.events if e["event"] == "data"]

    def opens(self):
        return [e["port"] for e in self.events if e["event"] == "open"]


def list_of(text):
    for part in text.split(","):
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)


def only_own(log, with_printers=None):
    tcp = {**TCP, **(PRINTERS if with_printers else {})}
    for transport, port, data in log.data():
        if fragile(port) and not any(re.fullmatch(r, data.hex()) for r in (UDP if transport == "udp" else tcp).get(port, [])):
            yield f"{port}/{transport} was sent {data[:40]!r}"
    for port in log.opens():
        if fragile(port) and port not in tcp:
            yield f"{port}/tcp got a connection"


def asked(log, ports):
    got = {port for _, port, data in log.data() if data}
    return (f"port {p} was not asked" for p in list_of(ports) if p not in got)


def silent(log, ports):
    quiet = set(list_of(ports))
    return (f"{port}/{transport} was sent {data[:40]!r}" for transport, port, data in log.data() if port in quiet)


def custom(log):
    for transport, port, data in log.data():
        if not fragile(port) and not (port in CUSTOM and re.match(CUSTOM[port], data)):
            yield f"{port}/{transport} was sent {data[:40]!r}"


def at_once(log, most):
    now = peak = 0
    for e in log.events:
        now += {"open": 1, "end": -1}.get(e["event"], 0)
        peak = max(peak, now)
    if peak > int(most) or not log.opens():
        yield f"{peak} connections at once, {len(log.opens())} in all"


def each(log, most):
    count = Counter(log.opens())
    if sum(count.values()) < 2:
        yield f"{sum(count.values())} connections in all"
    for port, n in count.items():
        if n > int(most):
            yield f"port {port} got {n} connections"


def ports(log, most):
    got = set(log.opens())
    if not 0 < len(got) <= int(most):
        yield f"{len(got)} ports got a connection"


def once(log):
    for (transport, port, data), n in Counter(log.data()).items():
        if n > 1:
            yield f"{port}/{transport} was sent {n} times {data[:40]!r}"
    hellos = Counter(port for _, port, data in log.data() if data[:2] == b"\x16\x03" and data[5:6] == b"\x01")
    yield from (f"port {port} got {n} ClientHellos" for port, n in hellos.items() if n > 1)


def ends(log):
    how = defaultdict(lambda: "none")
    for e in log.events:
        if e["event"] == "end":
            how[e["id"]] = e["how"]
    return [(e["port"], how[e["id"]]) for e in log.events if e["event"] == "open"]


def closed(log):
    return (f"a connection to port {port} was left open" for port, how in ends(log) if how == "none")


def fin(log):
    return (f"a connection to port {port} ended by {how}" for port, how in ends(log) if how not in ("fin", "ours"))


claims = {"only-own": only_own, "asked": asked, "silent": silent, "custom": custom, "at-once": at_once, "each": each,
          "ports": ports, "once": once, "closed": closed, "fin": fin}
breaches = list(claims[sys.argv[2]](Log(sys.argv[1], sys.argv[3]), *sys.argv[4:]))
for line in breaches[:20]:
    print("  " + line)
sys.exit(bool(breaches))
