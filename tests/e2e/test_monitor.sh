#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_monitor - events go to commands and web servers, each until it is taken, in order, signed.
#
# usage: test_monitor.sh BUILD-FOLDER
. "$(dirname "$0")/lib.sh"

export SONDE_DB=$work/db SONDE_VULNDB=$build/vulndb/sonde.vulndb
cd "$work" || exit 1
# seen PORT... - a file of naabu's form, later each time.
day=1
seen() {
	local port
	for port in "$@"; do printf '{"ip":"192.0.2.1","port":%s,"timestamp":"2024-05-%02dT00:00:00Z"}\n' "$port" "$day"; done >file
	day=$((day + 1))
	"$sonde" import file -q
}
seen 22
more_clean_up() { [ -z "${hook-}" ] || kill "$hook" 2>/dev/null; }
printf 'a secret\n' >secret
python3 "$here/hook.py" log "a secret" 503 302 200 >port &
hook=$!
await_line port '[0-9]'
expect_exit 0 "a webhook" "$sonde" monitor add web 'ip:192.0.2.0/24' --on opened --webhook "http://127.0.0.1:$(cat port)/x" --secret-file secret
expect_exit 0 "a command" "$sonde" monitor add cmd 'port:80' --exec 'cat >>events' --shell
expect_exit 0 "a command that hangs" "$sonde" monitor add slow 'port:80' --exec 'sleep 1000' --timeout 1s
expect_exit 2 "no name twice" "$sonde" monitor add cmd '*' --exec true
expect_exit 2 "neither command nor web server" "$sonde" monitor add none '*'
expect_exit 1 "the time limit ends what hangs" "$sonde" monitor test slow
expect_exit 0 "it is removed" "$sonde" monitor remove slow
seen 22 80 443
expect_exit 0 "delivered" "$sonde" monitor run --once
expect "  two events after a failure and a redirect that was not followed" test "$(cut -d' ' -f1 log | tr '\n' ' ')" = "503 302 200 200 "
expect "  the id stays in each attempt" test "$(head -3 log | cut -d' ' -f2 | sort -u | wc -l)" = 1
expect "  all are signed" test "$(grep -c True log)" = 4
expect "  the query chooses" test "$(jq -r '.type + " " + .subject' events)" = "sonde.port.opened 192.0.2.1 80/tcp"
expect "  with the service" jq -e '.specversion == "1.0" and .data.service.port == 80 and .data.change.type == "port.opened"' events
expect_exit 0 "again" "$sonde" monitor run
expect "  nothing twice" test "$(wc -l <log):$(wc -l <events)" = 4:1
"$sonde" monitor run --follow web &
follow=$!
seen 8080
five() { [ "$(wc -l <log)" = 5 ]; }
await "--follow delivers what comes" five
kill $follow
wait $follow
expect "a signal ends it, code 0" test $? -eq 0
expect "the list: sent, failed, lag" eval "'$sonde' monitor list -o ndjson | jq -es '.[1] | .sent == 3 and .failed == 2 and .lag == 0'"
finish
