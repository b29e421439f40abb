#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""raw_host.py - hosts at the far end of a wire that speak bare frames, in a VLAN or in none.

usage: raw_host.py IFACE NETWORK [VLAN]
       raw_host.py tap:IFACE:QUEUES NETWORK     makes a tap of that many combined queues, and is its far end

Every address of NETWORK answers ARP, and a SYN with a SYN-ACK once the sender's address has been found by ARP, as a
real host would. Frames of another VLAN are ignored. A line for each SYN to standard output:
SOURCE SOURCE-PORT TARGET VLAN DESTINATION-MAC
"""
import fcntl
import ipaddress
import os
import select
import socket
import struct
import sys

TUNSETIFF, IFF_TAP, IFF_NO_PI, IFF_MULTI_QUEUE = 0x400454CA, 2, 0x1000, 0x100
SOL_PACKET, PACKET_AUXDATA, VLAN_VALID, ETH_P_ALL = 263, 8, 0x10, 3
MAC = bytes.fromhex("02000000beef")
OWN = ipaddress.ip_address("198.18.255.253").packed  # whom the hosts' questions come from


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def syn_ack(ip, tcp):
    source, target = ip[12:16], ip[16:20]
    sequence = struct.unpack("!I", tcp[4:8])[0]
    out = struct.pack("!2s2sIIBBHHH", tcp[2:4], tcp[0:2], 7, (sequence + 1) & 0xFFFFFFFF, 0x50, 0x12, 64240, 0, 0)
    pseudo = target + source + struct.pack("!HH", 6, len(out))
    out = out[:16] + struct.pack("!H", checksum(pseudo + out)) + out[18:]
    header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 40, 0, 0, 64, 6, 0, target, source)
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + out


class Wire:
    def __init__(self, name, vlan):
        self.vlan = vlan
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        self.socket.bind((name, ETH_P_ALL))
        self.socket.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)

    def send(self, to, kind, payload):
        tag = struct.pack("!HH", 0x8100, self.vlan) if self.vlan else b""
        self.socket.send((to + MAC + tag + struct.pack("!H", kind) + payload).ljust(60, b"\0"))

    def receive(self):
        """The frame's destination, type and payload, and the VLAN, which the kernel cuts out."""
        frame, extra, _, address = self.socket.recvmsg(2048, 64)
        if address[2] == socket.PACKET_OUTGOING:
            return None, 0, b"", 0
        vlan = 0
        for _, kind, data in extra:
            status, _, _, _, _, tci = struct.unpack("IIIHHH", data[:18])
            vlan = tci & 0xFFF if kind == PACKET_AUXDATA and status & VLAN_VALID else vlan
        return frame[:6], struct.unpack("!H", frame[12:14])[0], frame[14:], vlan


class Tap:
    vlan = 0

    def __init__(self, name, queues):
        self.queues = [os.open("/dev/net/tun", os.O_RDWR) for _ in range(queues)]
        for queue in self.queues:
            fcntl.ioctl(queue, TUNSETIFF, struct.pack("16sH14x", name.encode(), IFF_TAP | IFF_NO_PI | IFF_MULTI_QUEUE))
        self.queue = self.queues[0]

    def send(self, to, kind, payload):
        """Where the last frame came from, as a NIC that spreads by flow would."""
        os.write(self.queue, (to + MAC + struct.pack("!H", kind) + payload).ljust(60, b"\0"))

    def receive(self):
        self.queue = select.select(self.queues, [], [])[0][0]
        frame = os.read(self.queue, 2048)
        return frame[:6], struct.unpack("!H", frame[12:14])[0], frame[14:], 0


def arp(operation, sender, target_mac, target):
    return struct.pack("!HHBBH6s4s6s4s", 1, 0x800, 6, 4, operation, MAC, sender, target_mac, target)


def main():
    network = ipaddress.ip_network(sys.argv[2])
    way, _, rest = sys.argv[1].partition(":")
    if way == "tap":
        wire = Tap(rest.split(":")[0], int(rest.split(":")[1]))
    else:
        wire = Wire(sys.argv[1], int(sys.argv[3]) if len(sys.argv) > 3 else 0)
    known, waiting = {}, {}
    print("ready", flush=True)
    while True:
        to, kind, payload, vlan = wire.receive()
        if to is None or vlan != wire.vlan:
            continue
        if kind == 0x806:
            operation, mac, sender, _, target = struct.unpack("!H6s4s6s4s", payload[6:28])
            if operation == 1 and ipaddress.ip_address(target) in network:
                wire.send(mac, 0x806, arp(2, target, mac, sender))
            elif operation == 2:
                known[sender] = mac
                for ip, tcp in waiting.pop(sender, []):
                    wire.send(mac, 0x800, syn_ack(ip, tcp))
        elif kind == 0x800 and payload[9] == 6 and payload[33] & 0x12 == 2:
            ip, tcp = payload[:20], payload[20:]
            source, target = ip[12:16], ip[16:20]
            if ipaddress.ip_address(target) not in network:
                continue
            print(socket.inet_ntoa(source), struct.unpack("!H", tcp[:2])[0], socket.inet_ntoa(target), vlan, to.hex(":"), flush=True)
            if source in known:
                wire.send(known[source], 0x800, syn_ack(ip, tcp))
            else:
                waiting.setdefault(source, []).append((ip, tcp))
                if len(waiting[source]) % 32 == 1:
                    wire.send(b"\xff" * 6, 0x806, arp(1, OWN, b"\0" * 6, source))


try:
    main()
except OSError as gone:  # the wire, with its namespace
    sys.exit(f"raw_host.py: {gone}")
