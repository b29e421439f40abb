#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Grabs from real servers on a loopback address of the test's own: what they say must come back as facts.
. "$(dirname "$0")/lib.sh"
host=127.66.$((RANDOM % 250 + 1)).$((RANDOM % 250 + 1))
grab=$build/tests/bench/bench_grab
port6=$((RANDOM % 10000 + 20000))
pids=()

more_clean_up() {
	local pid
	for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null; done
}

# have NAME... - are these servers installed? One line says so where not.
have() {
	local name
	for name; do
		command -v "$name" >/dev/null || { echo "skipped: $name is not installed"; return 1; }
	done
}

# started PORT - waits until something listens there.
started() {
	local i
	for ((i = 0; i < 300; i++)); do
		[ -n "$(ss -Hltn "src $host:$1")" ] && return 0
		sleep 0.1
	done
	return 1
}

# fact PORT NAME PATTERN - a grab of the port gives this fact, the pattern matching all of it.
fact() {
	timeout 30 "$grab" "$host" "$1" >"$work/facts"
	grep -Eq "^  $2 =$3\$" "$work/facts" || { cat "$work/facts"; return 1; }
}

# again NAME PATTERN - the last grab gave this one too.
again() {
	grep -Eq "^  $1 =$2\$" "$work/facts" || { cat "$work/facts"; return 1; }
}

openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/key" -out "$work/cert" -days 30 \
	-subj '/O=Example K.K./CN=gw1.example.jp' -addext 'subjectAltName=DNS:gw1.example.jp,DNS:vpn.example.jp' 2>/dev/null
chmod 755 "$work"
sha256=$(openssl x509 -in "$work/cert" -outform der | sha256sum | cut -d' ' -f1)

if have sshd ssh-keygen; then
	mkdir -p /run/sshd
	ssh-keygen -q -t ed25519 -N '' -f "$work/hostkey"
	"$(command -v sshd)" -D -f /dev/null -h "$work/hostkey" -o ListenAddress="$host" -o Port=2022 -o PidFile=none 2>/dev/null &
	pids+=($!)
	expect 'sshd runs' started 2022
	expect 'ssh: banner on an odd port' fact 2022 ssh.banner 'OpenSSH_[0-9].*'
	expect 'ssh: fingerprint of the offer' again ssh.hassh '[0-9a-f]{32}'
	expect 'ssh: kinds of host keys' again ssh.key_type 'ssh-ed25519'
	expect 'ssh: the host key' again ssh.key "$(cut -d' ' -f2 "$work/hostkey.pub" | sed 's/[+.]/\\&/g')"
	expect 'ssh: its fingerprint, as ssh-keygen prints it' again ssh.fingerprint_sha256 \
		"$(ssh-keygen -lf "$work/hostkey.pub" | cut -d' ' -f2 | sed 's/[+.]/\\&/g')"
	expect 'ssh: its old fingerprint' again ssh.fingerprint \
		"$(ssh-keygen -E md5 -lf "$work/hostkey.pub" | cut -d' ' -f2 | cut -d: -f2-)"
fi

