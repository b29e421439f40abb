# SPDX-License-Identifier: Apache-2.0
"""count - what arrives for each /24 of IPv4 and /64 of IPv6: count.py INTERFACE SECONDS, a line of JSON.

Reads the wire for SECONDS from the first probe on; then the most for one prefix in any 10 s and in any 1 s, and all.
"""
import collections
import json
import sys

import wire

times = collections.defaultdict(list)
for at, to in wire.probes(sys.argv[1], float(sys.argv[2])):
    times[to[:3] if len(to) == 4 else to[:8]].append(at)


def most(stamps, window):
    first, best = 0, 0
    for i, stamp in enumerate(stamps):
        while stamp - stamps[first] >= window:
            first += 1
        best = max(best, i - first + 1)
    return best


print(json.dumps({
    "prefixes": len(times),
    "in_10s": max((most(t, 10) for t in times.values()), default=0),
    "in_1s": max((most(t, 1) for t in times.values()), default=0),
    "all": sum(len(t) for t in times.values()),
    "seconds": float(sys.argv[2]),
}))
