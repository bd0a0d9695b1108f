#!/usr/bin/env bash
# The BlueField bundle that nodeprep flashes.
# shellcheck source=overlay/steps/common.sh
. "$(dirname "$0")/common.sh"
read_settings
only_for_edge
use_proxies

# A node copies /opt of its image to its disk and keeps every old bundle there, so only a link lies in /opt. The link takes the
# place of a bundle of that name from an older image, too.
store=/usr/lib/edge-builder/firmware
folder=/opt/spectrocloud/spcx/bfb
name=$(setting BFB_FILENAME)
[[ $name == *.bfb ]] || fail "BFB_FILE: '$name' does not end in .bfb" "Name a BlueField bundle, or its URL."
mkdir -p "$root$store" "$root$folder"
obtain BFB_FILE "$(setting BFB_FILE)" "$(setting BFB_SHA256)" "$root$store/.$name.part"
chmod 0644 "$root$store/.$name.part"
mv "$root$store/.$name.part" "$root$store/$name"
ln -sf "$store/$name" "$root$folder/$name"
say "firmware at $folder/$name, stored in $store"
