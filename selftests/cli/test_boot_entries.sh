# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# nfguard verify: the command line that the boot loader gives to a kernel next, and what
# else keeps the guard from being loaded at boot.

# grub_of WORD...: has them on the first entry of 6.2.
grub_of()
{
	mkdir -p "$host/root/boot/grub"
	cat >"$host/root/boot/grub/grub.cfg" <<-END
	menuentry 'Debian' {
	 linux   /boot/vmlinuz-modules root=/dev/vda1 ro
	 linux   /boot/vmlinuz-6.2 root=/dev/vda1 ro $*
	 linux   /boot/vmlinuz-6.2 root=/dev/vda1 ro single nfguard.off=1
	}
	END
}

# entry FILE: makes an entry of the Boot Loader Specification from stdin, and is all that
# there is of 6.2.
entry()
{
	mkdir -p "$host/root/boot/loader/entries"
	cat >"$host/root/boot/loader/entries/$1"
	sed -i /vmlinuz-6.2/d "$host/root/boot/grub/grub.cfg"
}

unknown="so the command line of this kernel is not known"

test_verify_of_a_command_line()
{
	local words

	host_of_two_kernels
	grub_of quiet nfguard.off=0
	all_holds
	grub_of quiet nfguard.off=1
	defeats "/boot/grub/grub.cfg:3: nfguard.off=1 on its command line keeps the guard off"
	grub_of nfguard.mode=permissive
	defeats "/boot/grub/grub.cfg:3: the mode will be permissive, so nothing will be denied"
	nfg mode --store enforcing
	all_holds
	for words in modules_load=net-pf-33 rd.modules_load=rxrpc; do
		grub_of "${words/=/=other,}"
		defeats "$words on its command line loads rxrpc"
	done
	for words in '"nfguard.off=1"' "'nfguard.off=1'" 'nfguard.off="1"' 'nfguard.off=\1' \
		'a="b c" "nfguard.off=1"' '-- nfguard.off=1'; do
		grub_of "$words"
		defeats "nfguard.off=1 on its command line keeps the guard off"
	done
	for words in '"a nfguard.off=1"' "a='b nfguard.off=1'" 'quiet; nfguard.off=1' \
		'quiet # nfguard.off=1' 'xnfguard.off=1'; do
		grub_of "$words"
		all_holds
	done
	for words in module_blacklist=a,nfguard initcall_blacklist=nfg_init \
		systemd.mask=nfguard.service; do
		grub_of quiet "$words"
		defeats "${words/a,/} on its command line keeps"
	done
	# The kernel refuses a module with such a parameter.
	for words in nfguard.off=2 nfguard.strict=always 'nfguard.off=disabled nfguard.off=0'; do
		grub_of "$words"
		defeats "on its command line is neither 1 nor 0, so the guard can't be loaded"
	done
	for words in nfguard.off={0,n,No,off,false} nfguard.strict{,=1,=on,=off}; do
		grub_of "$words"
		all_holds
	done
	# systemd reads all of the line, the kernel what is before "--".
	grub_of -- systemd.mask=nfguard
	defeats "systemd.mask=nfguard.service on its command line keeps the policy files from taking effect"
	grub_of -- module_blacklist=nfguard initcall_blacklist=nfg_init systemd.mask=other
	all_holds
	grub_of $'quiet \\\n nfguard.off=1'
	defeats "nfguard.off=1 on its command line keeps the guard off"
}

# The guard of a fake host has no signature.
test_verify_of_a_command_line_that_wants_signatures()
{
	local words

	host_of_two_kernels
	for words in module.sig_enforce=1 lockdown=integrity lockdown=confidentiality; do
		grub_of "$words"
		defeats "/boot/grub/grub.cfg:3: $words on its command line has the kernel refuse modules without a signature, and the guard has none"
		out_has "    remedy: if DKMS built it: mokutil --import"
	done
	for words in module.sig_enforce=0 lockdown=none; do
		grub_of "$words"
		all_holds
	done
	# As this boot has it: that is said already.
	mkdir -p "$host/sys/kernel/security"
	echo 'none [integrity] confidentiality' >"$host/sys/kernel/security/lockdown"
	grub_of lockdown=integrity
	nfg verify rxrpc
	exits 3
	out_has "this host refuses modules without a signature (lockdown), and this one has none"
	out_lacks "on its command line"
}

