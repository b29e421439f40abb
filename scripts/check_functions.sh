#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# check_functions [--all] - sizes of files and functions, and what is over the limits of the house style.
#
# Functions: median <= 15 lines, p90 <= 50, none over 80, <= 5 parameters. Files: none over 500 lines. Prints what is
# over; with --all also the totals. Being over is allowed where the alternative is worse and a comment says why.
set -u
cd "$(dirname "$0")/.." || exit 1
all=${1-}
git ls-files '*.c' | grep -v '^tests/' | xargs awk -v all="$all" '
function flush_function() {
	lines = FNR - start + 1
	sizes[++count] = lines
	if (lines > 80) printf "%s:%d: %s has %d lines (limit 80)\n", FILENAME, start, name, lines
	if (params > 5) printf "%s:%d: %s has %d parameters (limit 5)\n", FILENAME, start, name, params
}
FNR == 1 { if (last_file != "" && last_lines > 500) printf "%s: %d lines (limit 500)\n", last_file, last_lines
	files++; head = "" }
{ last_file = FILENAME; last_lines = FNR; total++ }
/^[A-Za-z_].*\(/ && !/;[ \t]*$/ && !/^(static )?(const )?(struct|enum|union) [a-z_0-9]+ [a-z_0-9\[\]]* *=/ { head = $0; next_is_head = 1 }
/^[ \t]+.*\)[ \t]*$/ && next_is_head { head = head $0 }
/^\{/ && head != "" {
	start = FNR; name = head; sub(/\(.*/, "", name); sub(/.*[ *]/, "", name)
	params = head; sub(/^[^(]*\(/, "", params); params = gsub(/,/, ",", params) + 1; inside = 1; next_is_head = 0
}
/^\}/ && inside { flush_function(); inside = 0; head = "" }
END {
	if (last_lines > 500) printf "%s: %d lines (limit 500)\n", last_file, last_lines
	n = count
	for (i = 2; i <= n; i++) { v = sizes[i]; for (j = i - 1; j > 0 && sizes[j] > v; j--) sizes[j + 1] = sizes[j]; sizes[j + 1] = v }
	median = sizes[int((n + 1) / 2)]; p90 = sizes[int(n * 0.9)]
	if (median > 15) printf "function median %d lines (limit 15)\n", median
	if (p90 > 50) printf "function p90 %d lines (limit 50)\n", p90
	if (all != "") printf "%d files, %d lines, %d functions: median %d, p90 %d, largest %d lines\n", files, total, n, median, p90, sizes[n]
}'
