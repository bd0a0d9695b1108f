
## Software: checked on immutable hosts, installed on mutable ones

prepare_software() {
	if immutable; then
		check_image
	else
		install_software
	fi
}

# shellcheck disable=SC2016 # dpkg's own variable
installed() { [[ $(ask dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }

stylus() { [[ $(ask systemctl list-units --all --no-legend 'stylus-agent*' 2>/dev/null) == *stylus-agent* ]]; }

functions_wanted() {
	((SETTING[NUMVF_EW] > 0 || SETTING[NUMVF_NS] > 0)) || [[ " ${CARD_RULES[*]} " =~ \ NUMVF=[1-9] ]]
}

# The compiler the running kernel was built with, which DKMS needs: gcc-12, gcc-13... Empty when it doesn't say.
read_compiler() {
	local text=''
	[[ ! -r $ROOT/proc/version ]] || read -r text <"$ROOT/proc/version"
	REPLY=''
	[[ ! $text =~ gcc(-[0-9]+)?\ \([^\)]*\)\ ([0-9]+) ]] || REPLY=gcc-${BASH_REMATCH[2]}
}

# What an image lacks cannot be installed at run time; nothing here stops a node that may not need it.
check_image() {
	log INFO 'immutable host: packages come from the image'
	read_compiler
	[[ -z $REPLY ]] || have "$REPLY" || log WARN "$REPLY is not in the image; DKMS cannot build for this kernel"
	installed doca-all || log WARN 'doca-all is not in the image'
	[[ -s $FIRMWARE_FOLDER/bfb/${SETTING[BFB]} ]] ||
		log WARN "$FIRMWARE_FOLDER/bfb/${SETTING[BFB]} is not in the image; a BlueField could not be flashed"
	enable_lldpd || log WARN 'lldpd cannot be enabled'
	check_hugepages
	functions_wanted || return 0
	if kernel_argument iommu=pt; then
		log INFO 'the kernel was started with iommu=pt'
	else
		log WARN 'virtual functions are wanted, but the kernel was started without iommu=pt. Edge appliance images of' \
			'edge-builder carry it; for others it goes into install.grub_options.extra_cmdline of the Kairos user-data'
	fi
}

enable_lldpd() {
	if [[ $(ask systemctl is-enabled lldpd 2>/dev/null) == enabled ]]; then return 0; fi
	act systemctl enable --now lldpd
}

kernel_argument() {
	local words=() word
	[[ -r $ROOT/proc/cmdline ]] || return 1
	read -ra words <"$ROOT/proc/cmdline"
	for word in "${words[@]}"; do
		[[ $word != "$1" ]] || return 0
	done
	return 1
}

install_software() {
	local package
	export DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l
	fetch_file "$FIRMWARE_FOLDER/bfb/${SETTING[BFB]}" "rcp/firmware/bfb/${SETTING[BFB]}" "${SETTING[BFB_SHA256]:-}"
	fetch_file "$FIRMWARE_FOLDER/${SETTING[DOCA_DEB]}" "rcp/${SETTING[DOCA_DEB]}" "${SETTING[DOCA_SHA256]:-}"
	if on APT_UPDATE; then
		act apt-get update || fail "$EXIT_SOFTWARE" 'apt-get update failed'
		act apt-get -y upgrade || fail "$EXIT_SOFTWARE" 'apt-get upgrade failed'
	fi
	package="linux-headers-$(ask uname -r)"
	if ! installed "$package"; then
		install_packages "$package"
		act apt-mark hold "$package" || fail "$EXIT_SOFTWARE" "$package cannot be held"
	fi
	read_compiler
	[[ -z $REPLY ]] || installed "$REPLY" || install_packages "$REPLY" "lib$REPLY-dev"
	if ! installed doca-host; then
		act dpkg -i "$FIRMWARE_FOLDER/${SETTING[DOCA_DEB]}" ||
			fail "$EXIT_SOFTWARE" "${SETTING[DOCA_DEB]} cannot be installed"
		act apt-get update || fail "$EXIT_SOFTWARE" 'apt-get update failed'
	fi
	if ! installed doca-all; then
		need_reboot drivers
		install_packages doca-all lldpd mft netplan.io pv psmisc
		to_state inithw
		reboot
	fi
	for package in lldpd mft netplan.io pv psmisc; do
		installed "$package" || install_packages "$package"
	done
	keep_config /etc/lldpd.d/rcp-lldpd.conf $'configure system hostname .\nconfigure lldp portidsubtype ifname'
	enable_lldpd || fail "$EXIT_SOFTWARE" 'lldpd cannot be enabled'
	if functions_wanted || hugepages_wanted; then prepare_kernel; fi
	if on APT_UPDATE; then act apt-get -y autoremove || log WARN 'apt-get autoremove failed'; fi
}

install_packages() { act apt-get install -y --no-install-recommends "$@" || fail "$EXIT_SOFTWARE" "cannot install $*"; }

# fetch_file PATH URL_PATH SHA256: whole and checked, or not there.
fetch_file() {
	local path=$1 url="${SETTING[MAAS]}/$2" sum=$3
	if [[ -s $path ]]; then return 0; fi
	if checking; then
		would "download $url"
		return 0
	fi
	mkdir -p "${path%/*}"
	act wget --tries=5 --retry-on-host-error --timeout=60 --no-verbose -O "$path.tmp" "$url" ||
		fail "$EXIT_SOFTWARE" "$url cannot be downloaded (setting MAAS)"
	[[ -s $path.tmp ]] || fail "$EXIT_SOFTWARE" "$url is empty"
	[[ -z $sum ]] || has_sha256 "$path.tmp" "$sum" || fail "$EXIT_SOFTWARE" "$url does not match its checksum"
	mv -f "$path.tmp" "$path"
}

# keep_config FILE TEXT: status 1 when the file was as wanted.
keep_config() {
	local file="$ROOT$1" old=''
	[[ ! -f $file ]] || old=$(<"$file")
	if [[ $old == "$2" ]]; then return 0; fi
	if checking; then
		would "write $file"
		return 0
	fi
	keep "$file" "$2"
	chmod 644 "$file"
}

# An own drop-in: the file of the distribution stays as it is, and later drop-ins of cloud images don't undo it.
prepare_kernel() {
	local vendor=intel argument arguments=() line
	while read -r line; do
		[[ $line != vendor_id*AuthenticAMD* ]] || vendor=amd
	done <"$ROOT/proc/cpuinfo"
	local file=/etc/default/grub.d/90-nodeprep.cfg old='' more=''
	[[ ! -f $ROOT$file ]] || old=$(<"$ROOT$file")
	if functions_wanted; then
		keep_config /etc/modprobe.d/ib_core.conf 'options ib_core netns_mode=0'
		for argument in "${vendor}_iommu=on" iommu=pt; do
			# What the file gave this boot has to stay in it.
			kernel_argument "$argument" || more=yes
			if ! kernel_argument "$argument" || [[ $old == *" $argument"[\ \"]* ]]; then arguments+=("$argument"); fi
		done
	fi
	if hugepages_wanted; then
		hugepage_words
		booted_with_hugepages || more=yes
		if ! booted_with_hugepages || [[ $old == *" $REPLY\""* ]]; then arguments+=("$REPLY"); fi
	fi
	[[ -n $more ]] || return 0
	local text="GRUB_CMDLINE_LINUX_DEFAULT=\"\$GRUB_CMDLINE_LINUX_DEFAULT ${arguments[*]}\""
	[[ ! -f $ROOT$file || $(<"$ROOT$file") != "$text" || ! -e $REBOOT_NEEDED ]] || return 0
	need_reboot 'kernel arguments'
	keep_config "$file" "$text"
	act update-grub || fail "$EXIT_SOFTWARE" 'update-grub failed'
}

# Mutable hosts start this script through rc.local; what stands there already stays.
ensure_boot_hook() {
	local file="$ROOT/etc/rc.local" text=$'#!/bin/sh\nexit 0' line lines=() written=''
	if stylus; then
		log INFO 'agent/appliance mode, started by Stylus'
		return 0
	elif immutable; then
		log INFO 'immutable host: no boot hook'
		return 0
	fi
	[[ ! -f $file ]] || text=$(<"$file")
	if [[ $text == *"$SCRIPT_PATH"* ]]; then return 0; fi
	if checking; then
		would "add $SCRIPT_PATH to $file"
		return 0
	fi
	while IFS= read -r line; do
		if [[ -z $written && $line =~ ^exit[[:space:]] ]]; then
			lines+=("$SCRIPT_PATH &")
			written=yes
		fi
		lines+=("$line")
	done <<<"$text"
	[[ -n $written ]] || lines+=("$SCRIPT_PATH &")
	text=$(printf '%s\n' "${lines[@]}")
	keep "$file" "$text"
	chmod 755 "$file"
	log INFO "$file starts this script at boot"
}
