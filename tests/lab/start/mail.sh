# SPDX-License-Identifier: Apache-2.0
# mail.sh - mail, news and chat. See common.sh.

start_exim() {
	user Debian-exim
	mkdir -p /var/spool/exim4 /var/log/exim4
	chown -R Debian-exim /var/spool/exim4 /var/log/exim4
	printf 'primary_hostname = lab.example\nlocal_interfaces = %s\ndaemon_smtp_ports = %s\nacl_smtp_rcpt = deny\n' "$ip" "$port" >/etc/exim4/exim4.conf
	when_tls "tls_on_connect_ports = $port
tls_certificate = /tmp/both.pem
tls_advertise_hosts = *
" >>/etc/exim4/exim4.conf
	printf 'begin acl\ndeny:\n  deny\n' >>/etc/exim4/exim4.conf
	chmod 644 /etc/exim4/exim4.conf /tmp/*.pem
	exec exim4 -bdf
}

start_postfix() {
	user postfix postdrop
	local wrapped
	wrapped=$(when_tls '-o smtpd_tls_wrappermode=yes')
	cp /usr/share/postfix/main.cf.debian /etc/postfix/main.cf
	sed '/^[^#]/s/^\([a-z].*\) y  *-  *smtp/\1 n - smtp/; s/^smtp  *inet  *n  *-  *[ny-]/'"$port"' inet n - n/' /usr/share/postfix/master.cf.dist \
		>/etc/postfix/master.cf
	sed -i "/^$port inet/s|\$| $wrapped|" /etc/postfix/master.cf
	printf 'myhostname = lab.example\ninet_interfaces = %s\ninet_protocols = ipv4\nmaillog_file = /tmp/postfix.log\nmaillog_file_prefixes = /tmp\nqueue_directory = /var/spool/postfix\nmydestination =\nalias_maps =\nsmtpd_tls_cert_file = /tmp/cert.pem\nsmtpd_tls_key_file = /tmp/key.pem\n' \
		"$ip" >>/etc/postfix/main.cf
	mkdir -p /var/lib/postfix /var/spool/postfix
	chown postfix /var/lib/postfix
	touch /tmp/postfix.log
	postfix start
	exec tail -f /tmp/postfix.log
}

start_opensmtpd() {
	user opensmtpd opensmtpq
	mkdir -p /var/lib/opensmtpd/empty /var/spool/smtpd
	chmod 711 /var/spool/smtpd
	echo lab.example >/etc/mailname
	printf 'listen on %s port %s hostname lab.example\ntable b { a = "root" }\naction "a" expand-only alias <b>\nmatch for local action "a"\n' "$ip" "$port" \
		>/tmp/smtpd.conf
	exec smtpd -d -f /tmp/smtpd.conf
}

start_qpsmtpd() {
	user qpsmtpd
	: >/etc/qpsmtpd/plugins
	mkdir -p /tmp/spool
	chown qpsmtpd /tmp/spool
	echo /tmp/spool >/etc/qpsmtpd/spool_dir
	exec qpsmtpd-forkserver -l "$ip" -p "$port" -u qpsmtpd
}

start_aiosmtpd() { exec python3 -m aiosmtpd -n -l "$ip:$port"; }

# dovecot PROTOCOL - imap, pop3, sieve, lmtp or submission.
start_dovecot() {
	local what=$1 service=$1-login listener=$1 wrapped
	user dovecot dovenull
	case $what in
	lmtp) service=lmtp ;;
	sieve) service=managesieve-login ;;
	esac
	wrapped=$(when_tls '  ssl = yes')
	cat >/tmp/d.conf <<-END
	protocols = $what
	listen = $ip
	log_path = /dev/stderr
	base_dir = /run/dovecot
	ssl_cert = </tmp/cert.pem
	ssl_key = </tmp/key.pem
	mail_location = maildir:/tmp/mail
	submission_relay_host = 127.0.0.1
	passdb {
	  driver = passwd-file
	  args = /tmp/none
	}
	service $service {
	  inet_listener $listener {
	  address = $ip
	  port = $port
	$wrapped
	  }
	END
	case $what in
	imap | pop3) printf '  inet_listener %ss {\n  port = 0\n  }\n' "$what" >>/tmp/d.conf ;;
	submission) printf '  inet_listener submissions {\n  port = 0\n  }\n' >>/tmp/d.conf ;;
	esac
	echo '}' >>/tmp/d.conf
	touch /tmp/none
	exec dovecot -F -c /tmp/d.conf
}

# courier KIND - imapd or pop3d, as its own start script has it, without the login behind it.
start_courier() {
	user courier
	mkdir -p /run/courier/authdaemon
	case $1 in
	imapd) set -- /usr/lib/courier/courier/imaplogin /usr/bin/imapd Maildir ;;
	pop3d) set -- /usr/lib/courier/courier/courierpop3login /usr/lib/courier/courier/courierpop3d Maildir ;;
	esac
	export IMAP_CAPABILITY='IMAP4rev1 UIDPLUS CHILDREN NAMESPACE IDLE' POP3AUTH='' IMAP_STARTTLS=NO POP3_STARTTLS=NO
	exec couriertcpd -address="$ip" -maxprocs=40 -maxperip=20 -nodnslookup -noidentlookup "$port" "$@"
}

start_cyrus() {
	user cyrus mail
	own cyrus /var/lib/cyrus/{proc,db,socket,log,msg,ptclient,quota,user} /var/spool/cyrus/mail /run/cyrus/{socket,proc,lock}
	cat >/tmp/imapd.conf <<-END
	configdirectory: /var/lib/cyrus
	proc_path: /run/cyrus/proc
	mboxname_lockpath: /run/cyrus/lock
	partition-default: /var/spool/cyrus/mail
	defaultpartition: default
	admins: cyrus
	allowplaintext: yes
	sasl_pwcheck_method: saslauthd
	lmtpsocket: /run/cyrus/socket/lmtp
	idlesocket: /run/cyrus/socket/idle
	servername: lab.example
	END
	cat >/tmp/cyrus.conf <<-END
	START {
	  recover cmd="/usr/lib/cyrus/bin/ctl_cyrusdb -C /tmp/imapd.conf -r"
	}
	SERVICES {
	  pop3 cmd="pop3d -C /tmp/imapd.conf" listen="$ip:$port" prefork=0
	  sieve cmd="timsieved -C /tmp/imapd.conf" listen="$ip:4190" prefork=0
	}
	EVENTS {
	}
	END
	chmod 644 /tmp/*.conf
	exec /usr/lib/cyrus/bin/master -C /tmp/imapd.conf -M /tmp/cyrus.conf
}

start_popa3d() { user popa3d; mkdir -p /var/lib/popa3d /usr/share/empty; inetd popa3d; }
start_solid_pop3d() { user spop3d; mkdir -p /var/lib/solid-pop3d; inetd solid-pop3d; }
start_mailutils_pop3d() { inetd pop3d --inetd; }
start_mailutils_imap4d() { inetd imap4d --inetd; }
start_perdition() { touch /tmp/p.conf; exec perdition."$1" --no_daemon -f /tmp/p.conf -b "$ip" -l "$port" -s 127.0.0.1 -u nobody -g nogroup -M ''; }

start_leafnode() {
	user news
	mkdir -p /etc/news/leafnode
	printf 'server = 127.0.0.1\nexpire = 20\nhostname = news.sonde-lab.net\n' >/etc/news/leafnode/config
	chown -R news:news /etc/news/leafnode /var/spool/news
	chmod 640 /etc/news/leafnode/config
	own news /var/spool/news/{leaf.node,interesting.groups,message.id,failed.postings,out.going,temp.files}
	inetd setpriv --reuid news --regid news --clear-groups leafnode
}

# Only the reader part greets; the server that takes articles in runs once before, for the files that it makes.
start_inn() {
	user news
	sed -i "s/^#*\(nnrpdloadlimit\|pathhost\|domain\|organization\|server\|fromhost\):.*//" /etc/news/inn.conf
	printf 'pathhost: lab.example\ndomain: example\norganization: lab\nserver: localhost\nnnrpdloadlimit: 0\n' >>/etc/news/inn.conf
	own news /var/lib/news /var/spool/news/{articles,overview,incoming,outgoing,tmp} /run/news /var/log/news
	printf 'control 0000000000 0000000001 n\njunk 0000000000 0000000001 n\n' >/var/lib/news/active
	touch /var/lib/news/{newsgroups,history,active.times}
	chown -R news:news /etc/news /var/lib/news
	setpriv --reuid news --regid news --clear-groups /usr/lib/news/bin/makedbz -i -o
	printf 'auth "all" {\n hosts: "*"\n default: "<anonymous>"\n}\naccess "all" {\n users: "*"\n newsgroups: "*"\n access: R\n}\n' >/etc/news/readers.conf
	setpriv --reuid news --regid news --clear-groups /usr/lib/news/bin/innd -f -P 11119 &
	until [ -d /var/spool/news/overview/c ] && [ -d /var/spool/news/overview/j ]; do sleep 0.2; done
	kill $! 2>/dev/null
	wait $!
	as news /usr/lib/news/bin/nnrpd -D -f -b "$ip" -p "$port"
}

