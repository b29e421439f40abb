# SPDX-License-Identifier: Apache-2.0
"""How long the machine keeps a program from its work, as the floor of claims about time.

usage: stalls.py FILE

Every 20 ms it makes FILE 4 KiB longer, as a database that grows, and has that on the disk. Whenever it comes 20 ms or more
late, it prints a line: the moment, in milliseconds since 1970, and how late, in milliseconds. It ends after 15 minutes.
"""
import os
import sys
import time

STEP = 0.02
end = time.monotonic() + 900
out = os.open(sys.argv[1], os.O_CREAT | os.O_RDWR, 0o600)
due = time.monotonic() + STEP
size = 0
while due < end:
    time.sleep(max(0.0, due - time.monotonic()))
    if size >= 1 << 22:
        os.ftruncate(out, 0)
        size = 0
    size += os.pwrite(out, b"x" * 4096, size)
    os.fdatasync(out)
    late = time.monotonic() - due
    if late >= STEP:
        print(int(time.time() * 1000), int(late * 1000), flush=True)
    due = time.monotonic() + STEP
