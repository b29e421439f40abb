# SPDX-License-Identifier: Apache-2.0
# web.sh - web servers and proxies. See common.sh.

start_nginx() {
	cat >/tmp/nginx.conf <<-END
	user root; worker_processes 1; pid /run/nginx.pid; error_log stderr;
	events { worker_connections 64; }
	http { access_log off; server { listen $ip:$port $(when_tls ssl); root /tmp/www;
		ssl_certificate /tmp/cert.pem; ssl_certificate_key /tmp/key.pem; } }
	END
	mkdir -p /var/lib/nginx /var/log/nginx
	exec nginx -c /tmp/nginx.conf -g 'daemon off;'
}

start_apache2() {
	user www-data
	{
		for m in mpm_event authz_core dir ssl; do echo "LoadModule ${m}_module /usr/lib/apache2/modules/mod_$m.so"; done
		echo 'ServerTokens OS' # as Debian's own configuration has it
		printf 'ServerName lab.example\nListen %s:%s\nPidFile /run/a.pid\nErrorLog /dev/stderr\n' "$ip" "$port"
		printf 'DocumentRoot /tmp/www\nUser www-data\nGroup www-data\n<Directory />\nRequire all granted\n</Directory>\n'
		when_tls $'SSLEngine on\nSSLCertificateFile /tmp/cert.pem\nSSLCertificateKeyFile /tmp/key.pem\n'
	} >/tmp/apache.conf
	exec apache2 -DFOREGROUND -f /tmp/apache.conf
}

start_lighttpd() {
	{
		printf 'server.bind = "%s"\nserver.port = %s\nserver.document-root = "/tmp/www"\nindex-file.names = ("index.html")\n' "$ip" "$port"
		when_tls $'server.modules = ("mod_openssl")\nssl.engine = "enable"\nssl.pemfile = "/tmp/both.pem"\n'
	} >/tmp/l.conf
	exec lighttpd -D -f /tmp/l.conf
}

start_caddy() { XDG_DATA_HOME=/tmp exec caddy file-server --listen "$ip:$port" --root /tmp/www; }

start_haproxy() {
	printf 'defaults\n mode http\n timeout client 5s\n timeout server 5s\n timeout connect 5s\nfrontend f\n bind %s:%s %s\n stats enable\n stats uri /\n' \
		"$ip" "$port" "$(when_tls 'ssl crt /tmp/both.pem')" >/tmp/h.conf
	exec haproxy -db -f /tmp/h.conf
}

