# SPDX-License-Identifier: Apache-2.0
# common.sh - what start functions share. They run in the lab's root, in /tmp, on $ip and $port; $tls says whether they are to speak
# TLS by themselves. /tmp has key.pem, cert.pem, both.pem (key and certificate), www/index.html and inetd.py.

# behind_tls - the lab's own way into TLS for servers that have none: $outer is what they are offered on.
behind_tls() {
	printf 'foreground = yes\npid =\nsyslog = no\ncert = /tmp/both.pem\n[lab]\naccept = %s\nconnect = %s:%s\n' "$outer" "$ip" "$port" \
		>/tmp/stunnel.conf
	exec stunnel4 /tmp/stunnel.conf
}

# when_tls TEXT [TEXT] - the first text where the server is to speak TLS by itself, the second where not.
when_tls() { if [ "$tls" = yes ]; then printf '%s' "$1"; else printf '%s' "${2-}"; fi; }

# user NAME... - entries of the users that a package's installation would have made.
user() {
	local id name
	for name in "$@"; do
		id=$((64100 + $(wc -l </etc/passwd)))
		getent passwd "$name" >/dev/null || echo "$name:x:$id:$id::/tmp:/bin/false" >>/etc/passwd
		getent group "$name" >/dev/null || echo "$name:x:$id:" >>/etc/group
	done
}

# as USER COMMAND... - in place of this shell, without root's rights; the user is made if there is none.
as() {
	local who=$1
	shift
	user "$who"
	exec setpriv --reuid "$who" --regid "$(id -g "$who")" --clear-groups "$@"
}

# own USER FOLDER... - made, and given to a user.
own() {
	local who=$1
	shift
	user "$who"
	mkdir -p "$@"
	chown -R "$who:" "$@"
}

inetd() { exec python3 /tmp/inetd.py "$ip" "$port" "$@"; }

# python TEXT - a program on the standard library and the packages of the lab's root; sys.argv is address, port, yes or no for TLS.
python() { exec python3 -c "$1" "$ip" "$port" "$tls"; }
