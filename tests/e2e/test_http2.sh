#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_http2 - Debian's servers that speak HTTP/2 only are named, in the clear and inside TLS; who answers HTTP/1.1 is asked once.
. "$(dirname "$0")/lib.sh"
. "$here/servers.sh"

start_nghttpd() { page; exec nghttpd --no-tls -a "$ip" -d /tmp/www 40080; }
start_nghttpd_tls() { cert nghttpd.example; page; exec nghttpd -a "$ip" -d /tmp/www 443 /tmp/key.pem /tmp/cert.pem; }
start_nghttpd_odd() { cert nghttpd.example; page; exec nghttpd -a "$ip" -d /tmp/www 40443 /tmp/key.pem /tmp/cert.pem; }
start_nginx_h2() {
	page
	cat >/tmp/nginx.conf <<-EOT
	user root; worker_processes 1; pid /run/nginx.pid; error_log /tmp/error.log;
	events { worker_connections 64; }
	http { access_log off; server { listen $ip:8080 http2; root /tmp/www; } }
	EOT
	exec nginx -g 'daemon off;' -c /tmp/nginx.conf
}
start_grpc() {
	cert grpc.example
	cat >/tmp/server.py <<-EOT
	import grpc, sys
	from concurrent import futures
	server = grpc.server(futures.ThreadPoolExecutor(2))
	server.add_insecure_port("$ip:50051")
	pair = [(open("/tmp/key.pem", "rb").read(), open("/tmp/cert.pem", "rb").read())]
	server.add_secure_port("$ip:40051", grpc.ssl_server_credentials(pair))
	server.start()
	server.wait_for_termination()
	EOT
	exec /usr/bin/python3 /tmp/server.py
}

scan() { near timeout 200 "$sonde" scan --iface near0 --rate 2k --cooldown 1s --grab-timeout 0 --quiet "$@" --db "$work/db" >"$work/out" 2>"$work/err"; }
is() { [ "$1" = "$2" ] || { echo "  got '$1', expected '$2'"; cat "$work/err"; false; }; }
# fact ADDRESS PORT FIELD
fact() { "$sonde" search --db "$work/db" "ip:$1 port:$2" --columns "$3" -o ndjson | jq -r ".[\"$3\"] // empty"; }
bound() { far ss -Hlnt | awk '{ print $4 }' | grep -qxF "$1:$2"; }

wire
n=10
: >"$work/real"
while read -r name package port service; do
	[ -n "$name" ] || continue
	if [ "$name" = . ]; then
		[ -z "$have" ] || echo "$have 198.18.1.$n $port $service" >>"$work/real"
		continue
	fi
	have=
	fetch "$package" || { echo "skipped $name: $package cannot be had"; continue; }
	have=$name
	n=$((n + 1))
	serve "$name" "198.18.1.$n"
	echo "$name 198.18.1.$n $port $service" >>"$work/real"
done <<-EOT
	nghttpd     nghttp2-server 40080 http
	nghttpd_tls nghttp2-server 443   http
	nghttpd_odd nghttp2-server 40443 http
	nginx_h2    nginx-light    8080  http
	grpc        python3-grpcio 50051 grpc
	.           python3-grpcio 40051 grpc
EOT
[ -s "$work/real" ] || { echo "no server can be had"; exit 77; }
while read -r name address port service; do
	holds_within 60 bound "$address" "$port" || { tail -n 3 "$work/$name.log"; expect "$name listens" false; }
done <"$work/real"
expect "a scan ends well" scan 198.18.1.0/27 -p 443,8080,40051,40080,40443,50051
while read -r name address port service; do
	expect "$name is named at $port" is "$(fact "$address" "$port" service)" "$service"
	expect "  by HTTP/2" is "$(fact "$address" "$port" http.version)" 2
	case $name in
	nghttpd*)
		expect "  with its server" grep -qx 'nghttpd nghttp2/1\..*' <(fact "$address" "$port" http.server)
		expect "  its status" is "$(fact "$address" "$port" http.status)" 200
		expect "  and its title" is "$(fact "$address" "$port" http.title)" "Sonde lab"
		;;
	nginx_h2)
		expect "  with its product" is "$(fact "$address" "$port" product)" nginx
		expect "  and its title" is "$(fact "$address" "$port" http.title)" "Sonde lab"
		;;
	grpc) expect "  with the code of its answer" grep -qx '[0-9]*' <(fact "$address" "$port" grpc.status) ;;
	esac
	case $port in
	*443 | 40051) expect "  inside TLS, by ALPN" is "$(fact "$address" "$port" ssl.alpn)" h2 ;;
	esac
done <"$work/real"
"$sonde" export --db "$work/db" --format ndjson >"$work/hosts"
expect_valid host "$work/hosts"
finish
