#!/usr/bin/env bash
# NVIDIA DOCA: from a doca-host package, which only registers a repository of its own, or from NVIDIA's apt repository.
# shellcheck source=overlay/steps/common.sh
. "$(dirname "$0")/common.sh"
read_settings
only_for_edge
use_proxies
host_package=

register_package() {
	local deb=$root/var/cache/edge-builder-doca-host.deb wanted
	wanted=$(setting DOCA_DEB_FILE)
	mkdir -p "$root/var/cache"
	obtain DOCA_DEB_FILE "$wanted" "$(setting DOCA_DEB_SHA256)" "$deb"
	dpkg-deb --field "$deb" Package >/dev/null ||
		fail "DOCA_DEB_FILE: $(name_of "$wanted") is not a Debian package" "Delete it and fetch it again."
	dpkg --install "$deb" || fail "DOCA_DEB_FILE: $(name_of "$wanted") could not be installed" "See dpkg's messages above."
	host_package=$(dpkg-deb --field "$deb" Package)
	rm -f "$deb"
}

# The package leaves its repository behind, 0.6 to 0.8 GB of packages that are installed by then. Its source goes with it:
# upstream reads all package lists again, and fails at one that is gone.
purge_local_repository() {
	local list
	dpkg --purge "$host_package" || {
		say "warning: $host_package could not be removed; its packages go, its list of them stays"
		find "$root"/usr/share/doca-host-* -name '*.deb' -delete
		return 0
	}
	for list in "$root"/etc/apt/sources.list.d/*; do
		if grep -qsE '^[^#]*file:/+usr/share/doca-host' "$list"; then rm -f "$list"; fi
	done
	say "the local repository of $host_package is removed"
}

# Its package does that only under a running systemd, which an image build has not.
enable_openibd() {
	local folder
	for folder in usr/lib lib etc; do
		[ -e "$root/$folder/systemd/system/openibd.service" ] || continue
		systemctl ${root:+--root "$root"} enable openibd.service ||
			fail "openibd.service could not be enabled" "See the message of systemctl above."
		say "openibd is started at boot"
		return 0
	done
}

# https://linux.mellanox.com/public/repo/doca/: one flat repository for each version, release and architecture.
register_repository() {
	local base=https://linux.mellanox.com/public/repo/doca key=/usr/share/keyrings/nvidia-doca.asc platform=x86_64
	[ "$(setting ARCH)" != arm64 ] || platform=arm64-sbsa
	mkdir -p "$root/usr/share/keyrings" "$root/etc/apt/sources.list.d"
	download DOCA_VERSION "$base/GPG-KEY-Mellanox.pub" "$root$key"
	chmod 0644 "$root$key"
	printf 'deb [signed-by=%s] %s/%s/%s%s/%s/ ./\n' "$key" "$base" "$(setting DOCA_VERSION)" \
		"$(setting OS_DISTRIBUTION)" "$(setting OS_VERSION)" "$platform" >"$root/etc/apt/sources.list.d/doca.list"
}

case $(setting DOCA_SOURCE) in
deb)
	source_setting=DOCA_DEB_FILE
	register_package
	;;
repository)
	source_setting=DOCA_VERSION
	register_repository
	;;
*) fail "DOCA_SOURCE is '$(setting DOCA_SOURCE)'" "It can be deb or repository." ;;
esac

# mst reaches the cards by the modules of kernel-mft-dkms, which doca-all does not ask for in every release.
packages=(doca-all kernel-mft-dkms)
[ "$(setting NFS_OVER_RDMA)" != true ] || packages+=(mlnx-nfsrdma-dkms)

apt_update || fail "$source_setting: the DOCA repository could not be read" "See apt's messages above."
apt_install "${packages[@]}" || {
	bash "$mounted/steps/build-modules.sh" --logs || true
	fail "$source_setting: ${packages[*]} could not be installed" "See the messages of apt and DKMS above."
}
hold_kernel_packages
enable_openibd
[ -z "$host_package" ] || purge_local_repository
apt_clean
say "DOCA $(dpkg-query -W -f '${Version}' doca-all) installed"
