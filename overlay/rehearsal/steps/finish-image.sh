#!/bin/sh
# The last layer: services on, and the initrd that finds the squashfs on the ISO (dracut's live modules).
set -eu
export LC_ALL=C

systemctl enable rehearsal-live-mode.service rehearsal-installer.service
# Without a machine id each start is a first start, which a live system is.
: >/etc/machine-id
passwd --lock root >/dev/null

kernel=$(find /boot -maxdepth 1 -name 'vmlinuz-*' -printf '%f\n' | sed 's/^vmlinuz-//' | sort -V | tail -n 1)
[ -n "$kernel" ] || { echo 'rehearsal: error: no kernel in /boot' >&2; exit 1; }
depmod "$kernel"
# SOURCE_DATE_EPOCH: dates inside the initrd would otherwise differ from one build to the next. The least compression:
# dracut's own choice of gzip -9 takes half a minute to save a tenth.
SOURCE_DATE_EPOCH=1577836800 dracut --force --no-hostonly --reproducible --no-early-microcode \
	--compress 'gzip -n -1' --add 'dmsquash-live dmsquash-live-autooverlay' --kver "$kernel" "/boot/initrd-$kernel"
ln -sf "vmlinuz-$kernel" /boot/vmlinuz
ln -sf "initrd-$kernel" /boot/initrd
rm -rf /tmp/* /var/tmp/* /var/log/*.log /var/cache/apt/archives/*.deb
echo "rehearsal: image finished, kernel $kernel"
