#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# check_layers - which folder may include which headers; prints what is against it and fails.
#
# Meson gives a folder the headers of the folders that its meson.build names, so an include that points up does not compile.
# This table says more: which edges are wanted, and which headers of a folder are for the others.
#
# usage: check_layers.sh [--table]
set -u
cd "$(dirname "$0")/.." || exit 1
bad=0

# folder: the folders it may include | the headers that others may include. Every folder may include those of common.
layers() {
	cat <<-'EOF'
	common: | ascii.h calendar.h clock.h error.h hash_table.h nearest.h pool.h splitmix.h utf8.h
	vulndb/include: | vd_key.h vd_proto.h vulndb.h
	vulndb/name: vulndb/include | cpe.h cve_id.h cvss.h distro.h foreign_build.h package.h release.h version.h
	vulndb/decode: vulndb/include | decode.h
	vulndb/proto: vulndb/include vulndb/decode |
	vulndb/file: vulndb/include | db.h db_hash.h
	vulndb/rule: vulndb/include | rule.h rule_blob.h rule_hyperscan.h rule_pattern.h rule_read.h rule_set.h
	vulndb/identify: vulndb/include vulndb/name vulndb/rule | identify.h identify_service.h rules.h
	vulndb/match: vulndb/include vulndb/file vulndb/name | cve.h exposure.h match.h score.h
	vulndb: vulndb/include vulndb/file vulndb/identify vulndb/match |
	vulndb/collect: vulndb/include vulndb/file vulndb/name | build.h
	vulndb/feed: vulndb/include vulndb/collect vulndb/name vulndb/rule | bundle.h feed.h
	vulndb/build: vulndb/include vulndb/collect vulndb/feed vulndb/file vulndb/identify vulndb/match vulndb/name vulndb/rule |
	vulndb/tool: vulndb/include vulndb/feed |
	dataplane/include: | dp.h dp_addr.h dp_space.h dp_types.h dp_known_open.h dp_conn.h
	dataplane/net: dataplane/include | hops.h aes.h cksum.h packet_fast.h nd.h packet.h port_set.h range.h rss.h packet_sum.h
	dataplane/order: dataplane/include dataplane/net | extra.h cookie.h permute.h permute_round.h scope.h space.h walk.h
	dataplane/probe: dataplane/include dataplane/net dataplane/order | probe.h probe_impl.h probe_tcp.h
	dataplane/reply: dataplane/include dataplane/net dataplane/order dataplane/probe | responder.h classify.h dedup.h reset.h known_open.h
	dataplane/port: dataplane/include dataplane/net dataplane/probe | announce.h eal.h link.h local_ports.h idle_sleep.h neigh.h port.h port_xsk.h rights.h route.h steer.h
	dataplane/tcp: dataplane/include dataplane/net | tcp.h
	dataplane/worker: dataplane/include dataplane/net dataplane/order dataplane/port dataplane/probe dataplane/reply dataplane/tcp | post.h ring.h rx.h slots.h tx.h worker.h conns.h
	dataplane/dp: dataplane/include dataplane/net dataplane/order dataplane/port dataplane/probe dataplane/worker dataplane/tcp |
	control/base: dataplane/include | addr_range.h bytes.h conf.h csv.h csv_read.h fit.h grab_buf.h json.h option.h shell.h term.h text.h timetext.h uri.h wrap.h sha256.h
	control/record: dataplane/include vulndb/include control/base | change.h record.h
	control/targets: dataplane/include vulndb/include control/base | names.h payload.h ports.h rate.h sample.h target_word.h targets.h
	control/policy: dataplane/include control/base | auto_rate.h coverage.h middlebox.h pending.h progress.h grab_admission.h loss_probe.h revisit.h throttle.h
	control/grab/wire: dataplane/include control/base | grab_wire.h
	control/grab: dataplane/include vulndb/include control/base control/grab/wire | agent.h grab.h grab_effort.h grab_policy.h grab_cert.h
	control/place: dataplane/include control/base | inventory.h place.h
	control/store: dataplane/include vulndb/include control/base control/record control/place | accept.h store.h store_index.h
	control/query: dataplane/include vulndb/include control/base control/record control/place control/store | field.h host_summary.h hostname.h query.h field_column.h
	control/knowledge: dataplane/include vulndb/include control/base control/record control/place control/store | enrich.h feeds.h score_explain.h fetch.h judge.h knowledge_age.h rematch.h
	control/import: dataplane/include vulndb/include control/base control/record control/place control/grab control/store control/knowledge | import.h import_input.h import_kind.h import_sink.h
	control/output: dataplane/include vulndb/include control/base control/record control/place control/store control/query control/knowledge | change_view.h score_explain_view.h export.h host_at.h host_place.h host_view.h output_format.h probing.h service_json.h stats.h table.h verdict_view.h cpe_uri.h export_job.h format.h parts.h schema.h accept_json.h interval_json.h cve_json.h
	control/follow: dataplane/include vulndb/include control/base control/record control/place control/store control/query control/output | monitor.h monitor_run.h
	control/scan: dataplane/include vulndb/include control/base control/record control/place control/targets control/policy control/grab control/store control/knowledge | config.h config_file.h ctl.h habits.h list_files.h loop.h plan.h news.h scan_compare.h scan_explain.h scan_port.h scan_words.h resume.h scan.h status.h scan_ctl.h scan_json.h
	control/serve: dataplane/include vulndb/include control/base control/record control/place control/targets control/store control/query control/output control/scan | key.h serve.h
	control/doctor: dataplane/include vulndb/include control/base control/record control/place control/store | doctor.h
	control/man: dataplane/include control/query vulndb/include control/base control/record control/store control/output |
	control/cli: dataplane/include vulndb/include control/base control/record control/place control/targets control/grab control/store control/query control/knowledge control/output control/scan control/doctor control/serve control/import control/follow |
	EOF
}

