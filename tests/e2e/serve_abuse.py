#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# serve_abuse.py - sends malformed requests to a server of loopback: broken lines, fields, targets, bodies, and noise.
#
# usage: serve_abuse.py PORT COUNT - prints how many answers of each class came; exit code 1 if one of them was a 2xx to a change, or
# a 5xx.
import random
import socket
import sys

port, total = int(sys.argv[1]), int(sys.argv[2])
random.seed(20261201)
noise = lambda n: bytes(random.randrange(256) for _ in range(n))
word = lambda n: bytes(random.choice(b"abc%/?&=+;:.{}[]\"'<>\\ \t09") for _ in range(n))
HEAD = b" HTTP/1.1\r\nHost: localhost\r\n"
CHANGES = [b"/v1/accepts", b"/v1/accepts:remove", b"/v1/scans/last/stop", b"/v1/scans/last/rate", b"/v1/scans/last/exclusions",
           b"/v1/session"]


def body(b, kind=b"application/json", extra=b""):
    return b"Content-Type: " + kind + b"\r\nContent-Length: " + str(len(b)).encode() + b"\r\n" + extra + b"\r\n" + b


MAKERS = [
    lambda: noise(random.randrange(1, 400)),
    lambda: b"GET " + word(random.randrange(1, 200)).replace(b" ", b"").replace(b"\t", b"") + HEAD + b"\r\n",
    lambda: b"GET /v1/search?query=" + b"%" + noise(2).hex().encode() + word(40).replace(b" ", b"%20").replace(b"\t", b"") + HEAD + b"\r\n",
    lambda: b"GET /v1/search?cursor=" + noise(30).hex().encode() + HEAD + b"\r\n",
    lambda: b"GET /v1/hosts/" + b"1" * random.randrange(1, 9000) + HEAD + b"\r\n",
    lambda: word(8) + b" /v1/health" + HEAD + b"\r\n",
    lambda: b"GET /v1/health HTTP/" + word(3) + b"\r\n\r\n",
    lambda: b"GET /v1/count" + HEAD + (b"X" + word(5).replace(b":", b"") + b": " + b"y" * 200 + b"\r\n") * random.randrange(1, 80) + b"\r\n",
    lambda: b"GET /v1/count HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    lambda: b"GET /v1/count HTTP/1.1\r\nHost: a\r\nHost: localhost\r\n\r\n",
    lambda: b"GET /v1/count HTTP/1.1\r\n\r\n",
    lambda: b"POST " + random.choice(CHANGES) + HEAD + body(noise(60)),
    lambda: b"POST " + random.choice(CHANGES) + HEAD + body(b"[" * random.randrange(1, 3000)),
    lambda: b"POST " + random.choice(CHANGES) + HEAD + body(b'{"addresses":"everywhere","id":"CVE-2019-10192","until":"30d","reason":"x"}',
                                                            b"text/plain"),
    lambda: b"POST " + random.choice(CHANGES) + HEAD + body(b'{"addresses":"everywhere","id":"CVE-2019-10192","until":"30d","reason":"x"}',
                                                            extra=b"Sec-Fetch-Site: cross-site\r\n"),
    lambda: b"POST " + random.choice(CHANGES) + HEAD + body(b'{"add":["' + word(9).replace(b'"', b"") + b'"],"rate":"' + word(4).replace(b'"', b"") + b'"}'),
    lambda: b"POST /v1/hosts:lookup" + HEAD + body(noise(random.randrange(1, 300)), b"application/x-ndjson"),
    lambda: b"POST /v1/hosts:lookup" + HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + word(5) + b"\r\nxx\r\n0\r\n\r\n",
    lambda: b"POST /v1/hosts:lookup" + HEAD + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /v1/health" + HEAD + b"\r\n",
    lambda: b"POST /v1/accepts" + HEAD + b"Content-Length: " + random.choice([b"-1", b"99999999999999999999", b"1048577", b"x"]) + b"\r\n\r\n",
    lambda: b"GET /v1/export?format=" + word(6).replace(b" ", b"").replace(b"\t", b"") + HEAD + b"\r\n",
    lambda: b"DELETE /v1/scans/last" + HEAD + b"\r\n",
    lambda: b"GET /v1/scans/" + noise(9).hex().encode() + HEAD + b"Authorization: Bearer " + word(40).replace(b"\n", b"") + b"\r\n\r\n",
    lambda: b"GET /v1/session" + HEAD + b"Cookie: sonde=" + noise(16).hex().encode() + b"; " + word(20) + b"\r\n\r\n",
    lambda: b"GET /v1/events?after=" + word(5).replace(b" ", b"x").replace(b"\t", b"") + b"z" + HEAD + b"\r\n",
]
classes = {}
wrong = 0
for n in range(total):
    raw = MAKERS[n % len(MAKERS)]()
    with socket.create_connection(("127.0.0.1", port), timeout=10) as s:
        try:
            s.sendall(raw)
            s.shutdown(socket.SHUT_WR)
            s.settimeout(5)
            answer = s.recv(4096)
        except OSError:
            answer = b""
    status = answer[9:12] if answer.startswith(b"HTTP/1.") else b"none"
    name = status[:1].decode() + "xx" if status != b"none" else "none"
    classes[name] = classes.get(name, 0) + 1
    if (status[:1] == b"2" and raw.startswith(b"POST") and b"lookup" not in raw) or status[:1] == b"5":
        wrong += 1
        print(f"{status} to {raw[:200]!r}: {answer[-200:]!r}")
print(classes)
sys.exit(wrong > 0)
