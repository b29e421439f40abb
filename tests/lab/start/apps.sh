# SPDX-License-Identifier: Apache-2.0
# apps.sh - programs with a page of their own. See common.sh.

start_cups() {
	user lp lpadmin
	mkdir -p /run/cups/certs /var/cache/cups /var/spool/cups/tmp /var/log/cups /etc/cups/ssl
	printf '%s %s:%s\nWebInterface Yes\n<Location />\n Order allow,deny\n Allow all\n</Location>\n' "$(when_tls SSLListen Listen)" "$ip" "$port" \
		>/etc/cups/cupsd.conf
	printf 'ErrorLog stderr\nAccessLog stderr\n' >>/etc/cups/cups-files.conf
	exec cupsd -f
}

start_prometheus() {
	echo 'global: {}' >/tmp/p.yml
	exec prometheus --config.file=/tmp/p.yml --storage.tsdb.path=/tmp/tsdb --web.listen-address="$ip:$port"
}

start_node_exporter() { exec prometheus-node-exporter --web.listen-address="$ip:$port"; }
start_pushgateway() { exec prometheus-pushgateway --web.listen-address="$ip:$port"; }

start_alertmanager() {
	printf 'route: {receiver: none}\nreceivers: [{name: none}]\n' >/tmp/a.yml
	exec prometheus-alertmanager --config.file=/tmp/a.yml --storage.path=/tmp/a --web.listen-address="$ip:$port" --cluster.listen-address=
}

start_influxdb() {
	cat >/tmp/i.conf <<-END
	reporting-disabled = true
	bind-address = "127.0.0.1:8088"
	[meta]
	dir = "/tmp/meta"
	[data]
	dir = "/tmp/data"
	wal-dir = "/tmp/wal"
	[http]
	bind-address = "$ip:$port"
	END
	exec influxd -config /tmp/i.conf
}

start_etcd() {
	local scheme
	scheme=$(when_tls https http)
	# shellcheck disable=SC2046
	exec etcd --data-dir /tmp/etcd --listen-client-urls "$scheme://$ip:$port" --advertise-client-urls "$scheme://$ip:$port" \
		--listen-peer-urls http://127.0.0.1:2380 --initial-advertise-peer-urls http://127.0.0.1:2380 \
		--initial-cluster default=http://127.0.0.1:2380 $(when_tls '--cert-file /tmp/cert.pem --key-file /tmp/key.pem')
}

start_docker_registry() {
	{
		printf 'version: 0.1\nstorage: {filesystem: {rootdirectory: /tmp/r}}\nhttp:\n  addr: %s:%s\n' "$ip" "$port"
		when_tls $'  tls: {certificate: /tmp/cert.pem, key: /tmp/key.pem}\n'
	} >/tmp/r.yml
	exec docker-registry serve /tmp/r.yml
}

start_mercurial() {
	hg init /tmp/repository
	exec hg serve -R /tmp/repository -a "$ip" -p "$port"
}

start_fossil() {
	fossil init -A admin /tmp/lab.fossil
	exec fossil server --port "$ip:$port" /tmp/lab.fossil
}

start_syncthing() { exec syncthing serve --home=/tmp/s --gui-address="$ip:$port" --no-browser --no-default-folder --no-upgrade --skip-port-probing; }

start_shellinabox() { user shellinabox; exec shellinaboxd -t -u root -g root -p "$port" -s /:nobody:nogroup:/tmp:/bin/false; }

start_websockify() { exec websockify "$ip:$port" 127.0.0.1:1; }

start_cockpit() { exec /usr/lib/cockpit/cockpit-ws --no-tls -a "$ip" -p "$port"; }

start_netdata() {
	user netdata
	mkdir -p /tmp/netdata/{cache,lib,log}
	cat >/tmp/netdata.conf <<-END
	[global]
	run as user = root
	[db]
	mode = none
	[ml]
	enabled = no
	[directories]
	cache = /tmp/netdata/cache
	lib = /tmp/netdata/lib
	log = /tmp/netdata/log
	[plugins]
	enable running new plugins = no
	[web]
	bind to = $ip
	default port = $port
	web files owner = root
	web files group = root
	END
	exec netdata -D -c /tmp/netdata.conf
}

