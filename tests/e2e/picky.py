# SPDX-License-Identifier: Apache-2.0
"""picky - TCP servers that answer their own protocol's first bytes, and no others, in the clear or inside TLS.

usage: picky.py ADDRESS CORPUS CERT KEY SPEC... - a SPEC is WHAT:PORT:BEGINS:ELSE[:tls]. WHAT is a file of CORPUS/proto, whose
chunks are said one after the other, or "=HEX", one answer. BEGINS is hexadecimal: how the client's first bytes must begin;
"greet": the server speaks first; "greet+HEX": and then wants that. ELSE is what happens to other bytes: "close", "wait", or a text (\\r\\n as in C) that is
answered. Prints "ready" once all listen, serves until it is ended."""
import os
import socket
import ssl
import sys
import threading


def turns(corpus, what):
    if what.startswith("="):
        return [bytes.fromhex(what[1:])]
    with open(os.path.join(corpus, "proto", what), "rb") as f:
        data = f.read().split(b"\n", 1)[1]
    joined, part = [], b""
    while data:
        chunk, data = data[1 : 1 + data[0]], data[1 + data[0] :]
        part += chunk
        if len(chunk) < 250:
            joined.append(part)
            part = b""
    return joined + ([part] if part else [])


def text(words):
    return words.encode().decode("unicode_escape").encode("latin-1")


def play(conn, context, said, begins, other):
    conn.settimeout(30)
    greets, wanted = begins.startswith("greet"), bytes.fromhex(begins.replace("greet", "").lstrip("+"))
    left = list(said)
    try:
        if context:
            conn = context.wrap_socket(conn, server_side=True)
        if greets:
            conn.sendall(left.pop(0))
        while wanted:
            data = conn.recv(4096)
            if data.startswith(wanted):
                conn.sendall(left.pop(0))
                break
            if not data or other == "close":
                return
            if other == "wait":
                left = []
                break
            conn.sendall(text(other))
            if not greets:
                return
        while left and conn.recv(4096):
            conn.sendall(left.pop(0))
        while conn.recv(4096):
            pass
    except OSError:
        pass
    finally:
        conn.close()


def serve(listener, *how):
    while True:
        conn, _ = listener.accept()
        threading.Thread(target=play, args=(conn, *how), daemon=True).start()


address, corpus, cert, key, *specs = sys.argv[1:]
tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
tls.load_cert_chain(cert, key)
for spec in specs:
    what, port, begins, other, *inside = spec.split(":")
    listener = socket.create_server((address, int(port)), backlog=64)
    how = (tls if inside else None, turns(corpus, what), begins, other)
    threading.Thread(target=serve, args=(listener, *how), daemon=True).start()
print("ready", flush=True)
threading.Event().wait()