# What comes from elsewhere: an extended pattern of the header, and the folders that may include it.
foreign() {
	cat <<-'EOF'
	rte_: dataplane/port dataplane/worker dataplane/dp
	bpf/: dataplane/port
	lmdb\.h: control/store vulndb/file
	curl/: control/knowledge control/follow
	archive: vulndb/feed
	zstd\.h: vulndb/feed control/output control/serve
	microhttpd\.h: control/serve
	expat\.h: vulndb/rule vulndb/feed control/import
	EOF
}

case "${1-}" in
'') ;;
--table)
	layers
	exit 0
	;;
*)
	echo "usage: check_layers.sh [--table]" >&2
	exit 2
	;;
esac

# Every include of a header of ours: FILE:LINE:HEADER.
ours=$(git ls-files '*.[ch]' | grep -E '^(common|vulndb|dataplane|control)/' |
	xargs grep -nEo '^[[:space:]]*#[[:space:]]*include[[:space:]]*"[^"]+"' /dev/null | sed 's/#.*"\(.*\)"/\1/; s/[[:space:]]//g')
headers=$(git ls-files 'common/*.h' 'vulndb/*.h' 'dataplane/*.h' 'control/*.h')

awk -F'|' -v headers="$headers" '
	function folder(path) { sub(/\/[^\/]*$/, "", path); return path }
	function name(path) { sub(/.*\//, "", path); return path }
	function layer(path) { sub(/\/.*/, "", path); return path }
	BEGIN {
		n = split(headers, list, "\n")
		for (i = 1; i <= n; i++) {
			key = layer(list[i]) "/" name(list[i])
			if (key in home) {
				print list[i] ": " name(list[i]) " is also in " home[key] "   (a header has one name in a layer)"
				bad = 1
			}
			home[key] = folder(list[i])
		}
	}
	FNR == NR {
		split($1, head, ":")
		known[head[1]] = 1
		m = split(head[2], may, " ")
		for (i = 1; i <= m; i++) edge[head[1], may[i]] = 1
		m = split($2, given, " ")
		for (i = 1; i <= m; i++) public[head[1], given[i]] = 1
		next
	}
	{
		split($0, at, ":")
		from = folder(at[1]); header = at[3]
		if (header ~ /\.inc$/) next
		to = home[layer(at[1]) "/" header]
		if (to == "" && layer(at[1]) == "control")
			to = ("dataplane/" header) in home ? home["dataplane/" header] : home["vulndb/" header]
		if (to == "") to = home["common/" header]
		why = ""
		if (!(from in known)) why = from " is not in the table"
		else if (to == "") why = "no such header in a layer that " layer(from) " may include"
		else if (from == to) next
		else if (to != "common" && !((from, to) in edge)) why = from " may not include " to
		else if (!((to, header) in public)) why = header " is private to " to
		if (why != "") { print at[1] ":" at[2] ": \"" header "\"   (" why ")"; bad = 1 }
	}
	END { exit bad }
' <(layers) <(printf '%s\n' "$ours") || bad=1

while IFS=: read -r pattern folders; do
	hits=$(git ls-files 'common/*.[ch]' 'vulndb/*.[ch]' 'dataplane/*.[ch]' 'control/*.[ch]' |
		grep -vE "^(${folders// /|})/[^/]*\$" | grep -v '\.bpf\.c$' |
		xargs grep -nE "^[[:space:]]*#[[:space:]]*include[[:space:]]*<($pattern)" /dev/null)
	[ -z "$hits" ] || {
		printf '%s\n' "$hits" | sed "s|\$|   (only in:$folders)|"
		bad=1
	}
done < <(foreign)

hits=$(git ls-files '*/include/*.h' control/store/store.h | xargs grep -nE '#[[:space:]]*include[[:space:]]*<(rte_|lmdb|yajl|hs|openssl/)')
[ -z "$hits" ] || {
	printf '%s   (no foreign type crosses a border)\n' "$hits"
	bad=1
}

missing=$(git ls-files '*.[ch]' '*.sh' 'scripts/*' '*.build' | grep -vE '\.md$' |
	xargs grep -L 'SPDX-License-Identifier: Apache-2.0')
[ -z "$missing" ] || {
	printf '%s: no SPDX line\n' $missing
	bad=1
}
exit $bad
