# SPDX-License-Identifier: Apache-2.0
"""udp_servers - small UDP servers that answer as their protocols say: DNS, NTP, SNMPv3, SSDP and an echo.

usage: udp_servers.py ADDRESS... - prints "ready", serves until it is ended. On port 7000 it echoes, on 7001 it reads
and says nothing, on 7002 it answers a DNS question with the wrong ID."""
import selectors
import socket
import sys


def dns(q):
    if q[12:26] != b"\x07version\x04bind\x00\x00"[:14]:
        return None
    answer = b"\xc0\x0c\x00\x10\x00\x03" + bytes(4) + b"\x00\x12\x11BIND 9.18.1-probe"
    return q[:2] + b"\x84\x00\x00\x01\x00\x01\x00\x00\x00\x00" + q[12:] + answer


def ntp(q):
    if len(q) != 48 or q[0] & 7 != 3:
        return None
    return bytes([0x24, 2, 6, 0xEC]) + bytes(20) + q[40:48] + bytes(16)


def ssdp(q):
    if not q.startswith(b"M-SEARCH * HTTP/1.1\r\n"):
        return None
    return b"HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\nUSN: uuid:1::upnp:rootdevice\r\nSERVER: Linux/5.10 UPnP/1.0 MiniUPnPd/2.2.1\r\n\r\n"


def snmp(q):
    return b"\x30\x05\x02\x01\x03\x04\x00" if q[:5] == b"\x30\x3b\x02\x01\x03" and len(q) == 61 else None


def wrong(q):
    return bytes([q[0] ^ 1]) + dns(q)[1:] if len(q) > 12 else b"odd"


servers = {53: dns, 123: ntp, 161: snmp, 1900: ssdp, 7000: lambda q: q or b"empty", 7001: lambda q: None, 7002: wrong}
loop = selectors.DefaultSelector()
for address in sys.argv[1:]:
    for port, answer in servers.items():
        s = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
        s.bind((address, port))
        loop.register(s, selectors.EVENT_READ, answer)
print("ready", flush=True)
while True:
    for key, _ in loop.select():
        data, peer = key.fileobj.recvfrom(2048)
        reply = key.data(data)
        if reply is not None:
            key.fileobj.sendto(reply, peer)
