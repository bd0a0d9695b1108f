
## BlueField firmware

readonly REBOOT_NEEDED="$BOOT_FOLDER/reboot-needed"
BUNDLE_CHECKED=''
REBOOT_WANTED=''

# need_reboot WHY: said before the first write, so that no kill in between loses it; gone with the reboot.
need_reboot() {
	REBOOT_WANTED=yes
	keep "$REBOOT_NEEDED" "${STATE} $1"
}

reboot_is_needed() { [[ -n $REBOOT_WANTED || -e $REBOOT_NEEDED ]]; }

# True for a start after one that was killed between writing the next state and its reboot.
reboot_is_owed() {
	local stage
	[[ -f $REBOOT_NEEDED ]] || return 1
	read -r stage _ <"$REBOOT_NEEDED"
	[[ $stage != "$STATE" ]]
}

# compare_versions A B: REPLY is -1, 0 or 1.
compare_versions() {
	local a=() b=() i
	IFS=. read -ra a <<<"$1"
	IFS=. read -ra b <<<"$2"
	for ((i = 0; i < ${#a[@]} || i < ${#b[@]}; i++)); do
		REPLY=$((10#${a[i]:-0} - 10#${b[i]:-0}))
		((REPLY == 0)) || break
	done
	REPLY=$((REPLY > 0 ? 1 : REPLY < 0 ? -1 : 0))
}

# What is to be flashed is decided for all cards first. A card that cannot be flashed is no reason to leave the others.
flash_firmware() {
	local i todo=() failed=()
	local -A rshims=() # by card number
	for ((i = 1; i <= NICS; i++)); do
		[[ -n ${NIC[$i,first]} && -z ${NIC[$i,guard]} ]] || continue
		if wants_flash "$i"; then todo+=("$i"); fi
	done
	if ((${#todo[@]})); then
		have bfb-install || fail "$EXIT_MISSING_TOOL" 'bfb-install is not installed (package rshim)'
		check_bundle "$FIRMWARE_FOLDER/bfb/${SETTING[BFB]}"
		start_rshim
		if checking; then
			for i in "${todo[@]}"; do would_flash "$i"; done
		else
			choose_rshims
			((${#todo[@]} == 0)) || flash_cards
		fi
	fi
	((${#failed[@]} == 0)) || fail_for "$EXIT_FLASH" flash-failed "${failed[*]}"
}

# flash_failed TEXT: to the caller's failed, which are all named at the end.
flash_failed() {
	failed+=("$1")
	checking || log ERROR "$1"
}

# Only BlueFields, only upwards, only from the bundle's own family (32.x never goes onto a 24.x card).
wants_flash() {
	local pci=${NIC[$1,pci]} class=${NIC[$1,class]} fw=${NIC[$1,fw]} newest=${SETTING[BFB_FW]}
	case $class in
		ConnectX)
			log INFO "$pci: ConnectX firmware is not part of the bundle"
			return 1
			;;
		Unknown) return 1 ;;
		DPU) on CONTROLDPU || {
			log INFO "$pci: flashing DPUs is not allowed by policy (CONTROLDPU)"
			return 1
		} ;;
	esac
	if [[ -z $fw ]]; then
		flash_failed "$pci: its firmware version cannot be read"
		return 1
	fi
	compare_versions "$fw" "$newest"
	if ((REPLY == 0)); then
		log OK "$pci: firmware $fw is the wanted one, skip"
		await_reset "$1"
	elif ((REPLY > 0)); then
		log OK "$pci: firmware $fw is newer than $newest, skip"
		await_reset "$1"
	elif [[ ${fw%%.*} != "${newest%%.*}" ]]; then
		log WARN "$pci: firmware $fw is of another family than the bundle's $newest, skip"
	elif [[ -e $BOOT_FOLDER/flashed-${NIC[$1,slot]} ]]; then
		log OK "$pci: flashed already, waiting for the reboot"
	else
		return 0
	fi
	return 1
}

# What is in flash and doesn't run yet gets one reboot; whether that was enough shows before `complete`.
await_reset() {
	local running=${NIC[$1,running]}
	if [[ -z $running || $running == "${NIC[$1,fw]}" ]]; then return 0; fi
	log INFO "${NIC[$1,pci]}: firmware $running still runs"
	need_reboot "firmware of ${NIC[$1,slot]}"
}

would_flash() {
	local pci=${NIC[$1,pci]} slot=${NIC[$1,slot]} bundle="$FIRMWARE_FOLDER/bfb/${SETTING[BFB]}"
	find_rshim "$slot" || REPLY='rshim?'
	local rshim=$REPLY
	log INFO "$pci: flashing ${SETTING[BFB]} over firmware ${NIC[$1,fw]}; this takes ten minutes and more"
	need_reboot "firmware of $slot"
	if may_change "$pci"; then would "run: bfb-install --rshim $rshim --bfb $bundle --verbose"; fi
}

check_bundle() {
	[[ -z $BUNDLE_CHECKED ]] || return 0
	[[ -s $1 ]] || fail "$EXIT_FLASH" "the BlueField bundle $1 is missing or empty (setting BFB)"
	if [[ -n ${SETTING[BFB_SHA256]:-} ]]; then
		has_sha256 "$1" "${SETTING[BFB_SHA256]}" || fail "$EXIT_FLASH" "$1 does not match BFB_SHA256"
	fi
	BUNDLE_CHECKED=yes
}

has_sha256() {
	local sum
	sum=$(ask sha256sum "$1") && [[ ${sum%% *} == "$2" ]]
}

rshim_is_active() { [[ $(ask systemctl is-active rshim 2>/dev/null) == active ]]; }

start_rshim() {
	if rshim_is_active; then return 0; fi
	if ! { act systemctl daemon-reload && act systemctl enable rshim && act systemctl restart rshim; }; then
		fail "$EXIT_FLASH" 'the rshim service cannot be started'
	fi
	if checking; then return 0; fi
	wait_until 60 2 'the rshim service' rshim_is_active || fail "$EXIT_FLASH" 'the rshim service did not become active'
}

# Gives each of the caller's todo its rshim, in rshims, and leaves out those that have none. A service that just started
# shows them one by one; they are waited for together.
choose_rshims() {
	local i all=("${todo[@]}")
	wait_until 30 2 'the rshim of each card' all_rshims_are_there || :
	todo=()
	for i in "${all[@]}"; do
		if [[ -n ${rshims[$i]:-} ]]; then
			todo+=("$i")
		else
			flash_failed "${NIC[$i,pci]}: no /dev/rshim* belongs to this card, so it cannot be flashed"
		fi
	done
}

all_rshims_are_there() {
	local i status=0
	for i in "${todo[@]}"; do
		if find_rshim "${NIC[$i,slot]}"; then rshims[$i]=$REPLY; else status=1; fi
	done
	return "$status"
}

# The rshim whose DEV_NAME is this card: "DEV_NAME  pcie-0000:05:00.2". REPLY is its name.
find_rshim() {
	local folder key value
	for folder in "$ROOT"/dev/rshim*; do
		[[ -r $folder/misc ]] || continue
		while read -r key value _; do
			if [[ $key == DEV_NAME && ${value%.*} == "pcie-$1" ]]; then
				REPLY=${folder##*/}
				return 0
			fi
		done <"$folder/misc"
	done
	return 1
}
