# SPDX-License-Identifier: Apache-2.0
"""arrivals - each probe's arrival: arrivals.py INTERFACE SECONDS, a line each: seconds since 1970, destination."""
import ipaddress
import sys

import wire

for at, to in wire.probes(sys.argv[1], float(sys.argv[2]), patience=60):
    print(f"{at:.6f} {ipaddress.ip_address(to)}")
