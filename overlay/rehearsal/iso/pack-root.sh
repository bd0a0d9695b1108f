#!/bin/sh
# pack-root.sh CONTAINER TREE: kernel, initrd and squashed root filesystem of a buildah container, into TREE.
# Runs in a mount namespace of its own, so the mount is gone when this ends, however it ends.
set -eu
container=$1 tree=$2
root=$(buildah mount "$container")
for file in vmlinuz initrd; do
	[ -s "$root/boot/$file" ] || { echo "rehearsal: error: the image has no /boot/$file" >&2; exit 1; }
done
mkdir -p "$tree/boot"
cp --dereference "$root/boot/vmlinuz" "$tree/boot/kernel"
cp --dereference "$root/boot/initrd" "$tree/boot/initrd"
chmod 0644 "$tree/boot/kernel" "$tree/boot/initrd"
# The initrd is on the ISO already. Level 1: a rehearsal is about speed, not size.
mksquashfs "$root" "$tree/rootfs.squashfs" -comp zstd -Xcompression-level 1 -noappend -no-xattrs -progress \
	-wildcards -e 'boot/initrd*' 'run/*' 'tmp/*'
buildah umount "$container" >/dev/null
