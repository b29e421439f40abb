#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# run.sh - the lab of real servers: fetch, start, scan by sonde and by nmap, compare with the truth of servers.tsv.
#
# usage: run.sh BUILD-FOLDER [-o table|json] [-k FOLDER] [-s] [NAME...]
#   -o  the form of the result (table)
#   -k  keep the scans' own results, the servers' logs and what was expected in FOLDER
#   -s  without nmap
# NAMES are servers of the table; without any, all are started, and fewer than 150 that run are a failure.
#
# Packages are fetched in the network of the caller. All else runs in network, mount and process namespaces of its own, which end
# with this program however it ends; none of them has a way out.
set -u
lab=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$lab/../../scripts/lib.sh"
. "$lab/packages.sh"
table=$lab/servers.tsv
least=150
patience=180 # s, until all servers have their ports

build_folder=${1:?usage: $0 BUILD-FOLDER [-o table|json] [-k FOLDER] [-s] [NAME...]}
arguments=("$@")
shift
format=table keep='' with_nmap=yes
while getopts o:k:s option; do
	case $option in
	o) format=$OPTARG ;;
	k) keep=$OPTARG ;;
	s) with_nmap='' ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))
case $format in
table | json) ;;
*) die "-o $format: the result is a table or json" ;;
esac
names=("$@")
sonde=$(realpath -- "$build_folder")/control/sonde
[ -x "$sonde" ] || die "no $sonde: build first"
need_root

# rows - the table without comments; with the names of the command line where there are some. A row "." belongs to the one above.
rows() {
	awk -v names=" ${names[*]-} " '
		/^#/ || NF == 0 { next }
		$1 != "." { take = names == "  " || index(names, " " $1 " ") > 0 }
		take' "$table"
}

for name in ${names[@]+"${names[@]}"}; do
	rows | awk -v name="$name" '$1 == name { found = 1 } END { exit !found }' || die "no server '$name' in $table"
done

if [ $$ -ne 1 ]; then
	mkdir -p "$cache/work"
	mapfile -t packages < <(rows | awk '$1 != "." { print $3 }' | tr ',' '\n' | sort -u)
	exec 9>"$cache/lock" # held as long as a lab stands on the root: nothing is unpacked into it meanwhile
	flock -s 9
	if ! complete "${packages[@]}"; then
		flock -n 9 || {
			say "waiting for another lab to end: packages are to be unpacked"
			flock 9
		}
		fetch "${packages[@]}" || die "packages cannot be unpacked into $root"
		flock -s 9
	fi
	exec unshare --net --mount --propagation private --pid --fork --kill-child --mount-proc bash "${BASH_SOURCE[0]}" "${arguments[@]}"
fi

trap 'exit 130' INT TERM
work=$cache/work
mount -t tmpfs -o mode=755 tmpfs "$work"
mkdir -p /run/netns
mount -t tmpfs -o mode=755 tmpfs /run/netns
export XDG_CONFIG_HOME=$work/config
unset SONDE_CONFIG
: >"$work/places"
: >"$work/lost"
: >"$work/ports"
near() { ip netns exec near "$@"; }

# make_network - near0 198.18.0.1/16 in "near", behind near1 a bridge in "hub", to which each server has a wire.
make_network() {
	ip netns add near
	ip netns add hub
	ip -n near link add near0 type veth peer name near1 netns hub
	ip -n near addr add 198.18.0.1/16 dev near0
	ip -n hub link add br0 type bridge forward_delay 0
	ip -n hub link set near1 master br0
	ip -n near link set lo up
	ip -n near link set near0 up
	ip -n hub link set near1 up
	ip -n hub link set br0 up
}

# make_files - what all start functions find in /tmp.
make_files() {
	mkdir -p "$work/files/www"
	cp -r "$lab/start" "$lab/inetd.py" "$work/files"
	echo '<html><head><title>Sonde lab</title></head><body>It answers.</body></html>' >"$work/files/www/index.html"
	openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj '/O=Sonde lab/CN=lab.example' -keyout "$work/files/key.pem" \
		-out "$work/files/cert.pem" 2>/dev/null
	cat "$work/files/key.pem" "$work/files/cert.pem" >"$work/files/both.pem"
}

# wire_to NUMBER ADDRESS - a namespace with an eth0 on the bridge.
wire_to() {
	ip netns add "lab$1"
	ip -n hub link add "lab$1" type veth peer name eth0 netns "lab$1"
	ip -n hub link set "lab$1" master br0 up
	ip -n "lab$1" -batch - <<-END
		addr add $2/16 dev eth0
		link set eth0 up
		link set lo up
	END
}

