# SPDX-License-Identifier: Apache-2.0
"""replay - TCP servers that say what the fuzz corpus of the protocols has: a chunk for each thing that they hear.

usage: replay.py CORPUS ADDRESS NAME=PORT... - NAME is a file of CORPUS/proto; "NAME!=PORT" says its first chunk before it has
heard anything. "NAME/udp=PORT" answers each datagram by the file of the decoders' corpus, of which the port mapper's begins with
the ID of the request. Prints "ready" once all listen, serves until it is ended. Each connection gets the chunks once."""
import selectors
import socket
import sys


def chunks(path):
    data = open(path, "rb").read().split(b"\n", 1)[1]
    found = []
    while data:
        found.append(data[1 : 1 + data[0]])
        data = data[1 + data[0] :]
    return found


def turns(found):
    """A chunk of 250 bytes goes on in the next one."""
    joined, part = [], b""
    for chunk in found:
        part += chunk
        if len(chunk) < 250:
            joined.append(part)
            part = b""
    return joined + ([part] if part else [])


class Server:
    def __init__(self, loop, path, greets, address):
        self.loop, self.turns, self.greets = loop, turns(chunks(path)), greets
        self.socket = socket.create_server(address, backlog=16)
        loop.register(self.socket, selectors.EVENT_READ, self.accept)

    def accept(self, _):
        c, _ = self.socket.accept()
        left = list(self.turns)
        if self.greets:
            c.sendall(left.pop(0))
        self.loop.register(c, selectors.EVENT_READ, lambda conn: self.hear(conn, left))

    def hear(self, conn, left):
        try:
            data = conn.recv(65536)
            if data and left:
                conn.sendall(left.pop(0))
                # the last words of a server that ends with them, as Erlang's mapper does
                if len(left) == 1 and left[0].startswith(b"name "):
                    conn.sendall(left.pop(0))
                    data = b""
        except OSError:
            data = b""
        if not data:
            self.loop.unregister(conn)
            conn.close()


class Datagrams:
    def __init__(self, loop, path, address):
        self.answer, self.has_id = open(path, "rb").read(), path.endswith("portmap_udp")
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(address)
        loop.register(self.socket, selectors.EVENT_READ, self.hear)

    def hear(self, _):
        data, peer = self.socket.recvfrom(65536)
        self.socket.sendto(data[:4] + self.answer[4:] if self.has_id else self.answer, peer)


corpus, host, *specs = sys.argv[1:]
servers = selectors.DefaultSelector()
for spec in specs:
    name, _, port = spec.partition("=")
    if name.endswith("/udp"):
        Datagrams(servers, f"{corpus}/decode/{name[:-4]}", (host, int(port)))
    else:
        Server(servers, f"{corpus}/proto/{name.rstrip('!')}", name.endswith("!"), (host, int(port)))
print("ready", flush=True)
while True:
    for key, _ in servers.select():
        key.data(key.fileobj)
