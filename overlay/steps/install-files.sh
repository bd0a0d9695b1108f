#!/usr/bin/env bash
# Our files at the places they have in the image, by a list of "MODE DAY PATH"; upstream's own overlay is left to upstream.
# shellcheck source=overlay/steps/common.sh
. "$(dirname "$0")/common.sh"
read_settings

while read -r mode day path; do
	[ -f "$mounted/files/$path" ] || fail "$path is missing from the build context"
	install -D -m "$mode" "$mounted/files/$path" "$root/$path"
	# The day of its last change, by which an installed node tells whether it has this content (rsync --update).
	[ "$day" = - ] || touch --date "$day 00:00 UTC" "$root/$path"
	say "installed /$path"
done <"$mounted/settings/files.list"

# What CanvOS does from v5 on: in the initrd nouveau hangs at current data-centre GPUs, before modprobe.d counts.
bash "$mounted/steps/kernel-arguments.sh" rd.driver.blacklist=nouveau modprobe.blacklist=nouveau nouveau.modeset=0

only_for_edge
# Virtual functions need the IOMMU. Each of the first two counts for the processors of its maker, and is ignored by others.
bash "$mounted/steps/kernel-arguments.sh" intel_iommu=on amd_iommu=on iommu=pt
# Bind mounts need their folders.
mkdir -p "$root/etc/default" "$root/etc/lldpd.d" "$root/etc/modprobe.d" "$root/etc/modules-load.d"
install -D -m 0644 "$mounted/settings/image.json" "$root/etc/edge-builder/image.json"
# /opt is kept across upgrades on an installed node, where an older script can hide this one; /usr is the image's own.
install -D -m 0755 "$mounted/files/opt/spectrocloud/nodeprep.sh" "$root/usr/lib/edge-builder/nodeprep.sh"
# Nodes keep /etc/systemd, so an upgrade would not switch the units on there. They start once a node has its settings.
mkdir -p "$root/usr/lib/systemd/system/multi-user.target.wants"
for unit in nodeprep.service nodeprep.path; do
	ln -sfn "../$unit" "$root/usr/lib/systemd/system/multi-user.target.wants/$unit"
done
