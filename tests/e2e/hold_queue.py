#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""hold_queue.py - an AF_XDP socket on an interface's first queue, so that nobody else gets one.

usage: hold_queue.py IFACE
"""
import ctypes
import mmap
import os
import socket
import struct
import sys
import time

AF_XDP, SOL_XDP = 44, 283
RX_RING, UMEM_REG, FILL_RING, COMPLETION_RING = 2, 4, 5, 6

libc = ctypes.CDLL(None, use_errno=True)


def call(name, *arguments):
    result = getattr(libc, name)(*arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), f"{name}: {os.strerror(ctypes.get_errno())}")
    return result


fd = call("socket", AF_XDP, socket.SOCK_RAW, 0)
area = mmap.mmap(-1, 64 * 4096)
address = ctypes.addressof(ctypes.c_char.from_buffer(area))
umem = struct.pack("QQIII4x", address, 64 * 4096, 4096, 0, 0)
call("setsockopt", fd, SOL_XDP, UMEM_REG, umem, len(umem))
for ring in (FILL_RING, COMPLETION_RING, RX_RING):
    call("setsockopt", fd, SOL_XDP, ring, struct.pack("I", 64), 4)
# Family, flags, interface, queue, descriptor to share with.
where = struct.pack("HHIII", AF_XDP, 0, socket.if_nametoindex(sys.argv[1]), 0, 0)
call("bind", fd, where, len(where))
print("held", flush=True)
time.sleep(300)
