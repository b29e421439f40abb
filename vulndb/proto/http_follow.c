/* SPDX-License-Identifier: Apache-2.0 */
/* http_follow.c - chooses further requests by what the answers of HTTP show. */
#include "http_follow.h"

#include <strings.h>

enum { LOOK_MAX = 16384, TITLE_MAX = 64 }; /* bytes of a page, and of a title, that are searched */

/*
 * The pages: the first row of which all words are found. The words stand as the servers write them:
 * in the heads of the first answer and of the page that it sends to, at the begin of the page's
 * title, and in its text. The paths are those that the products document for everybody.
 */
static const struct {
	const char *head, *title, *body; /* NULL: any; a @body of "": the answer must have none */
	const char *unless;              /* the page must lack it; NULL: nothing */
	const char *path;
} pages[] = {
	{NULL, NULL, "grafanaBootData", NULL, "/api/health"},
	{NULL, "Prometheus Pushgateway", NULL, NULL, "/api/v1/status"},
	{NULL, "Prometheus", NULL, NULL, "/api/v1/status/buildinfo"},
	{NULL, "Alertmanager", NULL, NULL, "/api/v2/status"},
	{NULL, "Consul by HashiCorp", NULL, NULL, "/v1/agent/self"},
	{NULL, "Nomad", NULL, NULL, "/v1/agent/self"},
	{NULL, "Vault", NULL, NULL, "/v1/sys/health"},
	{"kbn-name", NULL, NULL, NULL, "/api/status"},
	{NULL, "SonarQube", NULL, NULL, "/api/server/version"},
	{"i_like_gitea", NULL, NULL, NULL, "/api/v1/version"},
	{NULL, NULL, "Forgejo", NULL, "/api/v1/version"},
	{NULL, NULL, "Nextcloud", NULL, "/status.php"},
	{NULL, NULL, "ownCloud", NULL, "/status.php"},
	{NULL, "Jellyfin", NULL, NULL, "/System/Info/Public"},
	{NULL, "Emby", NULL, NULL, "/System/Info/Public"},
	{"X-Plex-Protocol", NULL, NULL, NULL, "/identity"},
	{NULL, "Harbor", NULL, NULL, "/api/v2.0/systeminfo"},
	{NULL, "Portainer", NULL, NULL, "/api/status"},
	{NULL, "Traefik", NULL, NULL, "/api/version"},
	{NULL, "Argo CD", NULL, NULL, "/api/version"},
	{NULL, NULL, "Ollama is running", NULL, "/api/version"},
	{NULL, "netdata", NULL, NULL, "/api/v1/info"},
	{NULL, "Apache Flink", NULL, NULL, "/config"},
	{NULL, "Solr Admin", NULL, NULL, "/solr/admin/info/system?wt=json"},
	{NULL, "Airflow", NULL, NULL, "/api/v1/version"},
	{NULL, NULL, "Synapse is running", NULL, "/_matrix/federation/v1/version"},
	{NULL, NULL, "dfshealth", NULL, "/jmx?qry=Hadoop:service=NameNode,name=NameNodeInfo"},
	{NULL, "Mattermost", NULL, NULL, "/api/v4/config/client?format=old"},
	{NULL, "Mastodon", NULL, NULL, "/api/v1/instance"},
	{NULL, "UniFi", NULL, NULL, "/status"},
	{NULL, "iLO", NULL, NULL, "/redfish/v1/"},
	{NULL, "iDRAC", NULL, NULL, "/redfish/v1/"},
	{NULL, "Home Assistant", NULL, NULL, "/manifest.json"},
	{NULL, NULL, "/wp-content/", "name=\"generator\"", "/feed/"},
	{NULL, NULL, "\"kind\":\"Status\"", NULL, "/version"},
	{NULL, NULL, "\"kind\": \"Status\"", NULL, "/version"},
	{NULL, NULL, "404 page not found", NULL, "/version"},
	/* one collector is enough: the builds are told with any */
	{NULL, "Node Exporter", NULL, NULL, "/metrics?collect%5B%5D=time"},
	{NULL, NULL, "href=\"/metrics\"", NULL, "/metrics"},
	{NULL, NULL, "href='/metrics'", NULL, "/metrics"},
	{"200 OK\r\nCache-Control: no-cache\r\n", NULL, "", NULL, "/v2/"}, /* Docker's registry */
	{"TornadoServer", NULL, NULL, NULL, "/api"},
	{"JSESSIONID", NULL, NULL, "Apache Tomcat/", HTTP_MISSING},
	{"Apache-Coyote", NULL, NULL, "Apache Tomcat/", HTTP_MISSING},
	{"Servlet/", NULL, NULL, "Apache Tomcat/", HTTP_MISSING},
};

struct span http_answer(const struct vd_dialog *d, size_t i)
{
	size_t from = i > 0 ? d->answers[i - 1] : 0;
	size_t to = i < d->answer_count ? d->answers[i] : d->seen;

