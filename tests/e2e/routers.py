#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""routers.py - routers and hosts at the far end of a wire, which are told on the way what they are.

usage: routers.py IFACE FIFO

Reads commands from FIFO, a line each, and prints "done N" after the N-th:
  host NETWORK MAC      addresses of NETWORK answer ARP with MAC; replaces what they answered before
  mute NETWORK          they do not answer any more
  deaf MAC | hear MAC   frames to MAC are lost | are taken (the default)
  announce ADDRESS MAC  ARP announcement, as a router sends that takes over for another one
A SYN to any address in a frame to a MAC that some network has is answered by a SYN-ACK. A line for each SYN:
SOURCE TARGET DESTINATION-MAC
"""
import ipaddress
import os
import select
import socket
import struct
import sys

ETH_P_ALL = 3


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


def mac(text):
    return bytes.fromhex(text.replace(":", ""))


class FarEnd:
    def __init__(self, name):
        self.networks, self.deaf = {}, set()
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        self.socket.bind((name, ETH_P_ALL))
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)

    def send(self, to, sender, kind, payload):
        self.socket.send((to + sender + struct.pack("!H", kind) + payload).ljust(60, b"\0"))

    def obey(self, words):
        if words[0] == "host":
            self.networks[ipaddress.ip_network(words[1])] = mac(words[2])
        elif words[0] == "mute":
            self.networks.pop(ipaddress.ip_network(words[1]), None)
        elif words[0] == "deaf":
            self.deaf.add(mac(words[1]))
        elif words[0] == "hear":
            self.deaf.discard(mac(words[1]))
        elif words[0] == "announce":
            address, own = ipaddress.ip_address(words[1]).packed, mac(words[2])
            self.send(b"\xff" * 6, own, 0x806, struct.pack("!HHBBH6s4s6s4s", 1, 0x800, 6, 4, 1, own, address, b"\0" * 6, address))

    def owner(self, address):
        """The MAC address of the longest network that has the address, or None."""
        fits = [n for n in self.networks if ipaddress.ip_address(address) in n]
        return self.networks[max(fits, key=lambda n: n.prefixlen)] if fits else None

    def take(self):
        frame, address = self.socket.recvfrom(2048)
        to, asker, kind, payload = frame[:6], frame[6:12], struct.unpack("!H", frame[12:14])[0], frame[14:]
        if address[2] == socket.PACKET_OUTGOING:
            return
        if kind == 0x806 and struct.unpack("!H", payload[6:8])[0] == 1:
            own = self.owner(payload[24:28])
            if own is not None and payload[14:18] != payload[24:28]:
                self.send(asker, own, 0x806, struct.pack("!HHBBH6s4s6s4s", 1, 0x800, 6, 4, 2, own, payload[24:28], asker, payload[14:18]))
        elif kind == 0x800 and payload[9] == 6 and payload[33] & 0x12 == 2:
            print(socket.inet_ntoa(payload[12:16]), socket.inet_ntoa(payload[16:20]), to.hex(":"), flush=True)
            if to in self.networks.values() and to not in self.deaf:
                self.send(asker, to, 0x800, syn_ack(payload[:20], payload[20:]))
        elif kind == 0x86DD and payload[6] == 6 and payload[53] & 0x12 == 2:
            print(ipaddress.ip_address(payload[8:24]), ipaddress.ip_address(payload[24:40]), to.hex(":"), flush=True)


def main():
    end, done, text = FarEnd(sys.argv[1]), 0, b""
    fifo = os.open(sys.argv[2], os.O_RDWR | os.O_NONBLOCK)
    print("ready", flush=True)
    while True:
        ready, _, _ = select.select([end.socket, fifo], [], [])
        if fifo in ready:
            text += os.read(fifo, 4096)
            *lines, text = text.split(b"\n")
            for line in lines:
                end.obey(line.decode().split())
                done += 1
                print("done", done, flush=True)
        if end.socket in ready:
            end.take()


try:
    main()
except OSError as gone:  # the wire, with its namespace
    sys.exit(f"routers.py: {gone}")
