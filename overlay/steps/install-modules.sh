#!/usr/bin/env bash
# Kernel modules for the kernel that the image boots. The script stays in the image: later build stages call it again.
# shellcheck source=overlay/steps/common.sh
. "$(dirname "$0")/common.sh"
read_settings
only_for_edge
use_proxies

mkdir -p "$root/usr/lib/edge-builder"
required=(mlnx-ofed-kernel kernel-mft-dkms)
[ "$(setting NFS_OVER_RDMA)" != true ] || required+=(mlnx-nfsrdma)
printf '%s\n' "${required[@]}" >"$root/usr/lib/edge-builder/required-modules"
install -m 0755 "$mounted/steps/build-modules.sh" "$root/usr/lib/edge-builder/build-modules"
"$root/usr/lib/edge-builder/build-modules"
hold_kernel_packages
