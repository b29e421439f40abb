#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# check_contracts [--all] - how many prototypes in headers say what they do; fails below 95 of 100.
#
# A prototype has a contract where a comment stands on the line above it or behind it. A list of prototypes without a blank line
# between them shares the comment above the first one, as long as no other comment comes. Inline functions are not counted: their
# bodies stand there. With --all the rest is named.
set -u
cd "$(dirname "$0")/.." || exit 1
all=${1-}
git ls-files 'common/*.h' 'control/*.h' 'dataplane/*.h' 'vulndb/*.h' | xargs awk -v all="$all" -v least=95 '
function end_prototype() {
	total++
	if (spoken || text ~ /\/\*/) good++
	else if (all != "") print FILENAME ":" start ": " text
}
FNR == 1 { spoken = 0; open = 0; comment = 0; body = 0 }
# comments
!open && /^[ \t]*\/\*/ { comment = 1 }
comment { if (/\*\//) { comment = 0; spoken = !/^\/\* -{2,}/ } next }
/^[ \t]*$/ { spoken = 0; next }
# bodies of inline functions, structs, enums
body { if (/^}/) body = 0; next }
/^(static inline|__attribute__.*inline)/ { inline = 1; next }
inline { if (/^\{/) { inline = 0; body = 1 }; next }
/^(struct|enum|union)[^;()]*\{[ \t]*$/ || /^enum \{[^}]*$/ { body = 1; next }
/^enum .*\};$/ || /^(_S|s)tatic_assert/ { next }
/^#/ { next }
open { text = text " " $0; if (/;/) { open = 0; end_prototype() } next }
/^[a-z_].*\(/ && !/^typedef/ && !/^static const/ && !/^extern/ {
	text = $0; start = FNR
	if (/;/) end_prototype(); else open = 1
}
END {
	share = total > 0 ? 100 * good / total : 100
	if (all != "" || share < least) printf "%d of %d prototypes have a contract: %.1f %%\n", good, total, share
	exit share < least
}'