start_squid() {
	user proxy
	printf '%s %s:%s %s\npid_filename none\ncache_log /dev/stderr\naccess_log none\ncache_effective_user proxy\nvisible_hostname lab.example\nhttp_access deny all\n' \
		"$(when_tls https_port http_port)" "$ip" "$port" "$(when_tls 'tls-cert=/tmp/cert.pem tls-key=/tmp/key.pem')" >/tmp/s.conf
	mkdir -p /var/spool/squid /var/log/squid
	chmod 644 /tmp/*.pem
	exec squid -N -f /tmp/s.conf
}

start_tinyproxy() {
	printf 'Port %s\nListen %s\nUser root\nGroup root\nMaxClients 10\nAllow 192.0.2.1\n' "$port" "$ip" >/tmp/t.conf
	exec tinyproxy -d -c /tmp/t.conf
}

start_varnish() {
	user vcache varnish varnishlog
	printf 'vcl 4.0;\nbackend default none;\n' >/tmp/v.vcl
	exec varnishd -F -j none -a "$ip:$port" -f /tmp/v.vcl -n /tmp/v -s malloc,16m
}

start_privoxy() {
	printf 'confdir /etc/privoxy\ntempldir /etc/privoxy/templates\nlisten-address %s:%s\n' "$ip" "$port" >/tmp/p.conf
	exec privoxy --no-daemon /tmp/p.conf
}

start_trafficserver() {
	own trafficserver /var/cache/trafficserver /var/log/trafficserver /run/trafficserver
	sed -i '/server_ports/d; /admin.user_id/d' /etc/trafficserver/records.config
	printf 'CONFIG proxy.config.http.server_ports STRING %s:ip-in=%s\nCONFIG proxy.config.admin.user_id STRING trafficserver\n' "$port" "$ip" \
		>>/etc/trafficserver/records.config
	echo '/var/cache/trafficserver 32M' >/etc/trafficserver/storage.config
	exec traffic_server
}

start_mini_httpd() {
	# shellcheck disable=SC2046
	exec mini_httpd -D -h "$ip" -p "$port" -d /tmp/www -u root $(when_tls '-S -E /tmp/both.pem')
}

start_micro_httpd() { inetd micro-httpd /tmp/www; }

start_webfs() {
	# shellcheck disable=SC2046
	exec webfsd -F -4 -i "$ip" -p "$port" -r /tmp/www -f index.html $(when_tls '-S -C /tmp/both.pem')
}

start_h2o() {
	cat >/tmp/h2o.conf <<-END
	user: root
	listen: {host: $ip, port: $port $(when_tls ', ssl: {certificate-file: /tmp/cert.pem, key-file: /tmp/key.pem}')}
	hosts: {default: {paths: {/: {file.dir: /tmp/www}}}}
	END
	exec h2o -c /tmp/h2o.conf
}

start_yaws() {
	printf 'logdir = /tmp\nebin_dir = /tmp\ninclude_dir = /tmp\n<server lab.example>\n port = %s\n listen = %s\n docroot = /tmp/www\n</server>\n' \
		"$port" "$ip" >/tmp/yaws.conf
	exec yaws -I lab -c /tmp/yaws.conf --daemon
}

start_nghttpx() {
	exec nghttpx --conf=/dev/null -f "$ip,$port$(when_tls '' ';no-tls')" -b 127.0.0.1,1 --errorlog-file=/dev/stderr \
		$(when_tls '/tmp/key.pem /tmp/cert.pem')
}

start_hitch() {
	user hitch
	python3 -m http.server -b 127.0.0.1 8999 -d /tmp/www >/dev/null 2>&1 &
	exec hitch --user=hitch --group=hitch --frontend="[$ip]:$port" --backend='[127.0.0.1]:8999' /tmp/both.pem
}

start_icecast() {
	cat >/tmp/i.xml <<-END
	<icecast><hostname>lab.example</hostname>
	<authentication><source-password>x</source-password><admin-user>admin</admin-user><admin-password>x</admin-password></authentication>
	<listen-socket><port>$port</port><bind-address>$ip</bind-address></listen-socket>
	<paths><basedir>/usr/share/icecast2</basedir><logdir>/tmp</logdir><webroot>/usr/share/icecast2/web</webroot>
	<adminroot>/usr/share/icecast2/admin</adminroot><alias source="/" destination="/status.xsl"/></paths>
	<logging><accesslog>-</accesslog><errorlog>-</errorlog></logging></icecast>
	END
	chmod 644 /tmp/i.xml
	own icecast /tmp/log
	as icecast icecast2 -c /tmp/i.xml
}

start_apt_cacher_ng() {
	own acng /tmp/acng
	as acng apt-cacher-ng -c /etc/apt-cacher-ng ForeGround=1 Port="$port" BindAddress="$ip" CacheDir=/tmp/acng LogDir=/tmp/acng SocketPath=/tmp/acng/s
}

start_busybox_httpd() { exec busybox httpd -f -p "$ip:$port" -h /tmp/www; }

start_php() {
	echo '<?php echo "It answers.";' >/tmp/www/index.php
	rm /tmp/www/index.html
	exec php -S "$ip:$port" -t /tmp/www
}

start_node_express() {
	export NODE_PATH=/usr/share/nodejs:/usr/lib/nodejs
	exec node -e "const a = require('express')(); a.get('/', (q, r) => r.send('It answers.')); a.listen($port, '$ip')"
}

start_webrick() {
	exec ruby -rwebrick -e 'WEBrick::HTTPServer.new(BindAddress: ARGV[0], Port: ARGV[1].to_i, DocumentRoot: "/tmp/www").start' "$ip" "$port"
}

start_thin() {
	echo 'run lambda { |e| [200, {"Content-Type" => "text/plain"}, ["It answers.\n"]] }' >/tmp/config.ru
	exec thin start -a "$ip" -p "$port" -R /tmp/config.ru
}

start_mojolicious() { exec perl -Mojo -E 'a("/" => {text => "It answers."})->start' daemon -l "http://$ip:$port"; }

start_plack() {
	echo 'sub { [200, ["Content-Type" => "text/plain"], ["It answers."]] }' >/tmp/app.psgi
	exec plackup -o "$ip" -p "$port" /tmp/app.psgi
}

# ---- Java ----

start_tomcat() {
	mkdir -p /tmp/base/{conf,logs,temp,webapps,work}
	cp /usr/share/tomcat10/etc/* /tmp/base/conf
	cat >/tmp/base/conf/server.xml <<-END
	<Server port="-1"><Service name="Catalina">
	<Connector address="$ip" port="$port" protocol="HTTP/1.1"/>
	<Connector address="$ip" port="8009" protocol="AJP/1.3" secretRequired="false"/>
	<Engine name="Catalina" defaultHost="localhost"><Host name="localhost" appBase="webapps"/></Engine></Service></Server>
	END
	exec java -Xmx96m -cp /usr/share/tomcat10/bin/bootstrap.jar:/usr/share/tomcat10/bin/tomcat-juli.jar -Dcatalina.home=/usr/share/tomcat10 \
		-Dcatalina.base=/tmp/base -Djava.io.tmpdir=/tmp/base/temp org.apache.catalina.startup.Bootstrap start
}

start_jetty() {
	mkdir -p /tmp/base
	cd /tmp/base || return
	exec java -Xmx64m -jar /usr/share/jetty9/start.jar jetty.home=/usr/share/jetty9 jetty.base=/tmp/base --module=server,http \
		jetty.http.host="$ip" jetty.http.port="$port"
}

# ---- Python ----

wsgi='
import sys, ssl
host, port, tls = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "yes"
def app(environ, start):
    start("200 OK", [("Content-Type", "text/plain")])
    return [b"It answers.\n"]
context = None
if tls:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain("/tmp/both.pem")
'

start_http_server() { exec python3 -m http.server -b "$ip" -d /tmp/www "$port"; }

start_gunicorn() {
	echo "$wsgi" | sed '/^import/s/.*//; /^host/d; /^context/,$d' >/tmp/app.py
	# shellcheck disable=SC2046
	exec gunicorn --chdir /tmp --worker-tmp-dir /tmp -b "$ip:$port" $(when_tls '--certfile /tmp/cert.pem --keyfile /tmp/key.pem') app:app
}

