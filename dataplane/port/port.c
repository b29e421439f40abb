/* SPDX-License-Identifier: Apache-2.0 */
/* port.c - opens a DPDK port: its devices, their queues, their buffers. */
#include "port.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <rte_bus_vdev.h>
#include <rte_dev.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_mbuf_pool_ops.h>

#include "eal.h"
#include "error.h"
#include "port_xsk.h"
#include "rss.h"

static_assert((int)PORT_MAX_DEVICES <= RTE_MAX_ETHPORTS, "DPDK has room for as many");

enum {
	RX_DESCRIPTORS = 2048,
	TX_DESCRIPTORS = 2048,
	POOL_CACHE = 256,
	POOL_SPARE = 4096, /* for drivers' own rings (AF_XDP: fill, completion) and bursts */
	TABLE_MAX = 2048,
};

/* Probe @devargs and find the DPDK port that this creates. The EAL has already probed a PCI port;
 * probing it again changes nothing and succeeds. */
static int attach(const char *devargs, uint16_t *id, struct error *err)
{
	bool before[RTE_MAX_ETHPORTS] = {false};
	uint16_t i;
	int ret;

	RTE_ETH_FOREACH_DEV(i)
	before[i] = true;
	ret = rte_dev_probe(devargs);
	if (ret && ret != -EEXIST)
		return error_set(err, ret == -EPERM ? -EPERM : -ENODEV, "DPDK cannot take '%s': %s",
		                 devargs, eal_complaint());
	RTE_ETH_FOREACH_DEV(i)
	{
		if (before[i])
			continue;
		*id = i;
		return 0;
	}
	if (rte_eth_dev_get_port_by_name(devargs, id) == 0)
		return 0;
	return error_set(err, -ENODEV, "'%s' is no Ethernet device that DPDK can drive", devargs);
}

/* The fields by which the NIC shall spread received packets over its queues; 0 = it cannot, or
 * there is only one queue. */
static uint64_t spread_by(uint16_t queues, const struct rte_eth_dev_info *info)
{
	if (queues < 2)
		return 0;
	return info->flow_type_rss_offloads & (RTE_ETH_RSS_IP | RTE_ETH_RSS_TCP | RTE_ETH_RSS_UDP);
}

static int configure(uint16_t id, uint16_t queues, const struct rte_eth_dev_info *info,
                     bool *spreads)
{
	struct rte_eth_conf conf = {.rxmode = {.mq_mode = RTE_ETH_MQ_RX_NONE}};
	struct rte_eth_rss_conf *rss = &conf.rx_adv_conf.rss_conf;
	uint8_t key[UINT8_MAX];

	rss->rss_hf = spread_by(queues, info);
	*spreads = rss->rss_hf != 0;
	if (*spreads) {
		conf.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
		if (info->hash_key_size > 0) {
			rss_key(key, info->hash_key_size);
			rss->rss_key = key;
			rss->rss_key_len = info->hash_key_size;
		}
	}
	conf.rxmode.offloads = info->rx_offload_capa & RTE_ETH_RX_OFFLOAD_CHECKSUM;
	/* Every mbuf of a queue comes from its one pool and is not shared. */
	if (info->tx_offload_capa & RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE)
		conf.txmode.offloads |= RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE;
	return rte_eth_dev_configure(id, queues, queues, &conf);
}

/* Give every queue an equal share of the indirection table. If the NIC does not expose its table,
 * its driver fills it. */
static void share_table(uint16_t id, uint16_t queues, uint16_t size)
{
	struct rte_eth_rss_reta_entry64 table[TABLE_MAX / RTE_ETH_RETA_GROUP_SIZE] = {0};

	if (size == 0 || size > TABLE_MAX)
		return;
	for (uint16_t i = 0; i < size; i++) {
		struct rte_eth_rss_reta_entry64 *group = &table[i / RTE_ETH_RETA_GROUP_SIZE];

		group->mask |= 1ULL << i % RTE_ETH_RETA_GROUP_SIZE;
		group->reta[i % RTE_ETH_RETA_GROUP_SIZE] = i % queues;
	}
	rte_eth_dev_rss_reta_update(id, table, size);
}

/*
 * The flags of a buffer pool. Without hugepages DPDK puts each buffer into a page of its own. All
 * buffers then fall into the same sets of a cache, which holds only 64 of them. With IOVA as VA the
 * device uses the process's addresses, so that buffers may cross pages.
 */
static unsigned layout(void)
{
	return !eal_hugepages() && rte_eal_iova_mode() == RTE_IOVA_VA ? RTE_MEMPOOL_F_NO_IOVA_CONTIG
	                                                              : 0;
}

/* Make a pool like rte_pktmbuf_pool_create(), which takes no flags. */
static struct rte_mempool *make_pool(uint16_t id, uint16_t queue, unsigned n)
{
	struct rte_pktmbuf_pool_private private = {.mbuf_data_room_size =
	                                                   RTE_MBUF_DEFAULT_BUF_SIZE};
	char name[RTE_MEMPOOL_NAMESIZE];
	struct rte_mempool *mp;

