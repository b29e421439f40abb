# SPDX-License-Identifier: Apache-2.0
"""ready - waits until each server has its port; says which have none.

usage: ready.py SECONDS QUIET < LINES - a line is NAME PID PORT TRANSPORT ROW; PID is any process of the server's network namespace.
Waits at most SECONDS, and ends earlier where no further port has come for QUIET seconds. Prints NAME and ROW of those without."""
import sys
import time

LISTEN, UDP_BOUND = "0A", "07"


def bound(pid):
    """The (transport, port) that sockets of the namespace wait on."""
    found = set()
    for transport, wanted in (("tcp", LISTEN), ("udp", UDP_BOUND)):
        for table in (transport, transport + "6"):
            try:
                with open(f"/proc/{pid}/net/{table}", encoding="ascii") as rows:
                    for row in list(rows)[1:]:
                        part = row.split()
                        if part[3] == wanted:
                            found.add((transport, int(part[1].rsplit(":", 1)[1], 16)))
            except OSError:
                pass
    return found


def main():
    missing = [line.split() for line in sys.stdin if line.strip()]
    until, news = time.monotonic() + float(sys.argv[1]), time.monotonic()
    while missing and time.monotonic() < until and time.monotonic() - news < float(sys.argv[2]):
        have = {pid: bound(pid) for pid in {row[1] for row in missing}}
        late = [row for row in missing if (row[3], int(row[2])) not in have[row[1]]]
        if len(late) < len(missing):
            news = time.monotonic()
        missing = late
        time.sleep(0.5)
    for name, row in dict.fromkeys((late[0], late[4]) for late in missing):
        print(name, row)


main()
