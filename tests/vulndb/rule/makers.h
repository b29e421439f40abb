/* SPDX-License-Identifier: Apache-2.0 */
/* makers.h - makers of devices and programs that are known by several names, and products that two
 * sources call differently: what comparing two sources of names needs to know. */
#ifndef TEST_MAKERS_H
#define TEST_MAKERS_H

/* Names of one maker, or of the makers that a product went through, each in slashes. */
static const char *const makers[] = {
	"/broadcom/blue coat/symantec/norton/brocade/foundry networks/ca/concord communications/",
	"/brocade/foundry networks/",
	"/schneider-electric/apc/netbotz/",
	"/dell/emc/data domain/equallogic/",
	"/oracle/sun/bea/siebel/fatwire/mysql/netscape/atg/",
	"/ivanti/pulse secure/juniper/landesk/brocade/",
	"/juniper/netscreen/",
	"/hp/hpe/compaq/dec/3com/agilent/",
	"/hpe/hp/aruba/aruba networks/h3c/",
	"/h3c/huawei-3com/3com/hpe/hp/",
	"/arubanetworks/aruba/aruba networks/silver peak/",
	"/ricoh/savin/lanier/nrg/gestetner/ibm/infoprint/",
	"/avaya/nortel/bay networks/",
	"/poly/polycom/",
	"/mitel/aastra/",
	"/extended-systems/sybase/",
	"/ericsson/redback networks/cradlepoint/",
	"/nokia/alcatel/alu/nokia-siemens/",
	"/cisco/tandberg/linksys/duo/meraki/",
	"/zebra/symbol/motorola/airdefense/",
	"/rockwellautomation/allen-bradley/rockwell automation/",
	"/vertiv/emerson/emerson network power/liebert/",
	"/commscope/ruckus/foundry networks/brocade/",
	"/ui/ubiquiti/",
	"/zohocorp/manageengine/",
	"/trellix/fireeye/mcafee/",
	"/hcltech/lotus/ibm/",
	"/progress/ipswitch/standard networks/",
	"/redhat/red hat/jboss/",
	"/microfocus/attachmate/wrq/novell/",
	"/unify/siemens/",
	"/mrv/xyplex/mrv communications/",
	"/lantronix/pronet/acola/",
	"/oki/okidata/",
	"/xerox/fuji xerox/tektronix/",
	"/kyocera/kyocera mita/",
	"/rectifiertechnologies/c&d technologies/",
	"/netgate/pfsense/freebsd/",
	"/tvt/hisilicon/",
	"/supervisord/nightmare software/",
	"/embedthis/oracle/mbedthis software/",
	"/opentext/hummingbird ltd./open text/",
	"/fujitsu/fujitsu siemens/",
	"/ami/american megatrends/",
	"/sonicwall/dell/",
	"/synacor/zimbra/",
	"/gfi/kerio/",
	"/vmware/rabbitmq/",
	"/ps3mediaserver/sony/",
	"/pbxinaflash/piaf/",
	"/averydennison/avery dennison/",
	"/honeywell/intermec/",
	"/tintri/tintro/",
	"/weonlydo/freesshd/",
};

/* What the examples call a product, and what the bundled rules call it with good reason. */
static const struct {
	const char *theirs, *ours;
} same_products[] = {
	/* built on it, and patched by its maker alone */
	{"HTTPD", "HTTP Server"},
	{"HTTPD", "Oracle HTTP Server"},
	{"HTTPD", "Oracle Application Server"},
	{"HTTPD", "HP Web Jetadmin"},
	{"nginx", "Passenger"},
	{"MySQL", "ScaleBase"},
	/* its former name */
	{"libupnp", "Intel UPnP SDK"},
	{"Java System Web Server", "iPlanet Web Server"},
	/* the examples name less, or what is below */
	{"HTTP", "Webmin"},
	{"Windows 2000", "Huawei MAS agent"},
	{"Linux", "Huawei MAS agent"},
	/* a release where a name belongs */
	{"2", "UnixWare"},
	/* the page names the server itself */
	{"HTTPD", "nginx"},
};

#endif
