// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What doctor reads around the table: saved settings, files of sysctl.d, rules, who holds conntrack. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "fake_tree.h"
#include "observe/holders.h"
#include "observe/persistence.h"
#include "observe/ruleset.h"
#include "observe/sysctl_text.h"
#include "observe/tool.h"

static int64_t value_of(const struct saved_settings *saved, const char *name)
{
	const struct setting *s = settings_find(&saved->settings, name);

	assert_non_null(s);
	assert_true(s->known);
	return s->value;
}

static void saved_settings(void **state)
{
	static const char text[] =
		"kernel.hostname = node-1\n"
		"net.ipv4.tcp_keepalive_time = 7200\r\n"
		"net.netfilter.nf_conntrack_max = 262144\n"
		"net.nf_conntrack_max = 262144\n"
		"net/netfilter/nf_conntrack_buckets=65536\n"
		"\n# a comment\n"
		"this is no setting\n"
		"= 5\n"
		"net.netfilter.nf_conntrack_tcp_loose = one\n"
		"net.netfilter.nf_conntrack_acct = 1\n"
		"net.netfilter.nf_conntrack_tcp_timeout_established = 432";
	struct saved_settings saved;

	(void)state;
	assert_int_equal(saved_settings_parse(text, sizeof(text) - 1, &saved), 0);
	assert_int_equal(value_of(&saved, "max"), 262144);
	assert_int_equal(value_of(&saved, "buckets"), 65536);
	assert_int_equal(value_of(&saved, "acct"), 1);
	assert_int_equal(saved.tcp.known, 1U << TCP_STACK_tcp_keepalive_time);
	assert_int_equal(saved.tcp.n[TCP_STACK_tcp_keepalive_time], 7200);
	assert_int_equal(saved.bad, 2);
	assert_false(settings_find(&saved.settings, "tcp_loose")->known);
	/* the last line was cut off: it may have been 432000 */
	assert_true(saved.cut);
	assert_null(settings_find(&saved.settings, "tcp_timeout_established"));
	saved_settings_free(&saved);
}

static void nothing_saved(void **state)
{
	static const char *const texts[] = { "", "no setting at all\n", "\n\n\n", "# net.x = 1\n", "a = 1" };
	struct saved_settings saved;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_int_equal(saved_settings_parse(texts[i], strlen(texts[i]), &saved), -ENODATA);
	assert_int_equal(saved_settings_read("/nonexistent/file", &saved), -ENOENT);
	assert_int_equal(saved_settings_parse("vm.x = 1\n", 9, &saved), 0);
	assert_int_equal(saved.settings.count, 0);
	saved_settings_free(&saved);
}

static void at_boot(void **state)
{
	char *root = tree_new();
	const struct roots roots = { .proc = root, .sys = root };
	struct persistence p;

	(void)state;
	tree_file(root, "etc/sysctl.conf", "net.netfilter.nf_conntrack_acct=1\n");
	tree_file(root, "etc/sysctl.d/90-b.conf", "net.netfilter.nf_conntrack_max = 500000\n");
	tree_file(root, "etc/sysctl.d/10-a.conf",
		  "net.nf_conntrack_max = 1\n-net.netfilter.nf_conntrack_buckets = 65536\n");
	tree_file(root, "etc/sysctl.d/not-read", "net.netfilter.nf_conntrack_checksum = 0\n");
	/* hidden by the one of the same name in /etc */
	tree_file(root, "usr/lib/sysctl.d/90-b.conf", "net.netfilter.nf_conntrack_events = 0\n");
	tree_file(root, "usr/lib/sysctl.d/50.conf", "net.netfilter.nf_conntrack_timestamp = 1\n");
	tree_file(root, "etc/modprobe.d/ct.conf", "# options nf_conntrack hashsize=1\n"
		  "options nf_conntrack expect_hashsize=7 hashsize=131072\noptions other hashsize=5\n");
	tree_file(root, "cmdline", "quiet nf_conntrack.hashsize=9\n");
	persistence_read(&roots, root, &p);
	assert_true(p.known);
	assert_int_equal(p.count, 5);
	assert_int_equal(persistence_find(&p, "max")->value, 500000);
	assert_string_equal(persistence_find(&p, "max")->file, "/etc/sysctl.d/90-b.conf");
	assert_int_equal(persistence_find(&p, "buckets")->value, 65536);
	assert_int_equal(persistence_find(&p, "acct")->value, 1);
	assert_int_equal(persistence_find(&p, "timestamp")->value, 1);
	assert_int_equal(persistence_find(&p, "hashsize")->value, 131072);
	assert_null(persistence_find(&p, "events"));
	assert_null(persistence_find(&p, "checksum"));
	tree_free(root);
}

