# SPDX-License-Identifier: Apache-2.0
"""facts_servers - servers whose answers make further questions worth asking, and one that only pretends.

usage: facts_servers.py LOG ADDRESS... - prints "ready" once all listen, serves until it is ended. Each ADDRESS gets a NATS server on
4222; the first one a web site on 80 and a redirect off the host on 81, the second one an SSH server on 22 that calls itself an old
OpenSSH and offers what that did not have, and a tarpit on 2222. LOG gets "PORT CONNECTION PATH" for each request of HTTP.
"""
import socketserver
import struct
import sys
import threading

log = open(sys.argv[1], "a", buffering=1, encoding="ascii")
connections = iter(range(1, 1 << 30))
KEX = ["curve25519-sha256,curve25519-sha256@libssh.org", "ssh-rsa,ssh-ed25519", *["aes128-ctr,3des-cbc"] * 2,
       *["hmac-sha2-512,hmac-sha2-384"] * 2, *["zlib@openssh.com,zlib,none"] * 2, "", ""]


def page(status, headers, body):
    return f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body)}\r\n\r\n{body}".encode()


PAGES = {
    80: {
        "/": page("302 Found", "Location: /login\r\n", "<title>302 Found</title>"),
        "/login": page("200 OK", "Content-Type: text/html\r\n",
                       '<title>Grafana</title><link rel="icon" href="public/i.png">grafanaBootData'),
        "/api/health": page("200 OK", "Content-Type: application/json\r\n",
                            '{\n  "commit": "x",\n  "database": "ok",\n  "version": "9.3.6"\n}'),
        "/public/i.png": page("200 OK", "Content-Type: image/png\r\n", "icon"),
    },
    81: {"/": page("302 Found", "Location: http://elsewhere.example/\r\n", "")},
}


class Web(socketserver.StreamRequestHandler):
    def handle(self):
        port, number = self.server.server_address[1], next(connections)
        while line := self.rfile.readline():
            path = line.split()[1].decode()
            log.write(f"{port} {number} {path}\n")
            while self.rfile.readline().strip():
                pass
            self.wfile.write(PAGES[port].get(path, page("404 Not Found", "", "no")))


class Ssh(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(b"SSH-2.0-OpenSSH_6.0p1 Debian-4+deb7u2\r\n")
        payload = b"\x14" + bytes(16) + b"".join(struct.pack(">I", len(k)) + k.encode() for k in KEX) + bytes(5)
        pad = 4 + (8 - (len(payload) + 9) % 8) % 8
        self.wfile.write(struct.pack(">IB", 1 + len(payload) + pad, pad) + payload + bytes(pad))
        self.rfile.read()


class Tarpit(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(b"kT#\r\n4>*:q!e]V(_%z@1~\r\n")
        self.rfile.read()


class Nats(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(b'INFO {"server_id":"x","version":"2.9.10","go":"go1.19.8","max_payload":1048576}\r\n')
        self.rfile.read()


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request, client_address):
        pass


first, second = sys.argv[2:4]
places = [(first, 80, Web), (first, 81, Web), (first, 4222, Nats), (second, 22, Ssh), (second, 2222, Tarpit), (second, 4222, Nats)]
for address, port, handler in places:
    server = Server((address, port), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
print("ready", flush=True)
threading.Event().wait()