start_spamd() {
	user debian-spamd
	mkdir -p /var/lib/spamassassin
	exec spamd -i "$ip:$port" -A 0.0.0.0/0 -x -L --max-children 2 -u nobody -H /tmp
}

start_clamd() {
	mkdir -p /tmp/db
	echo '44d88612fea8a8f36de82e1278abb02f:68:Lab.Test' >/tmp/db/lab.hdb
	printf 'Foreground yes\nDatabaseDirectory /tmp/db\nTCPSocket %s\nTCPAddr %s\nUser root\n' "$port" "$ip" >/tmp/c.conf
	exec clamd -c /tmp/c.conf
}

# ---- chat ----

start_ngircd() {
	user irc
	printf '[Global]\nName = irc.example\nInfo = Sonde lab\nListen = %s\nServerUID = irc\nServerGID = irc\n' "$ip" >/tmp/n.conf
	if [ "$tls" = yes ]; then
		printf 'Ports = 6660\n[SSL]\nCertFile = /tmp/cert.pem\nKeyFile = /tmp/key.pem\nPorts = %s\n' "$port" >>/tmp/n.conf
	else
		printf 'Ports = %s\n' "$port" >>/tmp/n.conf
	fi
	printf '[Options]\nPAM = no\n' >>/tmp/n.conf
	exec ngircd -n -f /tmp/n.conf
}