start_waitress() { python "$wsgi
import waitress
waitress.serve(app, host=host, port=port)"; }

start_werkzeug() { python "$wsgi
from werkzeug.serving import run_simple
run_simple(host, port, app, ssl_context=context)"; }

start_bottle() { python "$wsgi
import bottle
bottle.route('/')(lambda: 'It answers.')
bottle.run(host=host, port=port)"; }

start_tornado() { python "$wsgi
import tornado.web, tornado.ioloop, tornado.httpserver
class Main(tornado.web.RequestHandler):
    def get(self):
        self.write('It answers.')
tornado.httpserver.HTTPServer(tornado.web.Application([('/', Main)]), ssl_options=context).listen(port, host)
tornado.ioloop.IOLoop.current().start()"; }

start_cherrypy() { python "$wsgi
import cherrypy
class Root:
    index = cherrypy.expose(lambda self: 'It answers.')
cherrypy.config.update({'server.socket_host': host, 'server.socket_port': port, 'engine.autoreload.on': False})
cherrypy.quickstart(Root())"; }

start_aiohttp() { python "$wsgi
from aiohttp import web
async def main(request):
    return web.Response(text='It answers.')
a = web.Application()
a.router.add_get('/', main)
web.run_app(a, host=host, port=port, ssl_context=context)"; }

asgi='
async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"It answers."})
'

start_uvicorn() {
	echo "$asgi" >/tmp/app.py
	# shellcheck disable=SC2046
	exec python3 -m uvicorn --app-dir /tmp --host "$ip" --port "$port" $(when_tls '--ssl-certfile /tmp/cert.pem --ssl-keyfile /tmp/key.pem') app:app
}

start_hypercorn() {
	echo "$asgi" >/tmp/app.py
	exec python3 -m hypercorn -b "$ip:$port" $(when_tls '--certfile /tmp/cert.pem --keyfile /tmp/key.pem') app:app
}

# twisted KIND - web, ftp or socks.
start_twisted() {
	case $1 in
	web) set -- web "--listen=tcp:$port:interface=$ip" --path /tmp/www ;;
	ftp) set -- ftp --port "$port" --root /tmp/www ;;
	socks) set -- socks --port "$port" --interface "$ip" ;;
	esac
	exec twistd3 -n --pidfile= "$@"
}
