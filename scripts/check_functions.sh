#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# check_functions [--all] - sizes of files and functions; prints what is over the limits of the house style, and fails then.
#
# Functions: median <= 15 lines, p90 <= 50, none over 80, <= 5 parameters. Files: none over 500 lines. With --all also the
# totals. More parameters are allowed where the alternative is worse and the line above the function says why:
# /* Six parameters: ... */
set -u
cd "$(dirname "$0")/.." || exit 1
all=${1-}
git ls-files '*.c' | grep -v '^tests/' | xargs awk -v all="$all" '
function over(format, file, line, name, value) {
	printf format "\n", file, line, name, value
	bad = 1
}
function end_file() {
	if (last_lines > 500) over("%s:%d: %s %d lines (limit 500)", last_file, last_lines, "the file has", last_lines)
}
function end_function() {
	lines = FNR - start + 1
	sizes[++count] = lines
	if (lines > 80) over("%s:%d: %s has %d lines (limit 80)", FILENAME, start, name, lines)
	if (params > 5 && !reason) over("%s:%d: %s has %d parameters (limit 5)", FILENAME, start, name, params)
}
# What stands between the name of a function and its end, without the parameters of parameters.
function begin_function() {
	gsub(/__attribute__\(\(.*\)\)+ */, "", head)
	name = head; sub(/\(.*/, "", name); sub(/.*[ *]/, "", name)
	sub(/^[^(]*\(/, "", head); sub(/\)[ \t]*$/, "", head)
	while (gsub(/\([^()]*\)/, "", head)) {}
	params = gsub(/,/, ",", head) + 1
	start = FNR; inside = 1; next_is_head = 0
}
FNR == 1 { end_file(); files++; head = ""; said = 0 }
{ last_file = FILENAME; last_lines = FNR; total++ }
/^(\/| )\*.* parameters: .*\*\/$/ { said = FNR }
/^[A-Za-z_].*\(/ && !/;[ \t]*$/ && !/^(static )?(const )?(struct|enum|union) [a-z_0-9]+ [a-z_0-9\[\]]* *=/ {
	head = $0; next_is_head = 1; reason = said > 0 && said == FNR - 1
}
/^[ \t]/ && next_is_head { head = head $0 }
/^\{/ && head != "" { begin_function() }
/^\}/ && inside { end_function(); inside = 0; head = "" }
END {
	end_file()
	n = count
	for (i = 2; i <= n; i++) { v = sizes[i]; for (j = i - 1; j > 0 && sizes[j] > v; j--) sizes[j + 1] = sizes[j]; sizes[j + 1] = v }
	median = sizes[int((n + 1) / 2)]; p90 = sizes[int(n * 0.9)]
	if (median > 15 || p90 > 50) {
		printf "functions: median %d lines (limit 15), p90 %d (limit 50)\n", median, p90
		bad = 1
	}
	if (all != "") printf "%d files, %d lines, %d functions: median %d, p90 %d, largest %d lines\n", files, total, n, median, p90, sizes[n]
	exit bad
}'