	snprintf(name, sizeof(name), "port%u_q%u", id, queue);
	/* A pool of 2^n - 1 buffers uses its ring best. */
	mp = rte_mempool_create_empty(name, rte_align32pow2(n) - 1,
	                              sizeof(struct rte_mbuf) + RTE_MBUF_DEFAULT_BUF_SIZE,
	                              POOL_CACHE, sizeof(private), rte_eth_dev_socket_id(id),
	                              layout());
	if (mp == NULL)
		return NULL;
	rte_pktmbuf_pool_init(mp, &private);
	if (rte_mempool_set_ops_byname(mp, rte_mbuf_best_mempool_ops(), NULL) != 0 ||
	    rte_mempool_populate_default(mp) < 0) {
		rte_mempool_free(mp);
		return NULL;
	}
	rte_mempool_obj_iter(mp, rte_pktmbuf_init, NULL);
	return mp;
}

static int setup_rx(struct port_queue *q, uint16_t descriptors)
{
	unsigned socket = (unsigned)rte_eth_dev_socket_id(q->id);
	struct port_xsk before;
	int ret;

	port_xsk_list(&before);
	ret = rte_eth_rx_queue_setup(q->id, q->index, descriptors, socket, NULL, q->pool);
	q->xsk = port_xsk_since(&before); /* also after a failure halfway */
	return ret;
}

/* Set up the queues of one device, @q[0] to @q[@n - 1]. */
static int setup_queues(struct port_queue *q, uint16_t n, struct error *err)
{
	uint16_t rx = RX_DESCRIPTORS, tx = TX_DESCRIPTORS;
	int socket = rte_eth_dev_socket_id(q->id);
	int ret = rte_eth_dev_adjust_nb_rx_tx_desc(q->id, &rx, &tx);

	for (; n > 0 && ret == 0; n--, q++) {
		q->pool = make_pool(q->id, q->index, (unsigned)rx + tx + POOL_SPARE);
		if (!q->pool)
			return error_set(err, -ENOMEM,
			                 "no memory for the packet buffers of queue "
			                 "%u: fewer queues, or more hugepages",
			                 q->index);
		ret = setup_rx(q, rx);
		if (ret == 0)
			ret = rte_eth_tx_queue_setup(q->id, q->index, tx, (unsigned)socket, NULL);
	}
	return ret;
}

static int launch(struct port *p, uint16_t id, uint16_t first, struct error *err)
{
	struct rte_ether_addr mac;
	int ret = setup_queues(&p->queue[first], (uint16_t)(p->queues - first), err);

	if (ret == -ENOMEM)
		return ret;
	if (ret == 0)
		ret = rte_eth_dev_start(id);
	if (ret)
		return error_set(err, ret, "driver %s does not start the port: %s", p->driver,
		                 eal_complaint());
	rte_eth_xstats_reset(id);
	rte_eth_allmulticast_enable(id); /* neighbour solicitations go to a group */
	if (rte_eth_macaddr_get(id, &mac) == 0)
		memcpy(p->mac, mac.addr_bytes, 6);
	return 0;
}

static void remove_device(uint16_t id)
{
	struct rte_eth_dev_info info;

	if (rte_eth_dev_info_get(id, &info))
		return;
	rte_eth_dev_stop(id);
	rte_eth_dev_close(id);
	rte_dev_remove(info.device);
}

/* Remove the queues from @first on and the devices whose first queue is among them. */
static void cut(struct port *p, uint16_t first)
{
	for (uint16_t i = first; i < p->queues; i++)
		if (p->queue[i].index == 0)
			remove_device(p->queue[i].id);
	for (uint16_t i = first; i < p->queues; i++) {
		port_xsk_close(p->queue[i].xsk);
		rte_mempool_free(p->queue[i].pool);
		p->queue[i].pool = NULL;
	}
	p->queues = first;
}

/* Give the attached device @id its @queues queues and start it. */
static int take_device(struct port *p, uint16_t id, uint16_t queues, struct error *err)
{
	struct rte_eth_dev_info info;
	uint16_t first = p->queues;
	int ret = rte_eth_dev_info_get(id, &info);

	if (ret)
		return error_set(err, ret, "port %u says nothing of itself", id);
	snprintf(p->driver, sizeof(p->driver), "%s", info.driver_name);
	if (queues > info.max_rx_queues || queues > info.max_tx_queues)
		return error_set(err, -EINVAL, "%u queues wanted; the device has %u", queues,
		                 RTE_MIN(info.max_rx_queues, info.max_tx_queues));
	if (configure(id, queues, &info, &p->rss))
		return error_set(err, -EIO, "driver %s refuses %u queues: %s", p->driver, queues,
		                 eal_complaint());
	for (uint16_t i = 0; i < queues; i++)
		p->queue[p->queues++] = (struct port_queue){.id = id, .index = i, .xsk = -1};
	ret = launch(p, id, first, err);
	if (ret == 0 && p->rss)
		share_table(id, queues, info.reta_size);
	return ret;
}

int port_extend(struct port *p, const char *devargs, uint16_t queues, struct error *err)
{
	uint16_t first = p->queues, id;
	int ret;

	if (queues == 0 || queues > DP_MAX_WORKERS - first)
		return error_set(err, -EINVAL, "%u queues wanted; at most %d are possible",
		                 first + queues, DP_MAX_WORKERS);
	eal_forget();
	ret = attach(devargs, &id, err);
	if (ret)
		return ret;
	ret = take_device(p, id, queues, err);
	if (ret && p->queues == first)
		remove_device(id);
	if (ret)
		cut(p, first);
	return ret;
}

int port_open(struct port *p, const char *devargs, uint16_t queues, struct error *err)
{
	*p = (struct port){.queues = 0};
	return port_extend(p, devargs, queues, err);
}

void port_close(struct port *p)
{
	cut(p, 0);
}
