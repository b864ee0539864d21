// SPDX-License-Identifier: GPL-2.0-only
/*
 * behalf.c - requests that are made on behalf of a user, by somebody else: a
 * program that is root by its setuid bit, or a kernel thread. An unprivileged rule
 * does not see the user behind the first, and not always behind the second. How
 * these were found is in docs/KERNEL.md.
 */
#include "base/msg.h"
#include "policy/behalf.h"
#include "tree/names.h"

/* A message names so many requests, and counts the others. */
#define NAMED_MAX	3

/*
 * The first that matches counts. Threads form names of a prefix and an ID. Where only a
 * few of that prefix can come about, as with snd_*, these are listed: for the others no
 * thread asks.
 */
static const struct behalf behalves[] = {
	{ "fs_fuse", "fusermount3, mount", NULL },
	{ "fs_nfs", "mount.nfs", "nfsd" },
	{ "fs_nfs4", "mount.nfs", NULL },
	{ "fs_*", "mount", NULL },
	{ "char_major_10_229", "fusermount3", NULL },
	{ "char_major_108_*", "pppd", NULL },
	{ "net_pf_24", "pppd", NULL },
	{ "net_pf_24_proto_*", "pppd", NULL },
	{ "ppp_compress_*", "pppd", NULL },
	{ "tty_ldisc_3", "pppd", NULL },
	{ "tty_ldisc_14", "pppd", NULL },
	{ "crypto_*", NULL, "crypto core and others" },
	{ "snd_seq_midi", NULL, "ALSA" },
	{ "snd_seq_ump_client", NULL, "ALSA" },
	{ "snd_opl[34]_synth", NULL, "ALSA" },
	{ "snd_emu[18]*_synth", NULL, "ALSA" },
	{ "nls_utf8", NULL, "ksmbd" },
	{ "rpc_auth_*", NULL, "nfsd, NFS client" },
	{ "nfs_layouttype4_*", NULL, "NFS client" },
	{ "mdio:*", NULL, "device probing" },
	{ "w1_family_*", NULL, "device probing" },
	{ "hdaudio:*", NULL, "device probing" },
	{ "snd_hda_codec_*", NULL, "device probing" },
	{ "cpufreq_*", NULL, "device probing" },
	{ "cx18_alsa", NULL, "device probing" },
	{ "cx231xx_*", NULL, "device probing" },
	{ "cx88_blackbird", NULL, "device probing" },
	{ "cx88_dvb", NULL, "device probing" },
	{ "dvb_bt8xx", NULL, "device probing" },
	{ "em28xx_*", NULL, "device probing" },
	{ "ivtv_alsa", NULL, "device probing" },
	{ "saa7134_*", NULL, "device probing" },
};

/**
 * behalf_find - whether requests for a name are made on behalf of users
 * @name: the alias or module, normalised
 *
 * Return: who makes them, or NULL.
 */
const struct behalf *behalf_find(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(behalves); i++)
		if (name_matches(behalves[i].pattern, name))
			return &behalves[i];
	return NULL;
}

/**
 * behalf_list_add - adds a request to a list
 * @list: the list
 * @name: its name
 * @who: who makes it
 */
void behalf_list_add(struct behalf_list *list, const char *name, const char *who)
{
	if (list->n++ >= NAMED_MAX)
		return;
	buf_addf(&list->text, "%s%s (%s)", list->text.len ? ", " : "", esc(name), who);
}

/**
 * behalf_list_end - adds how many requests the text does not name
 * @list: the list
 */
void behalf_list_end(struct behalf_list *list)
{
	if (list->n > NAMED_MAX)
		buf_addf(&list->text, " and %zu more", list->n - NAMED_MAX);
}
