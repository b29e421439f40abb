# SPDX-License-Identifier: Apache-2.0
# lib.sh - what the scripts share: saying what they do, and packages. Sourced, never run.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '==> %s\n' "$*" >&2; }
die() {
	printf '%s: %s\n' "$(basename "$0")" "$*" >&2
	exit 1
}

need_root() {
	[ "$(id -u)" -eq 0 ] || die "needs root (network namespaces, XDP, apt): run it with sudo"
}

# What building needs; one line of reason each stands in README.md.
build_packages=(gcc libc6-dev pkg-config meson ninja-build clang llvm
	libdpdk-dev libbpf-dev libxdp-dev libjemalloc-dev liblmdb-dev libpcre2-dev libhyperscan-dev
	libyajl-dev libexpat1-dev libssl-dev libzstd-dev zlib1g-dev libxxhash-dev libcurl4-openssl-dev
	libcap-ng-dev libarchive-dev libnghttp2-dev libmaxminddb-dev libmicrohttpd-dev scdoc)
# What the tests need beyond that.
test_packages=(check libjansson-dev clang-format libclang-rt-14-dev zstd python3 python3-jsonschema tar openssh-client curl zsh
	ndiff python3-libnmap python3-shodan)
# What the scripts themselves use.
tool_packages=(iproute2 ethtool jq openssl procps util-linux)

# install_packages PACKAGE... - the ones that are missing, and nothing when none is.
install_packages() {
	local missing=() p
	for p in "$@"; do
		dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing+=("$p")
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	say "installing ${#missing[@]} packages: ${missing[*]}"
	need_root
	apt-get update -q >/dev/null || die "apt-get update failed: see the lines above"
	DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}" >/dev/null ||
		die "apt-get install failed: see the lines above"
}

# build DIR [MESON-ARGUMENT...] - set up once, then build what changed.
build() {
	local dir=$1
	shift
	if [ ! -f "$dir/build.ninja" ]; then
		say "setting up $dir"
		meson setup "$dir" "$top" "$@" >"$dir.log" 2>&1 || {
			cat "$dir.log" >&2
			die "meson setup failed"
		}
		rm -f "$dir.log"
	fi
	say "building $dir"
	ninja -C "$dir" >"$dir/build.log" 2>&1 || {
		tail -n 40 "$dir/build.log" >&2
		die "the build failed: $dir/build.log has all of it"
	}
}