# grubenv is loaded over what grub.cfg has for want of it.
test_verify_of_grub_variables()
{
	host_of_two_kernels
	# shellcheck disable=SC2016	# GRUB's variables
	grub_of '$extra ${more}'
	defeats "/boot/grub/grub.cfg:3: it has \$extra, for which grubenv and grub.cfg have no value, or several, $unknown"
	sed -i '1i set extra=quiet\nset more="a nfguard.off=1"' "$host/root/boot/grub/grub.cfg"
	defeats "/boot/grub/grub.cfg:5: nfguard.off=1 on its command line keeps the guard off"
	printf '%s\n' '# GRUB Environment Block' 'more=b' '####' >"$host/root/boot/grub/grubenv"
	all_holds
	# Of another branch of the script.
	sed -i '1i set extra=' "$host/root/boot/grub/grub.cfg"
	all_holds
	sed -i '1i set extra=nfguard.off=1' "$host/root/boot/grub/grub.cfg"
	defeats "it has \$extra, for which"
	# Without "set" it is an assignment as well.
	sed -i '1s/set //' "$host/root/boot/grub/grub.cfg"
	defeats "it has \$extra, for which"
	sed -i $'1s/^/\tset\t/' "$host/root/boot/grub/grub.cfg"
	defeats "it has \$extra, for which"
}

# debian_grub WORD...: as grub-mkconfig writes it on Debian, with GRUB_DEFAULT=saved. The
# last entry has the words.
debian_grub()
{
	cat >"$host/root/boot/grub/grub.cfg" <<-END
	if [ -s \$prefix/grubenv ]; then
	  load_env
	fi
	if [ "\${next_entry}" ] ; then
	   set default="\${next_entry}"
	   set next_entry=
	   save_env next_entry
	   set boot_once=true
	else
	   set default="\${saved_entry}"
	fi
	function savedefault {
	  if [ -z "\${boot_once}" ]; then
	    saved_entry="\${chosen}"
	    save_env saved_entry
	  fi
	}
	menuentry 'Debian GNU/Linux' --class debian \$menuentry_id_option 'gnulinux-simple-1' {
		linux	/vmlinuz-6.2 root=/dev/vda1 ro quiet
		initrd	/initrd.img-6.2
	}
	submenu 'Advanced options for Debian GNU/Linux' \$menuentry_id_option 'gnulinux-advanced-1' {
		menuentry 'Debian GNU/Linux, with Linux modules' --class debian \$menuentry_id_option 'gnulinux-modules-advanced-1' {
			linux	/vmlinuz-modules root=/dev/vda1 ro quiet
		}
		menuentry 'Debian GNU/Linux, with Linux 6.2 (a>b)' --class debian \$menuentry_id_option 'gnulinux-6.2-recovery-1' {
			linux	/vmlinuz-6.2 root=/dev/vda1 ro single $*
			initrd	/initrd.img-6.2
		}
	}
	END
}

# What grub-reboot, grub-set-default or GRUB_SAVEDEFAULT chose is booted next.
test_verify_of_the_entry_that_grub_boots_next()
{
	local env=$host/root/boot/grub/grubenv name key
	local found="/boot/grub/grub.cfg:27: nfguard.off=1 on its command line keeps the guard off"

	host_of_two_kernels
	debian_grub nfguard.off=1
	all_holds
	for name in 'gnulinux-advanced-1>gnulinux-6.2-recovery-1' '1>1' '1>1>1' '1>gnulinux-6.2-recovery-1' \
		'Advanced options for Debian GNU/Linux>Debian GNU/Linux, with Linux 6.2 (a>>b)'; do
		for key in next_entry saved_entry; do
			printf '%s\n' '# GRUB Environment Block' "$key=$name" '####' >"$env"
			defeats "$found"
		done
	done
	for name in 0 '' 1 '1>0' '1>2' 2 'gnulinux-simple-1' 'Debian GNU/Linux' 'gnulinux-6.2-recovery-1' \
		'1>10' '1>' 'gnulinux-advanced-1>gnulinux-6.2'; do
		printf '%s\n' '# GRUB Environment Block' "saved_entry=$name" 'next_entry=' '####' >"$env"
		all_holds
	done
	# GRUB_DEFAULT may name it, too.
	rm "$env"
	# shellcheck disable=SC2016	# GRUB's variable
	sed -i 's/"${saved_entry}"/"1>1"/' "$host/root/boot/grub/grub.cfg"
	defeats "$found"
	# A submenu begins with its first entry.
	sed -i 's/"1>1"/"1"/; 23,25d' "$host/root/boot/grub/grub.cfg"
	nfg verify rxrpc
	out_has "/boot/grub/grub.cfg:24: nfguard.off=1 on its command line"
}

