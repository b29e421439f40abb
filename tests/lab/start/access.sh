# SPDX-License-Identifier: Apache-2.0
# access.sh - files, shells, desktops. See common.sh.

start_sshd() {
	user sshd
	mkdir -p /run/sshd
	ssh-keygen -q -t ed25519 -N '' -f /tmp/host
	printf 'ListenAddress %s:%s\nHostKey /tmp/host\nUsePAM no\nPidFile none\n' "$ip" "$port" >/tmp/sshd_config
	exec /usr/sbin/sshd -D -e -f /tmp/sshd_config
}

start_dropbear() { mkdir -p /etc/dropbear; exec dropbear -F -E -R -p "$ip:$port"; }

start_tinysshd() {
	tinysshd-makekey /tmp/keys
	inetd tinysshd /tmp/keys
}

start_telnetd() { inetd telnetd; }

start_vsftpd() {
	user ftp
	mkdir -p /run/vsftpd/empty
	printf 'listen=YES\nlisten_address=%s\nlisten_port=%s\nbackground=NO\nseccomp_sandbox=NO\n' "$ip" "$port" >/tmp/vsftpd.conf
	when_tls $'ssl_enable=YES\nimplicit_ssl=YES\nrsa_cert_file=/tmp/cert.pem\nrsa_private_key_file=/tmp/key.pem\n' >>/tmp/vsftpd.conf
	exec vsftpd /tmp/vsftpd.conf
}

start_proftpd() {
	user proftpd
	mkdir -p /run/proftpd
	printf 'ServerName "Debian"\nServerType standalone\nDefaultAddress %s\nPort %s\nSocketBindTight on\nUser proftpd\nGroup nogroup\nUseIPv6 off\nScoreboardFile /run/proftpd/s\nPidFile /run/proftpd/p\nWtmpLog off\n' \
		"$ip" "$port" >/tmp/p.conf
	exec proftpd -n -c /tmp/p.conf
}

start_pureftpd() { exec pure-ftpd -S "$ip,$port" -E; }
start_inetutils_ftpd() { inetd ftpd; }

start_pyftpdlib() { exec python3 -m pyftpdlib -i "$ip" -p "$port" -d /tmp/www; }

start_tftpd() { exec in.tftpd -L --address "$ip:$port" -u nobody -s /tmp/www; }

start_rsync() {
	printf 'address = %s\nport = %s\nuse chroot = no\n[pub]\npath = /tmp\nread only = yes\n' "$ip" "$port" >/tmp/r.conf
	exec rsync --daemon --no-detach --config=/tmp/r.conf
}

start_git() { mkdir -p /tmp/git; exec git daemon --listen="$ip" --port="$port" --base-path=/tmp/git --export-all; }
start_svnserve() { mkdir -p /tmp/svn; exec svnserve -d --foreground --listen-host "$ip" --listen-port "$port" -r /tmp/svn; }
start_cvs() { inetd cvs -f --allow-root=/tmp/cvs pserver; }

start_samba() {
	mkdir -p /var/lib/samba/private /run/samba /var/log/samba /var/cache/samba
	printf '[global]\nserver role = standalone\ninterfaces = %s/16\nbind interfaces only = yes\nsmb ports = %s\nlog file = /tmp/log\n' "$ip" "$port" >/tmp/smb.conf
	exec smbd -F --no-process-group -s /tmp/smb.conf
}

start_rpcbind() { user _rpc; mkdir -p /run/rpcbind; exec rpcbind -f -h "$ip"; }

start_nfs_ganesha() {
	user _rpc
	mkdir -p /run/rpcbind /run/ganesha /var/lib/nfs/ganesha
	rpcbind -w -h 127.0.0.1
	printf 'NFS_CORE_PARAM { NFS_Port = %s; Bind_addr = %s; Enable_NLM = false; Enable_RQUOTA = false; Enable_UDP = false; NFS_Protocols = 4; }\n' "$port" "$ip" >/tmp/g.conf
	exec ganesha.nfsd -F -L /dev/stderr -f /tmp/g.conf -p /tmp/g.pid
}

start_nbd() {
	truncate -s 1M /tmp/disk
	printf '[generic]\nuser = root\ngroup = root\nlistenaddr = %s\nport = %s\nallowlist = true\n[lab]\nexportname = /tmp/disk\nreadonly = true\n' "$ip" "$port" \
		>/tmp/n.conf
	exec nbd-server -d -C /tmp/n.conf
}

start_tgtd() {
	tgtd -f --iscsi "portal=$ip:$port" &
	until tgtadm --lld iscsi --op new --mode target --tid 1 -T iqn.2026-01.example.lab:disk 2>/dev/null; do sleep 0.2; done
	tgtadm --lld iscsi --op bind --mode target --tid 1 -I ALL
	wait
}
start_diod() { exec diod -f -n -l "$ip:$port" -e /tmp/www -L stderr -c /dev/null; }

start_distccd() { user distccd; exec distccd --no-detach --daemon --listen "$ip" --port "$port" --allow 0.0.0.0/0 --log-stderr --user nobody --enable-tcp-insecure; }

# ---- desktops ----

start_xvnc() { exec Xtigervnc :1 -rfbport "$port" -interface "$ip" -SecurityTypes "${1-None}" -localhost=0; }

start_x11vnc() {
	Xvfb :9 -screen 0 320x240x16 &
	while [ ! -e /tmp/.X11-unix/X9 ]; do sleep 0.1; done
	exec x11vnc -display :9 -forever -shared -rfbport "$port" -listen "$ip" -nopw -noipv6
}

# Displays have the ports from 6000 on.
start_xvfb() { exec Xvfb ":$((port - 6000))" -listen tcp -ac -screen 0 320x240x16; }

start_xrdp() {
	user xrdp
	xrdp-keygen xrdp /tmp/rsakeys.ini
	cp /tmp/rsakeys.ini /etc/xrdp/rsakeys.ini
	cp /tmp/cert.pem /tmp/key.pem /etc/xrdp
	sed -i "s|^port=3389|port=tcp://$ip:$port|; s/^runtime_\(user\|group\)=.*//; s|^LogFile=.*|LogFile=/dev/stderr|" /etc/xrdp/xrdp.ini
	exec xrdp --nodaemon
}
