# SPDX-License-Identifier: Apache-2.0
# data.sh - databases, caches, brokers, directories. See common.sh.

start_mariadb() {
	user mysql
	mkdir -p /run/mysqld /tmp/db
	chown mysql /run/mysqld /tmp/db
	mysql_install_db --no-defaults --user=mysql --datadir=/tmp/db --skip-test-db --innodb-log-file-size=4M >/dev/null
	echo "CREATE USER nobody@'%' ACCOUNT LOCK;" >/tmp/init.sql # without it the answer to us is an error
	chmod 644 /tmp/init.sql
	exec mariadbd --no-defaults --init-file=/tmp/init.sql --user=mysql --datadir=/tmp/db --bind-address="$ip" --port="$port" --skip-name-resolve \
		--innodb-buffer-pool-size=8M --innodb-log-file-size=4M
}

start_postgres() {
	local bin
	bin=$(echo /usr/lib/postgresql/*/bin)
	own postgres /tmp/pg
	setpriv --reuid postgres --regid "$(id -g postgres)" --clear-groups "$bin/initdb" -D /tmp/pg -N >/dev/null
	cp /tmp/key.pem /tmp/cert.pem /tmp/pg
	chown postgres /tmp/pg/*.pem
	chmod 600 /tmp/pg/*.pem
	as postgres "$bin/postgres" -D /tmp/pg -h "$ip" -p "$port" -k /tmp/pg -c shared_buffers=8MB -c wal_buffers=64kB \
		-c ssl=on -c ssl_cert_file=cert.pem -c ssl_key_file=key.pem
}

start_pgbouncer() {
	printf '[databases]\n[pgbouncer]\nlisten_addr = %s\nlisten_port = %s\nunix_socket_dir =\nauth_type = trust\nauth_file = /tmp/none\n' "$ip" "$port" >/tmp/p.ini
	touch /tmp/none
	as nobody pgbouncer /tmp/p.ini
}

start_redis() {
	# shellcheck disable=SC2046
	exec redis-server --bind "$ip" --protected-mode no --save '' --dir /tmp \
		$(when_tls "--port 0 --tls-port $port --tls-cert-file /tmp/cert.pem --tls-key-file /tmp/key.pem --tls-auth-clients no" "--port $port")
}

start_redis_sentinel() {
	printf 'bind %s\nport %s\nprotected-mode no\ndir /tmp\nsentinel monitor lab 127.0.0.1 6379 1\n' "$ip" "$port" >/tmp/sentinel.conf
	exec redis-sentinel /tmp/sentinel.conf
}

start_memcached() {
	# shellcheck disable=SC2046
	exec memcached -l "$ip" -p "$port" -U "${1-0}" -u root -m 16
}

start_firebird() {
	own firebird /tmp/firebird /var/lib/firebird/3.0/data /run/firebird3.0
	cp /var/lib/firebird/3.0/system/* /tmp/firebird 2>/dev/null
	sed -i 's/^ *\(RemoteServicePort\|RemoteBindAddress\).*//' /etc/firebird/3.0/firebird.conf
	printf '\nRemoteServicePort = %s\nRemoteBindAddress = %s\n' "$port" "$ip" >>/etc/firebird/3.0/firebird.conf
	export FIREBIRD_LOCK=/run/firebird3.0
	chown -R firebird: /var/lib/firebird /var/log/firebird
	as firebird firebird
}

start_tarantool() {
	printf 'box.cfg{listen = "%s:%s", memtx_memory = 33554432, work_dir = "/tmp/t", log_level = 2}\n' "$ip" "$port" >/tmp/t.lua
	mkdir -p /tmp/t
	exec tarantool /tmp/t.lua
}

start_sphinx() {
	mkdir -p /tmp/sphinx
	cat >/tmp/sphinx.conf <<-END
	index lab {
	type = rt
	path = /tmp/sphinx/lab
	rt_field = text
	rt_attr_uint = id
	}
	searchd {
	listen = $ip:$port:mysql41
	listen = $ip:9312
	log = /tmp/sphinx/log
	pid_file = /tmp/sphinx/pid
	workers = threads
	binlog_path =
	}
	END
	exec searchd --nodetach --config /tmp/sphinx.conf
}

start_zookeeper() {
	printf 'tickTime=2000\ndataDir=/tmp/zk\nclientPort=%s\nclientPortAddress=%s\nadmin.enableServer=false\n' "$port" "$ip" >/tmp/zoo.cfg
	mkdir -p /tmp/zk
	exec java -Xmx64m -cp '/usr/share/java/zookeeper.jar:/usr/share/java/slf4j-simple.jar' org.apache.zookeeper.server.quorum.QuorumPeerMain /tmp/zoo.cfg
}

start_rabbitmq() {
	user rabbitmq
	export HOME=/tmp RABBITMQ_MNESIA_BASE=/tmp/mnesia RABBITMQ_LOG_BASE=/tmp/log RABBITMQ_NODENAME=rabbit@localhost
	export RABBITMQ_SERVER_START_ARGS="-kernel inet_dist_use_interface {127,0,0,1}" RABBITMQ_CONFIG_FILE=/tmp/rabbitmq
	export RABBITMQ_ENABLED_PLUGINS_FILE=/tmp/plugins ERL_EPMD_ADDRESS=127.0.0.1
	if [ "$tls" = yes ]; then
		printf 'listeners.tcp = none\nlisteners.ssl.1 = %s:%s\nssl_options.cacertfile = /tmp/cert.pem\nssl_options.certfile = /tmp/cert.pem\nssl_options.keyfile = /tmp/key.pem\n' \
			"$ip" "$port" >/tmp/rabbitmq.conf
	else
		printf 'listeners.tcp.1 = %s:%s\nstomp.listeners.tcp.1 = %s:61613\n' "$ip" "$port" "$ip" >/tmp/rabbitmq.conf
		echo '[rabbitmq_stomp].' >/tmp/plugins
	fi
	mkdir -p /tmp/mnesia /tmp/log
	exec /usr/lib/rabbitmq/bin/rabbitmq-server
}

start_mosquitto() {
	printf 'listener %s %s\nallow_anonymous false\npersistence false\nuser root\n' "$port" "$ip" >/tmp/m.conf
	when_tls $'certfile /tmp/cert.pem\nkeyfile /tmp/key.pem\n' >>/tmp/m.conf
	exec mosquitto -c /tmp/m.conf
}

start_nats() { exec nats-server -a "$ip" -p "$port"; }

start_activemq() {
	exec java -Xmx96m -cp "$(printf '%s:' /usr/share/activemq/lib/*.jar /usr/share/activemq/lib/optional/*.jar)" -Dactivemq.home=/usr/share/activemq \
		-Dactivemq.base=/tmp/amq -Dactivemq.data=/tmp/amq -Dactivemq.conf=/tmp org.apache.activemq.console.Main start \
		"broker:(tcp://$ip:$port)?persistent=false&useJmx=false&brokerName=lab"
}

start_beanstalkd() { exec beanstalkd -l "$ip" -p "$port"; }
start_gearmand() { exec gearmand -L "$ip" -p "$port" -u root -l stderr; }

start_slapd() {
	mkdir -p /tmp/ldap
	cat >/tmp/slapd.conf <<-END
	include /etc/ldap/schema/core.schema
	modulepath /usr/lib/ldap
	moduleload back_mdb
	TLSCertificateFile /tmp/cert.pem
	TLSCertificateKeyFile /tmp/key.pem
	database mdb
	maxsize 1048576
	suffix "dc=lab,dc=example"
	directory /tmp/ldap
	END
	exec slapd -h "$(when_tls ldaps ldap)://$ip:$port/" -f /tmp/slapd.conf -d 0
}

start_krb5kdc() {
	cat >/tmp/kdc.conf <<-END
	[kdcdefaults]
	kdc_listen = $ip:$port
	kdc_tcp_listen = $ip:$port
	[realms]
	LAB.EXAMPLE = {
	database_name = /tmp/principal
	key_stash_file = /tmp/stash
	}
	END
	printf '[libdefaults]\ndefault_realm = LAB.EXAMPLE\n' >/etc/krb5.conf
	export KRB5_KDC_PROFILE=/tmp/kdc.conf
	kdb5_util -r LAB.EXAMPLE create -s -P lab
	exec krb5kdc -n -r LAB.EXAMPLE
}

# ---- name servers ----

start_bind() {
	user bind
	mkdir -p /run/named /var/cache/bind
	chmod 644 /tmp/*.pem
	local other=''
	[ "$tls" != yes ] || other='tls lab { key-file "/tmp/key.pem"; cert-file "/tmp/cert.pem"; };'
	printf '%s\noptions { directory "/tmp"; listen-on port %s %s { %s; }; listen-on-v6 { none; }; recursion no; dnssec-validation no; pid-file none; session-keyfile none; };\ncontrols {};\n' \
		"$other" "$port" "$(when_tls 'tls lab')" "$ip" >/tmp/named.conf
	exec named -f -n 1 -c /tmp/named.conf
}

start_unbound() {
	printf 'server:\n interface: %s@%s\n chroot: ""\n username: ""\n access-control: 0.0.0.0/0 allow\n pidfile: ""\n use-syslog: no\n do-not-query-localhost: yes\n' \
		"$ip" "$port" >/tmp/u.conf
	when_tls " tls-service-key: /tmp/key.pem
 tls-service-pem: /tmp/cert.pem
 tls-port: $port
" >>/tmp/u.conf
	printf 'forward-zone:\n name: "."\n forward-addr: 127.0.0.9\n' >>/tmp/u.conf
	exec unbound -d -c /tmp/u.conf
}

start_dnsmasq() { exec dnsmasq -k -C /dev/null -u root -R -h -p "$port" -a "$ip" --bind-interfaces; }

start_nsd() {
	printf 'server:\n ip-address: %s@%s\n username: ""\n chroot: ""\n pidfile: ""\n xfrdfile: /tmp/x\n zonelistfile: /tmp/z\n database: ""\n zonesdir: /tmp\n' \
		"$ip" "$port" >/tmp/nsd.conf
	when_tls " tls-service-key: /tmp/key.pem
 tls-service-pem: /tmp/cert.pem
 tls-port: $port
" >>/tmp/nsd.conf
	printf 'remote-control:\n control-enable: no\n' >>/tmp/nsd.conf
	exec nsd -d -c /tmp/nsd.conf
}

start_knot() {
	printf 'server:\n  rundir: /tmp\n  listen: %s@%s\n  tcp-workers: 1\n  udp-workers: 1\ndatabase:\n  storage: /tmp/knot\nlog:\n  - target: stderr\n    any: warning\n' \
		"$ip" "$port" >/tmp/knot.conf
	mkdir -p /tmp/knot
	exec knotd -c /tmp/knot.conf
}

start_kresd() {
	mkdir -p /tmp/kresd
	printf 'net.listen("%s", %s, {kind = "%s"})\nnet.tls("/tmp/cert.pem", "/tmp/key.pem")\ncache.size = 1 * MB\npolicy.add(policy.all(policy.REFUSE))\n' "$ip" "$port" \
		"$(when_tls tls dns)" >/tmp/kresd.conf
	exec kresd -n -c /tmp/kresd.conf /tmp/kresd
}

start_pdns() {
	: >/tmp/named.conf
	exec pdns_server --config-dir=/tmp --launch=bind --bind-config=/tmp/named.conf --local-address="$ip" --local-port="$port" --socket-dir=/tmp \
		--daemon=no --guardian=no --disable-syslog --module-dir="$(echo /usr/lib/*/pdns)"
}