static void rules_of_nft(void **state)
{
	static const char text[] =
		"table inet filter {\n"
		"\tchain input {\n"
		"\t\ttype filter hook input priority filter; policy drop;\n"
		"\t\tct state established,related accept\n"
		"\t\tct state untracked accept\n"
		"\t\ttcp dport 22 accept\n"
		"\t}\n"
		"\tchain forward {\n"
		"\t\ttype filter hook forward priority filter; policy accept;\n"
		"\t\tip saddr 10.0.0.1 drop\n"
		"\t}\n"
		"}\n"
		"table ip nat {\n"
		"\tchain postrouting {\n"
		"\t\ttype nat hook postrouting priority srcnat; policy accept;\n"
		"\t\toifname \"eth0\" masquerade\n"
		"\t}\n"
		"}\n"
		"table ip raw {\n"
		"\tchain PREROUTING {\n"
		"\t\ttype filter hook prerouting priority raw; policy accept;\n"
		"\t\tiifname \"lo\" notrack\n"
		"\t}\n"
		"}\n";
	struct ruleset rules = { .known = true };

	(void)state;
	ruleset_parse_nft(&rules, text);
	assert_int_equal(rules.rules, 6);
	assert_int_equal(rules.state_rules, 2);
	assert_int_equal(rules.nat_rules, 1);
	assert_int_equal(rules.notrack_rules, 1);
	assert_int_equal(rules.untracked_accepts, 1);
	assert_true(rules.iptables);
	assert_int_equal(rules.chain_count, 1);
	assert_string_equal(rules.chains[0].family, "inet");
	assert_string_equal(rules.chains[0].table, "filter");
	assert_string_equal(rules.chains[0].chain, "input");
	assert_string_equal(rules.chains[0].hook, "input");
}

static void rules_of_iptables(void **state)
{
	struct ruleset rules = { .known = true };

	(void)state;
	ruleset_parse_iptables(&rules, "*filter\n:INPUT ACCEPT [0:0]\n"
			       "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
			       "-A INPUT -m state --state NEW -j ACCEPT\n-A INPUT -j DROP\nCOMMIT\n"
			       "*nat\n-A POSTROUTING -o eth0 -j MASQUERADE\nCOMMIT\n"
			       "*raw\n-A PREROUTING -i lo -j NOTRACK\nCOMMIT\n");
	assert_int_equal(rules.rules, 5);
	assert_int_equal(rules.state_rules, 2);
	assert_int_equal(rules.nat_rules, 1);
	assert_int_equal(rules.notrack_rules, 1);
	assert_true(rules.iptables);
}

static void holders(void **state)
{
	char *root = tree_new();
	const struct roots roots = { .proc = root, .sys = root };
	struct holders h;

	(void)state;
	tree_file(root, "module/nf_conntrack/refcnt", "4\n");
	tree_file(root, "module/nf_conntrack/initstate", "live\n");
	tree_folder(root, "module/nf_conntrack/holders");
	tree_folder(root, "module/nf_conntrack/holders/nf_nat");
	tree_file(root, "4711/comm", "dockerd\n");
	tree_file(root, "4712/comm", "dockerd\n");
	tree_file(root, "99/comm", "bash\n");
	tree_file(root, "net/netlink",
		  "sk               Eth Pid        Groups   Rmem     Wmem  Dump  Locks Drops Inode\n"
		  "00000000cda17d3d 12  3893765257 00000007 0        0     0     2     0     11595\n"
		  "00000000f1685129 12  145        00000000 0        0     0     2     0     11594\n"
		  "00000000f1685130 12  4711       00000001 0        0     0     2     0     11596\n"
		  "00000000f1685131 15  99         00000007 0        0     0     2     0     11597\n");
	/* the port is 4711's, the socket another's */
	tree_folder(root, "99/fd");
	tree_link(root, "99/fd/0", "/dev/null");
	tree_link(root, "99/fd/7", "socket:[11596]");
	holders_read(&roots, &h);
	assert_true(h.module);
	assert_true(h.refcount_known);
	assert_int_equal(h.refcount, 4);
	assert_int_equal(h.module_count, 1);
	assert_string_equal(h.modules[0], "nf_nat");
	assert_int_equal(h.service_count, 1);
	assert_string_equal(h.services[0], "dockerd");
	assert_int_equal(h.listener_count, 2);
	assert_int_equal(h.listeners[0].pid, 0);
	assert_int_equal(h.listeners[1].pid, 99);
	assert_string_equal(h.listeners[1].name, "bash");
	tree_free(root);
}

static void other_programs(void **state)
{
	static const char *const echo[] = { "echo", "two", "words", NULL };
	static const char *const sleeping[] = { "sleep", "5", NULL };
	static const char *const failing[] = { "false", NULL };
	static const char *const endless[] = { "yes", NULL };
	static const char *const absent[] = { "no-such-program-anywhere", NULL };
	char *text = NULL;

	(void)state;
	assert_int_equal(tool_run(echo, 4096, 5000, &text), 10);
	assert_string_equal(text, "two words\n");
	free(text);
	assert_int_equal(tool_run(sleeping, 4096, 50, &text), -ETIMEDOUT);
	assert_int_equal(tool_run(failing, 4096, 5000, &text), -EIO);
	assert_int_equal(tool_run(endless, 65536, 5000, &text), -EFBIG);
	assert_int_equal(tool_run(absent, 4096, 5000, &text), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(saved_settings),
		cmocka_unit_test(nothing_saved),
		cmocka_unit_test(at_boot),
		cmocka_unit_test(rules_of_nft),
		cmocka_unit_test(rules_of_iptables),
		cmocka_unit_test(holders),
		cmocka_unit_test(other_programs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
