#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# serve_clients.py - many clients of a server of loopback, and what they cost it.
#
# usage: serve_clients.py idle BASE N PID            - connections that made one request: memory
#        serve_clients.py listen BASE N PID SECONDS  - listeners of events: processor time
#        serve_clients.py export BASE BYTES PID      - exports one after another until so many bytes came: memory
import os
import resource
import selectors
import socket
import sys
import time
import urllib.parse

what, base, number, pid = sys.argv[1:5]
number = int(number)
where = urllib.parse.urlsplit(base)
resource.setrlimit(resource.RLIMIT_NOFILE, (min(20000, resource.getrlimit(resource.RLIMIT_NOFILE)[1]),) * 2)


def memory():
    with open(f"/proc/{pid}/status", encoding="ascii") as f:
        return sum(int(line.split()[1]) for line in f if line.startswith("RssAnon")) / 1024


def cpu():
    with open(f"/proc/{pid}/stat", encoding="ascii") as f:
        fields = f.read().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def connect(path, extra=""):
    s = socket.create_connection((where.hostname, where.port), timeout=20)
    s.sendall(f"GET {path} HTTP/1.1\r\nHost: {where.netloc}\r\n{extra}\r\n".encode())
    return s


if what == "idle":
    before = memory()
    clients = []
    for _ in range(number):
        s = connect("/v1/hosts/10.0.0.1")
        if not s.recv(65536).startswith(b"HTTP/1.1 200"):
            sys.exit("no answer")
        clients.append(s)
    after = memory()
    print(f"{number} idle clients: {after:.0f} MiB in all, {(after - before) * 1024 / number:.1f} KiB each")
elif what == "listen":
    clients = selectors.DefaultSelector()
    for _ in range(number):
        s = connect("/v1/events")
        s.setblocking(False)
        clients.register(s, selectors.EVENT_READ)
    time.sleep(1)
    count, begin, used = 0, time.monotonic(), cpu()
    while time.monotonic() - begin < float(sys.argv[5]):
        for key, _ in clients.select(0.5):
            count += key.fileobj.recv(65536).count(b"\nid: ")
    span = time.monotonic() - begin
    print(f"{number} listeners: {count / span:.0f} events/s in all for {100 * (cpu() - used) / span:.1f} % of a processor, {memory():.0f} MiB")
else:
    total, most, begin, used, before = 0, 0.0, time.monotonic(), cpu(), memory()
    while total < number:
        s = connect("/v1/export?rows=services", "Connection: close\r\n")
        tail = b""
        while data := s.recv(1 << 20):
            total += len(data)
            tail = (tail + data)[-200:]
            most = max(most, memory())
        if b'"_end":true' not in tail:
            sys.exit("the export is not whole")
    print(f"{total / 2**20:.0f} MiB exported: {most - before:+.1f} MiB of memory at most, {(cpu() - used):.1f} s of processor time, {time.monotonic() - begin:.1f} s")
