# SPDX-License-Identifier: Apache-2.0
"""flows - counts the TCP connections that come in by a device, whoever's they are: those in which the client acknowledged the
server's SYN. Until SIGTERM; then it prints a JSON object.

usage: flows.py DEVICE"""
import json
import signal
import socket
import struct
import sys

ETH_ALL, ETH_IPV4, OUTGOING = 0x0003, b"\x08\x00", 4 # a bridge takes a frame before sockets of one protocol see it
SYN, RST, ACK = 2, 4, 16
flows, counts = set(), {"packets": 0, "bytes": 0}


def end(*_):
    print(json.dumps({**counts, "connections": len(flows)}), flush=True)
    sys.exit(0)


def hear(frame):
    counts["packets"] += 1
    counts["bytes"] += len(frame)
    if len(frame) < 34 or frame[12:14] != ETH_IPV4 or frame[23] != socket.IPPROTO_TCP:
        return
    tcp = 14 + (frame[14] & 15) * 4
    if len(frame) < tcp + 20:
        return
    flags = frame[tcp + 13]
    if flags & ACK and not flags & (SYN | RST):
        flows.add(frame[26:34] + frame[tcp:tcp + 4])


signal.signal(signal.SIGTERM, end)
packets = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_ALL))
packets.setsockopt(socket.SOL_SOCKET, 33, struct.pack("i", 64 << 20))  # SO_RCVBUFFORCE
packets.bind((sys.argv[1], ETH_ALL))
print("ready", flush=True)
while True:
    data, address = packets.recvfrom(128)
    if address[2] != OUTGOING:
        hear(data)
