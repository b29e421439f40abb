#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_user_protocols - mail, chat, files, desktops, VPNs, games, discovery: a scan asks them, and names what answers.
. "$(dirname "$0")/lib.sh"
db=$work/db

wire
ip -n "$far" addr add 198.18.0.2/16 dev far0
far python3 "$here/user_servers.py" 198.18.0.2 "$top/tests/fuzz/corpus" >"$work/servers" 2>&1 &
await_line "$work/servers" ready

scan() { near timeout 100 "$sonde" scan 198.18.0.2 --iface near0 --rate 1k --cooldown 1500ms --quiet --db "$db" "$@" 2>"$work/err"; }
is() { [ "$1" = "$2" ] || { echo "  got '$1', expected '$2'"; cat "$work/err"; false; }; }

# what TRANSPORT - a line for each port: PORT SERVICE PRODUCT VERSION
what() { "$sonde" host --db "$db" 198.18.0.2 -o json | jq -r ".ports[] | select(.transport == \"$1\") | \"\(.port) \(.service) \(.product // \"-\") \(.version // \"-\")\"" | sort -n; }
# says TRANSPORT PORT WHAT - one line of that
says() { is "$(what "$1" | grep "^$2 ")" "$2 $3"; }

expect "a TCP scan ends well" scan -p 24,79,113,445,548,564,631,783,1080,1705,1723,1935,2628,3310,3478,3690,5222,5555,5900,5930,6000,6082,6600,6667,9418,10000,10011,25565
while read -r port words; do
	expect "TCP port $port is $words" says tcp "$port" "$words"
done <<-EOF
	24 lmtp Dovecot -
	79 finger finger service -
	113 ident - -
	445 smb Windows Server 2022 -
	548 afp Netatalk 3.1.12
	564 9p - -
	631 http Brother printer -
	783 spamd SpamAssassin -
	1080 socks5 SOCKS5 proxy -
	1705 snapcast Snapcast server -
	1723 pptp Poptop pptpd -
	1935 rtmp - -
	2628 dict dictd 1.13.0
	3310 clamav ClamAV 1.0.7
	3478 stun coturn 4.6.1
	3690 svn Subversion -
	5222 xmpp Prosody -
	5555 adb Android Debug Bridge -
	5900 vnc VNC server -
	5930 spice SPICE server -
	6000 x11 X server 21.1.7
	6082 varnish Varnish Cache 7.1.1
	6600 mpd Music Player Daemon -
	6667 irc InspIRCd -
	9418 git Git daemon -
	10000 ndmp - -
	10011 teamspeak TeamSpeak 3 Server 3.13.7
	25565 minecraft Paper 1.20.4
EOF

expect "a UDP scan ends well" scan --probe udp -p 137,177,443,500,623,1194,1434,2427,3391,3478,3702,4500,5060,5353,5683,10001,19132,27015,64738
while read -r port words; do
	expect "UDP port $port is $words" says udp "$port" "$words"
done <<-EOF
	137 netbios - -
	177 xdmcp - -
	443 quic - -
	500 ike strongSwan -
	623 ipmi Dell iDRAC -
	1194 openvpn OpenVPN -
	1434 mssql SQL Server 15.0.2000.5
	2427 mgcp - -
	3391 dtls - -
	3478 stun coturn 4.6.1
	3702 wsd ONVIF camera -
	4500 ike - -
	5060 sip Kamailio 5.6.3
	5353 mdns HomeKit accessory -
	5683 coap - -
	10001 ubnt airOS 6.3.6
	19132 minecraft Minecraft server 1.20.40
	27015 steam game server with Valve's queries -
	64738 mumble Mumble 1.3.4
EOF
expect "facts can be searched for" is "$("$sonde" search --db "$db" 'isakmp.version:2.0 transport:udp' -o ndjson | jq -r .port)" 4500
finish
