#!/bin/sh
# own-root.sh COMMAND [ARGUMENT...]
#
# Runs a command with / as a mount point that is private to its mount namespace. In a plain chroot / belongs to a mount
# that has no name there, so neither its propagation can be changed nor anything be mounted without showing outside.
# Needs a mount namespace of its own (unshare --mount --propagation unchanged), and /sys or /dev mounted: below that
# mount, made private first, / is bound to a place where it has a mount of its own.
set -eu

base=
for candidate in /sys /dev; do
	if mountpoint -q "$candidate"; then
		base=$candidate
		break
	fi
done
if [ -z "$base" ]; then
	echo "/ is no mount point here (a chroot), and neither /sys nor /dev is mounted in it" >&2
	exit 1
fi

folder=$(pwd)
mount --make-rprivate "$base"
mount -t tmpfs -o size=64k,mode=755 edge-builder "$base"
mkdir "$base/root"
mount --rbind / "$base/root"
mount --make-rprivate "$base/root"
# The copy shows the temporary filesystem where the original has its own.
umount "$base/root$base"
exec chroot "$base/root" env --chdir="$folder" "$@"
