#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_own_tcp - banners of a real sshd, nginx and TLS server over the scan's own TCP: over IPv4 and IPv6, with and without a VLAN,
# from an address that the kernel does not have. The kernel's sockets fetch the same facts. Hostile servers do not hold it up.
. "$(dirname "$0")/lib.sh"
. "$here/servers.sh"

start_tls() { cert tls.example; exec openssl s_server -accept 443 -key /tmp/key.pem -cert /tmp/cert.pem -www -quiet; }
start_web() {
	page
	head -c 40000 /dev/zero | tr '\0' x >>/tmp/www/index.html
	cat >/tmp/nginx.conf <<-EOT
	user root; worker_processes 1; pid /run/nginx.pid; error_log /tmp/error.log;
	events { worker_connections 256; }
	http { access_log off; server { listen 80; listen [::]:80; root /tmp/www; } }
	EOT
	mkdir -p /var/lib/nginx /var/log/nginx
	exec nginx -g 'daemon off;' -c /tmp/nginx.conf
}
start_shell() {
	user sshd
	mkdir -p /run/sshd
	ssh-keygen -q -t ed25519 -N '' -f /tmp/host
	printf 'Port 22\nHostKey /tmp/host\nUsePAM no\n' >/tmp/sshd_config
	exec /usr/sbin/sshd -D -e -f /tmp/sshd_config
}
bound() { far ss -Hlnt | awk '{ print $4 }' | grep -q ":$1\$"; }
# scan TARGETS ARGUMENTS...
scan() {
	rm -rf "$work/db"
	near timeout 100 "$sonde" scan "$@" --iface near0 -p "$ports" --rate 1k --cooldown 1s --grab-timeout 0 --quiet --db "$work/db" \
		>/dev/null 2>"$work/err" || { cat "$work/err"; return 1; }
}
count() { "$sonde" count --db "$work/db" "$1"; }
finds() { [ "$(count "$1")" = 1 ] || { echo "  $1: $(count "$1")"; "$sonde" search --db "$work/db" "" --columns ip,port,service,product -o csv; return 1; }; }
# named HOST - what each of the servers is.
named() {
	[ -z "$have_ssh" ] || expect "  sshd, by its host key" finds "ip:$1 port:22 product:OpenSSH ssh.fingerprint_sha256:*"
	[ -z "$have_web" ] || expect "  nginx, by a page of 40 kB" finds "ip:$1 port:80 product:nginx http.status:200"
	expect "  the TLS server, by its certificate" finds "ip:$1 port:443 ssl.cn:tls.example"
}
# facts - all that was found, without times and what differs from connection to connection.
facts() {
	"$sonde" export --db "$work/db" 2>/dev/null | jq -S 'del(.. | .time?, .last_changed?, .first_seen?, .last_seen?, .rtt_us?, .scan?, .grabbed?, .tcp?, .banner?, .banner_sha256?, .body?, .body_hash?) | walk(if type == "string" then sub("^Date: .*"; "Date") else . end)' \
		>"$work/facts.$1"
}

wire
for ns in "$near" "$far"; do
	ip netns exec "$ns" sh -c 'for i in all near0 far0; do f=/proc/sys/net/ipv6/conf/$i; [ ! -d $f ] || echo 0 >$f/disable_ipv6; done'
done
ip -n "$near" addr add 2001:db8::1/64 dev near0 nodad
ip -n "$far" addr add 2001:db8::5/64 dev far0 nodad
have_ssh= have_web=
if fetch openssh-server; then have_ssh=1; serve shell 198.18.1.1; fi
if fetch nginx-light; then have_web=1; serve web 198.18.1.2; fi
serve tls 198.18.1.3
for port in ${have_ssh:+22} ${have_web:+80} 443; do
	holds_within 60 bound $port || expect "a server listens on $port" false
done
ports=22,80,443

expect "from an address that the kernel does not have" scan 198.18.1.1 --source-ip 198.18.0.77
named 198.18.1.1
expect "over IPv6" scan 2001:db8::5 --source-ip 2001:db8::77/64
named 2001:db8::5
: >"$work/vlan.up"
ip netns exec "$far" python3 "$here/vlan_end.py" far0 7 vlan7 >"$work/vlan.up" 2>&1 &
disown
if await_line "$work/vlan.up" ready; then
	ip -n "$far" addr add 198.19.7.1/24 dev vlan7
	ip -n "$far" addr add 2001:db8:7::1/64 dev vlan7 nodad
	ip -n "$far" link set vlan7 mtu 1496 up
	expect "in a VLAN" scan 198.19.7.1 --vlan 7 --source-ip 198.19.7.9/24
	named 198.19.7.1
	expect "in a VLAN, over IPv6" scan 2001:db8:7::1 --vlan 7 --source-ip 2001:db8:7::9/64
	named 2001:db8:7::1
fi

expect "through the kernel's sockets" scan 198.18.1.1 --grab-via kernel
facts kernel
expect "through the workers' TCP" scan 198.18.1.1 --grab-via worker
facts worker
expect "  the facts are the same" diff "$work/facts.kernel" "$work/facts.worker"
finish