if have nginx; then
	mkdir -p "$work/root"
	echo '<title>Hello there</title>' >"$work/root/index.html"
	cat >"$work/nginx.conf" <<-EOF
		daemon off; pid $work/nginx.pid; error_log $work/nginx.log; worker_processes 1; worker_rlimit_nofile 8192;
		events { worker_connections 4096; }
		http {
			log_format peer '\$remote_port'; access_log $work/peers peer;
			client_body_temp_path $work/t1; proxy_temp_path $work/t2; fastcgi_temp_path $work/t3;
			uwsgi_temp_path $work/t4; scgi_temp_path $work/t5; root $work/root;
			ssl_certificate $work/cert; ssl_certificate_key $work/key;
			server { listen $host:80 backlog=4096; listen $host:8180; listen [::1]:$port6; }
			server { listen $host:443 ssl; listen $host:8543 ssl; }
			server { listen $host:8600; return 302 http://198.18.0.1/; }
		}
	EOF
	nginx -p "$work" -c "$work/nginx.conf" 2>/dev/null &
	pids+=($!)
	expect 'nginx runs' started 443
	expect 'http: server' fact 80 http.server 'nginx/.*'
	expect 'http: title on an odd port' fact 8180 http.title 'Hello there'
	expect 'http: over IPv6' grep -q 'http.title =Hello there' <(timeout 30 "$grab" ::1 "$port6")
	expect 'http: a redirect off the host is not followed' fact 8600 http.location 'http://198.18.0.1/'
	expect 'https: certificate' fact 443 ssl.sha256 "$sha256"
	expect 'https: name' again ssl.cn 'gw1.example.jp'
	expect 'https: other names' again ssl.san 'vpn.example.jp'
	expect 'https: self-signed' again ssl.selfsigned true
	expect 'https: fingerprint of the ServerHello' again ssl.ja3s '[0-9a-f]{32}'
	expect 'https: the certificates that were sent' again ssl.chain_count 1
	expect 'https: the page inside' again http.title 'Hello there'
	expect 'https: found on an odd port' fact 8543 http.title 'Hello there'
	timeout 60 "$grab" "$host" 80 5000 1000 | tail -n 1 | tee "$work/rate"
	expect 'many: 5000 grabs, 1000 at once, all answered' grep -q 'ok 5000,' "$work/rate"
	expect 'local ports are never those of the scan' \
		awk '$1 < 1024 || $1 > 60999 { bad = 1 } END { exit bad || NR < 5000 }' "$work/peers"
	expect 'nothing stays open' test -z "$(ss -Htn state established "dst $host")"
fi

if have openssl; then
	openssl s_server -accept "$host:8710" -cert "$work/cert" -key "$work/key" -tls1 -cipher 'ALL:@SECLEVEL=0' -quiet >/dev/null 2>&1 </dev/null &
	pids+=($!)
	openssl s_server -accept "$host:8711" -cert "$work/cert" -key "$work/key" -tls1_3 -quiet >/dev/null 2>&1 </dev/null &
	pids+=($!)
	expect 's_server runs' started 8711
	expect 'tls: an old version is seen' fact 8710 ssl.version 'TLSv1'
	expect 'tls: a new version is seen' fact 8711 ssl.version 'TLSv1.3'
fi

if have vsftpd; then
	cat >"$work/vsftpd.conf" <<-EOF
		listen=YES
		listen_address=$host
		listen_port=2021
		background=NO
		secure_chroot_dir=$work/root
		ssl_enable=YES
		rsa_cert_file=$work/cert
		rsa_private_key_file=$work/key
	EOF
	mkdir -p "$work/root"
	chown root: "$work/vsftpd.conf"
	vsftpd "$work/vsftpd.conf" &
	pids+=($!)
	expect 'vsftpd runs' started 2021
	expect 'ftp: banner' fact 2021 ftp.banner '\(vsFTPd .*\)'
	expect 'ftp: features' again ftp.auth_tls true
	expect 'ftp: certificate by AUTH TLS' again ssl.sha256 "$sha256"
fi

if have redis-server; then
	redis-server --port 6390 --bind "$host" --save '' --dir "$work" >/dev/null &
	pids+=($!)
	redis-server --port 6391 --bind "$host" --save '' --dir "$work" --requirepass secret >/dev/null &
	pids+=($!)
	expect 'redis runs' started 6390
	expect 'redis runs with a password' started 6391
	expect 'redis: version' fact 6390 redis.version '[0-9.]+'
	expect 'redis: open to all' again redis.auth_required false
	expect 'redis: asks for a password' fact 6391 redis.auth_required true
fi

timeout 30 "$grab" "$host" 9 >"$work/facts"
expect 'a closed port is refused' grep -q '^status 3 ' "$work/facts"
exit $((failures > 0))
