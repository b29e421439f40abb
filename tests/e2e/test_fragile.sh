#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_fragile - printers and controllers: every byte and connection that a scan sends them is noted and judged.
# runs: long
. "$(dirname "$0")/lib.sh"

# The ports of printers and controllers, of which Sonde knows a harmless request, and of which it does not.
printing=35,170,515,9100-9107
asked=102,502,1911,2404,4840,20000,44818
never=789,802,1089-1091,1153,1200,1628,1629,1962,2455,3622,3671,4911,5006,5007,5094,9600,11001,18245,20547,34962-34964,34980,47808
all=$printing,$asked,$never

wire
for n in $(seq 2 12); do ip -n "$far" addr add 198.18.0.$n/16 dev far0; done
far prlimit --nofile=8192 python3 "$here/listeners.py" "$work/log" \
	198.18.0.2:$all=silent \
	198.18.0.3:502=modbus 198.18.0.3:80=http 198.18.0.3:443,5432,7777,12345=silent \
	198.18.0.4:80=printer 198.18.0.4:9100,515,7777,12345=silent \
	198.18.0.5:$asked=alert 198.18.0.6:$asked=greet 198.18.0.7:$asked=close 198.18.0.8:$asked=reset \
	198.18.0.9:$all=silent \
	198.18.0.10:35,102,170,502,515,789,1200,2222,3671,4840,5006,5007,9100,9600,20000,34962-34964,44818/udp=silent \
	198.18.0.10:47808/udp=bacnet 198.18.0.10:7000,7001/udp=echo \
	198.18.0.11:7777,12345,23456=silent 198.18.0.11:80,443,25,8080=silent 198.18.0.11:7778=close \
	198.18.0.11:7779,7780=http 198.18.0.11:7781=alert 198.18.0.11:7782=greet 198.18.0.11:7783=reset \
	198.18.0.12:30001-30120=close 198.18.0.12:20001-20004=silent >"$work/ready" &
await_line "$work/ready" ready

scan() {
	near timeout 280 "$sonde" scan --iface near0 --rate 20k --cooldown 1500ms --grab-timeout 2s --quiet --db "$work/db" "$@" \
		2>"$work/err" || { cat "$work/err"; false; }
}
noted() { python3 "$here/fragile.py" "$work/log" "$@"; }
# ended HOST - the listener sees the end of each connection to HOST, some of which may still be on their way.
all_closed() { noted closed "$1" >/dev/null; }
ended() { holds_within 5 all_closed "$1" || noted closed "$1"; }
port() { "$sonde" host --db "$work/db" "$1" -o json | jq -r ".ports[] | select(.port == $2) | $3"; }
is() { [ "$1" = "$2" ] || { echo "  got '$1', expected '$2'"; false; }; }

# ---- what fragile devices are sent

expect "a scan of all ports of a silent device ends well" scan 198.18.0.2 -p all
expect "fragile ports get only their own request" noted only-own 198.18.0.2
expect "those that have a harmless one get it" noted asked 198.18.0.2 $asked
expect "one connection at a time" noted at-once 198.18.0.2 1
expect "one connection a port" noted each 198.18.0.2 1
expect "no connection is left open" ended 198.18.0.2
expect "each is ended by a FIN" noted fin 198.18.0.2
expect "a port that was not asked is stored as open" is "$(port 198.18.0.2 9100 .state)" open
expect "with the service of the port" is "$(port 198.18.0.2 9100 '"\(.service) \(.service_source)"')" "jetdirect port"
expect "and says that it was not asked" is "$(port 198.18.0.2 9100 '"\(.asked) \(.not_asked)"')" "false fragile"
expect "one that was asked says so" is "$(port 198.18.0.2 502 '"\(.asked) \(.not_asked) \(.service_source)"')" "true null port"
expect "the search finds those that were not" is \
	"$("$sonde" count --db "$work/db" 'ip:198.18.0.2 not_asked:fragile')" 37
expect "explain says why a port was not asked" grep -q 'printers.*--ask-fragile' \
	<("$sonde" explain --db "$work/db" 198.18.0.2:9100)
expect "and what another one was asked" grep -q 'identification request of modbus and nothing else' \
	<("$sonde" explain --db "$work/db" 198.18.0.2:502)
