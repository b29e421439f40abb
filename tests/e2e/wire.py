# SPDX-License-Identifier: Apache-2.0
"""wire - what arrives at an interface, with the kernel's own time of arrival: however late we are to read it."""
import signal
import socket
import struct
import time

SO_TIMESTAMPNS = 35


def probes(name, seconds, patience=20):
    """Yield (time, destination) of each TCP frame to another, for SECONDS from the first one on.

    Ends early PATIENCE seconds after the start if none has come, and after SIGINT once nothing more arrives.
    """
    stopped = []
    signal.signal(signal.SIGINT, lambda *_: stopped.append(True))  # also where the shell had it ignored
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    s.setsockopt(socket.SOL_SOCKET, 33, 1 << 26)  # SO_RCVBUFFORCE
    s.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    s.bind((name, 0))
    s.settimeout(0.5)
    print("ready", flush=True)
    end = None
    latest = time.time() + patience
    while True:
        try:
            frame, control, _, address = s.recvmsg(128, 64)
        except socket.timeout:
            if stopped or time.time() > (end or latest):
                return
            continue
        if address[2] == socket.PACKET_OUTGOING:
            continue
        seconds_part, nanoseconds = struct.unpack("qq", control[0][2][:16])
        at = seconds_part + nanoseconds / 1e9
        if frame[12:14] == b"\x08\x00" and frame[23] == 6:
            to = frame[30:34]
        elif frame[12:14] == b"\x86\xdd" and frame[20] == 6:
            to = frame[38:54]
        else:
            continue
        end = end or at + seconds
        if at >= end:
            return
        yield at, to
