# SPDX-License-Identifier: Apache-2.0
"""late - a far end that takes its time: late.py INTERFACE MILLISECONDS SECONDS | late.py --list NETWORK PORTS.

Answers SYNs to one in ten (address, port), of either family, MILLISECONDS after they came, for SECONDS; SIGUSR1 has
it print how many came. --list prints which it answers.
"""
import collections
import ipaddress
import json
import select
import signal
import socket
import struct
import sys
import time
import zlib


def is_open(address, port):
    return zlib.crc32(address + struct.pack("!H", port)) % 10 == 0


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def answer(frame, seen):
    """The SYN-ACK to the SYN in FRAME, or None; SEEN counts the SYNs."""
    if frame[12:14] == b"\x86\xdd" and frame[20] == 6:
        at, source, target = 54, frame[22:38], frame[38:54]
    elif frame[12:14] == b"\x08\x00" and frame[23] == 6:
        at, source, target = 34, frame[26:30], frame[30:34]
    else:
        return None
    sport, dport, sequence = struct.unpack("!HHI", frame[at : at + 8])
    if frame[at + 13] != 2:
        return None
    seen["arrived"] += 1
    if not is_open(target, dport):
        return None
    options = b"\x02\x04\x05\xb4\x01\x01\x08\x0a" + struct.pack("!I", 1)
    sent = frame[at + 20 :]
    stamp = sent.find(b"\x08\x0a")
    options += sent[stamp + 2 : stamp + 6]
    tcp = struct.pack("!HHIIBBHHH", dport, sport, 77, (sequence + 1) & 0xFFFFFFFF, 9 << 4, 0x12, 65535, 0, 0)
    tcp += options
    pseudo = target + source + struct.pack("!IBBBB", len(tcp), 0, 0, 0, 6)
    tcp = tcp[:16] + struct.pack("!H", checksum(pseudo + tcp)) + tcp[18:]
    if at == 54:
        ip = struct.pack("!IHBB", 6 << 28, len(tcp), 6, 64) + target + source
    else:
        ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0) + target + source
        ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
    return frame[6:12] + frame[0:6] + frame[12:14] + ip + tcp


def serve(name, delay, seconds):
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    s.setsockopt(socket.SOL_SOCKET, 33, 1 << 26)  # SO_RCVBUFFORCE
    s.bind((name, 0))
    s.setblocking(False)
    waiting, asked, seen = collections.deque(), [], {"arrived": 0}
    signal.signal(signal.SIGUSR1, lambda *_: asked.append(True))
    end = time.monotonic() + seconds
    print("ready", flush=True)
    while time.monotonic() < end:
        left = max(waiting[0][0] - time.monotonic(), 0) if waiting else 0.05
        select.select([s], [], [], min(left, 0.05))
        try:
            frame, address = s.recvfrom(2048)
        except BlockingIOError:
            frame = None
            if asked:
                asked.clear()
                print(json.dumps(seen), flush=True)
        except OSError:  # the interface went
            return
        if frame and address[2] != socket.PACKET_OUTGOING:
            reply = answer(frame, seen)
            if reply:
                waiting.append((time.monotonic() + delay, reply))
        while waiting and waiting[0][0] <= time.monotonic():
            s.send(waiting.popleft()[1])


if sys.argv[1] == "--list":
    for a in ipaddress.ip_network(sys.argv[2]):
        for p in sys.argv[3].split(","):
            if is_open(a.packed, int(p)):
                print(f"{a}:{p}")
else:
    serve(sys.argv[1], int(sys.argv[2]) / 1000, int(sys.argv[3]))
