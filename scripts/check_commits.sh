#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# check_commits [RANGE] - subjects are `area: imperative lower case`, at most 60 characters, with a body.
set -u
cd "$(dirname "$0")/.." || exit 1
range=${1-HEAD}
bad=0
while IFS=$'\t' read -r hash subject; do
	[ ${#subject} -le 60 ] || { echo "$hash: ${#subject} characters: $subject"; bad=1; }
	[[ $subject =~ ^[a-z0-9_,\ /.-]+:\ [^A-Z] ]] || { echo "$hash: not 'area: imperative lower case': $subject"; bad=1; }
done < <(git log --no-merges --format='%h%x09%s' "$range")
exit $bad