# Xen is given the kernel as a module; Debian's package has GRUB choose it.
test_verify_of_a_kernel_under_xen()
{
	host_of_two_kernels
	grub_of
	cat >>"$host/root/boot/grub/grub.cfg" <<-'END'
	menuentry 'Debian GNU/Linux, with Xen hypervisor' {
	 multiboot2	/boot/xen-4.17-amd64.gz placeholder ${xen_rm_opts}
	 module2	/boot/vmlinuz-6.2 placeholder root=/dev/vda1 ro nfguard.off=1
	 module2	--nounzip   /boot/initrd.img-6.2
	}
	END
	all_holds
	sed -i '1i set default="Debian GNU/Linux, with Xen hypervisor"' "$host/root/boot/grub/grub.cfg"
	defeats "/boot/grub/grub.cfg:9: nfguard.off=1 on its command line keeps the guard off"
	sed -i 's/ nfguard.off=1$//; s|/boot/initrd.img-6.2|/boot/my-image|; s|module2|module|' \
		"$host/root/boot/grub/grub.cfg"
	: >"$host/root/boot/my-image"
	sed -i '9a module /boot/xenpolicy-4.17' "$host/root/boot/grub/grub.cfg"
	all_holds
	echo usr/lib/modules/6.2/kernel/net/rxrpc.ko.xz >"$host/image"
	defeats "/boot/my-image: rxrpc is denied, but a copy in here can be loaded"
	# Where there is no entry without Xen.
	sed -i '/linux/d' "$host/root/boot/grub/grub.cfg"
	: >"$host/image"
	nfg verify rxrpc
	out_lacks "next boot of 6.2: not out of reach"
}

test_verify_of_loader_entries()
{
	host_of_two_kernels
	entry a.conf <<-'END'
	title Debian
	options root=/dev/vda1 nfguard.off
	linux /vmlinuz-6.2
	END
	defeats "/boot/loader/entries/a.conf:2: nfguard.off=1 on its command line keeps the guard off"
	# As kernel-install lays it out.
	rm "$host/root/boot/loader/entries/a.conf"
	entry abc-6.2.conf <<-'END'
	title      Debian
	version    6.2
	options    root=/dev/vda1 nfguard.off=1 systemd.machine_id=abc
	linux      /abc/6.2/linux
	END
	defeats "/boot/loader/entries/abc-6.2.conf:3: nfguard.off=1 on its command line"
	sed -i /version/d "$host/root/boot/loader/entries/abc-6.2.conf"
	defeats "/boot/loader/entries/abc-6.2.conf:2: nfguard.off=1 on its command line"
	entry abc-6.2.conf <<-'END'
	version 6.2
	options root=/dev/vda1
	options quiet nfguard.off=1
	linux /abc/6.2/linux
	END
	defeats "/boot/loader/entries/abc-6.2.conf: nfguard.off=1 on its command line"
	sed -i 's/ nfguard.off=1//' "$host/root/boot/loader/entries/abc-6.2.conf"
	all_holds
	# Of another kernel: 6.2 has none then.
	sed -i 's/6\.2/6.20/' "$host/root/boot/loader/entries/abc-6.2.conf"
	defeats "no boot loader's configuration that nfguard reads has an entry of it, $unknown"
	# Red Hat's.
	entry abc-6.2.conf <<-'END'
	version 6.2
	options $kernelopts $tuned_params
	linux /vmlinuz-6.2
	END
	defeats "it has \$kernelopts, for which grubenv"
	mkdir "$host/root/boot/grub2"
	echo 'set tuned_params=""' >"$host/root/boot/grub2/grub.cfg"
	printf '%s\n' 'kernelopts=root=/dev/vda1 ro nfguard.off=1' >"$host/root/boot/grub2/grubenv"
	defeats "/boot/loader/entries/abc-6.2.conf:2: nfguard.off=1 on its command line"
	printf '%s\n' 'kernelopts=root=/dev/vda1 ro' >"$host/root/boot/grub2/grubenv"
	all_holds
	# systemd-boot has an order of its own: each entry counts.
	cp "$host/root/boot/loader/entries/abc-6.2.conf" "$host/root/boot/loader/entries/b.conf"
	echo 'options nfguard.off=1' >>"$host/root/boot/loader/entries/b.conf"
	defeats "/boot/loader/entries/b.conf: nfguard.off=1 on its command line"
}

