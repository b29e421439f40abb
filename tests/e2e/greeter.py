# SPDX-License-Identifier: Apache-2.0
"""greeter - servers that greet late, as one does that looks up the client's name first.

usage: greeter.py ADDRESS PORT SECONDS TEXT [PORT SECONDS TEXT]... - prints "ready" once all listen, serves until it is ended.
What a client says before the greeting is read and ignored; each connection has its own delay.
"""
import selectors
import socket
import sys
import time

address, rest = sys.argv[1], sys.argv[2:]
waiting = selectors.DefaultSelector()
for port, seconds, text in zip(rest[::3], rest[1::3], rest[2::3]):
    server = socket.create_server((address, int(port)))
    waiting.register(server, selectors.EVENT_READ, (float(seconds), text.encode() + b"\r\n"))
print("ready", flush=True)
due = []
while True:
    for key, _ in waiting.select(0.05):
        if key.data is not None:
            peer, _ = key.fileobj.accept()
            due.append((time.monotonic() + key.data[0], peer, key.data[1]))
            waiting.register(peer, selectors.EVENT_READ, None)
            continue
        try:
            gone = not key.fileobj.recv(4096)
        except OSError:
            gone = True
        if gone:
            due = [d for d in due if d[1] is not key.fileobj]
            waiting.unregister(key.fileobj)
            key.fileobj.close()
    for moment, peer, text in [d for d in due if d[0] <= time.monotonic()]:
        due = [d for d in due if d[1] is not peer]
        try:
            peer.send(text)
        except OSError:
            pass
