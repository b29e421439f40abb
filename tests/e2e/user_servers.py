# SPDX-License-Identifier: Apache-2.0
"""user_servers - small servers of services that users have: over TCP they play a file of the fuzz corpus, over UDP they
answer what their protocols say, with the values of the question that they must repeat.

usage: user_servers.py ADDRESS CORPUS - prints "ready", serves until it is ended."""
import os
import selectors
import socket
import struct
import sys
import threading

# port: file, and whether the server speaks first
TCP = {
    24: ("lmtp", True), 79: ("finger", False), 113: ("ident", False), 445: ("smb_ntlm", False), 548: ("afp", False),
    564: ("9p", False), 631: ("ipp", False), 783: ("spamd", False), 1080: ("socks5", False), 1705: ("snapcast", False),
    1723: ("pptp", False), 1935: ("rtmp", False), 2628: ("dict", True), 3310: ("clamav", False), 3478: ("stun", False),
    3690: ("svn", True), 5222: ("xmpp_error", False), 5555: ("adb", False), 5900: ("vnc_types", True),
    5930: ("spice", False), 6000: ("x11", False), 6082: ("varnish", True), 6600: ("mpd", True), 6667: ("irc", True),
    9418: ("git", False), 10000: ("ndmp", True), 10011: ("teamspeak", True), 25565: ("minecraft", False),
}


def chunks(folder, name):
    with open(os.path.join(folder, "proto", name), "rb") as f:
        data = f.read().split(b"\n", 1)[1]
    while data:
        yield data[1 : 1 + data[0]]
        data = data[1 + data[0] :]


def play(conn, parts, greets):
    """Say a part whenever the client has said something; the first part of a server that greets needs no question. The
    rest of an answer that did not fit into one part of 255 bytes follows by itself."""
    conn.settimeout(10)
    try:
        wait = not greets
        for part in parts:
            if wait:
                conn.recv(4096)
            conn.sendall(part)
            wait = 0 < len(part) < 255 and not part.endswith(b"TS3\n\r")
        conn.recv(4096)
    except OSError:
        pass
    conn.close()


def serve(listener, parts, greets):
    while True:
        conn, _ = listener.accept()
        threading.Thread(target=play, args=(conn, parts, greets), daemon=True).start()


def stun(q):
    software = b"Coturn-4.6.1 'x'"
    if q[:8] != b"\0\1\0\0\x21\x12\xa4\x42" or len(q) != 20:
        return None
    return struct.pack(">HH", 0x101, 4 + len(software)) + q[4:20] + struct.pack(">HH", 0x8022, len(software)) + software


def openvpn(q):
    if len(q) != 14 or q[0] != 0x38:
        return None
    return b"\x40serverid\1" + bytes(4) + q[1:9] + bytes(4)


def ike(q):
    if q[17] != 0x10 or struct.unpack(">I", q[24:28])[0] != len(q) or q[:4] == bytes(4):
        return None
    vendor = struct.pack(">BBH", 0, 0, 20) + bytes.fromhex("882fe56d6fd20dbc2251613b2ebe5beb")
    return q[:8] + b"RESPONDR" + bytes([13, 0x10, 2, 0]) + struct.pack(">II", 0, 28 + len(vendor)) + vendor


def ike_2(q):
    if q[:4] != bytes(4) or q[21] != 0x20 or struct.unpack(">I", q[28:32])[0] != len(q) - 4:
        return None
    notify = struct.pack(">BBHBBHH", 0, 0, 10, 0, 0, 17, 14)
    return q[:12] + bytes(8) + bytes([41, 0x20, 34, 0x20]) + struct.pack(">II", 0, 28 + len(notify)) + notify


def coap(q):
    if q[0] != 0x54 or q[1] != 1 or q[8:] != b"\xbb.well-known\x04core":
        return None
    return bytes([0x54, 0x45]) + b"\0\1" + q[4:8] + b"\xc1\x28\xff</a>,</b>"


def quic(q):
    if len(q) < 1200 or q[0] & 0x80 == 0 or q[5] != 8 or q[14] != 4:
        return None
    return b"\xc0" + bytes(4) + bytes([4]) + q[15:19] + bytes([8]) + q[6:14] + struct.pack(">I", 1)


def mumble(q):
    return b"\0\1\3\4" + q[4:12] + struct.pack(">III", 0, 100, 72000) if len(q) == 12 and q[:4] == bytes(4) else None


def sip(q):
    if not q.startswith(b"OPTIONS sip:") or not q.endswith(b"\r\n\r\n"):
        return None
    return b"SIP/2.0 200 OK\r\nServer: kamailio (5.6.3 (x86_64/linux))\r\nContent-Length: 0\r\n\r\n"


def bedrock(q):
    if len(q) != 33 or q[0] != 1 or q[9:25] != bytes.fromhex("00ffff00fefefefefdfdfdfd12345678"):
        return None
    text = b"MCPE;Server;622;1.20.40;0;10;1;Level;Survival;1;19132;19133;"
    return b"\x1c" + q[1:9] + b"serverid" + q[9:25] + struct.pack(">H", len(text)) + text


def of(folder, name, question, repeated=0):
    """Answers with a file of the corpus what begins with the question, behind bytes that the answer repeats."""
    with open(os.path.join(folder, "decode", name), "rb") as f:
        answer = f.read()
    return lambda q: q[:repeated] + answer[repeated:] if q[repeated:].startswith(question) else None


address, corpus = sys.argv[1:]
loop = selectors.DefaultSelector()
UDP = {
    137: of(corpus, "netbios", b"\0\0\0\1\0\0\0\0\0\0\x20CKAAAA", 2), 177: of(corpus, "xdmcp", b"\0\1\0\2\0\1\0"), 443: quic, 500: ike,
    623: of(corpus, "ipmi", b"\6\0\xff\7"), 1194: openvpn, 1434: of(corpus, "mssql_browser", b"\3"),
    2427: of(corpus, "mgcp", b"AUEP 736071 "), 3391: of(corpus, "dtls", b"\x16\xfe\xff"), 3478: stun,
    3702: of(corpus, "wsd", b"<s:Envelope"), 4500: ike_2, 5060: sip, 5353: of(corpus, "mdns", b"\0\0\0\1", 2), 5683: coap,
    19132: bedrock,
    10001: of(corpus, "ubnt", b"\1\0\0\0"), 27015: of(corpus, "steam", b"\xff\xff\xff\xffTSource Engine Query\0"), 64738: mumble,
}
for port, (file, greets) in TCP.items():
    listener = socket.create_server((address, port))
    threading.Thread(target=serve, args=(listener, list(chunks(corpus, file)), greets), daemon=True).start()
for port, answer in UDP.items():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind((address, port))
    loop.register(s, selectors.EVENT_READ, answer)
print("ready", flush=True)
while True:
    for key, _ in loop.select():
        data, peer = key.fileobj.recvfrom(2048)
        reply = key.data(data)
        if reply is not None:
            key.fileobj.sendto(reply, peer)