test_verify_of_entries_that_cannot_be_read()
{
	host_of_two_kernels
	mkdir -p "$host/root/boot/efi/EFI/Linux"
	: >"$host/root/boot/efi/EFI/Linux/abc-6.2+3.efi"
	defeats "/boot/efi/EFI/Linux/abc-6.2+3.efi: it is a unified kernel image, which has one of its own, $unknown"
	entry a.conf <<-'END'
	version 6.2
	efi /EFI/other.efi
	END
	rm "$host/root/boot/efi/EFI/Linux/abc-6.2+3.efi"
	mkdir "$host/root/boot/EFI"
	: >"$host/root/boot/EFI/other.efi"
	defeats "/boot/loader/entries/a.conf: it has a unified kernel image, which may have one of its own, $unknown"
	rm "$host/root/boot/loader/entries/a.conf"
	defeats "no boot loader's configuration that nfguard reads has an entry of it, $unknown"
	out_has "    remedy: nfguard verify --next-cmdline FILE, where FILE has the command line that it will get"
	# What is advised works, and is about that kernel alone.
	echo 'quiet' >"$host/line"
	nfg verify --next-cmdline "$host/line" esp4 rxrpc
	exits 0
	echo 'quiet nfguard.off=1' >"$host/line"
	nfg verify --next-cmdline "$host/line" esp4
	exits 3
	out_has "next boot of modules: out of reach"
	out_has "line: nfguard.off=1 on its command line keeps the guard off"
	nfg verify --next-cmdline "$host/none" esp4
	exits 2
	err_has "--next-cmdline none: cannot be read: No such file or directory"
}

# The image is the one that the entry names.
test_verify_of_the_initramfs_of_an_entry()
{
	host_of_two_kernels
	rm "$host/root/boot/initrd.img-6.2"
	echo usr/lib/modules/6.2/kernel/net/rxrpc.ko.xz >"$host/image"
	mkdir -p "$host/root/boot/abc/6.2"
	: >"$host/root/boot/abc/6.2/initrd"
	entry abc-6.2.conf <<-'END'
	version 6.2
	linux /abc/6.2/linux
	initrd /abc/intel-ucode.img
	initrd /abc/6.2/initrd
	options ro
	END
	defeats "/boot/abc/6.2/initrd: rxrpc is denied, but a copy in here can be loaded"
	rm "$host/root/boot/abc/6.2/initrd"
	defeats "/abc/6.2/initrd: the boot loader's entry names it, but there is no such image"
	rm "$host/root/boot/loader/entries/abc-6.2.conf"
	grub_of
	sed -i '3a initrd /early/microcode.img /boot/my-image' "$host/root/boot/grub/grub.cfg"
	: >"$host/root/boot/my-image"
	defeats "/boot/my-image: rxrpc is denied, but a copy in here can be loaded"
}

