#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_words - the words of the command line: help, manual and completion say the same as the program; what is mistyped is named,
# with what was probably meant; the doctor says what a scan would say.
#
# usage: test_words.sh BUILD-FOLDER
. "$(dirname "$0")/lib.sh"

export SONDE_DB=$work/none SONDE_VULNDB=$build/vulndb/sonde.vulndb
rows() { "$sonde" "$@" --help=rows; }
# commands [COMMAND] - the commands of a table.
commands() { rows "$@" | awk -F'\t' '$1 == "command" { print $2 }'; }
# says TEXT - in what was said last.
says() { expect "  it says '$1'" grep -qF -e "$1" "$work/err"; }
# refused TEXT WORD... - of the command line, with code 2.
refused() {
	local text=$1
	shift
	expect_exit 2 "refused: sonde $*" "$sonde" "$@"
	says "$text"
}

# ---- help and manual -----------------------------------------------------------------------------------------------------------

all=()
for command in $(commands); do
	subs=$(commands "$command")
	[ -n "$subs" ] || all+=("$command")
	for sub in $subs; do all+=("$command $sub"); done
done
expect "there are many commands" test ${#all[@]} -gt 20
for command in "" "${all[@]}" score vulndb; do
	# shellcheck disable=SC2086
	"$sonde" $command --help >"$work/help" 2>"$work/err"
	expect "help of '$command': exit code 0, nothing on stderr" test $? -eq 0 -a ! -s "$work/err"
	expect "  in at most 80 columns" test "$(awk 'length > most { most = length } END { print most }' "$work/help")" -le 80
	expect "  without blanks at line ends" bash -c "! grep -n ' \$' $work/help"
	# shellcheck disable=SC2086
	expect "  the same as by help" cmp -s "$work/help" <("$sonde" help $command)
done
expect "the list has groups" test "$("$sonde" --help | grep -c ':$')" -gt 3

pages=$build/control
if [ -e "$pages/sonde.1" ]; then
	page_has() { sed 's/\\f.//g; s/\\-/-/g; s/\\&//g' "$pages/$1.1" | grep -qF -e "$2"; }
	for command in "${all[@]}"; do
		page=sonde-${command%% *}
		[ "${command%% *}" != vulndb ] || page=sonde-vulndb
		expect "the manual has $page, with examples" grep -q '^.SH EXAMPLES' "$pages/$page.1"
		missing=
		[ "$command" != "vulndb cve" ] || continue
		# shellcheck disable=SC2086
		for option in $(rows $command | awk -F'\t' '$1 == "option" { print $2 }'); do
			page_has "$page" "$option" || missing+=" $option"
		done
		expect "  and every option of $command$missing" test -z "$missing"
		expect "  and sonde(1) lists ${command%% *}" page_has sonde "${command%% *}"
	done
else
	echo "skipped: no manual was built: scdoc is missing"
fi

for words in --version -V -v version; do
	expect "sonde $words prints the version" grep -q '^sonde [0-9]' <("$sonde" $words)
done

# ---- what is mistyped ----------------------------------------------------------------------------------------------------------

refused 'did you mean `scan`?' scna
refused 'did you mean `export`?' exprot
refused 'did you mean `info`?' vulndb inof
refused 'did you mean `explain`?' score expalin
refused 'did you mean `pause`?' ctl paus
refused '`foo`: no such order' ctl foo
refused 'sonde ctl rate PPS' ctl rate
refused 'options follow a command' --db x count
expect_exit 3 "an order that a scan understands needs a scan" "$sonde" ctl status

refused "-sV: no such option -s" export -sV
refused "-vv: no such option -v" export -vv
refused "-silent: no such option -s" export -silent
refused "-host: no such option; did you mean --hosts" count -host 10.99.0.1
refused "-limit: long options have two dashes: --limit" search port:22 -limit 10
refused "did you mean --exclude?" scan 10.99.0.0/24 -p 22 --exlcude 10.99.0.1
refused "ports to probe are -p" scan 10.99.0.0/24 --port 443 -p 22 -n
refused '--passes: `0`: expected a number from 1 to 16' scan 10.99.0.0/24 -p 22 --passes 0
refused '--workers: `65`' scan 10.99.0.0/24 -p 22 --workers 65
refused "/tmp is a folder" scan @/tmp -p 22 -n
refused "/tmp is a folder" scan 10.99.0.0/24 --exclude-file /tmp -p 22 -n
refused "/tmp" scan 10.99.0.0/24 --payload-file /tmp --probe udp -p 22 -n
refused "--scope-file FILE" scan 0.0.0.0/0 -p 22 -n
expect "  and nothing of IPv6" bash -c "! grep -q ipv6 $work/err"
refused "--ipv6-budget N" scan 2001:db8::/64 -p 22 -n

# A query may begin with a dash; there is no database here.
for command in count search stats export; do
	expect_exit 4 "$command takes -port:22 for a query" "$sonde" $command -port:22
	expect_exit 4 "$command takes -(port:22 OR port:23) for a query" "$sonde" $command '-(port:22 OR port:23)'
done
expect_exit 4 "-fport:10 is an option of stats" "$sonde" stats -fport:10
refused 'did you mean port' count -prot:22
refused "-x: no such option" count -x

# ---- completion ----------------------------------------------------------------------------------------------------------------

PATH=$build/control:$PATH
# shellcheck disable=SC1090
source <("$sonde" completion bash)
# offers WORD PART... - completing the last part offers WORD.
offers() {
	local want=$1
	shift
	COMP_WORDS=(sonde "$@")
	COMP_CWORD=$#
	_sonde sonde "${!#}" "${COMP_WORDS[COMP_CWORD - 1]}" 2>/dev/null
	expect "completing '$*' offers $want" grep -qxF -e "$want" <(printf '%s\n' "${COMPREPLY[@]}")
}
offers scan sc
offers vulndb vu
offers rematch vulndb re
offers --iface scan --ifa
offers --columns search x --col
offers json search x -o j
offers csv search x --output = c
offers product: count prod
offers port,product search --columns port,prod
offers product stats -f prod
offers exclude ctl ex
offers zsh completion z
offers udp scan 10.0.0.1 --probe u
COMP_WORDS=(sonde zz) COMP_CWORD=1
_sonde sonde zz sonde
expect "what nothing begins with has no completion" test ${#COMPREPLY[@]} -eq 0

"$sonde" completion zsh >"$work/sonde.zsh"
# zsh_makes LINE WANT - zsh completes LINE to WANT.
zsh_makes() {
	local got
	got=$(python3 "$here/zsh_complete.py" "$work/sonde.zsh" "$1" 2>&1)
	expect "zsh completes '$1'" test "$got" = "$2" || echo "$got"
}
zsh_makes 'sonde sear' 'sonde search '
zsh_makes 'sonde vulndb loo' 'sonde vulndb lookup '
zsh_makes 'sonde scan --ifa' 'sonde scan --iface '
zsh_makes 'sonde host 192.0.2.1 -o nd' 'sonde host 192.0.2.1 -o ndjson '
zsh_makes 'sonde ctl pau' 'sonde ctl pause '
zsh_makes 'sonde scan 192.0.2.1 --probe ud' 'sonde scan 192.0.2.1 --probe udp '
zsh_makes 'sonde stats -f prod' 'sonde stats -f product'
zsh_makes 'sonde search --columns port,prod' 'sonde search --columns port,product'
zsh_makes 'sonde zzz' 'sonde zzz'

# ---- the quick start with targets of one's own --------------------------------------------------------------------------------

quick_start() {
	local ready=$work/quick_ready
	ip -n "$far" addr add 198.18.0.2/16 dev far0
	far python3 "$here/banner.py" "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u2" "$work/log" 198.18.0.2:22 >"$ready" &
	disown
	await_line "$ready" ready
	expect_exit 0 "a quick start with targets, an interface and a database of one's own" \
		near "$top/scripts/quickstart" 198.18.0.2 -p 22 --iface near0 --cooldown 1 --db "$work/quick"
	expect "  it searches that database" grep -qF "$ sonde search --db $work/quick" "$work/out"
	expect "  which has what was found" test "$("$sonde" count --db "$work/quick")" -eq 1
	near timeout 60 "$top/scripts/quickstart" 198.18.0.2 -p 22 --iface=near0 --cooldown 1 --db="$work/quick2" >/dev/null 2>&1
	expect "  also where it is given as --db=DIR" test "$("$sonde" count --db "$work/quick2")" -eq 1
}
wire
if [ "$(realpath "$build")" = "$(realpath "$top/build")" ]; then
	quick_start
else
	echo "skipped: the quick start builds into $top/build"
fi

# ---- the doctor ----------------------------------------------------------------------------------------------------------------

finding() { jq -r --arg check "$1" '.[] | select(.check == $check) | "\(.level): \(.text)"' "$work/out"; }
doctor() { near "$sonde" doctor -o json "$@" >"$work/out" 2>"$work/err"; }
for kind in dummy ifb gretap; do ip -n "$near" link add "lazy-$kind" type $kind 2>/dev/null; done
ip -n "$near" -br link | grep -q lazy- || echo "skipped: the kernel has none of the devices over which nobody scans"
doctor
expect "the doctor looks at interfaces" grep -q . <(finding "interface near0")
expect "  not at those over which nobody scans" bash -c "! grep -q lazy- $work/out"
expect "  at the knowledge file" grep -q "$SONDE_VULNDB" <(finding knowledge)
expect "  at the database, which need not be there" grep -q "^ok: none at $SONDE_DB" <(finding database)
expect "  at the room on its disk" grep -q "MiB free" <(finding disk)
expect "  and misses a default route" grep -q "^warn: none" <(finding "default route")
ip -n "$near" route add default via 198.18.0.2 dev near0
doctor
expect "  and finds it" grep -qx "ok: over near0" <(finding "default route")
mkdir "$work/notdb"
echo garbage >"$work/notdb/data.mdb"
expect_exit 1 "a database that is none is a failure" near "$sonde" doctor --db "$work/notdb"
expect "  it names it" grep -q "fail.*database.*$work/notdb" "$work/out"
doctor --vulndb "$work/nothing"
expect "a knowledge file that is not there is named" grep -q "^warn: .*$work/nothing" <(finding knowledge)

# The scan says the same of hugepages and capabilities.
unused=$(awk '/^HugePages_Free/ { print $2 }' /proc/meminfo)
near timeout 20 "$sonde" scan 198.18.0.9 -p 1 --iface near0 --cooldown 100ms --no-grab --db "$work/db" 2>"$work/scan"
doctor
[ "$unused" -gt 0 ] || expect "hugepages: the same words" grep -qF "$(finding hugepages | sed 's/^[a-z]*: //')" "$work/scan"
[ "$unused" -gt 0 ] ||
	expect "  and the same figure" grep -qF "$(jq -r '.[] | select(.check == "hugepages") | .mend' "$work/out")" "$work/scan"
without_bpf() { near setpriv --bounding-set -bpf,-perfmon,-sys_admin --inh-caps -all "$@"; }
expect_exit 0 "without what only AF_XDP needs, a scan can run" without_bpf "$sonde" doctor --db "$work/db"
expect "  which the doctor says" grep -q 'a scan goes through AF_PACKET' "$work/out"
expect_exit 10 "  and so it does" without_bpf "$sonde" scan 198.18.0.9 -p 1 --iface near0 --cooldown 100ms --no-grab --db "$work/db3"
bare() { near setpriv --bounding-set -net_raw,-bpf --inh-caps -all "$@"; }
bare "$sonde" doctor -o json >"$work/out" 2>/dev/null
bare "$sonde" scan 198.18.0.9 -p 1 --iface near0 --no-grab --db "$work/db" 2>"$work/scan"
expect "capabilities: the same words" grep -qF "$(finding privileges | sed 's/^[a-z]*: //')" "$work/scan"
finish
