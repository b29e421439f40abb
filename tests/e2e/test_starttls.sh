#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_starttls - Debian's servers of LDAP and IRC that offer TLS inside the dialog show their certificates; those without one do not.
. "$(dirname "$0")/lib.sh"
. "$here/servers.sh"

start_slapd_tls() {
	cert slapd.example
	mkdir -p /tmp/ldap
	cat >/tmp/slapd.conf <<-EOT
	include /etc/ldap/schema/core.schema
	modulepath /usr/lib/ldap
	moduleload back_mdb
	TLSCertificateFile /tmp/cert.pem
	TLSCertificateKeyFile /tmp/key.pem
	database mdb
	suffix "dc=lab,dc=example"
	directory /tmp/ldap
	EOT
	exec slapd -h "ldap://$ip/" -f /tmp/slapd.conf -d 0
}
start_inspircd_tls() {
	user irc
	cert inspircd.example
	cat >/tmp/i.conf <<-EOT
	<server name="inspircd.example" description="Sonde lab" network="Lab">
	<admin name="a" nick="a" email="a@example.org">
	<module name="cap"><module name="ssl_gnutls"><module name="starttls">
	<sslprofile name="lab" provider="gnutls" certfile="/tmp/cert.pem" keyfile="/tmp/key.pem" hash="sha256">
	<bind address="$ip" port="6667" type="clients">
	<pid file="/tmp/i.pid"><log method="file" type="*" level="default" target="/tmp/i.log">
	EOT
	exec inspircd --nofork --runasroot --config /tmp/i.conf
}

scan() { near timeout 200 "$sonde" scan --iface near0 --rate 2k --cooldown 1s --grab-timeout 0 --quiet "$@" --db "$work/db" >"$work/out" 2>"$work/err"; }
is() { [ "$1" = "$2" ] || { echo "  got '$1', expected '$2'"; cat "$work/err"; false; }; }
fact() { "$sonde" search --db "$work/db" "ip:$1 port:$2" --columns "$3" -o ndjson | jq -r ".[\"$3\"]"; }
bound() { far ss -Hlnt | awk '{ print $4 }' | grep -qxF "$1:$2"; }

wire
n=10
: >"$work/real"
while read -r name package rest; do
	fetch "$package" || { echo "skipped $name: $package cannot be had"; continue; }
	n=$((n + 1))
	serve "$name" "198.18.1.$n"
	echo "$name 198.18.1.$n $rest" >>"$work/real"
done <<-EOT
	slapd        slapd    389  ldap ldap.starttls false null
	slapd_tls    slapd    389  ldap ldap.starttls true  slapd.example
	ngircd       ngircd   6667 irc  irc.starttls  false null
	inspircd_tls inspircd 6667 irc  irc.starttls  true  inspircd.example
EOT
[ -s "$work/real" ] || { echo "no server can be had"; exit 77; }
while read -r name address port rest; do
	holds_within 60 bound "$address" "$port" || { tail -n 3 "$work/$name.log"; expect "$name listens" false; }
done <"$work/real"
expect "a scan ends well" scan 198.18.1.0/27 -p 389,6667
while read -r name address port service field offered cn; do
	expect "$name is named" is "$(fact "$address" "$port" service)" "$service"
	expect "  it is known whether it offers TLS" is "$(fact "$address" "$port" "$field")" "$offered"
	expect "  and whose certificate it has" is "$(fact "$address" "$port" ssl.cn)" "$cn"
done <"$work/real"
"$sonde" export --db "$work/db" --format ndjson >"$work/hosts"
expect_valid host "$work/hosts"
finish
