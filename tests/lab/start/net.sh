# SPDX-License-Identifier: Apache-2.0
# net.sh - monitoring, proxies, VPNs, voice, time, and what is left. See common.sh.

start_munin_node() {
	mkdir -p /run/munin /var/log/munin /var/lib/munin-node /tmp/plugins
	printf 'log_file /dev/stderr\npid_file /run/munin/p\nbackground 0\nsetsid 0\nuser root\ngroup root\nhost %s\nport %s\nallow ^.*$\nhost_name lab\n' "$ip" "$port" \
		>/tmp/munin.conf
	exec munin-node --config /tmp/munin.conf
}

# nrpe [certificate] - as its package has it, TLS is without one, by anonymous ciphers.
start_nrpe() {
	user nagios
	when_tls "${1+ssl_cert_file=/tmp/cert.pem
ssl_privatekey_file=/tmp/key.pem
ssl_cacert_file=/tmp/cert.pem
}" >/tmp/nrpe.tls
	printf 'server_address=%s\nserver_port=%s\nnrpe_user=nagios\nnrpe_group=nagios\nallowed_hosts=198.18.0.0/16\npid_file=/tmp/p\ncommand[lab]=/bin/true\n' "$ip" "$port" \
		>/tmp/nrpe.cfg
	cat /tmp/nrpe.tls >>/tmp/nrpe.cfg
	# shellcheck disable=SC2046
	exec nrpe -c /tmp/nrpe.cfg -f $(when_tls '' -n)
}

