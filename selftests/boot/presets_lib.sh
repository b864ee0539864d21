# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2034	# for those that source it
# What the boots of the presets share.

presets=(cis-server container-host crypto-user-api rare-filesystems rare-protocols)

# published PROGRAM PORT: a container's port is reached from this host.
published()
{
	local program=$1 port=$2 said

	$program rm -f web >/dev/null 2>&1
	tar -C / -c bin/busybox | $program import - box >/dev/null || return
	$program run -d --name web -p "$port:80" box \
		/bin/busybox sh -c 'echo hello >/index.html && exec /bin/busybox httpd -f -h /' \
		>/dev/null || return
	wait_for 60 bash -c "exec 3<>/dev/tcp/127.0.0.1/$port && printf 'GET / HTTP/1.0\r\n\r\n' >&3 && grep -q hello <&3"
	said=$?
	$program rm -f web >/dev/null 2>&1
	return $said
}

# Once nothing denies what it needs. Docker 26 (Debian 13) leaves half a network behind
# where it can't start, and then finds it in its way.
docker_again()
{
	systemctl stop docker.service docker.socket
	systemctl reset-failed docker.service docker.socket
	rm -rf /var/lib/docker/network
	systemctl start docker.service
}

containers_run()
{
	wait_for 120 systemctl is-active docker.service &&
		published docker 8001 && published podman 8002
}

# No unit has failed, as on a host without nfguard.
nothing_failed()
{
	[ -z "$(systemctl --failed --no-legend --plain)" ] || {
		systemctl --failed --no-legend --plain
		return 1
	}
}

image_is_built()
{
	check "the image is rebuilt" wait_for 600 image_made
}
