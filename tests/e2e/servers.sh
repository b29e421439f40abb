# SPDX-License-Identifier: Apache-2.0
# servers.sh - Debian's own servers for test_servers.sh: fetching them, and a place to run each. Sourced.
#
# Nothing is installed: the packages are unpacked into $cache/root, which is laid over this machine's files for the
# one server, in mount and network namespaces of its own. Whatever a server writes goes to memory and with it.
cache=${SONDE_SERVERS_DIR:-/var/tmp/sonde-servers}
root=$cache/root
updated=
# One apt-get at a time: scripts/lab takes the same lock.
apt_lock=/var/tmp/sonde-apt.lock

# unpack FILE.deb... - a merged /usr stays one, as it is below.
unpack() {
	local deb link
	mkdir -p "$root"
	for link in bin sbin lib lib64; do
		mkdir -p "$root/usr/$link"
		[ -e "$root/$link" ] || ln -s "usr/$link" "$root/$link"
	done
	for deb in "$@"; do
		dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$root" -p --keep-directory-symlink
	done
}

# fetch PACKAGE - it and what it needs that is not here. $cache/have/PACKAGE then has its source and version.
# After five minutes nothing further is fetched: the next run goes on with what this one has left.
fetch() {
	local package=$1 debs=$cache/archives file
	[ -s "$cache/have/$package" ] && return 0
	[ $SECONDS -lt 300 ] || return 1
	mkdir -p "$debs/partial" "$cache/have"
	if [ -z "$updated" ]; then
		updated=yes
		outside flock "$apt_lock" apt-get update -q >/dev/null 2>&1 </dev/null
	fi
	# A status file that does not know the package, so that it is fetched in any case.
	awk -v RS= -v ORS='\n\n' -v name="$package" '{ split($1 " " $2, w, " "); if (w[2] != name) print }' \
		/var/lib/dpkg/status >"$cache/status"
	DEBIAN_FRONTEND=noninteractive outside flock "$apt_lock" apt-get install -q -y --no-install-recommends --download-only \
		-o Dir::State::status="$cache/status" -o Dir::Cache::archives="$debs" -o APT::Sandbox::User=root \
		"$package" >"$cache/apt.log" 2>&1 </dev/null || return 1
	file=$(ls -t "$debs/$package"_*.deb | head -n 1)
	unpack "$debs"/*.deb
	# shellcheck disable=SC2016
	dpkg-deb --showformat '${source:Package} ${source:Version} ${Package} ${Version}\n' --show "$file" >"$cache/have/$package"
	rm -f "$debs"/*.deb
}

# user NAME... - entries of the users that a package's installation would have made.
user() {
	local id=64100 name
	for name in "$@"; do
		getent passwd "$name" >/dev/null || echo "$name:x:$id:$id::/nonexistent:/bin/false" >>/etc/passwd
		getent group "$name" >/dev/null || echo "$name:x:$id:" >>/etc/group
		id=$((id + 1))
	done
}

# enter ROOT FUNCTION MOUNT - in private namespaces already: lay ROOT over this machine's folders, run FUNCTION there.
enter() {
	local m=$3 folder
	mount -t tmpfs -o mode=755 tmpfs "$m" || return 1
	for folder in usr etc var/lib var/cache var/spool var/log opt; do
		[ -d "$1/$folder" ] && [ -d "/$folder" ] || continue
		mkdir -p "$m/$folder/up" "$m/$folder/work"
		mount -t overlay overlay -o "lowerdir=$1/$folder:/$folder,upperdir=$m/$folder/up,workdir=$m/$folder/work" \
			"/$folder" || return 1
	done
	mount -t tmpfs -o mode=755 tmpfs /run
	mount -t tmpfs -o mode=1777 tmpfs /tmp
	echo 'options timeout:1' >/etc/resolv.conf # no name server: nothing is to be looked up
	cd /tmp && "$2"
}

# serve NAME ADDRESS - run start_NAME there.
serve() {
	ip -n "$far" addr add "$2/16" dev far0
	mkdir "$work/$1"
	export ip=$2
	PATH=$PATH:/usr/sbin:/sbin LC_ALL=C.UTF-8 ip netns exec "$far" unshare --mount --propagation private \
		setsid bash -c "$(declare -f enter user cert page "start_$1"); enter '$root' start_$1 '$work/$1'" \
		>"$work/$1.log" 2>&1 </dev/null &
	disown
}

cert() {
	openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/O=Sonde lab/CN=$1" -keyout /tmp/key.pem \
		-out /tmp/cert.pem 2>/dev/null
	cat /tmp/key.pem /tmp/cert.pem >/tmp/both.pem
	chmod 644 /tmp/*.pem
}

page() {
	mkdir -p /tmp/www
	echo '<html><head><title>Sonde lab</title></head><body>It answers.</body></html>' >/tmp/www/index.html
	chmod -R a+rX /tmp/www
}

# ---- one function a server: what its package's configuration gives, on $ip ----------------------------------

start_sshd() {
	user sshd
	mkdir -p /run/sshd
	ssh-keygen -q -t ed25519 -N '' -f /tmp/host
	printf 'ListenAddress %s:22\nHostKey /tmp/host\nUsePAM no\n' "$ip" >/tmp/sshd_config
	exec /usr/sbin/sshd -D -e -f /tmp/sshd_config
}

start_dropbear() { mkdir -p /etc/dropbear; exec dropbear -F -E -R -p "$ip:22"; }

start_nginx() {
	cert nginx.example
	page
	cat >/tmp/nginx.conf <<-EOT
	user root; worker_processes 1; pid /run/nginx.pid; error_log /tmp/error.log;
	events { worker_connections 64; }
	http { access_log off;
		server { listen $ip:80; root /tmp/www; }
		server { listen $ip:443 ssl; root /tmp/www; ssl_certificate /tmp/cert.pem; ssl_certificate_key /tmp/key.pem; } }
	EOT
	mkdir -p /var/lib/nginx /var/log/nginx
	exec nginx -c /tmp/nginx.conf -g 'daemon off;'
}

start_apache2() {
	user www-data
	page
	{
		for m in mpm_event authz_core dir; do echo "LoadModule ${m}_module /usr/lib/apache2/modules/mod_$m.so"; done
		echo 'ServerTokens OS' # as Debian's own configuration has it
		printf 'ServerName apache.example\nListen %s:80\nPidFile /run/a.pid\nErrorLog /tmp/error.log\n' "$ip"
		printf 'DocumentRoot /tmp/www\nUser www-data\nGroup www-data\n<Directory />\nRequire all granted\n</Directory>\n'
	} >/tmp/apache.conf
	exec /usr/sbin/apache2 -DFOREGROUND -f /tmp/apache.conf
}

start_lighttpd() {
	page
	printf 'server.bind = "%s"\nserver.port = 80\nserver.document-root = "/tmp/www"\nindex-file.names = ("index.html")\n' \
		"$ip" >/tmp/l.conf
	exec lighttpd -D -f /tmp/l.conf
}

start_vsftpd() {
	user ftp
	mkdir -p /run/vsftpd/empty
	printf 'listen=YES\nlisten_address=%s\nbackground=NO\nseccomp_sandbox=NO\n' "$ip" >/tmp/vsftpd.conf
	exec vsftpd /tmp/vsftpd.conf
}

start_proftpd() {
	user proftpd
	mkdir -p /run/proftpd
	printf 'ServerName "Debian"\nServerType standalone\nDefaultAddress %s\nPort 21\nSocketBindTight on\nUser proftpd\nGroup nogroup\nUseIPv6 off\nScoreboardFile /run/proftpd/s\nPidFile /run/proftpd/p\nWtmpLog off\n' \
		"$ip" >/tmp/p.conf
	exec proftpd -n -c /tmp/p.conf
}

start_pureftpd() { exec pure-ftpd -S "$ip,21" -E; }

start_exim() {
	user Debian-exim
	mkdir -p /var/spool/exim4 /var/log/exim4
	chown -R Debian-exim /var/spool/exim4 /var/log/exim4
	printf 'primary_hostname = exim.example\nlocal_interfaces = %s\ndaemon_smtp_ports = 25\nacl_smtp_rcpt = deny\nbegin acl\ndeny:\n  deny\n' \
		"$ip" >/etc/exim4/exim4.conf
	chmod 644 /etc/exim4/exim4.conf
	exec exim4 -bdf
}

start_postfix() {
	user postfix postdrop
	cp /usr/share/postfix/main.cf.debian /etc/postfix/main.cf 2>/dev/null || cp /usr/share/postfix/main.cf.dist /etc/postfix/main.cf
	cp /usr/share/postfix/master.cf.dist /etc/postfix/master.cf
	sed -i '/^[a-z].* y  *-  *smtp/!s/^\(smtp  *inet  *n  *-  *\)y/\1n/' /etc/postfix/master.cf
	printf 'myhostname = postfix.example\ninet_interfaces = %s\ninet_protocols = ipv4\nmaillog_file = /dev/stdout\nqueue_directory = /var/spool/postfix\nmydestination =\nalias_maps =\n' \
		"$ip" >>/etc/postfix/main.cf
	mkdir -p /var/lib/postfix /var/spool/postfix
	chown postfix /var/lib/postfix
	exec postfix start-fg
}

start_opensmtpd() {
	user opensmtpd opensmtpq
	mkdir -p /var/lib/opensmtpd/empty /var/spool/smtpd
	chmod 711 /var/spool/smtpd
	echo opensmtpd.example >/etc/mailname
	printf 'listen on %s port 25 hostname opensmtpd.example\ntable b { a = "root" }\naction "a" expand-only alias <b>\nmatch for local action "a"\n' \
		"$ip" >/tmp/smtpd.conf
	exec smtpd -d -f /tmp/smtpd.conf
}

start_dovecot() {
	user dovecot dovenull
	cert dovecot.example
	cat >/tmp/d.conf <<-EOT
	protocols = imap
	listen = $ip
	log_path = /dev/stderr
	base_dir = /run/dovecot
	ssl_cert = </tmp/cert.pem
	ssl_key = </tmp/key.pem
	mail_location = maildir:/tmp/mail
	passdb {
	  driver = passwd-file
	  args = /tmp/none
	}
	EOT
	touch /tmp/none
	exec dovecot -F -c /tmp/d.conf
}

start_redis() { exec redis-server --bind "$ip" --protected-mode no --save '' --dir /tmp; }

start_mariadb() {
	user mysql
	mkdir -p /run/mysqld /tmp/db
	chown mysql /run/mysqld /tmp/db
	mysql_install_db --no-defaults --user=mysql --datadir=/tmp/db --skip-test-db >/dev/null
	echo "CREATE USER nobody@'%' ACCOUNT LOCK;" >/tmp/init.sql # without it the answer to us is an error
	chmod 644 /tmp/init.sql
	exec mariadbd --no-defaults --init-file=/tmp/init.sql --user=mysql --datadir=/tmp/db --bind-address="$ip" --skip-name-resolve
}

start_postgres() {
	user postgres
	local bin
	bin=$(echo /usr/lib/postgresql/*/bin)
	mkdir -p /tmp/pg
	chown postgres /tmp/pg
	setpriv --reuid postgres --regid postgres --clear-groups "$bin/initdb" -D /tmp/pg -N >/dev/null
	exec setpriv --reuid postgres --regid postgres --clear-groups "$bin/postgres" -D /tmp/pg -h "$ip" -k /tmp
}