start_monit() {
	printf 'set daemon 600\nset idfile /tmp/id\nset statefile /tmp/state\nset pidfile /tmp/pid\nset httpd port %s and use address %s allow admin:x\n' "$port" "$ip" \
		>/tmp/monitrc
	chmod 600 /tmp/monitrc
	exec monit -I -c /tmp/monitrc
}

start_radicale() { exec radicale --server-hosts "$ip:$port" --storage-filesystem-folder /tmp/radicale --auth-type none; }

start_minidlna() {
	mkdir -p /tmp/media /tmp/db
	printf 'port=%s\nnetwork_interface=eth0\nmedia_dir=/tmp/media\ndb_dir=/tmp/db\nlog_dir=/tmp/db\nfriendly_name=lab\n' "$port" >/tmp/m.conf
	exec minidlnad -S -f /tmp/m.conf -P /tmp/m.pid
}

start_owhttpd() { exec owhttpd --fake=DS18S20 --foreground -p "$ip:$port"; }

start_darkstat() { exec darkstat -i eth0 -p "$port" -b "$ip" --no-daemon --no-dns --no-promisc --chroot /tmp --user root; }

# i2pd: the console at the port, a SOCKS proxy at 4447 and an HTTP proxy at 4444.
start_i2pd() {
	exec i2pd --datadir=/tmp/i2pd --conf=/dev/null --log=stdout --loglevel=error --reseed.threshold=0 --host=127.0.0.1 --ntcp2.enabled=true --ssu2.enabled=false --netid=99 \
		--http.address="$ip" --http.port="$port" --http.strictheaders=false \
		--socksproxy.address="$ip" --socksproxy.port=4447 --httpproxy.address="$ip" --httpproxy.port=4444
}

start_rspamd() {
	own _rspamd /var/lib/rspamd /var/log/rspamd /run/rspamd
	mkdir -p /etc/rspamd/local.d
	echo 'bind_socket = "127.0.0.1:11333";' >/etc/rspamd/local.d/worker-normal.inc
	printf 'bind_socket = "%s:%s";\nsecure_ip = null;\npassword = "x";\n' "$ip" "$port" >/etc/rspamd/local.d/worker-controller.inc
	printf 'type = "console";\n' >/etc/rspamd/local.d/logging.inc
	exec rspamd -f -u _rspamd -g _rspamd
}

start_transmission() {
	exec transmission-daemon -f -g /tmp/t -w /tmp/t -r "$ip" -p "$port" -T -a '*.*.*.*' --no-portmap --no-dht --no-lpd
}

start_deluge_web() { exec deluge-web -d -i "$ip" -p "$port" -c /tmp/d -L error; }

start_qbittorrent() {
	mkdir -p /tmp/q/qBittorrent/config
	printf '[LegalNotice]\nAccepted=true\n[Preferences]\nWebUI\\Address=%s\nWebUI\\Port=%s\nWebUI\\HostHeaderValidation=false\n' "$ip" "$port" \
		>/tmp/q/qBittorrent/config/qBittorrent.conf
	exec qbittorrent-nox --profile=/tmp/q --webui-port="$port"
}

# The user's password is a hash of no use: nobody logs in.
start_znc() {
	mkdir -p /tmp/znc/configs
	cat >/tmp/znc/configs/znc.conf <<-END
	Version = 1.8.2
	LoadModule = webadmin
	<Listener l>
	Port = $port
	Host = $ip
	IPv4 = true
	IPv6 = false
	SSL = false
	URIPrefix = /
	</Listener>
	<User lab>
	Nick = lab
	<Pass password>
	Method = SHA256
	Hash = $(head -c 32 /dev/urandom | sha256sum | cut -d' ' -f1)
	Salt = 01234567890123456789
	</Pass>
	</User>
	END
	chown -R nobody /tmp/znc
	as nobody znc --foreground -d /tmp/znc
}
