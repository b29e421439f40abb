# SPDX-License-Identifier: Apache-2.0
"""agent_listener - a small HTTP server that prints the User-Agent of each request.

usage: agent_listener.py ADDRESS PORT SECONDS - prints "ready", then a line a request, and ends
after SECONDS."""
import socket
import sys
import time


def head(peer):
    data = b""
    while b"\r\n\r\n" not in data and len(data) < 8192:
        more = peer.recv(4096)
        if not more:
            break
        data += more
    return data


end = time.monotonic() + float(sys.argv[3])
server = socket.create_server((sys.argv[1], int(sys.argv[2])))
print("ready", flush=True)
while (left := end - time.monotonic()) > 0:
    server.settimeout(left)
    try:
        peer, _ = server.accept()
        peer.settimeout(2)
        with peer:
            for line in head(peer).split(b"\r\n"):
                if line.lower().startswith(b"user-agent:"):
                    print(line.decode("latin-1"), flush=True)
            peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    except OSError:
        pass
