# SPDX-License-Identifier: Apache-2.0
"""Counts what a run of the unit tests claims: prints "passed failed skipped".

A Check program prints "N%: Checks: C, Failures: F, Errors: E"; a program without that line counts once, by its exit
code (0 passed, 77 skipped). A line "skipped: WHY" or "SKIP: WHY" of a program counts as one skip.
"""
import json
import re
import sys

passed = failed = skipped = 0
for line in open(sys.argv[2], encoding="utf-8"):
    test = json.loads(line)
    output = test.get("stdout", "") + test.get("stderr", "")
    checks = re.findall(r"Checks: (\d+), Failures: (\d+), Errors: (\d+)", output)
    skips = re.findall(r"^(?:skipped|SKIP): .*", output, re.M)
    bad = sum(int(f) + int(e) for _, f, e in checks)
    good = sum(int(c) for c, _, _ in checks) - bad
    for why in skips:
        print(test["name"], why, file=sys.stderr)
    if test["result"] == "SKIP":
        passed += good
        skipped += max(1, len(skips))
    elif test["result"] == "OK":
        passed += max(1, good)
        skipped += len(skips)
    else:
        passed += good
        failed += max(1, bad)
print(passed, failed, skipped)
