#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""vlan_end.py DEVICE VLAN TAP - join a VLAN on DEVICE to a TAP device, for kernels without VLAN interfaces.

The TAP gets the frames of DEVICE that carry the tag, without it, and what it sends goes out with the tag.
"""
import fcntl
import os
import select
import socket
import struct
import sys

SOL_PACKET, PACKET_AUXDATA = 263, 8
TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454CA, 2, 0x1000

device, vlan, name = sys.argv[1], int(sys.argv[2]), sys.argv[3]
tap = os.open("/dev/net/tun", os.O_RDWR)
fcntl.ioctl(tap, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP | IFF_NO_PI))
wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
wire.bind((device, 0))
wire.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
print("ready", flush=True)
while True:
    for ready in select.select([wire, tap], [], [])[0]:
        if ready == tap:
            frame = os.read(tap, 4096)
            wire.send(frame[:12] + struct.pack("!HH", 0x8100, vlan) + frame[12:])
            continue
        frame, more, _, sender = wire.recvmsg(4096, 64)
        tag = None
        if sender[2] == socket.PACKET_OUTGOING:
            continue
        for level, kind, data in more:
            if (level, kind) == (SOL_PACKET, PACKET_AUXDATA):
                status, _, _, _, _, tci, _ = struct.unpack("IIIHHHH", data[:20])
                tag = tci & 0xFFF if status & 0x10 else None  # TP_STATUS_VLAN_VALID
        if tag is None and frame[12:14] == b"\x81\x00":
            tag = struct.unpack("!H", frame[14:16])[0] & 0xFFF
            frame = frame[:12] + frame[16:]
        if tag == vlan:
            try:
                os.write(tap, frame)
            except OSError:
                pass
