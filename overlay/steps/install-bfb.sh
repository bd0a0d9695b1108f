#!/usr/bin/env bash
# The BlueField bundle that nodeprep flashes.
# shellcheck source=overlay/steps/common.sh
. "$(dirname "$0")/common.sh"
read_settings
only_for_edge
use_proxies

folder=$root/opt/spectrocloud/spcx/bfb
name=$(setting BFB_FILENAME)
[[ $name == *.bfb ]] || fail "BFB_FILE: '$name' does not end in .bfb" "Name a BlueField bundle, or its URL."
mkdir -p "$folder"
obtain BFB_FILE "$(setting BFB_FILE)" "$(setting BFB_SHA256)" "$folder/.$name.part"
chmod 0644 "$folder/.$name.part"
mv "$folder/.$name.part" "$folder/$name"
say "firmware at /opt/spectrocloud/spcx/bfb/$name"
