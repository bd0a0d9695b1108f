#!/usr/bin/env bash
# Arguments for the kernel of an installed node: Kairos' GRUB reads /etc/cos/bootargs.cfg out of the image that it boots.
#
#   kernel-arguments ARGUMENT…   those that are there already are left alone
# shellcheck source=overlay/steps/common.sh
. "$(dirname "$0")/common.sh"

file=$root/etc/cos/bootargs.cfg
if [ ! -e "$file" ]; then
	# Unified kernel images have their arguments built in, and no GRUB.
	say "no /etc/cos/bootargs.cfg, so no kernel arguments are added"
	exit 0
fi

base_command() { sed -n 's/^[[:space:]]*set baseCmd="\(.*\)"[[:space:]]*$/\1/p' "$file"; }

[ -n "$(base_command)" ] ||
	say "warning: /etc/cos/bootargs.cfg has no baseCmd; nodes start without $*"
for argument; do
	case " $(base_command) " in
	*" $argument "*) ;;
	*) sed -i "s|^\([[:space:]]*set baseCmd=\"[^\"]*\)\"|\1 $argument\"|" "$file" ;;
	esac
done
say "kernel arguments: $(base_command)"
