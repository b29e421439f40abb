#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_examples - every example of the manual and of README.md does what it says, on a small network; and a command whose output
# cannot be written says so.
#
# usage: test_examples.sh BUILD-FOLDER
. "$(dirname "$0")/lib.sh"

export SONDE_DB=$work/db SONDE_VULNDB=$build/vulndb/sonde.vulndb HOME=$work/home XDG_CACHE_HOME=$work/cache
export PATH=$build/control:$PATH
small=/var/tmp/$tag-small
more_clean_up() {
	umount "$small" 2>/dev/null
	rmdir "$small" 2>/dev/null
}

# The network of the examples: 192.0.2.0/24 behind eth1.
ip netns add "$near"
ip netns add "$far"
ip -n "$near" link add eth1 type veth peer name far0 netns "$far"
for ns in "$near" "$far"; do
	ip netns exec "$ns" sh -c 'echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6' 2>/dev/null
	ip -n "$ns" link set lo up
done
ip -n "$near" addr add 192.0.2.1/24 dev eth1
ip -n "$far" addr add 192.0.2.10/24 dev far0
ip -n "$near" link set eth1 up
ip -n "$far" link set far0 up
await_carrier "$near" eth1
far python3 "$here/banner.py" "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u2" "$work/log" 0.0.0.0:22 >"$work/ssh" &
far python3 "$here/banner.py" "220 (vsFTPd 2.3.4)" "$work/log" 0.0.0.0:21 >"$work/ftp" &
await_line "$work/ssh" ready
await_line "$work/ftp" ready
expect_exit 0 "the network is scanned" near sonde scan 192.0.2.10 -p 21,22,80 --iface eth1 --cooldown 1

# Files that the examples name.
mkdir -p "$HOME/feeds" "$work/place"
cd "$work/place" || exit 1
printf '192.0.2.0/25\n' >hosts.txt
printf '192.0.2.64/27\n' >never.txt
python3 "$here/mmdb.py" GeoLite2-City.mmdb GeoLite2-City '192.0.2.0/24={"country":{"iso_code":"JP"}}'
printf '192.0.2.7\n' >zmap.csv
cat >nmap.xml <<'END'
<?xml version="1.0"?><nmaprun start="1700000000"><host><address addr="192.0.2.7" addrtype="ipv4"/><ports><port protocol="tcp"
portid="22"><state state="open"/><service name="ssh" product="OpenSSH" version="9.2p1" method="probed"/></port></ports></host></nmaprun>
END
for shard in shard1 shard2; do
	near sonde scan 192.0.2.10 -p 22 --iface eth1 --no-grab --cooldown 1 --db $shard >/dev/null 2>&1
done
printf '{"catalogVersion":"2026.01.01","vulnerabilities":[{"cveID":"CVE-2011-2523","dateAdded":"2026-01-01"}]}' >"$HOME/feeds/kev.json"

# ---- the examples --------------------------------------------------------------------------------------------------------------

# examples FILE - the commands of its examples, one a line.
examples() {
	case $1 in
	*.scd) awk '/^# / { here = $0 == "# EXAMPLES" } here && /^```/ { code = !code; next } here && code' "$1" | sed 's/\\\\/\\/g' ;;
	*.md) awk '/^## / { here = $0 == "## Use" } here && /^    (sonde|source)/' "$1" | sed 's/  *# .*//; s/^ *//' ;;
	esac
}

# why_not COMMAND - why it cannot be run here.
why_not() {
	case $1 in
	*https://* | *"vulndb update" | *"vulndb update "*--db*) echo "needs a server of feeds" ;;
	*s-2026*) echo "names a scan that the reader has made" ;;
	*--resume*) echo "names a scan that the reader has stopped" ;;
	*) return 1 ;;
	esac
}

