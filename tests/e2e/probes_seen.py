# SPDX-License-Identifier: Apache-2.0
"""probes_seen - the SYNs that arrive at an interface: probes_seen.py INTERFACE COUNT FILE. It says ready, waits for COUNT of
them and writes FILE, a line each, in the order of arrival: ADDRESS:PORT SEQUENCE-NUMBER."""
import os
import socket
import struct
import sys

name, count, path = sys.argv[1], int(sys.argv[2]), sys.argv[3]
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
s.bind((name, 0))
s.settimeout(60)
print("ready", flush=True)
seen = []
while len(seen) < count:
    frame, address = s.recvfrom(128)
    if address[2] == socket.PACKET_OUTGOING or frame[23] != 6 or frame[47] != 0x02:
        continue
    to = socket.inet_ntoa(frame[30:34])
    port, seq = struct.unpack("!HI", frame[36:42])
    seen.append(f"{to}:{port} {seq}")
with open(path + ".part", "w") as f:
    f.write("".join(line + "\n" for line in seen))
os.rename(path + ".part", path)
