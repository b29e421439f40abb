# SPDX-License-Identifier: Apache-2.0
# packages.sh - the lab's packages: fetched once, unpacked into one root, never installed. Sourced; needs say.
#
#   $cache/archives          nothing, but while it is filled
#   $cache/needs/PACKAGE     the names of what it needs, itself among them, as on a machine on which nothing is installed
#   $cache/have/NAME         the version of a package that stands unpacked in $cache/root
#   $cache/lacks/PACKAGE     why it cannot be had
cache=${SONDE_IDENTIFY_LAB_DIR:-/var/tmp/sonde-identify-lab}
root=$cache/root
# One apt-get at a time, whoever fetches servers.
apt_lock=/var/tmp/sonde-apt.lock
# What every server's root holds: a small Debian, and what the lab itself runs there.
base=(base-files base-passwd bash coreutils dash debianutils diffutils findutils grep gzip hostname iproute2 libc-bin login
	mawk netbase openssl passwd perl procps psmisc python3 sed socat stunnel4 sysvinit-utils tar util-linux xinetd)

# outside COMMAND... - where packages can be fetched from; a test that has no way out replaces it.
declare -F outside >/dev/null || outside() { "$@"; }

# apt COMMAND ARGUMENT... - for a machine on which nothing is installed: what is installed here takes no part. It could exclude a
# package, hide what it needs, or come from elsewhere.
apt() {
	local what=$1
	shift
	outside flock "$apt_lock" nice apt-get "$what" -o APT::Sandbox::User=root -o Dir::State::status="$cache/status" "$@" </dev/null
}

# find_needs PACKAGE - into $cache/needs, or $cache/lacks.
find_needs() {
	local list
	[ ! -s "$cache/needs/$1" ] || return 0
	list=$(apt install -qq --print-uris --no-install-recommends -o Dir::Cache::archives="$cache/archives" -o Debug::NoLocking=1 \
		"$1" 2>"$cache/apt.log" |
		sed -n "s/^'[^']*' \([^_ ]*\)_.*/\1/p")
	if [ -z "$list" ]; then
		sed -n 's/^E: //p' "$cache/apt.log" | tail -n 1 >"$cache/lacks/$1"
		return 1
	fi
	echo "$list" >"$cache/needs/$1"
}

# download NAME... - all of them, or one by one where not all can be had together.
download() {
	(cd "$cache/archives" && apt download -q "$@") >"$cache/apt.log" 2>&1 && return 0
	local name
	for name in "$@"; do
		compgen -G "$cache/archives/${name}_*.deb" >/dev/null ||
			(cd "$cache/archives" && apt download -q "$name") >"$cache/apt.log" 2>&1 ||
			sed -n 's/^E: //p' "$cache/apt.log" | tail -n 1 >"$cache/lacks/$name"
	done
}

# unpack FILE.deb... - each into the one root; a merged /usr stays one. The archive is then deleted.
unpack() {
	local deb link
	mkdir -p "$root"
	for link in bin sbin lib lib64; do
		mkdir -p "$root/usr/$link"
		[ -e "$root/$link" ] || ln -s "usr/$link" "$root/$link"
	done
	for deb in "$@"; do
		dpkg-deb --fsys-tarfile "$deb" | nice tar -x -C "$root" -p --keep-directory-symlink || return 1
		# shellcheck disable=SC2016
		dpkg-deb --showformat '${Version}\n' --show "$deb" >"$cache/have/$(dpkg-deb -f "$deb" Package)"
		rm "$deb"
	done
}

# fetch PACKAGE... - those and all that they need. Returns 0 also where some cannot be had: lacking() tells which.
fetch() {
	local package name wanted=()
	mkdir -p "$cache/archives/partial" "$cache/have" "$cache/needs"
	rm -rf "$cache/lacks"
	mkdir -p "$cache/lacks"
	: >"$cache/status"
	for package in "${base[@]}" "$@"; do
		[ -s "$cache/needs/$package" ] || wanted+=("$package")
	done
	if [ ${#wanted[@]} -gt 0 ]; then
		say "finding what ${#wanted[@]} packages need"
		apt update -q >/dev/null 2>&1 || say "apt-get update failed: going on with the lists that are here"
		for package in "${wanted[@]}"; do find_needs "$package"; done
	fi
	wanted=()
	while read -r name; do
		[ -s "$cache/have/$name" ] || wanted+=("$name")
	done < <(for package in "${base[@]}" "$@"; do cat "$cache/needs/$package" 2>/dev/null; done | sort -u)
	[ ${#wanted[@]} -gt 0 ] || [ ! -e "$cache/prepared" ] || return 0
	rm -f "$cache/prepared"
	say "fetching ${#wanted[@]} packages"
	while [ ${#wanted[@]} -gt 0 ]; do # by the fifty: what stands unpacked stays when this ends early
		download "${wanted[@]:0:50}"
		unpack "$cache/archives"/*.deb || return 1
		wanted=("${wanted[@]:50}")
	done
	prepare_root
	touch "$cache/prepared"
}

# lacking PACKAGE - why it, or what it needs, is not there; nothing where all is.
lacking() {
	local name
	[ -s "$cache/needs/$1" ] || {
		echo "$1: $(cat "$cache/lacks/$1" 2>/dev/null || echo "not fetched")"
		return
	}
	while read -r name; do
		[ -s "$cache/have/$name" ] || {
			echo "$name: $(cat "$cache/lacks/$name" 2>/dev/null || echo "not fetched")"
			return
		}
	done <"$cache/needs/$1"
}

# complete PACKAGE... - whether those and the base are all there, ready for use.
complete() {
	local package
	[ -e "$cache/prepared" ] || return 1
	for package in "${base[@]}" "$@"; do
		[ -z "$(lacking "$package")" ] || return 1
	done
}

# prepare_root - what the packages' own installation would have left, as far as all servers need it.
prepare_root() {
	local etc=$root/etc java
	cp "$root/usr/share/base-passwd/passwd.master" "$etc/passwd"
	cp "$root/usr/share/base-passwd/group.master" "$etc/group"
	printf 'passwd: files\ngroup: files\nhosts: files\nservices: files\nprotocols: files\nrpc: files\n' >"$etc/nsswitch.conf"
	printf '127.0.0.1 localhost lab.example lab\n' >"$etc/hosts"
	echo lab >"$etc/hostname"
	echo 'options timeout:1' >"$etc/resolv.conf" # no name server: nothing is to be looked up
	touch "$etc/fstab" "$etc/mtab"
	mkdir -p "$root"/{proc,sys,dev,run,tmp,root,var/log,var/tmp,var/lib}
	chmod 1777 "$root/tmp" "$root/var/tmp"
	ln -sfn mawk "$root/usr/bin/awk"
	[ ! -x "$root/usr/bin/php8.2" ] || ln -sfn php8.2 "$root/usr/bin/php"
	for java in "$root"/usr/lib/jvm/java-*-openjdk-*/bin/java; do
		[ ! -x "$java" ] || ln -sfn "${java#"$root"}" "$root/usr/bin/java"
	done
	rm -rf "$root/var/run" "$root/var/lock" # packages bring folders of their own
	ln -s /run "$root/var/run"
	ln -s /run/lock "$root/var/lock"
	chroot "$root" ldconfig
}