# try FILE COMMAND
try() {
	local name=${1##*/} command=$2 code
	case $command in
	"sonde scan "*) command="$command --dry-run" ;;
	"sonde serve") command="timeout --preserve-status 1 $command" ;;
	"sonde export "*--follow*) command="timeout --preserve-status -s INT 1 $command" ;;
	esac
	near bash -o pipefail -c "$command" >"$work/out" 2>"$work/err" </dev/null
	code=$?
	case $command:$code in
	"sonde doctor"*:1) code=0 ;; # something is missing on this machine
	*"sonde export "*--follow*:7) code=0 ;; # it was interrupted
	esac
	expect "$name: $command" test $code -eq 0
	[ $code -eq 0 ] || cat "$work/err"
}

later=()
for file in "$top"/control/man/*.scd "$top/README.md"; do
	count=0
	while read -r -u 3 command; do
		count=$((count + 1))
		if why=$(why_not "$command"); then
			echo "not run: ${file##*/}: $command: $why"
		elif [[ $command == *"sonde ctl "* || $command == "sonde top" ]]; then
			later+=("$file" "$command")
		else
			try "$file" "$command"
		fi
	done 3< <(examples "$file")
	expect "${file##*/} has examples" test $count -gt 0
done

# What is told to a running scan.
near sonde scan 192.0.2.0/24 -p 1-1000 --iface eth1 --rate 500 --no-grab --quiet 2>"$work/scan_err" &
scan=$!
answers() { sonde ctl status; } >/dev/null 2>&1
await "the scan answers" answers
for ((i = 0; i < ${#later[@]}; i += 2)); do try "${later[i]}" "${later[i + 1]}"; done

# ---- what cannot be written ----------------------------------------------------------------------------------------------------

said="the output cannot be written: No space left on device"
tried=
# full COMMAND... - ends with 1 and says why, once.
full() {
	tried+=" $1 "
	near sonde "$@" >/dev/full 2>"$work/err" </dev/null
	local code=$?
	expect "not written: sonde $*" test "$code:$(grep -c "$said" "$work/err")" = 1:1
	[ "$code" -eq 1 ] || cat "$work/err"
}
full ctl status
full ctl status -o json
full top
sonde ctl stop >/dev/null
sonde ctl stop >/dev/null 2>&1
wait $scan

expect_exit 0 "a finding is accepted" sonde accept 192.0.2.10:22 CVE-2024-6387 --until 2035-12-31 --reason test
for format in table json ndjson; do
	for command in "host 192.0.2.10" "search state:open" "stats" "changes" "export --columns ip" "vuln CVE-2024-6387" "vulndb info" \
		"score explain 192.0.2.10" "explain 192.0.2.10" "accept --list" "doctor" "bench generate --rounds 1"; do
		# shellcheck disable=SC2086
		full $command -o $format
	done
done
full host 192.0.2.10 --history
full scans
full scans -o json
full scans show last
full scans compare last last -o json
full config show
full key list
full label --list
full place list
full serve --routes
full config show -o json
full search --explain port:22
full search state:open -o csv
full export --format csv
full count
full fields
full fields -o json
full version -v
full completion zsh
full probing-txt --canonical https://scanner.example.org/.well-known/probing.txt --contact scanner@example.org
full scan 192.0.2.0/24 -p 1-1000 -n
full scan --help
full vulndb lookup cpe:2.3:a:apache:http_server:2.4.49
full vulndb rematch
full import --dry-run nmap.xml
full merge shard1 --into merged
sonde monitor add full '*' --exec true
full monitor list
for word in --version -V --help help; do full $word; done
while IFS=$'\t' read -r _ name _; do
	expect "no command is excepted: $name" grep -q " $name " <<<"$tried"
done < <(sonde --help=rows)

mkdir "$small" && mount -t tmpfs -o size=8k none "$small"
sonde fields >"$small/fields" 2>"$work/err"
code=$?
expect "a full disk: the same" test "$code:$(grep -c "$said" "$work/err")" = 1:1
# Who reads no further is no failure of the disk: the command ends silently.
sonde export 2>"$work/err" | head -c 1 >/dev/null
expect "a reader that ends is no full disk" test ! -s "$work/err"
finish