start_memcached() { exec memcached -l "$ip" -u nobody -m 16; }

start_slapd() {
	mkdir -p /tmp/ldap
	cat >/tmp/slapd.conf <<-EOT
	include /etc/ldap/schema/core.schema
	modulepath /usr/lib/ldap
	moduleload back_mdb
	database mdb
	suffix "dc=lab,dc=example"
	directory /tmp/ldap
	EOT
	exec slapd -h "ldap://$ip/" -f /tmp/slapd.conf -d 0
}

start_etcd() {
	exec etcd --data-dir /tmp/etcd --listen-client-urls "http://$ip:2379" --advertise-client-urls "http://$ip:2379" \
		--listen-peer-urls "http://$ip:2380" --initial-advertise-peer-urls "http://$ip:2380" --initial-cluster "default=http://$ip:2380"
}

start_bind9() {
	user bind
	mkdir -p /run/named /var/cache/bind
	printf 'options { directory "/tmp"; listen-on { %s; }; listen-on-v6 { none; }; recursion no; dnssec-validation no; pid-file none; session-keyfile none; };\ncontrols {};\n' \
		"$ip" >/tmp/named.conf
	exec named -f -n 1 -c /tmp/named.conf
}

start_unbound() {
	printf 'server:\n interface: %s\n chroot: ""\n username: ""\n access-control: 198.18.0.0/16 allow\n pidfile: ""\n use-syslog: no\n do-not-query-localhost: yes\nforward-zone:\n name: "."\n forward-addr: 198.18.255.254\n' \
		"$ip" >/tmp/u.conf
	exec unbound -d -c /tmp/u.conf
}

