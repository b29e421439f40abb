#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_probing - the probe description file and the User-Agent tell a scanned network who scans it.
. "$(dirname "$0")/lib.sh"
wire
ip -n "$far" addr add 198.18.0.2/16 dev far0

db=$work/db
place=https://scanner.example.org/.well-known/probing.txt
file() { "$sonde" probing-txt "$@"; }
is() { [ "$1" = "$2" ] || { echo "  got '$1', expected '$2'"; false; }; }
# refused OPTION WHAT COMMAND... - exits with the usage code 2, prints nothing, and the message names OPTION.
refused() {
	local option=$1 what=$2
	shift 2
	expect_exit 2 "$what" "$@"
	expect "  it names '$option'" grep -qF -e "$option" "$work/err"
	expect "  in one line" test "$(wc -l <"$work/err")" -eq 1
	expect "  and prints no file" test ! -s "$work/out"
}

# The example is read from the README.
example=$(sed -n 's/^ *sonde \(probing-txt --canonical.*\)$/\1/p' "$top/README.md" | head -n 1)
# shellcheck disable=SC2086
expect_exit 0 "the README's example works" "$sonde" $example
expect "it names its place" grep -qx "Canonical: $place" "$work/out"
expect "it names whom to write to, as a URI" grep -qx "Contact: mailto:scanner@example.org" "$work/out"
expect "it says in RFC 3339 when it gets stale" \
	grep -qxE "Expires: [0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z" "$work/out"
expect "once" is "$(grep -c '^Expires: ' "$work/out")" 1
expect "that lies ahead" \
	test "$(date -d "$(sed -n 's/^Expires: //p' "$work/out")" +%s)" -gt "$(date +%s)"
expect "it says what the probes do not do" grep -q "^Description: .*does not log in" "$work/out"
expect "each line is a field" bash -c "! grep -qvE '^[A-Z][A-Za-z-]+: [^ ]' '$work/out'"
expect "the last line ends" is "$(tail -c 1 "$work/out" | od -An -tx1)" " 0a"

sed -n '/^```/,/^```/p' "$top/control/man/sonde-probing-txt.1.scd" | sed '/^```/d; s/\\\\$/\\/' >"$work/example"
mkdir "$work/bin"
ln -s "$(realpath "$sonde")" "$work/bin/sonde"
expect_exit 0 "the man page's example works" env -C "$work" PATH="$work/bin:$PATH" bash -eu "$work/example"
expect "and takes languages" grep -qx "Preferred-Languages: en, ja" "$work/probing.txt"

expect_exit 0 "everything can be said" file --canonical $place \
	--canonical https://192.0.2.1/.well-known/probing.txt \
	--contact https://scanner.example.org/contact --contact tel:+1-201-555-0123 \
	--description 'A study.' --description 'A second line.' --expires 2999-12-31 --languages en,ja
expect "and comes out as it was said" diff - "$work/out" <<-END
	Canonical: $place
	Canonical: https://192.0.2.1/.well-known/probing.txt
	Contact: https://scanner.example.org/contact
	Contact: tel:+1-201-555-0123
	Expires: 3000-01-01T00:00:00Z
	Preferred-Languages: en, ja
	Description: A study.
	Description: A second line.
END
expect "a year that far ahead brings a warning" grep -q -e '--expires' "$work/err"

with() { file --canonical $place --contact scanner@example.org "$@"; }
refused "--canonical" "no place" file --contact scanner@example.org
refused "--contact" "no contact" file --canonical $place
refused "--canonical" "a place that is not well known" \
	with --canonical https://scanner.example.org/probing.txt
refused "--canonical" "a place without TLS" with --canonical "${place/https/http}"
refused "--canonical" "a place of two lines" \
	with --canonical "$place"$'\nContact: mailto:x@example.net'
refused "--contact" "a contact that is a name" with --contact 'Jane Doe'
refused "--contact" "a contact of two lines" \
	with --contact $'a@example.org\r\nExpires: 2999-01-01T00:00:00Z'
refused "--contact" "a contact without TLS" with --contact http://scanner.example.org/
refused "--contact" "an empty contact" with --contact ''
refused "--description" "a description of two lines" with --description $'one\ntwo'
refused "--description" "a description that is no UTF-8" with --description $'\xff'
refused "--description" "an empty description" with --description ''
refused "--expires" "a date in the past" with --expires 2020-01-01
refused "--expires" "a date that is none" with --expires soon
refused "--languages" "a language that is none" with --languages 'en,'
refused "extra" "an operand" with extra
refused "--no-such" "an option that is none" with --no-such
full() { with >/dev/full; }
expect_exit 1 "a full device is a failure" full
expect "  that is named" grep -q "the output cannot be written: No space left" "$work/err"

# ---- the User-Agent ----
scan() {
	near timeout 60 "$sonde" scan 198.18.0.2 -p 8080 --iface near0 --cooldown 1s --quiet --db "$db" "$@"
}
sent() { near cat /sys/class/net/near0/statistics/tx_packets; }
before=$(sent)
refused "--user-agent and --contact" "a contact beside a User-Agent" \
	scan --contact https://scanner.example.org/ --user-agent x
refused "--contact" "a contact that is no URL" scan --contact scanner.example.org
refused "--contact" "a contact that ends the comment" \
	scan --contact 'https://scanner.example.org/)'
refused "--contact" "a contact that adds a header" \
	scan --contact $'https://scanner.example.org/\r\nX: y'
refused "--user-agent" "a User-Agent that adds a header" scan --user-agent $'probe\r\nX: y'
expect "nothing was sent by any of these" test "$(($(sent) - before))" -le 2

ip netns exec "$far" python3 "$here/agent_listener.py" 198.18.0.2 8080 60 >>"$work/agents" &
listener=$!
await_line "$work/agents" ready
version=$("$sonde" version | cut -d' ' -f2)
# told TEXT - every request since the last call had the User-Agent TEXT, and there was one at least.
told() {
	local got
	got=$(grep -v '^ready' "$work/agents" | sort -u)
	: >"$work/agents"
	is "$got" "User-Agent: $1"
}
expect_exit 0 "a scan with a contact ends well" scan --contact https://scanner.example.org/who
expect "the server is told the contact" \
	told "Mozilla/5.0 (compatible; Sonde/$version; +https://scanner.example.org/who)"
expect_exit 0 "a scan with a User-Agent ends well" scan --user-agent 'probe (of ours)'
expect "the server is told it" told "probe (of ours)"
expect_exit 0 "a scan with neither ends well" scan
expect "the server is told what scans" told "Mozilla/5.0 (compatible; Sonde/$version)"
kill "$listener" 2>/dev/null
finish
