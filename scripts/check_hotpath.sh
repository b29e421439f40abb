#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# check_hotpath [BUILD] - no hot object may refer to an allocator, lock, system call, log or string function.
set -u
cd "$(dirname "$0")/.." || exit 1
build=${1-build}
forbidden='malloc|calloc|realloc|free|pthread_(mutex|cond|rwlock)_.*|f?printf|s?n?printf|__.*printf_chk|puts|fputs|fwrite|str(len|cpy|cat|dup|cmp|str|chr)|read|write|open|close|ioctl|poll|select|nanosleep|usleep|clock_gettime|gettimeofday|syscall|sendto|recvfrom|rte_log|rte_malloc|rte_free|rte_zmalloc'
bad=0
mapfile -t objects < <(find "$build" -path '*hot*' -name '*.o' -path '*dataplane*')
[ ${#objects[@]} -gt 0 ] || {
	echo "no hot objects under $build: build first"
	exit 1
}
for object in "${objects[@]}"; do
	hits=$(nm -u "$object" | awk '{print $2}' | sed 's/@.*//' | grep -xE "$forbidden" | tr '\n' ' ')
	[ -z "$hits" ] || {
		echo "$object: refers to $hits"
		bad=1
	}
done
exit $bad