start_dnsmasq() { exec dnsmasq -k -C /dev/null -u root -R -h -p 53 -a "$ip" --bind-interfaces; }

start_chrony() {
	user _chrony
	mkdir -p /run/chrony
	printf 'local stratum 10\nallow\nbindaddress %s\ncmdport 0\n' "$ip" >/tmp/c.conf
	exec chronyd -d -x -u root -f /tmp/c.conf
}

start_snmpd() {
	mkdir -p /var/lib/snmp
	printf 'agentAddress udp:%s:161\nrocommunity public\n' "$ip" >/tmp/s.conf
	exec snmpd -f -Lo -C -c /tmp/s.conf
}

start_rsync() {
	printf 'address = %s\nuse chroot = no\n[pub]\npath = /tmp\nread only = yes\n' "$ip" >/tmp/r.conf
	exec rsync --daemon --no-detach --config=/tmp/r.conf
}

start_mosquitto() {
	printf 'listener 1883 %s\nallow_anonymous false\npersistence false\nuser root\n' "$ip" >/tmp/m.conf
	exec mosquitto -c /tmp/m.conf
}

start_nats() { exec nats-server -a "$ip" -p 4222; }

start_rabbitmq() {
	user rabbitmq
	export HOME=/tmp RABBITMQ_NODE_IP_ADDRESS=$ip RABBITMQ_MNESIA_BASE=/tmp/mnesia RABBITMQ_LOG_BASE=/tmp/log
	export RABBITMQ_NODENAME=rabbit@localhost RABBITMQ_SERVER_START_ARGS="-kernel inet_dist_use_interface {127,0,0,1}"
	mkdir -p /tmp/mnesia /tmp/log
	exec /usr/lib/rabbitmq/bin/rabbitmq-server
}