	return span_part(heard(d), from, to);
}

/* Whether the server leaves the connection open behind this answer (RFC 9112, 9.3). */
static bool keeps(struct span answer, const struct reply *r)
{
	struct span value = reply_header(r, "Connection");

	if (span_starts(answer, "HTTP/1.1"))
		return !span_has(value, "close");
	return span_starts(answer, "HTTP/1.0") && span_has(value, "keep-alive");
}

/* ---- paths ---- */

/* Whether "host" or "host:port" names the server that the dialog is with. */
static bool is_own(const struct vd_dialog *d, struct span named)
{
	struct span own = span_of(d->authority, strlen(d->authority));
	const char *usual = d->tls ? ":443" : ":80";
	size_t len = span_left(named);

	if (len > span_left(own) || len == 0 ||
	    strncasecmp(d->authority, (const char *)named.at, len) != 0)
		return false;
	return len == span_left(own) || strcmp(d->authority + len, usual) == 0;
}

/* Take "//host:port" off an address. False: it names another host. */
static bool take_host(const struct vd_dialog *d, struct span *url)
{
	struct span named = span_from(*url, 2);
	size_t len = 0;

	while (len < span_left(named) && strchr("/?#", named.at[len]) == NULL)
		len++;
	*url = span_from(named, len);
	return is_own(d, span_first(named, len));
}

/* Copy a path; one that a request cannot carry is refused. A fragment is the browser's own. */
static bool copy_path(struct span path, char out[HTTP_PATH_MAX])
{
	size_t len = 0;

	if (path.at == path.end || *path.at != '/')
		out[len++] = '/';
	for (; path.at < path.end && *path.at != '#'; path.at++) {
		if (*path.at <= ' ' || *path.at >= 0x7f || strchr("\"<>\\", *path.at) != NULL ||
		    len == HTTP_PATH_MAX - 1)
			return false;
		out[len++] = (char)*path.at;
	}
	out[len] = '\0';
	return true;
}

/* Whether "//host:port", with the very port of the dialog, begins an address. */
static bool has_own_port(const struct vd_dialog *d, struct span url)
{
	struct span rest = span_from(url, 2 + strlen(d->authority));

	return span_starts(url, "//") && span_starts_nocase(span_from(url, 2), d->authority) &&
	       (rest.at == rest.end || strchr("/?#", *rest.at) != NULL);
}

/* Take the scheme off an address of the same kind. A server that does not know of the TLS before it
 * calls its own port by "http". */
static struct span without_scheme(const struct vd_dialog *d, struct span url)
{
	struct span rest = span_from(url, 5);

	if (d->tls && span_starts_nocase(url, "https:"))
		return span_from(url, 6);
	return span_starts_nocase(url, "http:") && (!d->tls || has_own_port(d, rest)) ? rest : url;
}

/* The path of an address as a page gives it. False where it leads to another host or port. */
static bool own_path(const struct vd_dialog *d, struct span url, char out[HTTP_PATH_MAX])
{
	size_t word = 0;

	url = span_trim(url);
	if (url.at == url.end)
		return false;
	url = without_scheme(d, url);
	if (span_starts(url, "//"))
		return take_host(d, &url) && copy_path(url, out);
	while (word < span_left(url) && strchr("/?#", url.at[word]) == NULL)
		if (url.at[word++] == ':')
			return false; /* another scheme */
	if (span_starts(url, "./"))
		url = span_from(url, 2);
	return copy_path(url, out);
}

/* ---- what is asked ---- */

static bool is_redirect(unsigned status)
{
	return (status >= 301 && status <= 303) || status == 307 || status == 308;
}

static struct span page_of(const struct reply *r)
{
	return span_first(http_body(r), LOOK_MAX);
}

static bool redirect_path(const struct vd_dialog *d, const struct reply *first,
                          char out[HTTP_PATH_MAX])
{
	struct span to = is_redirect(http_status(first)) ? reply_header(first, "Location")
	                                                 : html_refresh(page_of(first));

	return to.at != NULL && own_path(d, to, out) && strcmp(out, "/") != 0;
}

static struct span head_of(struct span answer)
{
	return span_first(answer, span_head_end(answer));
}

/* The text from the begin of the page's title on. */
static struct span title_of(struct span body)
{
	const uint8_t *tag = span_find(body, "<title", true);
	const uint8_t *end = tag != NULL ? memchr(tag, '>', (size_t)(body.end - tag)) : NULL;

	return end != NULL ? span_trim((struct span){end + 1, body.end}) : span_of("", 0);
}

/* Words of the heads and titles of printers and controllers. They get no further request: what they
 * are is known for sure only when the first one is over. */
