#!/usr/bin/env bash
# NVIDIA DOCA: from a doca-host package, which only registers a repository of its own, or from NVIDIA's apt repository.
# shellcheck source=overlay/steps/common.sh
. "$(dirname "$0")/common.sh"
read_settings
only_for_edge
use_proxies

register_package() {
	local deb=$root/var/cache/edge-builder-doca-host.deb wanted
	wanted=$(setting DOCA_DEB_FILE)
	mkdir -p "$root/var/cache"
	obtain DOCA_DEB_FILE "$wanted" "$(setting DOCA_DEB_SHA256)" "$deb"
	dpkg-deb --field "$deb" Package >/dev/null ||
		fail "DOCA_DEB_FILE: $(name_of "$wanted") is not a Debian package" "Delete it and fetch it again."
	dpkg --install "$deb" || fail "DOCA_DEB_FILE: $(name_of "$wanted") could not be installed" "See dpkg's messages above."
	rm -f "$deb"
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

packages=(doca-all)
[ "$(setting NFS_OVER_RDMA)" != true ] || packages+=(mlnx-nfsrdma-dkms)

apt_update || fail "$source_setting: the DOCA repository could not be read" "See apt's messages above."
apt_install "${packages[@]}" || {
	bash "$mounted/steps/build-modules.sh" --logs || true
	fail "$source_setting: ${packages[*]} could not be installed" "See the messages of apt and DKMS above."
}
hold_kernel_packages
apt_clean
say "DOCA $(dpkg-query -W -f '${Version}' doca-all) installed"