start_pdns_recursor() {
	exec pdns_recursor --config-dir=/tmp --local-address="$ip" --local-port="$port" --socket-dir=/tmp --daemon=no --disable-syslog \
		--allow-from=0.0.0.0/0 --threads=1 --hint-file=no --security-poll-suffix=
}

start_dnsdist() {
	{
		when_tls "addTLSLocal('$ip:$port', '/tmp/cert.pem', '/tmp/key.pem')" "setLocal('$ip:$port')"
		printf "\nsetACL('0.0.0.0/0')\nnewServer('127.0.0.1:5399')\naddAction(AllRule(), RCodeAction(DNSRCode.REFUSED))\n"
	} >/tmp/d.conf
	exec dnsdist --supervised -C /tmp/d.conf
}

start_gdnsd() {
	mkdir -p /tmp/gdnsd/zones /run/gdnsd /var/lib/gdnsd
	printf 'options => {\n listen => "%s"\n dns_port => %s\n run_dir => "/run/gdnsd"\n state_dir => "/var/lib/gdnsd"\n}\n' "$ip" "$port" >/tmp/gdnsd/config
	exec gdnsd -c /tmp/gdnsd start
}

start_yadifa() {
	mkdir -p /tmp/y/{keys,xfr,log}
	printf '<main>\ndaemon off\nlisten %s port %s\npid-file /tmp/y/pid\ndata-path /tmp/y\nkeys-path /tmp/y/keys\nlog-path /tmp/y/log\nxfr-path /tmp/y/xfr\nuser root\ngroup root\n</main>\n' \
		"$ip" "$port" >/tmp/y.conf
	exec yadifad -c /tmp/y.conf
}
