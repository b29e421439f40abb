#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""mmdb - writes a small MaxMind database (MaxMind DB file format 2.0) of IPv4 prefixes.

usage: mmdb.py FILE TYPE PREFIX=JSON...     larger prefixes before smaller ones
"""
import ipaddress
import json
import struct
import sys


def control(kind, size):
    head = bytes([(kind << 5 if kind <= 7 else 0) | min(size, 29)])
    return head + (bytes([kind - 7]) if kind > 7 else b"") + (bytes([size - 29]) if size >= 29 else b"")


def value(v):
    if isinstance(v, dict):
        return control(7, len(v)) + b"".join(value(k) + value(x) for k, x in v.items())
    if isinstance(v, list):
        return control(11, len(v)) + b"".join(value(x) for x in v)
    if isinstance(v, float):
        return control(3, 8) + struct.pack(">d", v)
    if isinstance(v, int):
        return control(6, 4) + struct.pack(">I", v)
    text = v.encode()
    return control(2, len(text)) + text


def u16(v):
    return control(5, 2) + struct.pack(">H", v)


def main():
    path, kind, *entries = sys.argv[1:]
    nodes, data = [[None, None]], b""
    for entry in entries:
        prefix, text = entry.split("=", 1)
        net, node = ipaddress.ip_network(prefix), 0
        at, data = ("data", len(data)), data + value(json.loads(text))
        for i in range(net.prefixlen):
            bit = int(net.network_address) >> 31 - i & 1
            if i + 1 == net.prefixlen:
                nodes[node][bit] = at
            elif not isinstance(nodes[node][bit], int):
                nodes.append([nodes[node][bit], nodes[node][bit]])
                nodes[node][bit] = len(nodes) - 1
            node = nodes[node][bit]
    count = len(nodes)
    with open(path, "wb") as out:
        for pair in nodes:
            for to in pair:
                out.write((count if to is None else to if isinstance(to, int) else count + 16 + to[1]).to_bytes(3, "big"))
        out.write(bytes(16) + data + b"\xab\xcd\xefMaxMind.com" + control(7, 9))
        for name, v in (("binary_format_major_version", u16(2)), ("binary_format_minor_version", u16(0)),
                        ("build_epoch", control(9, 8) + struct.pack(">Q", 1785542400)), ("database_type", value(kind)),
                        ("description", value({})), ("ip_version", u16(4)), ("languages", value([])),
                        ("node_count", value(count)), ("record_size", u16(24))):
            out.write(value(name) + v)


main()
