
## Doubt: what nobody could tell ends a stage before anything is written

readonly REASON=spectrocloud.com/nodeprep-reason
UNLISTED=() # addresses of cards that sysfs has and mst doesn't show, or the other way round

# fail_for EXIT_CODE REASON TEXT...: as fail, with the reason in a label of the node.
fail_for() {
	local code=$1 reason=$2
	shift 2
	if [[ $MODE == run ]]; then
		write_labels "$REASON=$reason" || log WARN "the label $REASON=$reason cannot be written"
	fi
	fail "$code" "$@"
}

forget_reason() { remove_label "${REASON#*/}"; }

# The functions that mst shows in REPLY. mst shows nothing while its module isn't loaded, and less than there is while a
# card is sick: what the kernel has must be the same.
list_all_functions() {
	local delay rows
	for delay in 2 5 0; do
		if rows=$(list_functions); then
			compare_with_kernel "$rows"
			((${#UNLISTED[@]})) || break
			((delay == 0)) || log WARN "mst and the kernel differ about ${UNLISTED[*]}; again in $delay s"
		elif [[ $MODE != status ]] && ((delay == 0)); then
			fail_for "$EXIT_CARDS" mst-failed 'mst status -v failed'
		fi
		[[ $MODE != status ]] || break
		((delay == 0)) || nap "$delay"
	done
	REPLY=$rows
}

compare_with_kernel() {
	local device address
	UNLISTED=()
	for device in "$PCI"/*; do
		address=${device##*/}
		is_card "$address" || continue
		[[ $'\n'$1 == *$'\n'"$address "* ]] || UNLISTED+=("$address")
	done
	while read -r address _; do
		[[ -z $address || -e $PCI/$address ]] || UNLISTED+=("$address")
	done <<<"$1"
}

# A physical network function of this maker. Its bridges, the management function of a BlueField and emulated disks are
# other devices of theirs.
is_card() {
	[[ ! -e $PCI/$1/physfn ]] || return 1
	read_value "$PCI/$1/vendor"
	[[ $REPLY == 0x15b3 ]] || return 1
	in_recovery "$1" && return 0
	read_value "$PCI/$1/class"
	[[ -z $REPLY || $REPLY == 0x020[07]* ]]
}

# A card whose firmware doesn't start shows another device number.
in_recovery() {
	read_value "$PCI/$1/device"
	[[ $REPLY == 0x02?? ]]
}

judge_hardware() {
	local i address lacking=() doubtful=()
	for address in "${UNLISTED[@]}"; do
		if [[ -n ${UPLINK[${address%.*}]:-} ]]; then
			log WARN "$address: mst does not show it; it is the uplink and left alone"
		else
			lacking+=("$address")
		fi
	done
	if ((NICS == 0 && ${#lacking[@]} == 0)); then return 0; fi
	((${#lacking[@]} == 0)) ||
		fail_for "$EXIT_CARDS" card-not-listed "mst status -v and the kernel differ about ${lacking[*]}; nothing was changed"
	[[ -z $UPLINK_UNKNOWN ]] ||
		fail_for "$EXIT_UPLINK" uplink-unknown "the uplink of this host is not known ($UPLINK_UNKNOWN), so no card is changed"
	for ((i = 1; i <= NICS; i++)); do
		if [[ ${NIC[$i,guard]} == uplink ]]; then
			[[ -z ${SETTING[rails_pciaddr]:-} ]] || ! is_rail "$i" ||
				fail_for "$EXIT_UPLINK" rail-is-uplink "rails_pciaddr names ${NIC[$i,pci]}; it is the uplink of this host"
		elif [[ -n ${NIC[$i,first]} && -n ${CARD[${NIC[$i,slot]},trouble]:-} ]]; then
			doubtful+=("${NIC[$i,pci]}: ${CARD[${NIC[$i,slot]},trouble]}")
		fi
	done
	((${#doubtful[@]} == 0)) || fail_for "$EXIT_CARDS" card-unknown "${doubtful[*]}; nothing was changed"
	judge_selectors
}
