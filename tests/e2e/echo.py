#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# echo.py - a service that says back what it is told, and its client.
#
# usage: echo.py serve tcp|udp ADDRESS PORT           prints "ready", serves until it is ended
#        echo.py ask tcp|udp ADDRESS PORT ROUNDS      fails unless each round, over a socket of its own, brings all back
#        echo.py hold ADDRESS PORT OWN-PORT           a connection from OWN-PORT, kept until it is ended
#        echo.py from ADDRESS PORT OWN-PORT [refused] fails unless a connection from OWN-PORT is accepted, or refused
import socket
import sys
import threading

DATA = b"sonde" * 20000  # many segments


def family(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def echo(connection):
    with connection:
        while data := connection.recv(65536):
            connection.sendall(data)


def serve(kind, address, port):
    if kind == "udp":
        server = socket.socket(family(address), socket.SOCK_DGRAM)
        server.bind((address, int(port)))
        print("ready", flush=True)
        while True:
            data, peer = server.recvfrom(2048)
            server.sendto(data, peer)
    server = socket.create_server((address, int(port)), family=family(address))
    print("ready", flush=True)
    while True:
        threading.Thread(target=echo, args=(server.accept()[0],), daemon=True).start()


def ask(kind, address, port, rounds):
    for _ in range(int(rounds)):
        with socket.socket(family(address), socket.SOCK_DGRAM if kind == "udp" else socket.SOCK_STREAM) as s:
            s.settimeout(5)
            s.connect((address, int(port)))
            if kind == "udp":
                s.send(b"sonde")
                assert s.recv(2048) == b"sonde"
                continue
            threading.Thread(target=s.sendall, args=(DATA,), daemon=True).start()
            got = 0
            while got < len(DATA):
                part = s.recv(65536)
                assert part
                got += len(part)


def dial(address, port, own):
    s = socket.socket(family(address))
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.settimeout(3)
    s.bind(("", int(own)))
    s.connect((address, int(port)))
    return s


def hold(address, port, own):
    kept = dial(address, port, own)
    print("ready", flush=True)
    threading.Event().wait()
    kept.close()


def dial_from(address, port, own, wanted="accepted"):
    try:
        dial(address, port, own).close()
        got = "accepted"
    except ConnectionRefusedError:
        got = "refused"
    assert got == wanted, got


{"serve": serve, "ask": ask, "hold": hold, "from": dial_from}[sys.argv[1]](*sys.argv[2:])
