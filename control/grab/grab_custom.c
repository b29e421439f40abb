/* SPDX-License-Identifier: Apache-2.0 */
/* grab_custom.c - which protocols the number of a port suggests. */
#include "grab_custom.h"

#include <string.h>

/* ---- the habits by which one number is made from another ---- */

/* A number of two digits with others before it; @front is what stands there. */
static unsigned before_two(uint16_t port, uint16_t custom)
{
	unsigned front = port / 100u;

	if (front < 10)
		return 40; /* 153 */
	if (front == custom)
		return 75; /* 5353 */
	if (front < 100)
		return front % 10 == 0 ? 80 : 35;                 /* 1053; 1253 */
	return front % 100 == 0 ? 80 : front % 10 == 0 ? 60 : 20; /* 10053; 12053; 12353 */
}

/* Digits before it: 15432, 10389, 1053. */
static unsigned put_before(uint16_t port, uint16_t custom)
{
	unsigned scale = custom >= 10000  ? 0
	                 : custom >= 1000 ? 10000
	                 : custom >= 100  ? 1000
	                 : custom >= 10   ? 100
	                                  : 0;
	unsigned front;

	if (scale == 0 || port < scale || port % scale != custom)
		return 0;
	if (scale == 10000)
		return 95;
	if (scale == 100)
		return before_two(port, custom);
	front = port / 1000u;
	return front < 10 ? 75 : front % 10 == 0 ? 85 : 60; /* 1389; 10389; 31389 */
}

/* Digits behind it: 54320, 2200, 38900. */
static unsigned put_behind(uint16_t port, uint16_t custom)
{
	if (custom < 10)
		return 0;
	if (port / 10u == custom && custom >= 100)
		return port % 10u == 0 ? 72 : 60;
	if (port / 10u == custom)
		return 40;
	if (port / 100u == custom && custom < 1000)
		return port % 100u == 0 ? 55 : 45;
	return 0;
}

/* The next one, for the next instance: 5434. Below 1000 the next number is another service's. */
static unsigned counted_on(uint16_t port, uint16_t custom)
{
	unsigned on = port > custom ? (unsigned)port - custom : 0u;

	if (custom < 1000)
		return 0;
	if (on >= 1 && on <= 3)
		return 73 - on;
	if (on >= 4 && on <= 10)
		return 70 - 2 * on;
	return custom > port && custom - port <= 2 ? 50 : 0;
}

/* One number a display: X11 counts them from 6000 (X Window System Protocol, B), VNC from 5900. */
static unsigned displays(uint16_t port, uint16_t custom)
{
	bool counts = custom == 5900 || custom == 6000;

	return counts && port > custom && port - custom < 64 ? GRAB_CUSTOM_STRONG : 0;
}

/* Another first digit: 37017, 7379. */
static unsigned begun_anew(uint16_t port, uint16_t custom)
{
	if (port >= 10000 && custom >= 10000)
		return port % 10000u == custom % 10000u ? 90 : 0;
	if (port < 10000 && custom < 10000 && port >= 1000 && custom >= 1000)
		return port % 1000u == custom % 1000u ? 40 : 0;
	return 0;
}

unsigned grab_custom_kin(uint16_t port, uint16_t custom)
{
	static unsigned (*const habits[])(uint16_t port, uint16_t custom) = {
		put_before, put_behind, counted_on, displays, begun_anew};
	unsigned most = 0;

	if (port == custom)
		return 100;
	for (size_t i = 0; i < sizeof(habits) / sizeof(habits[0]); i++) {
		unsigned kin = habits[i](port, custom);

		most = kin > most ? kin : most;
	}
	return most;
}

/* ---- the protocols ---- */

static uint8_t nearest(uint16_t port, const uint16_t *customs)
{
	unsigned most = 0;

	for (; *customs != 0; customs++) {
		unsigned kin = grab_custom_kin(port, *customs);

		most = kin > most ? kin : most;
	}
	return (uint8_t)most;
}

void grab_custom_of(uint16_t port, struct grab_custom *out)
{
	size_t n;
	const struct vd_proto *const *all = vd_protos(&n);

	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < n && i < GRAB_CUSTOM_PROTOS; i++) {
		out->kin[0][i] = nearest(port, vd_proto_ports(all[i], false));
		out->kin[1][i] = nearest(port, vd_proto_ports(all[i], true));
	}
}
