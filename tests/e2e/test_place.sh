#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_place - labels, MaxMind databases and lists of registries: in documents, pages, queries, facets, without a new scan.
#
# usage: test_place.sh BUILD-FOLDER
. "$(dirname "$0")/lib.sh"

db=$work/db
export SONDE_VULNDB=$build/vulndb/sonde.vulndb SONDE_DB=$db
is() { [ "$1" = "$2" ] || { echo "  '$1' is not '$2'"; return 1; }; }
count() { "$sonde" count "$1" 2>"$work/err"; }
host() { "$sonde" host 198.18.0.2 -o json; }
says() { grep -q -e "$1" "$work/out"; }
tells() { grep -q -e "$1" "$work/err"; }

wire
ip -n "$far" addr add 198.18.0.2/16 dev far0
ip netns exec "$far" python3 "$here/listeners.py" "$work/log" 198.18.0.2:80,8080=http >"$work/ready" &
listeners=$!
await_line "$work/ready" ready
expect_exit 0 "a scan" near timeout 60 "$sonde" scan 198.18.0.2 -p 80,8080 --iface near0 --rate 1000 --cooldown 500ms --quiet

# Nothing is loaded.
expect "a document says nothing of networks" is "$(host | jq -c '[.asset, .network, .location]')" "[null,null,null]"
expect "a query by country finds nothing" is "$(count country:JP)" 0
expect "  and says what to load" tells "sonde place add FILE.mmdb"
count owner:x >/dev/null
expect "a query by owner says what to do" tells "sonde label PREFIX owner=NAME"

# A MaxMind database, a list of a registry, labels: without another scan.
python3 "$here/mmdb.py" "$work/city.mmdb" Example-City \
	'198.18.0.0/15={"country":{"iso_code":"JP"},"city":{"names":{"en":"Tokyo"}},"location":{"latitude":35.68,"longitude":139.76}}'
python3 "$here/mmdb.py" "$work/asn.mmdb" Example-ASN \
	'198.18.0.0/15={"autonomous_system_number":64496,"autonomous_system_organization":"Example \"AS\" <b>"}'
printf '2|apnic|20260801|1|1|1|+0\napnic|AU|ipv4|198.18.0.0|131072|20110203|allocated|\n' >"$work/delegated-apnic"
expect_exit 0 "files are added" "$sonde" place add "$work/city.mmdb" "$work/asn.mmdb" "$work/delegated-apnic"
expect "the document has the location" is "$(host | jq -c '.location')" \
	'{"country":"JP","city":"Tokyo","lat":35.68,"lon":139.76,"source":"mmdb"}'
expect "  and the network" is "$(host | jq -c '.network')" \
	'{"asn":64496,"as_name":"Example \"AS\" <b>","prefix":"198.18.0.0/15","registry":"apnic","delegated":"2011-02-03"}'
expect "a label is set" "$sonde" label 198.18.0.0/24 owner=netops site=dc-1 tags=prod,web criticality=high
expect "  and shown" is "$(host | jq -c '.asset')" \
	'{"owner":"netops","site":"dc-1","criticality":"high","tags":["prod","web"]}'
host >"$work/documents"
expect_valid host "$work/documents"
"$sonde" host 198.18.0.2 >"$work/out"
expect "the page has the owner" says "asset     netops, site dc-1, criticality high, #prod, #web"
expect "  the network" says "network   AS64496 Example \"AS\" <b>, 198.18.0.0/15, apnic, 2011-02-03"
expect "  and the location" says "location  Tokyo, JP, 35.68 139.76 (mmdb)"

# Queries, facets, columns.
for q in country:JP city=tokyo asn:64496 owner:netops tag:prod 'criticality>=medium' registry:apnic geo:35.7,139.7,20 location.country:JP asset.owner:netops; do
	expect "$q finds both ports" is "$(count "$q")" 2
done
for q in country:AU tag:dmz 'criticality:critical' geo:34.69,135.50,20 -country:JP; do
	expect "$q finds none" is "$(count "$q")" 0
done
expect "a facet counts countries" is "$("$sonde" stats '*' -f country,tag -o json | jq -c '.facets | [.country, .tag] | map(map(.value))')" '[["JP"],["prod","web"]]'
expect "columns name owner and country" is "$("$sonde" search port:80 --columns ip,owner,country -o csv | tr -d '\r' | tail -1)" "198.18.0.2,netops,JP"

# Labels as CSV, there and back.
"$sonde" label --list -o csv >"$work/labels.csv"
expect_exit 0 "a label is taken back" "$sonde" label 198.18.0.0/24 --remove
expect "  and is gone" is "$(count owner:netops)" 0
expect_exit 3 "  once only" "$sonde" label 198.18.0.0/24 --remove
expect_exit 0 "the list is imported again" "$sonde" label --import "$work/labels.csv"
expect "  and holds" is "$(count owner:netops)" 2
printf 'prefix,owner\n198.18.0.0/24,other\n198.18.0.0/99,x\n' >"$work/bad.csv"
expect_exit 2 "a broken list" "$sonde" label --import "$work/bad.csv"
expect "  changes nothing" is "$(count owner:netops)" 2
printf 'prefix,country,city,lat,lon\n198.18.0.2,DE,Berlin,52.52,13.40\n' >"$work/own.csv"
expect_exit 0 "one's own place" "$sonde" label --import "$work/own.csv"
expect "  wins over the database" is "$(host | jq -r '.location | .country + " " + .source')" "DE inventory"
expect "  and keeps the labels of the prefix around" is "$(host | jq -r .asset.owner)" netops
expect_exit 2 "a value that does not fit" "$sonde" label 198.18.0.2 country=Germany
expect_exit 2 "a name that does not exist" "$sonde" label 198.18.0.2 colour=red

# The files.
printf 'no database' >"$db/place/broken.mmdb"
"$sonde" place list >"$work/out"
expect "a broken file is named" says "broken.mmdb.*no MaxMind database"
expect "  and harms no look-up" is "$(host | jq -r .network.asn)" 64496
expect_exit 0 "files are removed" "$sonde" place remove broken.mmdb asn.mmdb
expect "  and tell nothing any more" is "$(host | jq -r .network.asn)" null
expect_exit 3 "a file that is not there" "$sonde" place remove asn.mmdb
expect_exit 2 "a name outside of the folder" "$sonde" place remove ../data.mdb
expect_exit 2 "no database and no list" "$sonde" place add "$work/own.csv"
expect "an address that was never scanned" is "$("$sonde" place show 198.19.0.1 -o json | jq -r .location.city)" Tokyo
kill $listeners
finish
