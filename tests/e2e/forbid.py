# SPDX-License-Identifier: Apache-2.0
"""forbid - a command under a filter of system calls, as in a container: forbid.py bpf|xdp|packet COMMAND...

bpf: bpf() fails with EPERM; xdp, packet: so do AF_XDP or AF_PACKET sockets. For x86-64 and arm64."""
import ctypes
import os
import platform
import struct
import sys

BPF, SOCKET = {"x86_64": (321, 41), "aarch64": (280, 198)}[platform.machine()]
CALLS = {"bpf": (BPF, None), "xdp": (SOCKET, 44), "packet": (SOCKET, 17)}
LOAD, EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | 1


def step(code, value, when_true=0, when_false=0):
    return struct.pack("HBBI", code, when_true, when_false, value)


call, family = CALLS[sys.argv[1]]
if family is None:
    steps = [step(LOAD, 0), step(EQUAL, call, 0, 1), step(RETURN, REFUSE), step(RETURN, ALLOW)]
else:
    steps = [step(LOAD, 0), step(EQUAL, call, 0, 3), step(LOAD, 16), step(EQUAL, family, 0, 1), step(RETURN, REFUSE),
             step(RETURN, ALLOW)]
code = ctypes.create_string_buffer(b"".join(steps))
program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(steps), ctypes.addressof(code)))
libc = ctypes.CDLL(None, use_errno=True)
if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, ctypes.byref(program), 0, 0):
    sys.exit(f"forbid: {os.strerror(ctypes.get_errno())}")
os.execvp(sys.argv[2], sys.argv[2:])
