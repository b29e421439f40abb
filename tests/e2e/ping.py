# SPDX-License-Identifier: Apache-2.0
"""ping - echo requests by a raw socket of the kernel's: ping.py ADDRESS IDENTIFIER COUNT, exits 0 if all are answered."""
import socket
import struct
import sys
import time

address, identifier, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
s.settimeout(0.5)
answered = 0
for n in range(count):
    head = struct.pack("!BBHHH", 8, 0, 0, identifier, n)
    s.sendto(head[:2] + struct.pack("!H", checksum(head)) + head[4:], (address, 0))
    try:
        while True:
            reply = s.recv(2048)[20:]
            if reply[0] == 0 and struct.unpack("!HH", reply[4:8]) == (identifier, n):
                answered += 1
                break
    except socket.timeout:
        pass
    time.sleep(0.1)
print(f"{answered} of {count} answered")
sys.exit(answered != count)