# A subvolume of btrfs or a file system of ZFS comes first, as Debian's installer has it.
test_verify_of_the_initramfs_in_a_subvolume()
{
	local path

	host_of_two_kernels
	echo usr/lib/modules/6.2/kernel/net/rxrpc.ko.xz >"$host/image"
	# shellcheck disable=SC2016	# GRUB's variable
	for path in /@rootfs/boot /@boot /BOOT/debian@/boot /BOOT/debian@ /root/boot '(hd0,gpt2)' \
		'($root)/boot'; do
		grub_of
		sed -i "3a initrd $path/initrd.img-6.2" "$host/root/boot/grub/grub.cfg"
		defeats "/boot/initrd.img-6.2: rxrpc is denied, but a copy in here can be loaded"
	done
	# Not what happens to have its name.
	: >"$host/root/boot/initrd"
	grub_of
	sed -i '3a initrd /@rootfs/boot/6.2/initrd' "$host/root/boot/grub/grub.cfg"
	defeats "/6.2/initrd: the boot loader's entry names it, but there is no such image"
}

# Who vouches for the command line does not vouch for what is in the image.
test_verify_of_the_initramfs_in_a_unified_image()
{
	local uki=/boot/efi/EFI/Linux/abc-6.2.efi

	host_of_two_kernels
	mkdir -p "$host/root/boot/efi/EFI/Linux"
	echo MZ >"$host/root$uki"
	sed -i /vmlinuz-6.2/d "$host/root/boot/grub/grub.cfg"
	rm "$host/root/boot/initrd.img-6.2"
	echo quiet >"$host/line"
	printf '#!/bin/sh\nexit 1\n' >"$host/bin/lsinitramfs"
	nfg verify --next-cmdline "$host/line" rxrpc
	exits 3
	out_has "$uki: the image can't be examined: neither lsinitramfs nor lsinitrd can list it"
	out_has "    remedy: apt-get install dracut-core binutils, for lsinitrd to list what is in a unified kernel image"
	# As dracut's lists it.
	cat >"$host/bin/lsinitrd" <<-'END'
	#!/bin/sh
	echo '-rw-r--r--   1 root     root            4 Jan  1  2024 usr/lib/modules/6.2/kernel/net/rxrpc.ko.xz'
	END
	chmod +x "$host/bin/lsinitrd"
	nfg verify --next-cmdline "$host/line" rxrpc
	exits 3
	out_has "$uki: rxrpc is denied, but a copy in here can be loaded before the guard is"
	nfg verify --next-cmdline "$host/line" esp4
	exits 0
	# The entry may name it, too.
	entry a.conf <<-'END'
	version 6.2
	efi /EFI/other.efi
	END
	rm "$host/root$uki"
	mkdir "$host/root/boot/EFI"
	: >"$host/root/boot/EFI/other.efi"
	nfg verify --next-cmdline "$host/line" rxrpc
	exits 3
	out_has "/boot/EFI/other.efi: rxrpc is denied, but a copy in here can be loaded before the guard is"
}

# A mode that was chosen on this boot's line only is not that of a line without it.
test_the_mode_of_this_boots_line_is_not_the_next_ones()
{
	host_of_two_kernels
	mkdir -p "$host/root/etc/modprobe.d"
	grub_of quiet
	echo 'options nfguard mode=permissive' >"$host/root/etc/modprobe.d/50.conf"
	echo 'quiet nfguard.mode=enforcing' >"$host/line"
	cat >"$host/with-line" <<-'END'
	#!/bin/bash
	# LINE COMMAND...: with that file as the kernel's command line.
	mount --bind "$1" /proc/cmdline && shift && exec "$@"
	END
	chmod +x "$host/with-line"
	as_user="unshare -m $host/with-line $host/line"
	$as_user true 2>/dev/null || { skip "no mount namespace"; return; }
	nfg verify esp4 rxrpc
	exits 3
	out_has "next boot of modules: not out of reach"
	out_has "next boot of 6.2: not out of reach"
	out_has "/etc/nfguard.d/mode: the mode will be permissive, so nothing will be denied"
	# The same word on both lines.
	grub_of quiet nfguard.mode=enforcing
	nfg verify esp4 rxrpc
	out_has "next boot of modules: not out of reach"
	out_has "next boot of 6.2: out of reach"
	grub_of quiet
	echo 'options nfguard mode=enforcing' >"$host/root/etc/modprobe.d/50.conf"
	echo 'quiet nfguard.mode=permissive' >"$host/line"
	all_holds
}