static const char *const fragile[] = {
	"HP HTTP Server", "HP-ChaiSOE", "LaserJet",   "OfficeJet",       "Virata-EmWeb", "debut/",
	"KM-MFP-http",    "EPSON",      "CANON HTTP", "Lexmark",         "RICOH",        "Xerox",
	"Printer",        "SIMATIC",    "Siemens",    "Schneider",       "Modicon",      "Rockwell",
	"Allen-Bradley",  "WAGO",       "Moxa",       "Phoenix Contact", "Beckhoff",     "Niagara",
};

static bool is_fragile(struct span answer, const struct reply *r)
{
	struct span title = span_first(title_of(page_of(r)), TITLE_MAX), head = head_of(answer);

	for (size_t i = 0; i < sizeof(fragile) / sizeof(fragile[0]); i++)
		if (span_find(head, fragile[i], false) != NULL ||
		    span_find(title, fragile[i], false) != NULL)
			return true;
	return false;
}

/* Whether @word stands in the page; "": whether there is no page. */
static bool has_text(struct span body, const char *word)
{
	return *word == '\0' ? body.at == body.end : span_find(body, word, false) != NULL;
}

/* The page of the product that the words of a page name. */
static bool known_path(const struct vd_dialog *d, size_t at, struct span body,
                       char out[HTTP_PATH_MAX])
{
	struct span first = head_of(http_answer(d, 0)), title = title_of(body);
	struct span last = at > 0 ? head_of(http_answer(d, at)) : span_of("", 0);

	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		if (pages[i].title != NULL && !span_starts(title, pages[i].title))
			continue;
		if (pages[i].head != NULL && span_find(first, pages[i].head, false) == NULL &&
		    span_find(last, pages[i].head, false) == NULL)
			continue;
		if (pages[i].body != NULL && !has_text(body, pages[i].body))
			continue;
		if (pages[i].unless != NULL && span_find(body, pages[i].unless, false) != NULL)
			continue;
		strcpy(out, pages[i].path);
		return true;
	}
	return false;
}

static bool is_html(const struct reply *r)
{
	struct span type = reply_header(r, "Content-Type");

	return type.at != NULL ? span_has(type, "html") : span_has(page_of(r), "<html");
}

/* How the titles of pages begin that no product has made: of servers as they are installed, and lists
 * of folders. */
static const char *const bare_titles[] = {
	"Welcome to nginx",
	"Welcome to OpenResty",
	"Apache2 ",
	"Apache HTTP Server Test",
	"Test Page",
	"It works",
	"IIS ",
	"Index of ",
	"Directory listing",
	"Error",
};

/* Whether a page that links no icon is a product's: it has a title of its own, or does something. */
static bool is_product(struct span body)
{
	static const char *const does[] = {"<script", "<form", "<frame", "<input"};
	struct span title = title_of(body);

	for (size_t i = 0; i < sizeof(bare_titles) / sizeof(bare_titles[0]); i++)
		if (span_starts_nocase(title, bare_titles[i]))
			return false;
	if (span_left(title) > 0 && *title.at != '<')
		return true;
	for (size_t i = 0; i < sizeof(does) / sizeof(does[0]); i++)
		if (span_find(body, does[i], true) != NULL)
			return true;
	return false;
}

static bool icon_path(const struct vd_dialog *d, const struct reply *page, char out[HTTP_PATH_MAX])
{
	unsigned status = http_status(page);
	struct span body = page_of(page), link;

	if (d->brief || status >= 500 || !is_html(page))
		return false;
	link = html_link(body, "icon");
	if (own_path(d, link, out))
		return true;
	strcpy(out, "/favicon.ico");
	return link.at != NULL ||
	       ((status < 400 || status == 401 || status == 403) && is_product(body));
}

/* What the answers make worth asking, whoever the server is. @last: the last of them. */
static bool choose(const struct vd_dialog *d, size_t n, const struct reply *last,
                   struct http_wish *out)
{
	struct reply page;
	bool moved, has_page;
	size_t at;

	if (!reply_read(http_answer(d, 0), "HTTP/", &page))
		return false;
	out->fresh = !keeps(http_answer(d, n - 1), last);
	moved = redirect_path(d, &page, out->path);
	out->kind = HTTP_REDIRECT;
	if (moved && n == 1)
		return true;
	at = moved ? 1 : 0;
	if (at > 0 && !reply_read(http_answer(d, at), "HTTP/", &page))
		return false;
	has_page = known_path(d, at, page_of(&page), out->path) ||
	           (!out->fresh && own_path(d, html_link(page_of(&page), "manifest"), out->path));
	out->kind = HTTP_PAGE;
	if (has_page && n == at + 1)
		return true;
	out->kind = HTTP_ICON;
	return !out->fresh && n == at + 1 + has_page && icon_path(d, &page, out->path);
}

bool http_wish(const struct vd_dialog *d, size_t n, struct http_wish *out)
{
	struct span last = http_answer(d, n - 1);
	struct reply r;

	return n <= HTTP_FOLLOW_MAX && reply_read(last, "HTTP/", &r) && choose(d, n, &r, out) &&
	       !is_fragile(last, &r);
}
