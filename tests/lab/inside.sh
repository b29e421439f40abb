#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# inside.sh - one server of the lab: the unpacked root under a layer of memory, a private /run, /tmp, /dev and /proc, and the start
# function in it. Runs as the first process of process and mount namespaces of its own, so that all of it ends with it.
#
# usage: inside.sh ROOT FOLDER FILES FUNCTION [ARGUMENT...]
#
# FOLDER is empty and becomes the root; FILES has the start functions and a certificate. The environment has name, ip, port, tls
# (yes or no), and outer, where the server is to be offered inside TLS by the lab: an address and port.
set -eu
root=$1 folder=$2 files=$3
shift 3
hostname lab
echo 0 >/proc/sys/net/ipv4/icmp_ratelimit # closed UDP ports say so at once
ulimit -n 4096 # some servers close every descriptor that could be open
mount -t tmpfs -o mode=755 tmpfs "$folder"
mkdir "$folder"/up "$folder"/work "$folder"/root
mount -t overlay overlay -o "lowerdir=$root,upperdir=$folder/up,workdir=$folder/work" "$folder/root"
cd "$folder/root"
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t tmpfs -o mode=755 tmpfs dev
for node in null zero full random urandom tty; do
	touch "dev/$node"
	mount --bind "/dev/$node" "dev/$node"
done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
ln -s /proc/self/fd/0 dev/stdin
ln -s /proc/self/fd/1 dev/stdout
ln -s /proc/self/fd/2 dev/stderr
chmod 1777 dev/shm
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs -o mode=1777 tmpfs tmp
mkdir -p run/lock tmp/www
cp -r "$files"/. tmp/
chmod -R a+rX tmp
# shellcheck disable=SC2016
exec chroot . /usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp TMPDIR=/tmp \
	LC_ALL=C.UTF-8 USER=root LOGNAME=root name="$name" ip="$ip" port="$port" tls="$tls" outer="${outer-}" \
	bash -c '
	cd /tmp
	for file in /tmp/start/*.sh; do . "$file"; done
	if [ -n "$outer" ]; then behind_tls & fi
	function=$1
	shift
	"$function" "$@" &
	wait # for the server; where it has gone to the background, there is nothing to wait for
	exec sleep infinity' lab "$@"