start_nut() {
	user nut
	mkdir -p /run/nut /tmp/nut
	printf '[lab]\ndriver = dummy-ups\nport = lab.dev\n' >/tmp/nut/ups.conf
	printf 'LISTEN %s %s\nSTATEPATH /run/nut\n' "$ip" "$port" >/tmp/nut/upsd.conf
	: >/tmp/nut/upsd.users
	echo MODE=netserver | tee /etc/nut/nut.conf >/tmp/nut/nut.conf
	chmod 640 /tmp/nut/*
	chown -R nut: /run/nut /tmp/nut
	export NUT_CONFPATH=/tmp/nut NUT_STATEPATH=/run/nut
	exec upsd -F -u nut
}

start_zabbix_agent() {
	user zabbix
	printf 'LogType=console\nListenIP=%s\nListenPort=%s\nServer=0.0.0.0/0\nStartAgents=1\nPidFile=/tmp/zabbix.pid\n' "$ip" "$port" >/tmp/z.conf
	chmod 644 /tmp/z.conf
	exec zabbix_agentd -f -c /tmp/z.conf
}

start_zabbix_agent2() {
	printf 'LogType=console\nListenIP=%s\nListenPort=%s\nServer=0.0.0.0/0\nHostname=lab\nPidFile=/tmp/z/p\nPluginSocket=/tmp/z/s\nControlSocket=/tmp/z/c\n' "$ip" "$port" >/tmp/z.conf
	own zabbix /tmp/z
	as zabbix zabbix_agent2 -f -c /tmp/z.conf
}

start_snmpd() {
	mkdir -p /var/lib/snmp
	printf 'agentAddress udp:%s:%s\nrocommunity public\n' "$ip" "$port" >/tmp/s.conf
	exec snmpd -f -Lo -C -c /tmp/s.conf
}

start_gmond() {
	cat >/tmp/gmond.conf <<-END
	globals { daemonize = no setuid = no user = nobody debug_level = 0 mute = no deaf = no host_dmax = 0 }
	cluster { name = "lab" }
	udp_recv_channel { port = 8649 }
	udp_send_channel { host = 127.0.0.1 port = 8649 }
	tcp_accept_channel { port = $port bind = $ip }
	modules { module { name = "core_metrics" } }
	END
	exec gmond -f -c /tmp/gmond.conf
}

start_gkrellmd() { exec gkrellmd --address "$ip" -P "$port" --user nobody --group nogroup; }

start_lcdd() {
	printf '[server]\nDriverPath=%s/\nDriver=text\nBind=%s\nPort=%s\nReportToSyslog=no\nForeground=yes\nUser=nobody\n[menu]\n[text]\nSize=20x4\n' \
		"$(dirname "$(find /usr/lib -name text.so -path '*lcdproc*' | head -n 1)")" "$ip" "$port" >/tmp/l.conf
	exec LCDd -f -c /tmp/l.conf
}

# ---- proxies and VPNs ----

start_dante() {
	printf 'logoutput: stderr\ninternal: %s port = %s\nexternal: eth0\nclientmethod: none\nsocksmethod: none\nuser.privileged: root\nuser.unprivileged: nobody\nclient pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }\nsocks block { from: 0.0.0.0/0 to: 0.0.0.0/0 }\n' \
		"$ip" "$port" >/tmp/d.conf
	exec danted -f /tmp/d.conf
}

start_microsocks() { exec microsocks -i "$ip" -p "$port"; }

start_tor() {
	printf 'SocksPort %s:%s\nControlPort %s:9051\nHashedControlPassword %s\nDataDirectory /tmp/tor\nDisableNetwork 0\nLog err stderr\n' "$ip" "$port" "$ip" \
		"$(tor --hash-password lab | tail -n 1)" >/tmp/torrc
	own debian-tor /tmp/tor
	as debian-tor tor -f /tmp/torrc --hush
}

start_pptpd() {
	printf 'option /dev/null\nlocalip 10.0.0.1\nremoteip 10.0.0.2\n' >/tmp/p.conf
	exec pptpd -f -c /tmp/p.conf -l "$ip"
}

# openvpn PROTOCOL
start_openvpn() {
	exec openvpn --dev null --proto "$1" --tls-server --local "$ip" --port "$port" --ca /tmp/cert.pem --cert /tmp/cert.pem --key /tmp/key.pem --dh none \
		--persist-tun --verb 2
}

start_ocserv() {
	printf 'auth = "plain[passwd=/tmp/none]"\nlisten-host = %s\ntcp-port = %s\nrun-as-user = nobody\nrun-as-group = nogroup\nsocket-file = /run/ocserv.socket\nserver-cert = /tmp/cert.pem\nserver-key = /tmp/key.pem\nisolate-workers = false\ndevice = vpns\nipv4-network = 10.9.0.0\nipv4-netmask = 255.255.255.0\nmax-clients = 16\nmax-same-clients = 2\nuse-occtl = false\npid-file = /run/ocserv.pid\n' \
		"$ip" "$port" >/tmp/o.conf
	touch /tmp/none
	exec ocserv -f -c /tmp/o.conf
}

# zebra's console. It is reached with a password that nobody is told.
start_zebra() {
	user frr
	echo 'frrvty:x:64099:root' >>/etc/group
	mkdir -p /run/frr
	printf 'hostname lab\npassword %s\n' "$(head -c 12 /dev/urandom | base64)" >/tmp/z.conf
	chmod 644 /tmp/z.conf
	exec /usr/lib/frr/zebra -f /tmp/z.conf -A "$ip" -P "$port" -u root -g root
}

# ---- voice and media ----

start_kamailio() {
	cat >/tmp/k.cfg <<-END
	#!KAMAILIO
	log_stderror=yes
	children=1
	fork=yes
	listen=tcp:$ip:$port
	listen=udp:$ip:$port
	mpath="$(dirname "$(find /usr/lib -name sl.so -path '*kamailio*')")/"
	loadmodule "sl.so"
	loadmodule "pv.so"
	request_route { sl_send_reply("200", "OK"); }
	END
	mkdir -p /run/kamailio
	exec kamailio -DD -E -f /tmp/k.cfg -m 16 -M 4 -Y /run/kamailio
}

# In the clear and inside TLS it has a port each.
start_coturn() {
	# shellcheck disable=SC2046
	exec turnserver -n -L "$ip" --no-cli --cert /tmp/cert.pem --pkey /tmp/key.pem -l stdout --pidfile /tmp/p --userdb /tmp/u --no-dtls \
		$(when_tls "--tls-listening-port $port -p 13478" "-p $port --no-tls")
}

start_mpd() {
	mkdir -p /tmp/music
	printf 'bind_to_address "%s"\nport "%s"\nmusic_directory "/tmp/music"\nlog_file "/dev/stderr"\nzeroconf_enabled "no"\naudio_output {\n type "null"\n name "lab"\n}\n' "$ip" "$port" \
		>/tmp/mpd.conf
	exec mpd --no-daemon /tmp/mpd.conf
}

# snapserver: $port is that of the control connection; HTTP has 1780, the stream 1704.
start_snapserver() {
	exec snapserver --server.datadir=/tmp --tcp.bind_to_address="$ip" --tcp.port="$port" --http.bind_to_address="$ip" --http.port=1780 \
		--stream.bind_to_address="$ip" --stream.port=1704 --stream.source='pipe:///tmp/fifo?name=lab' --logging.sink=stderr
}

start_gpsd() { exec gpsd -N -n -G -F /tmp/gpsd.socket -S "$port"; }

# ---- time and small services ----

start_chrony() {
	user _chrony
	mkdir -p /run/chrony
	printf 'local stratum 10\nallow\nbindaddress %s\nport %s\ncmdport 0\n' "$ip" "$port" >/tmp/c.conf
	exec chronyd -d -x -u root -f /tmp/c.conf
}

start_ntpsec() {
	printf 'server 127.127.1.0\nfudge 127.127.1.0 stratum 10\nrestrict default\ninterface listen %s\n' "$ip" >/tmp/n.conf
	exec ntpd -n -g -c /tmp/n.conf
}

# xinetd SERVICE - one of those that it has built in.
start_xinetd() {
	printf 'defaults\n{\n instances = 60\n log_type = FILE /dev/null\n bind = %s\n}\nservice %s\n{\n type = INTERNAL UNLISTED\n id = lab\n socket_type = stream\n protocol = tcp\n port = %s\n user = root\n wait = no\n disable = no\n}\n' \
		"$ip" "$1" "$port" >/tmp/x.conf
	exec xinetd -dontfork -f /tmp/x.conf -pidfile /tmp/x.pid
}

start_efingerd() { inetd efingerd -n; }
start_fingerd() { inetd in.fingerd; }
start_cfingerd() { inetd cfingerd; }
start_oidentd() { user oidentd; exec oidentd -i -a "$ip" -p "$port" -u nobody -g nogroup; }
start_ident2() { inetd ident2; }
start_nullidentd() { inetd setpriv --reuid nobody --regid nogroup --clear-groups nullidentd; }
start_gophernicus() { inetd setpriv --reuid nobody --regid nogroup --clear-groups gophernicus -h lab.example -r /tmp/www -p "$port"; }

start_pygopherd() {
	user gopher
	sed "s|^port *=.*|port = $port|; s|^# *interface *=.*||; s|^servername *=.*||; s|^root *=.*|root = /tmp/www|; s|^usechroot.*|usechroot = no|; s|^detach.*|detach = no|; s|^pidfile.*|pidfile = /tmp/p|; s|^logmethod.*|logmethod = file|" \
		/etc/pygopherd/pygopherd.conf >/tmp/g.conf
	sed -i "s|^\[pygopherd\]|[pygopherd]\nservername = lab.example\ninterface = $ip|" /tmp/g.conf
	exec pygopherd /tmp/g.conf
}

start_molly_brown() {
	mkdir -p /tmp/gemini
	echo '# It answers.' >/tmp/gemini/index.gmi
	printf 'Port = %s\nHostname = "lab.example"\nCertPath = "/tmp/cert.pem"\nKeyPath = "/tmp/key.pem"\nDocBase = "/tmp/gemini"\nAccessLog = "-"\nErrorLog = "/tmp/molly.log"\n' "$port" \
		>/tmp/molly.conf
	exec molly-brown -c /tmp/molly.conf
}

start_dictd() {
	printf '00databaseinfo\tA\tO\n00databaseshort\tA\tO\n' >/tmp/lab.index
	printf 'Sonde lab only\n' >/tmp/lab.dict
	printf 'database lab { data "/tmp/lab.dict"\n index "/tmp/lab.index"\n}\n' >/tmp/dictd.conf
	user dictd
	exec dictd -d nodetach --listen-to "$ip" -p "$port" -c /tmp/dictd.conf --locale C.UTF-8 --pid-file /tmp/p
}

start_dicod() {
	printf 'listen %s:%s;\nuser nobody;\nmode daemon;\nlog-tag dicod;\n' "$ip" "$port" >/tmp/d.conf
	exec dicod --foreground --stderr --config=/tmp/d.conf
}

start_epmd() { exec epmd -address "$ip" -port "$port"; }
start_omninames() { mkdir -p /tmp/omni; exec omniNames -start "$port" -ORBendPoint "giop:tcp:$ip:$port" -datadir /tmp/omni; }
start_rmiregistry() { exec "$(dirname "$(readlink -f /usr/bin/java)")/rmiregistry" "$port"; }

# The machine waits for a debugger; when one has left it goes on, ends, and the next one waits.
start_jdwp() {
	while :; do
		java -Xmx32m -agentlib:jdwp=transport=dt_socket,server=y,suspend=y,address="$ip:$port" -version
		sleep 0.2
	done
}

start_pymodbus() { python '
import sys
host, port = sys.argv[1], int(sys.argv[2])
from pymodbus.device import ModbusDeviceIdentification
from pymodbus.datastore import ModbusSlaveContext, ModbusServerContext
from pymodbus.server import StartTcpServer
who = ModbusDeviceIdentification()
who.VendorName, who.ProductCode, who.MajorMinorRevision = "Sonde", "LAB", "1.0"
StartTcpServer(context=ModbusServerContext(slaves=ModbusSlaveContext(), single=True), identity=who, address=(host, port))'; }