start_cups() {
	user lp lpadmin
	mkdir -p /run/cups/certs /var/cache/cups /var/spool/cups/tmp /var/log/cups
	printf 'Listen %s:631\nListen 127.0.0.1:631\nWebInterface Yes\n<Location />\n Order allow,deny\n Allow all\n</Location>\n' "$ip" >/etc/cups/cupsd.conf
	printf "ErrorLog stderr\nAccessLog stderr\n" >>/etc/cups/cups-files.conf
	exec cupsd -f
}

start_telnetd() {
	exec python3 -c '
import socket, subprocess, sys
s = socket.create_server((sys.argv[1], 23))
while True:
    c, _ = s.accept()
    subprocess.Popen(["/usr/sbin/telnetd"], stdin=c, stdout=c, stderr=c)
    c.close()' "$ip"
}

start_squid() {
	user proxy
	printf 'http_port %s:3128\npid_filename none\ncache_log /dev/stderr\naccess_log none\ncache_effective_user proxy\nvisible_hostname squid.example\nhttp_access deny all\n' \
		"$ip" >/tmp/s.conf
	mkdir -p /var/spool/squid /var/log/squid
	exec squid -N -f /tmp/s.conf
}

start_haproxy() {
	printf 'defaults\n mode http\n timeout client 5s\n timeout server 5s\n timeout connect 5s\nfrontend f\n bind %s:8080\n stats enable\n stats uri /\n' \
		"$ip" >/tmp/h.conf
	exec haproxy -db -f /tmp/h.conf
}

start_tinyproxy() {
	printf 'Port 8888\nListen %s\nUser root\nGroup root\nMaxClients 10\nAllow 192.0.2.1\n' "$ip" >/tmp/t.conf
	exec tinyproxy -d -c /tmp/t.conf
}

start_stunnel() {
	cert stunnel.example
	page
	python3 -m http.server -b 127.0.0.1 8999 -d /tmp/www >/dev/null 2>&1 &
	printf 'foreground = yes\ncert = /tmp/both.pem\n[web]\naccept = %s:443\nconnect = 127.0.0.1:8999\n' "$ip" >/tmp/s.conf
	exec stunnel4 /tmp/s.conf
}

start_samba() {
	mkdir -p /var/lib/samba/private /run/samba /var/log/samba /var/cache/samba
	printf '[global]\nserver role = standalone\ninterfaces = %s/16\nbind interfaces only = yes\nsmb ports = 445\nlog file = /tmp/log\n' "$ip" >/tmp/smb.conf
	exec smbd -F --no-process-group -s /tmp/smb.conf
}

start_varnish() {
	user vcache varnish varnishlog
	printf 'vcl 4.0;\nbackend default none;\n' >/tmp/v.vcl
	exec varnishd -F -j none -a "$ip:80" -f /tmp/v.vcl -n /tmp/v -s malloc,16m
}

start_ngircd() {
	user irc
	printf '[Global]\nName = irc.example\nInfo = Sonde lab\nListen = %s\nServerUID = irc\nServerGID = irc\n[Options]\nPAM = no\n' "$ip" >/tmp/n.conf
	exec ngircd -n -f /tmp/n.conf
}

start_inspircd() {
	user irc
	cat >/tmp/i.conf <<-EOT
	<server name="inspircd.example" description="Sonde lab" network="Lab">
	<admin name="a" nick="a" email="a@example.org">
	<bind address="$ip" port="6667" type="clients">
	<pid file="/tmp/i.pid"><log method="file" type="*" level="default" target="/tmp/i.log">
	EOT
	exec inspircd --nofork --runasroot --config /tmp/i.conf
}