# nfguard boot loads the module as modprobe would.
test_lines_of_modprobe_d_about_the_guard()
{
	local line

	host_of_two_kernels
	mkdir -p "$host/root/etc/modprobe.d"
	for line in 'options nfguard off=1' 'options nfguard mode=enforcing off'; do
		echo "$line" >"$host/root/etc/modprobe.d/50.conf"
		nfg verify esp4
		exits 3
		out_has "next boot of 6.2: not out of reach"
		out_has "/etc/modprobe.d/50.conf:1: $line keeps the guard off: it is loaded inert at boot"
		out_has "    remedy: remove that line"
		nfg doctor
		exits 3
		out_has "/etc/modprobe.d/50.conf:1: $line keeps the guard off"
	done
	printf '\ninstall nfguard   /bin/false\n' >"$host/root/etc/modprobe.d/50.conf"
	nfg verify esp4
	exits 3
	out_has "/etc/modprobe.d/50.conf:2: install nfguard /bin/false is run in place of loading the guard, so nothing is in force after the next boot"
	echo 'install nf* /bin/x --y' >"$host/root/etc/modprobe.d/50.conf"
	nfg doctor
	exits 3
	out_has "is run in place of loading the guard, so whether it is loaded at boot is up to that command"
	# These do nothing to it.
	printf '%s\n' 'options nfguard off=0' 'options other off=1' 'blacklist nfguard' \
		'install other /bin/false' >"$host/root/etc/modprobe.d/50.conf"
	all_holds
}

test_kernels_by_the_names_of_their_images()
{
	host_of_two_kernels
	: >"$host/root/boot/vmlinuz-6.2.old"
	: >"$host/root/boot/vmlinuz-6.2.dpkg-tmp"
	: >"$host/root/boot/vmlinux-6.2.gz"
	all_holds
	: >"$host/root/boot/Image-6.3"
	defeats "/lib/modules/6.3: an image of it is in /boot, but no module index"
	rm "$host/root/boot/Image-6.3"
	: >"$host/root/boot/vmlinux-6.4"
	defeats "/lib/modules/6.4: an image of it is in /boot, but no module index"
	rm "$host/root/boot/vmlinux-6.4"
	: >"$host/root/boot/vmlinuz-0-rescue-abc"
	nfg verify esp4 rxrpc
	exits 0
	out_lacks rescue
	err_has "0-rescue-abc is a rescue image, which has no nfguard: nothing is in force once it is booted; it is left out here, as it is booted only if somebody chooses it"
	nfg doctor
	exits 0
	out_has "a rescue image, which has no nfguard"
}

# Of the kernel that it is about, and on no other host.
test_the_remedy_for_what_is_built_into_another_kernel()
{
	host_of_two_kernels
	echo kernel/net/packet/af_packet.ko >"$host/root/lib/modules/6.2/modules.builtin"
	printf '0 d %s\n' __initcall__kmod_af_packet__416_4774_packet_init6 >"$host/root/boot/System.map-6.2"
	nfg deny --force af_packet
	store_other
	grub_of initcall_blacklist=other
	mkdir -p "$host/root/usr/bin" "$host/root/usr/sbin" "$host/root/etc/kernel"
	: >"$host/root/usr/bin/kernel-install"
	: >"$host/root/etc/kernel/cmdline"
	nfg verify af_packet
	exits 3
	out_has "/boot/grub/grub.cfg:3: af_packet is built into this kernel, and its command line does not leave it out"
	out_has "    remedy: echo ' initcall_blacklist=packet_init' >>/etc/kernel/cmdline && kernel-install add \"6.2\" \"/boot/vmlinuz-6.2\""
	: >"$host/root/lib/modules/6.2/vmlinuz"
	nfg verify af_packet
	out_has "kernel-install add \"6.2\" \"/lib/modules/6.2/vmlinuz\""
	: >"$host/root/usr/sbin/grubby"
	nfg verify af_packet
	out_has "    remedy: grubby --update-kernel=/boot/vmlinuz-6.2 --args=initcall_blacklist=other,packet_init"
}
