#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_jarm - the hash of a server's TLS: the same for the same configuration, another for another, zeros where nothing is answered,
# and no connection for it that was not asked for.
. "$(dirname "$0")/lib.sh"

wire
ip -n "$far" addr add 198.18.0.2/16 dev far0
ip -n "$far" addr add 198.18.0.3/16 dev far0
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/key" -out "$work/cert" -days 30 -subj /CN=x.example 2>/dev/null

# server ADDRESS:PORT ARGUMENT...
server() {
	local at=$1
	shift
	far openssl s_server -accept "$at" -key "$work/key" -quiet "$@" </dev/zero >/dev/null 2>&1 &
}
server 198.18.0.2:443 -cert "$work/cert"
server 198.18.0.3:4433 -cert "$work/cert"
server 198.18.0.2:4434 -cert "$work/cert" -tls1_2 -cipher ALL:@SECLEVEL=0 -serverpref
server 198.18.0.2:4435 -cert "$work/cert" -alpn h2,http/1.1 -no_tls1_3
# Anonymous ciphers, of which JARM offers none.
server 198.18.0.2:4436 -nocert -no_tls1_3 -cipher ADH:@SECLEVEL=0
listen() { [ "$(far ss -Hlnt | grep -cE ':(443|4433|4434|4435|4436) ')" -eq 5 ]; }
holds_within 20 listen || { expect "the servers listen" false; finish; }

scan() {
	near timeout 100 "$sonde" scan 198.18.0.2-3 -p 443,4433-4436 --iface near0 --rate 2k --cooldown 1s --grab-timeout 0 --quiet "$@" \
		>"$work/out" 2>"$work/err"
}
jarm() { "$sonde" search --db "$1" "ip:$2 port:$3" --columns ssl.jarm -o ndjson | jq -r '.["ssl.jarm"] // "none"'; }
is() { [ "$1" = "$2" ] || { echo "  got '$1', expected '$2'"; cat "$work/err"; false; }; }

expect "a scan without --jarm ends well" scan --db "$work/plain"
expect "  and has no hash" is "$(jarm "$work/plain" 198.18.0.2 443)" none
expect "a scan with --jarm ends well" scan --jarm --db "$work/db"
one=$(jarm "$work/db" 198.18.0.2 443)
expect "the hash has 62 characters" grep -qxE '[0-9a-f]{62}' <<<"$one"
# What the program of JARM's authors says of such a server.
expect "  those of OpenSSL 3.0" is "$one" 07d14d16d21d21d00042d43d000000aa99ce74e2c6d013c745aa52b5cc042d
expect "an equal server on another host and port has the same" is "$(jarm "$work/db" 198.18.0.3 4433)" "$one"
expect "other ciphers give another" is "$(jarm "$work/db" 198.18.0.2 4434)" \
	2ad2ad16d2ad2ad0002ad2ad2ad2ad1ed3302d6c4f33847eee381ec15b2580
expect "an application protocol gives another" is "$(jarm "$work/db" 198.18.0.2 4435)" \
	07d14d16d00000000007d14d07d21d35ee9fd5dfa06e301b2856c310527539
expect "who answers none has zeros" is "$(jarm "$work/db" 198.18.0.2 4436)" "$(printf '0%.0s' {1..62})"
expect "the field is a filter, under its short name, too" is "$("$sonde" count --db "$work/db" "jarm:$one")" 2
"$sonde" export --db "$work/db" --format ndjson >"$work/hosts"
expect_valid host "$work/hosts"
finish
