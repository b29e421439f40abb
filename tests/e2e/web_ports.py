# SPDX-License-Identifier: Apache-2.0
"""web_ports - a web server on many ports of all addresses, and servers that greet and say nothing more.

usage: web_ports.py WEB-PORTS GREETING-PORTS - prints "ready" once all listen, serves until it is ended. PORTS: FIRST-LAST.
"""
import resource
import selectors
import socket
import sys

PAGE = b"<title>lab</title>"
ANSWER = b"HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(PAGE), PAGE)
GREETING = b"220 lab ready\r\n"

resource.setrlimit(resource.RLIMIT_NOFILE, (20000, 20000))
waiting = selectors.DefaultSelector()


def listen(ports, greets):
    first, last = (int(p) for p in ports.split("-"))
    for port in range(first, last + 1):
        server = socket.socket()
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("", port))
        server.listen(512)
        server.setblocking(False)
        waiting.register(server, selectors.EVENT_READ, greets)


listen(sys.argv[1], False)
listen(sys.argv[2], True)
print("ready", flush=True)
while True:
    for key, _ in waiting.select():
        try:
            if key.data is not None:
                peer, _ = key.fileobj.accept()
                peer.setblocking(False)
                waiting.register(peer, selectors.EVENT_READ, None)
                if key.data:
                    peer.send(GREETING)
                continue
            data = key.fileobj.recv(4096)
            if data.startswith(b"GET "):
                key.fileobj.send(ANSWER)
        except BlockingIOError:
            continue
        except OSError:
            data = b""
        if not data:
            waiting.unregister(key.fileobj)
            key.fileobj.close()