start_inspircd() {
	user irc
	cat >/tmp/i.conf <<-END
	<server name="irc.example" description="Sonde lab" network="Lab">
	<admin name="a" nick="a" email="a@example.org">
	<module name="cap"><module name="ircv3">
	<bind address="$ip" port="$port" type="clients">
	<pid file="/tmp/i.pid"><log method="file" type="*" level="default" target="/tmp/i.log">
	END
	exec inspircd --nofork --runasroot --config /tmp/i.conf
}

start_ircd_hybrid() {
	own irc /tmp/h
	cat >/tmp/h/ircd.conf <<-END
	serverinfo { name = "irc.example"; description = "Sonde lab"; network_name = "Lab"; sid = "0LB"; };
	admin { name = "a"; description = "a"; email = "a@example.org"; };
	class { name = "users"; ping_time = 90 seconds; number_per_ip_local = 100; max_number = 100; sendq = 100 kbytes; };
	listen { host = "$ip"; port = $port; };
	auth { user = "*@*"; class = "users"; };
	END
	chown -R irc: /tmp/h /var/lib/ircd-hybrid /var/log/ircd
	as irc ircd-hybrid -foreground -configfile /tmp/h/ircd.conf -logfile /tmp/h/log -pidfile /tmp/h/pid -klinefile /tmp/h/k -dlinefile /tmp/h/d -xlinefile /tmp/h/x -resvfile /tmp/h/r
}

start_bitlbee() {
	own bitlbee /tmp/b
	touch /tmp/b.conf
	as bitlbee bitlbee -D -n -v -i "$ip" -p "$port" -c /tmp/b.conf -d /tmp/b
}

start_prosody() {
	own prosody /tmp/p /run/prosody
	{
		printf 'daemonize = false\ndata_path = "/tmp/p"\npidfile = "/run/prosody/p"\nlog = {info = "*console"}\nmodules_enabled = {"saslauth", "tls", "disco", "version"}\n'
		printf 'modules_disabled = {"s2s"}\ninterfaces = {"%s"}\nc2s_require_encryption = false\n' "$ip"
		printf '%s = {%s}\n' "$(when_tls c2s_direct_tls_ports c2s_ports)" "$port"
		when_tls $'c2s_ports = {}\n'
		printf 'ssl = {certificate = "/tmp/p/cert.pem"; key = "/tmp/p/key.pem"}\nVirtualHost "lab.example"\n'
	} >/tmp/p.cfg.lua
	cp /tmp/*.pem /tmp/p
	chown prosody /tmp/p/*.pem
	as prosody prosody -F --config /tmp/p.cfg.lua
}

start_ejabberd() {
	own ejabberd /var/lib/ejabberd /var/log/ejabberd /run/ejabberd
	cat >/etc/ejabberd/ejabberd.yml <<-END
	hosts: [lab.example]
	loglevel: 3
	listen:
	  - {port: $port, ip: "$ip", module: ejabberd_c2s}
	  - {port: 5269, ip: "$ip", module: ejabberd_s2s_in}
	modules: {mod_disco: {}}
	END
	chown -R ejabberd: /etc/ejabberd
	export HOME=/var/lib/ejabberd ERLANG_NODE=ejabberd@localhost
	as ejabberd ejabberdctl foreground
}

start_murmur() {
	own mumble-server /tmp/m
	printf 'database=/tmp/m/db\nlogfile=\nhost=%s\nport=%s\nserverpassword=x\nbonjour=False\nice=\n' "$ip" "$port" >/tmp/m.ini
	as mumble-server murmurd -fg -ini /tmp/m.ini
}

start_quassel() {
	own quasselcore /tmp/q
	as quasselcore quasselcore --configdir=/tmp/q --listen="$ip" --port="$port"
}