expect "and that a third one is never asked" grep -q 'nothing is sent to it' \
	<("$sonde" explain --db "$work/db" 198.18.0.2:9600)
expect "in JSON, too" is "$("$sonde" explain --db "$work/db" 198.18.0.2:9100 -o json | jq -r '.services[0].not_asked')" fragile

expect "devices that answer something else are scanned" scan 198.18.0.5-8 -p $all
for host in 198.18.0.5 198.18.0.6 198.18.0.7 198.18.0.8; do
	expect "$host gets no question after it" noted only-own $host
	expect "$host gets one connection a port" noted each $host 1
	expect "$host has no connection left open" ended $host
done

# ---- a device that shows itself on another port

expect "a controller among other ports is scanned" scan 198.18.0.3 -p 80,443,502,5432,7777,12345
expect "it is known as such" is "$("$sonde" host --db "$work/db" 198.18.0.3 -o json | jq .flags.fragile)" true
expect "it names itself" is "$(port 198.18.0.3 502 '"\(.service) \(.service_source)"')" "modbus banner"
expect "unknown ports of it get no question" noted silent 198.18.0.3 7777,12345
expect "the others get what they speak by custom" noted custom 198.18.0.3
expect "the search finds it" is "$("$sonde" count --db "$work/db" 'ip:198.18.0.3 is_fragile:true port:502')" 1
expect "a scan of all its ports ends well" scan 198.18.0.3 -p all
expect "with what is known of it, unknown ports get no question" noted custom 198.18.0.3
expect "and known ones were asked" noted asked 198.18.0.3 80,443,502,5432
expect "no fragile port of it got another one" noted only-own 198.18.0.3
expect "nothing is left open" ended 198.18.0.3

expect "a printer is scanned" scan 198.18.0.4 -p 80,515,7777,9100,12345
expect "its page gives it away" is "$("$sonde" host --db "$work/db" 198.18.0.4 -o json | jq .flags.fragile)" true
expect "nothing is printed" noted silent 198.18.0.4 515,7777,9100,12345
expect "its page was asked for" noted asked 198.18.0.4 80
expect "one connection at a time" noted at-once 198.18.0.4 1

# ---- where the operator asks for more

expect "--ask-fragile scans" scan 198.18.0.9 -p $all --ask-fragile
expect "printers get their own request then" noted asked 198.18.0.9 515,9100-9107,$asked
expect "and nothing else" noted only-own 198.18.0.9 with-printers
expect "one connection at a time" noted at-once 198.18.0.9 1

# ---- UDP

printf '* "\\r\\n"\n7000 "hello"\n' >"$work/payloads"
expect "a UDP scan with a payload for all ports ends well" scan --probe udp 198.18.0.10 -p 1-65535 --payload-file "$work/payloads"
expect "fragile ports get only their own datagram" noted only-own 198.18.0.10
expect "and get it" noted asked 198.18.0.10 3671,20000,44818,47808
expect "others get the payload" noted asked 198.18.0.10 7000,7001
expect "BACnet is named by its answer" is "$(port 198.18.0.10 47808 '"\(.service) \(.service_source)"')" "bacnet banner"
printf '9600 "x"\n' >"$work/payloads"
expect_exit 2 "a payload for a fragile port is refused" near "$sonde" scan 198.18.0.10 --probe udp -p 9600 \
	--iface near0 --db "$work/db" --payload-file "$work/payloads"
expect "with the way out" grep -q 'payloads:1: .*9600.*--ask-fragile' "$work/err"
expect_exit 2 "a UDP scan of nothing but such ports is refused" near "$sonde" scan 198.18.0.10 --probe udp -p 9600,34964 \
	--iface near0 --db "$work/db"
expect "with the reason" grep -q 'fragile devices' "$work/err"

# ---- politeness to all

expect "an ordinary host is scanned" scan 198.18.0.11-12 -p 25,80,443,7777-7783,8080,12345,20001-20004,23456,30001-30120
for host in 198.18.0.11 198.18.0.12; do
	expect "$host: four connections at once, no more" noted at-once $host 4
	expect "$host: five connections a port, no more" noted each $host 5
	expect "$host: no question twice" noted once $host
	expect "$host: no connection is left open" ended $host
done
expect "a host with very many ports is asked at 100 of them" noted ports 198.18.0.12 100
finish