# start NUMBER NAME FUNCTION[,ARGUMENT...] PORT/TRANSPORT HOW - the server runs, or will soon; its namespace's process is in $pid.
start() {
	local number=$1 name=$2 what=$3 port=${4%/*} how=$5 ip outer=''
	ip=198.18.$((1 + number / 250)).$((1 + number % 250))
	echo "$name $ip" >>"$work/places"
	wire_to "$number" "$ip"
	if [ "$how" = stunnel ]; then
		outer=$ip:$port ip=127.0.0.1
		port=$((port < 12000 ? port + 20000 : port - 10000))
	fi
	mkdir "$work/$name"
	# shellcheck disable=SC2086
	name=$name ip=$ip port=$port tls=$([ "$how" = tls ] && echo yes || echo no) outer=$outer ip netns exec "lab$number" \
		unshare --mount --propagation private --uts --ipc --pid --fork --kill-child \
		bash "$lab/inside.sh" "$root" "$work/$name" "$work/files" start_${what//,/ } >"$work/$name.log" 2>&1 </dev/null &
	pid=$!
	[ -z "$outer" ] || echo "$name $pid $port tcp $4" >>"$work/ports"
}

# start_all - all rows whose packages are there; the others are lost, by name.
start_all() {
	local number=0 name what packages where how rest package why pid=''
	while read -r name what packages where how rest; do
		if [ "$name" != . ]; then
			pid=''
			for package in ${packages//,/ }; do
				why=$(lacking "$package")
				[ -z "$why" ] || break
			done
			if [ -n "$why" ]; then
				echo "$name * cannot be fetched: $why" >>"$work/lost"
				continue
			fi
			number=$((number + 1))
			last=$name
			start "$number" "$name" "$what" "$where" "$how"
		fi
		[ -z "$pid" ] || echo "$last $pid ${where%/*} ${where#*/} $where" >>"$work/ports"
	done < <(rows)
}

# wait_all - for the ports; who has none is lost, with the end of what it said.
wait_all() {
	local name where
	while read -r name where; do
		echo "$name $where does not listen: $(grep -v '^ *$' "$work/$name.log" | tail -n 1 | tr -dc '[:print:]' | cut -c1-160)" >>"$work/lost"
	done < <(python3 "$lab/ready.py" $patience 60 <"$work/ports")
}

# measure NAME COMMAND... - run it in "near"; $work/NAME.json has its seconds and its connections.
measure() {
	local name=$1 watcher began ended code
	shift
	ip netns exec hub python3 "$lab/flows.py" near1 >"$work/flows" &
	watcher=$!
	until grep -qs ready "$work/flows" || ! kill -0 $watcher 2>/dev/null; do sleep 0.05; done
	began=$(date +%s.%N)
	near "$@" >"$work/$name.out" 2>"$work/$name.err" </dev/null
	code=$?
	ended=$(date +%s.%N)
	kill $watcher
	wait $watcher
	jq -c --argjson began "$began" --argjson ended "$ended" --argjson code $code 'select(type == "object") |
		. + {seconds: ($ended - $began), code: $code}' <(grep '^{' "$work/flows") >"$work/$name.json"
	[ $code -eq 0 ] || {
		tail -n 5 "$work/$name.err" >&2
		say "$name ended with $code"
	}
}

scan_all() {
	local tcp udp
	awk '{ print $2 }' "$work/places" >"$work/targets"
	tcp=$(awk '$4 ~ /\/tcp/ { sub("/tcp", "", $4); print $4 }' <(rows) | sort -nu | paste -sd,)
	udp=$(awk '$4 ~ /\/udp/ { sub("/udp", "", $4); print $4 }' <(rows) | sort -nu | paste -sd,)
	ports=T:$tcp${udp:+,U:$udp}
	say "sonde scans $(wc -l <"$work/targets") servers"
	measure sonde timeout 900 "$sonde" scan "@$work/targets" -p "$ports" --iface near0 --db "$work/db" --quiet
	"$sonde" export --db "$work/db" --format ndjson >"$work/hosts"
	if [ -n "$with_nmap" ] && command -v nmap >/dev/null; then
		say "nmap -sV scans them"
		measure nmap timeout 3600 nmap -n -sS ${udp:+-sU} -sV -p "$ports" -iL "$work/targets" -oX "$work/nmap.xml"
	fi
}

# All of this file has been read before the first line of it runs: whoever changes it meanwhile changes the next run.
main() {
	make_network
	make_files
	say "starting servers"
	start_all
	wait_all
	scan_all
	rows >"$work/table"
	if [ -n "$keep" ]; then
		mkdir -p "$keep"
		cp "$work"/{table,places,lost,hosts,ports} "$work"/*.json "$work"/*.log "$work"/*.err "$keep"
		[ ! -f "$work/nmap.xml" ] || cp "$work/nmap.xml" "$keep"
	fi
	python3 "$lab/report.py" "$format" "$([ ${#names[@]} -eq 0 ] && echo $least || echo 0)" "$work" "$cache/have" "${with_nmap:+nmap}"
}

main
exit
