# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# A console whose tty shows no device: virtio's, on a host of test_safety.sh.

test_a_virtio_console_is_not_denied()
{
	carrier_host
	tree <<-'END'
	needs kernel/drivers/char/virtio_console.ko
	END
	echo 'virtio_console 1 1 - Live 0x0' >>"$host/proc/modules"
	mkdir -p "$host/sys/devices/virtual/tty/hvc0" \
		"$host/sys/bus/virtio/drivers/virtio_console"
	ln -s "$host/sys/devices/virtual/tty/hvc0" "$host/sys/class/tty/hvc0"
	echo 'ttyS0 hvc0' >"$host/sys/class/tty/console/active"
	nfg deny virtio_console
	exits 1
	err_has "virtio_console carries the console hvc0 of this host (hvc0 is a virtio console)"
	# Without a console on it, it is like any other.
	echo ttyS0 >"$host/sys/class/tty/console/active"
	nfg deny virtio_console
	err_lacks "the console"
}

test_another_hypervisors_console_needs_no_module()
{
	carrier_host
	tree <<-'END'
	needs kernel/drivers/char/virtio_console.ko
	END
	echo hvc0 >"$host/sys/class/tty/console/active"
	nfg deny virtio_console
	exits 0
}
