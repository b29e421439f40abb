#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# check_layers - who may include what; prints what is against it and fails.
set -u
cd "$(dirname "$0")/.." || exit 1
bad=0

# forbid PATTERN REASON FILE... - no #include of PATTERN in FILES.
forbid() {
	local pattern=$1 reason=$2 hits
	shift 2
	[ $# -gt 0 ] || return 0
	hits=$(grep -nE "^[[:space:]]*#[[:space:]]*include[[:space:]]*[<\"]($pattern)" "$@" /dev/null)
	[ -z "$hits" ] || {
		printf '%s\n' "$hits" | sed "s|\$|   ($reason)|"
		bad=1
	}
}

mapfile -t dataplane < <(git ls-files 'dataplane/*.[ch]' 'dataplane/include/*.h')
mapfile -t vulndb < <(git ls-files 'vulndb/*.[ch]' 'vulndb/include/*.h')
mapfile -t control < <(git ls-files 'control/*.[ch]')
mapfile -t public < <(git ls-files 'dataplane/include/*.h' 'vulndb/include/*.h')
mapfile -t no_lmdb < <(git ls-files 'control/*.[ch]' 'vulndb/*.[ch]' 'dataplane/*.[ch]' |
	grep -vE '^control/store[a-z_]*\.[ch]$|^vulndb/(db|build)[a-z_]*\.[ch]$')
mapfile -t control_headers < <(git ls-files 'control/*.h' | grep -vE '^control/store_[a-z_]*\.h$')

forbid 'vulndb\.h|store\.h|record\.h|grab\.h' 'the dataplane knows nobody' "${dataplane[@]}"
forbid 'dp\.h|dp_types\.h|store\.h|record\.h|grab\.h|rte_' 'vulndb knows nobody' "${vulndb[@]}"
forbid 'rte_' 'DPDK stays in the dataplane' "${control[@]}"
forbid 'rte_|lmdb|yajl|hs|openssl/' 'no foreign type crosses a border' "${public[@]}"
forbid 'lmdb' 'LMDB stays in the store and the vulndb file' "${no_lmdb[@]}"
forbid 'lmdb' 'no LMDB type in a shared header' "${control_headers[@]}"

missing=$(git ls-files '*.[ch]' '*.sh' 'scripts/*' '*.build' | grep -vE '\.md$' |
	xargs grep -L 'SPDX-License-Identifier: Apache-2.0')
[ -z "$missing" ] || {
	printf '%s: no SPDX line\n' $missing
	bad=1
}
exit $bad
