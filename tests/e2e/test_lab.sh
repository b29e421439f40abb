#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_lab - the whole way: real servers are found, named, judged, remembered and handed on.
. "$(dirname "$0")/lib.sh"

export SONDE_LAB_NAME=$tag
db=$work/db
more_clean_up() { "$top/scripts/lab" down >/dev/null 2>&1; }
outside "$top/scripts/lab" up || { echo "the lab does not start"; exit 1; }

scan() {
	"$top/scripts/lab" exec "$sonde" scan 198.18.0.0/28 -p 21,22,80,443,2222,6379,8080 --iface lab0 --rate 2k \
		--cooldown 2 --db "$db" "$@"
}
# field ADDRESS JQ - a value of a host's document.
field() { "$sonde" host --db "$db" "$1" -o json | jq -r "$2"; }
is() { [ "$1" = "$2" ] || { echo "  got '$1', expected '$2'"; false; }; }
any() { [ -n "$1" ] && [ "$1" != null ] && [ "$1" != 0 ]; }

expect_exit 0 "the scan of the lab ends well" scan
cat "$work/err" | tail -n 20

expect "every open port is found" is "$("$sonde" search --db "$db" 'state:open' -o ndjson |
	jq -r '"\(.ip):\(.port)"' | sort | tr '\n' ' ')" \
	"198.18.0.10:22 198.18.0.10:443 198.18.0.10:80 198.18.0.11:21 198.18.0.11:2222 198.18.0.12:6379 198.18.0.13:8080 "
port='.ports[] | select(.port == '
expect "OpenSSH is named" is "$(field 198.18.0.10 "$port 22) | .product")" OpenSSH
expect "OpenSSH on an unusual port is named" is "$(field 198.18.0.11 "$port 2222) | .product")" OpenSSH
expect "OpenSSH's package is not called affected where Debian has fixed it" is \
	"$(field 198.18.0.10 "[$port 22) | .vulns[]? | select(.id == \"CVE-2024-6387\")][0].verdict // \"none\"" | grep -c affected)" 0
expect "fixed verdicts name the package" any "$(field 198.18.0.10 "[$port 22) | .vulns[]? | select(.verdict == \"fixed\") | .evidence.fixed_by] | length")"
expect "nginx is named with its version" is "$(field 198.18.0.10 "$port 80) | .product + \" \" + (.version | split(\".\")[0])")" "nginx 1"
expect "the page's title is kept" is "$(field 198.18.0.10 "$port 80) | .http.title")" "Sonde lab"
expect "TLS is spoken and the certificate read" is "$(field 198.18.0.10 "$port 443) | .ssl.cn")" lab.example
expect "HTTP inside TLS is named" is "$(field 198.18.0.10 "$port 443) | .product")" nginx
expect "vsftpd is named" is "$(field 198.18.0.11 "$port 21) | .product")" vsftpd
expect "Redis is named" is "$(field 198.18.0.12 "$port 6379) | .product")" Redis
expect "Redis without authentication is Critical" is "$(field 198.18.0.12 .score.level)" Critical
expect "the reason is said" any "$(field 198.18.0.12 '.score.reasons[0].code')"

expect "search by product" is "$("$sonde" search --db "$db" 'port: 22 product:OpenSSH' -o ndjson | wc -l)" 1
expect "stats count the services" any "$("$sonde" stats --db "$db" -o json | jq 'length')"
expect "changes tell of the opened ports" is "$("$sonde" changes --db "$db" -o ndjson | jq -r 'select(.type == "port.opened") | .ip' | wc -l)" 7
expect "export gives one line a host" is "$("$sonde" export --db "$db" --format ndjson | jq -r .ip | sort | tr '\n' ' ')" \
	"198.18.0.10 198.18.0.11 198.18.0.12 198.18.0.13 "
"$sonde" export --db "$db" --format ndjson >"$work/hosts"
expect_valid host "$work/hosts"
expect "CSV has a header and a row a service" is "$("$sonde" export --db "$db" --format csv | wc -l)" 8

# Other servers on the machine do not get in the way: one that excludes the lab's, a module of another nginx.
cp /var/lib/dpkg/status "$work/status"
cat >>"$work/status" <<'EOT'

Package: inetutils-ftpd
Status: install ok installed
Maintainer: x <x@example.org>
Architecture: amd64
Version: 2:2.4-2
Provides: ftp-server
Conflicts: ftp-server
Description: x

Package: libnginx-mod-http-echo
Status: install ok installed
Maintainer: x <x@example.org>
Architecture: amd64
Version: 1:0.63-4
Depends: nginx-abi-1.22.1-7
Description: x
EOT
needs() {
	SONDE_LAB_DIR=$work/lab unshare --mount --propagation private \
		sh -c 'mount --bind "$0" /var/lib/dpkg/status && exec "$1" needs' "$work/status" "$top/scripts/lab"
}
expect_exit 0 "the lab's servers can be fetched beside others" needs
for package in openssh-server nginx vsftpd redis-server; do
	expect "  $package is one of them" grep -qx "$package" "$work/out"
done

# What ends is noticed.
pid=$(ip netns pids "$tag" | while read -r p; do grep -q redis-server "/proc/$p/cmdline" && echo "$p"; done | head -n 1)
kill "$pid"
ended() { ! kill -0 "$pid" 2>/dev/null; }
await "the server ends" ended
expect_exit 0 "a second scan ends well" scan
expect "the port that closed, as its RST says, is closed" is "$(field 198.18.0.12 "$port 6379) | .state")" closed
expect "the change log says so" is "$("$sonde" changes --db "$db" -o ndjson | jq -r 'select(.type == "port.closed") | "\(.ip):\(.port)"')" 198.18.0.12:6379
expect "nothing else changed" is "$("$sonde" changes --db "$db" -o ndjson | jq -r 'select(.type == "service.changed") | .ip')" ""
expect "no XDP program is left" is "$(ip -n "$tag-scan" -j link show lab0 | jq -r '.[0].xdp // "none"')" none
finish
