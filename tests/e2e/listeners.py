# SPDX-License-Identifier: Apache-2.0
"""listeners - TCP and UDP listeners that note every connection, every byte and how each connection ended.

usage: listeners.py LOG SPEC... - prints "ready" once all are bound, serves until it is ended. A SPEC is
ADDRESS:PORTS[/udp]=KIND; PORTS is a list such as 102,502,9100-9107. The kinds:

	silent   reads, never answers
	close    ends each connection as soon as it is there
	greet    says an SSH identification, then reads
	alert    answers the first bytes with a TLS alert
	reset    answers the first bytes with a reset
	http     answers GET with a page
	printer  answers GET as a printer's web server does
	modbus   answers "read device identification" as a controller does
	bacnet   answers ReadProperty as a building controller does (UDP)
	echo     sends back what came

LOG gets a line of JSON for each event: {"time", "event": "open" | "data" | "end", "id", "host", "port", "transport"},
"data" with "hex", "end" with "how": "fin", "rst" or "ours".
"""
import errno
import json
import resource
import selectors
import socket
import struct
import sys
import time

MODBUS = bytes.fromhex("2b0e0101000003") + b"\x00\x07Example" + b"\x01\x05PLC-1" + b"\x02\x041.00"
PAGE = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n<title>%s</title>"
ALERT = bytes.fromhex("15030100020228")


def answer(kind, data):
    """What a listener of this kind says to these bytes; None: nothing."""
    if kind in ("http", "printer") and data.startswith(b"GET "):
        return PAGE % (b"HP LaserJet M402dn" if kind == "printer" else b"Example")
    if kind == "alert":
        return ALERT
    if kind == "modbus" and len(data) >= 8 and data[2:4] == b"\0\0" and data[7] == 0x2B:
        return data[:4] + struct.pack(">H", len(MODBUS) + 1) + data[6:7] + MODBUS
    if kind == "bacnet" and data[:2] == b"\x81\x0a":
        return bytes.fromhex("810a0017010030010c0c020004d2194b3ec4020004d23f")
    if kind == "echo":
        return data
    return None


class Listeners:
    def __init__(self, log):
        self.log = open(log, "a", buffering=1, encoding="ascii")
        self.loop = selectors.DefaultSelector()
        self.count = 0

    def note(self, event, conn, **more):
        line = {"time": time.monotonic(), "event": event, "id": conn["id"], "host": conn["host"], "port": conn["port"]}
        self.log.write(json.dumps({**line, "transport": conn["transport"], **more}) + "\n")

    def listen(self, host, port, kind, transport):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        s = socket.socket(family, socket.SOCK_DGRAM if transport == "udp" else socket.SOCK_STREAM)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind((host, port))
        if transport == "tcp":
            s.listen(64)
        s.setblocking(False)
        call = self.datagram if transport == "udp" else self.accept
        self.loop.register(s, selectors.EVENT_READ, (call, {"host": host, "port": port, "kind": kind, "transport": transport}))

    def datagram(self, s, where):
        data, peer = s.recvfrom(65536)
        self.count += 1
        self.note("data", {**where, "id": self.count}, hex=data.hex())
        reply = answer(where["kind"], data)
        if reply is not None:
            s.sendto(reply, peer)

    def accept(self, s, where):
        try:
            c, _ = s.accept()
        except OSError:
            return
        self.count += 1
        conn = {**where, "id": self.count}
        c.setblocking(False)
        self.note("open", conn)
        if conn["kind"] == "greet":
            c.send(b"SSH-2.0-OpenSSH_9.2p1\r\n")
        if conn["kind"] == "close":
            self.end(c, conn, "ours", registered=False)
        else:
            self.loop.register(c, selectors.EVENT_READ, (self.read, conn))

    def end(self, c, conn, how, registered=True):
        self.note("end", conn, how=how)
        if registered:
            self.loop.unregister(c)
        c.close()

    def read(self, c, conn):
        try:
            data = c.recv(65536)
        except OSError as e:
            self.end(c, conn, "rst" if e.errno == errno.ECONNRESET else "ours")
            return
        if not data:
            self.end(c, conn, "fin")
            return
        self.note("data", conn, hex=data.hex())
        if conn["kind"] == "reset":
            c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.end(c, conn, "ours")
            return
        reply = answer(conn["kind"], data)
        if reply is not None:
            c.send(reply)
        if reply is not None and conn["kind"] in ("http", "printer"):
            c.shutdown(socket.SHUT_WR)

    def run(self):
        while True:
            for key, _ in self.loop.select():
                call, where = key.data
                call(key.fileobj, where)


def ports(text):
    for part in text.split(","):
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)


def main():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    all_of_them = Listeners(sys.argv[1])
    for spec in sys.argv[2:]:
        where, kind = spec.split("=")
        where, _, transport = where.partition("/")
        host, _, list_of_ports = where.rpartition(":")
        for port in ports(list_of_ports):
            all_of_them.listen(host, port, kind, transport or "tcp")
    print("ready", flush=True)
    all_of_them.run()


main()
