#!/usr/bin/env bash
# Packages an edge appliance needs from its own distribution, and the headers of the kernel it boots.
# shellcheck source=overlay/steps/common.sh
. "$(dirname "$0")/common.sh"
read_settings
only_for_edge
use_proxies

# The compiler the requirement names for kernel modules on each release.
compiler_version() {
	case "$(setting OS_DISTRIBUTION)-$(setting OS_VERSION)" in
	ubuntu-24.* | debian-13) echo 14 ;;
	*) echo 12 ;;
	esac
}

gcc=$(compiler_version)
apt_update || fail "the package lists could not be read" "See apt's messages above: mirror, proxy or name server."
# gcc-$gcc alone would satisfy dkms, and kernel builds that call plain gcc would then find none.
apt_install ca-certificates curl dkms gcc "gcc-$gcc" grepcidr "libgcc-$gcc-dev" lldpd make netplan.io nfs-common psmisc pv ||
	fail "the packages of the edge appliance could not be installed" "See apt's messages above."
# Before DOCA: its packages build their modules while they are installed, for a kernel that has headers.
bash "$mounted/steps/build-modules.sh" --headers
hold_kernel_packages
apt_clean
