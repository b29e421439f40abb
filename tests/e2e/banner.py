#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# banner.py - servers that say a line to whoever connects, and note who that was.
#
# usage: banner.py TEXT LOG ADDRESS:PORT...
# Prints "ready" once all listen. LOG gets a line "PEER PEER-PORT OWN-PORT" for each connection.
import selectors
import socket
import sys

text, log, *places = sys.argv[1:]
waiting = selectors.DefaultSelector()
out = open(log, "a", buffering=1)
for place in places:
    address, port = place.rsplit(":", 1)
    server = socket.create_server((address.strip("[]"), int(port)), family=socket.AF_INET6 if "[" in place else socket.AF_INET)
    waiting.register(server, selectors.EVENT_READ)
print("ready", flush=True)
kept = []
while True:
    for key, _ in waiting.select():
        peer, address = key.fileobj.accept()
        out.write(f"{address[0]} {address[1]} {key.fileobj.getsockname()[1]}\n")
        peer.send(text.encode() + b"\r\n")
        kept = kept[-100:] + [peer]
