#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_servers - Debian's servers, as their packages run them: each is named, and nothing that Debian fixed is `affected`.
. "$(dirname "$0")/lib.sh"
. "$here/servers.sh"

# NAME PACKAGE PORT SERVICE PRODUCT VERSION CPE PACKAGE OS: see servers_check.py. A further port has "" for NAME.
table='
sshd      openssh-server      22/tcp    ssh   OpenSSH        = openbsd:openssh                     whole Debian
dropbear  dropbear-bin        22/tcp    ssh   Dropbear_SSH   = dropbear_ssh_project:dropbear_ssh   -     Linux
nginx     nginx-light         80/tcp    http  nginx          = f5:nginx                            -     Linux
.         nginx-light         443/tcp   http  nginx          = f5:nginx                            -     Linux
apache2   apache2-bin         80/tcp    http  Apache_HTTP_Server = apache:http_server              name  Debian
lighttpd  lighttpd            80/tcp    http  lighttpd       = lighttpd:lighttpd                   -     Linux
vsftpd    vsftpd              21/tcp    ftp   vsftpd         = vsftpd_project:vsftpd               -     Linux
proftpd   proftpd-core        21/tcp    ftp   ProFTPD        - proftpd:proftpd                     name  Debian
pureftpd  pure-ftpd           21/tcp    ftp   Pure-FTPd      - pureftpd:pure-ftpd                  -     Linux
exim      exim4-daemon-light  25/tcp    smtp  Exim           = exim:exim                           -     Linux
postfix   postfix             25/tcp    smtp  Postfix        - postfix:postfix                     name  Debian
opensmtpd opensmtpd           25/tcp    smtp  OpenSMTPD      - openbsd:opensmtpd                   -     Linux
dovecot   dovecot-imapd       143/tcp   imap  Dovecot        - dovecot:dovecot                     name  Debian
.         dovecot-imapd       993/tcp   imap  Dovecot        - dovecot:dovecot                     name  Debian
redis     redis-server        6379/tcp  redis Redis          = redis:redis                         -     Linux
mariadb   mariadb-server      3306/tcp  mysql MariaDB        = mariadb:mariadb                     whole Debian
postgres  postgresql-15       5432/tcp  postgresql PostgreSQL - postgresql:postgresql              -     Linux
memcached memcached           11211/tcp memcached Memcached  = memcached:memcached                 -     Linux
slapd     slapd               389/tcp   ldap  OpenLDAP       - openldap:openldap                   -     Linux
etcd      etcd-server         2379/tcp  http  etcd           = etcd:etcd                           -     Linux
bind9     bind9               53/tcp    dns   BIND           = isc:bind                            whole Debian
.         bind9               53/udp    dns   BIND           = isc:bind                            whole Debian
unbound   unbound             53/tcp    dns   Unbound        = nlnetlabs:unbound                   -     Linux
.         unbound             53/udp    dns   Unbound        = nlnetlabs:unbound                   -     Linux
dnsmasq   dnsmasq-base        53/tcp    dns   dnsmasq        = thekelleys:dnsmasq                  -     Linux
.         dnsmasq-base        53/udp    dns   dnsmasq        = thekelleys:dnsmasq                  -     Linux
chrony    chrony              123/udp   ntp   -              - -                                   -     -
snmpd     snmpd               161/udp   snmp  Net-SNMP       - net-snmp:net-snmp                   -     -
rsync     rsync               873/tcp   rsync rsync          - samba:rsync                         -     Linux
mosquitto mosquitto           1883/tcp  mqtt  -              - -                                   -     Linux
nats      nats-server         4222/tcp  nats  NATS_Server    = nats:nats_server                    -     Linux
rabbitmq  rabbitmq-server     5672/tcp  amqp  RabbitMQ       = vmware:rabbitmq                     -     Linux
cups      cups-daemon         631/tcp   http  CUPS           [0-9]\.[0-9] openprinting:cups        -     Linux
telnetd   inetutils-telnetd   23/tcp    telnet -             - -                                   -     Linux
squid     squid               3128/tcp  http  Squid          = squid-cache:squid                   -     Linux
haproxy   haproxy             8080/tcp  http  HAProxy        = haproxy:haproxy                     whole Debian
tinyproxy tinyproxy           8888/tcp  http  Tinyproxy      = tinyproxy_project:tinyproxy         -     Linux
stunnel   stunnel4            443/tcp   http  Python_http.server [0-9.]+ python:python             -     Linux
samba     samba               445/tcp   smb   Samba          - samba:samba                         -     Linux
varnish   varnish             80/tcp    http  Varnish_Cache  [0-9]+\.[0-9]+ varnish-software:varnish_cache - Linux
ngircd    ngircd              6667/tcp  irc   -              - -                                   -     Linux
inspircd  inspircd            6667/tcp  irc   -              - -                                   -     Linux
'

# start_all - fetch and start what can be had; $work/expected has a line a port.
start_all() {
	local n=0 skipped=0 name package rest have=
	while read -r name package rest; do
		[ -n "$name" ] || continue
		if [ "$name" != . ]; then
			have=
			fetch "$package" || { echo "skipped $name: $package cannot be had"; skipped=$((skipped + 1)); continue; }
			have=$name
			n=$((n + 1))
			serve "$name" "198.18.1.$n"
		fi
		[ -z "$have" ] || echo "$have 198.18.1.$n $(cut -d' ' -f1,2 "$cache/have/$package") $rest" >>"$work/expected"
	done <<<"$table"
	echo "$n servers started, $skipped skipped"
}

# wait_all - until every port is bound, for 90 s at most.
wait_all() {
	local try name address port missing
	for try in $(seq 90); do
		far ss -Hlntu | awk '{ print $5 "/" $1 }' >"$work/bound"
		missing=$(while read -r name address _ _ port _; do
			grep -qxF -e "$address:${port%/*}/${port#*/}" "$work/bound" || echo "$name"
		done <"$work/expected")
		[ -n "$missing" ] || return 0
		sleep 1
	done
	for name in $missing; do
		echo "$name does not listen:"
		tail -n 3 "$work/$name.log"
	done
	return 1
}

wire
start_all
[ -s "$work/expected" ] || { echo "no server can be had"; exit 77; }
expect "every server listens" wait_all
tcp=$(awk '$5 ~ /tcp/ { sub("/tcp", "", $5); print $5 }' "$work/expected" | sort -nu | paste -sd,)
scan() { near timeout 150 "$sonde" scan 198.18.1.0/26 --iface near0 --rate 2k --cooldown 2 --quiet --db "$work/db" "$@"; }
expect_exit 0 "a TCP scan ends well" scan -p "$tcp"
expect_exit 0 "a UDP scan ends well" scan --probe udp -p 53,123,161
"$sonde" export --db "$work/db" --format ndjson >"$work/hosts"
expect_valid host "$work/hosts"
expect "all is as it should be" python3 "$here/servers_check.py" "$sonde" "$work/expected" <"$work/hosts"
finish
