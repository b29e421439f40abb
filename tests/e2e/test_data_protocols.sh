#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# test_data_protocols - servers of the protocols' corpus at their usual ports: a scan names the service, product and version of each.
. "$(dirname "$0")/lib.sh"

# FILE of the corpus, "!" where the server greets; PORT, SERVICE, PRODUCT (_ is a blank), VERSION or -.
table='
gpsd!         2947   gpsd       gpsd                 3.22
nut           3493   nut        Network_UPS_Tools    2.8.0
munin!        4949   munin      Munin_node           2.0.67
tarantool!    3301   tarantool  Tarantool            2.10.4
ceph!         3300   ceph       Ceph                 -
ceph_v1!      6789   ceph       Ceph                 -
ganglia!      8649   ganglia    Ganglia              3.7.2
beanstalk     11300  beanstalk  beanstalkd           1.12
gearman       4730   gearman    Gearman              1.1.19.1
epmd          4369   epmd       Erlang_port_mapper   -
ajp           8009   ajp        AJP_connector        -
pulsar        6650   pulsar     Pulsar               -
rmi           1099   rmi        Java_RMI_registry    -
giop          2809   giop       CORBA_object_request_broker -
rethinkdb     28015  rethinkdb  RethinkDB            2.4.2
riak          8087   riak       Riak_KV              2.9.10
couchbase     11210  couchbase  Couchbase_Server     7.1.1
stomp         61613  stomp      RabbitMQ             3.10.8
openwire!     61616  openwire   ActiveMQ             5.16.1
mysqlx!       33060  mysqlx     MySQL                -
mssql         1433   mssql      SQL_Server           15.0.2000.5
oracle        1521   oracle     Oracle_Database      11.2.0.2.0
db2           50000  db2        Db2                  11.5.5
db2_derby     1527   db2        Derby                10.14.2.0
firebird      3050   firebird   Firebird             -
cassandra     9042   cassandra  Cassandra            -
bolt          7687   bolt       Neo4j                -
kafka         9092   kafka      Kafka                -
nbd!          10809  nbd        NBD_server           -
iscsi         3260   iscsi      iSCSI_target         -
portmap       111    portmap    ONC_RPC_port_mapper  -
nfs           2049   nfs        NFS_server           -
msrpc         135    msrpc      DCE/RPC_endpoint_mapper -
kerberos      88     kerberos   Kerberos_key_distribution_center -
zabbix_agent  10050  zabbix     Zabbix_agent         6.0.14
ignite        10800  ignite     Ignite               -
solr          8983   solr       Solr                 8.11.2
consul        8500   consul     Consul               1.8.7
vault         8200   vault      Vault                1.13.1
yarn          8088   hadoop Hadoop               3.3.1
hdfs          9870   hadoop Hadoop               3.3.1
couchbase_admin 8091 couchbase Couchbase_Server  6.6.0
nomad         4646   nomad      Nomad                1.4.3
'
# Those whose first bytes tell the protocol at any port: a port of their own for each.
anywhere='gpsd! 40001 gpsd
munin! 40002 munin
tarantool! 40003 tarantool
ceph! 40004 ceph
ganglia! 40005 ganglia
openwire! 40006 openwire
nbd! 40007 nbd
mysqlx! 40008 mysqlx'

ports=$(awk 'NF { printf "%s%s", n++ ? "," : "", $2 }' <<<"$table")
others=$(awk '{ printf ",%s", $2 }' <<<"$anywhere")
mapfile -t specs < <(awk 'NF { print $1 "=" $2 }' <<<"$table$anywhere")

wire
ip -n "$far" addr add 198.18.0.2/16 dev far0
far python3 "$here/replay.py" "$top/tests/fuzz/corpus" 198.18.0.2 "${specs[@]}" \
	portmap_udp/udp=111 kerberos_udp/udp=88 knx/udp=3671 >"$work/ready" &
await_line "$work/ready" ready

expect "a scan of all these ports ends well" near timeout 200 "$sonde" scan 198.18.0.2 --iface near0 -p "$ports$others" \
	--cooldown 1s --quiet --db "$work/db"
expect "so does one over UDP" near timeout 100 "$sonde" scan 198.18.0.2 --iface near0 --probe udp -p 88,111,3671 --cooldown 1s \
	--quiet --db "$work/db"
"$sonde" host --db "$work/db" 198.18.0.2 -o json >"$work/host"

says() { jq -r ".ports[] | select(.port == $1 and .transport == \"${2-tcp}\") | \"\(.service) \(.product // \"-\") \(.version // \"-\")\"" "$work/host"; }
is() { [ "$1" = "$2" ] || { echo "  got '$1', expected '$2'"; false; }; }
while read -r name port service product version; do
	[ -z "$name" ] || expect "${name%!} is named at $port" is "$(says "$port")" "$service ${product//_/ } $version"
done <<<"$table"
while read -r name port service; do
	expect "${name%!} is known at $port, too" is "$(says "$port" | cut -d' ' -f1)" "$service"
done <<<"$anywhere"
expect "a port mapper is named over UDP" is "$(says 111 udp)" "portmap ONC RPC port mapper -"
expect "a Kerberos centre is named over UDP" is "$(says 88 udp)" "kerberos Kerberos key distribution center -"
expect "a KNX device is named over UDP" is "$(says 3671 udp)" "knx KNXnet/IP device -"
expect "and its name is kept" is "$(jq -r '.ports[] | select(.port == 3671) | .knx.name' "$work/host")" "Router hall B"
finish
