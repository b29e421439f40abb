/* SPDX-License-Identifier: Apache-2.0 */
/* fit.c - how many columns of a terminal a text takes, and where to cut it. */
#include <stdbool.h>
#include <stdint.h>

#include "fit.h"
#include "utf8.h"

struct block {
	uint32_t first, last;
};

/* The blocks of Unicode whose characters terminals show in two columns. */
static const struct block wide[] = {
	{0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0xa4cf},   {0xac00, 0xd7a3},
	{0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},
	{0x1f300, 0x1f64f}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd},
};
static const struct block combining[] = {
	{0x0300, 0x036f}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x200b, 0x200d},
	{0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f},
};

static bool within(const struct block *blocks, size_t n, uint32_t c)
{
	for (size_t i = 0; i < n; i++)
		if (c >= blocks[i].first && c <= blocks[i].last)
			return true;
	return false;
}

/* The columns of the character at @text, which is *@bytes long. */
static size_t width_at(const char *text, size_t len, size_t *bytes)
{
	uint32_t c = 0;

	*bytes = utf8_decode(text, len, &c);
	if (*bytes == 0)
		*bytes = 1;
	if (c < 0x300)
		return 1;
	if (within(combining, sizeof(combining) / sizeof(combining[0]), c))
		return 0;
	return within(wide, sizeof(wide) / sizeof(wide[0]), c) ? 2 : 1;
}

size_t fit_width(const char *text, size_t len)
{
	size_t columns = 0, n;

	for (size_t i = 0; i < len; i += n)
		columns += width_at(text + i, len - i, &n);
	return columns;
}

size_t fit_cut(const char *text, size_t len, size_t columns)
{
	size_t i = 0, n;

	while (i < len) {
		size_t more = width_at(text + i, len - i, &n);

		if (more > columns)
			break;
		columns -= more;
		i += n;
	}
	return i;
}
