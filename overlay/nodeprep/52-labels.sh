
## Labels that describe the hardware

# What they tell of one card and one GPU; the reset that a card needs is told by hold_back.
readonly CARD_LABELS=' type psid fw addr name linkwidth linkspeed guard rail '
readonly GPU_LABELS=' linkspeed linkwidth '

label_hardware() {
	local i gpus=0 pairs=()
	for ((i = 1; i <= NICS; i++)); do
		add_label "nic-$i-type" "${NIC[$i,class]}"
		add_label "nic-$i-psid" "${CARD[${NIC[$i,slot]},psid]:-}"
		add_label "nic-$i-fw" "${NIC[$i,running]}"
		short_address "${NIC[$i,pci]}"
		add_label "nic-$i-addr" "$REPLY"
		add_label "nic-$i-name" "${NIC[$i,net]}"
		add_label "nic-$i-linkwidth" "${NIC[$i,width]}"
		add_label "nic-$i-linkspeed" "${NIC[$i,speed]}"
		add_label "nic-$i-guard" "${NIC[$i,guard]}"
		add_label "nic-$i-rail" "${NIC[$i,rail]}"
	done
	label_gpus
	remove_stale_labels
	((${#pairs[@]})) || return 0
	write_labels "${pairs[@]}" || log ERROR 'the labels that describe the hardware are not complete'
}

# Appends to the caller's pairs.
add_label() {
	label_value "$2"
	[[ -z $REPLY ]] || pairs+=("spectrocloud.com/$1=$REPLY")
}

# Of cards and GPUs that are gone, and values that became empty; by the caller's pairs and gpus. What isn't there may only
# not show while mst and the kernel differ, or while it isn't known which cards are whose.
remove_stale_labels() {
	local line key stale=() gone=()
	if ((${#UNLISTED[@]})) || [[ -n $UPLINK_UNKNOWN ]]; then return 0; fi
	while IFS= read -r line; do
		key=${line#label }
		key=${key%%=*}
		if [[ $line == label\ * ]] && is_stale_label "$key"; then stale+=("$key-"); fi
		# A card is never without its address.
		if [[ $line =~ ^label\ spectrocloud\.com/nic-[0-9]+-addr=(.+)$ && "${pairs[*]} " != *"-addr=${BASH_REMATCH[1]} "* ]]; then
			gone+=("${BASH_REMATCH[1]}")
		fi
	done <<<"$NODE_FACTS"
	((${#gone[@]} == 0)) || log WARN "a card that was here at an earlier start is gone: ${gone[*]}"
	((${#stale[@]})) || return 0
	act_cluster label node "$NODE" "${stale[@]}" || log WARN "these labels cannot be removed: ${stale[*]%-}"
}

is_stale_label() {
	local there=$NICS known=$CARD_LABELS
	[[ $1 =~ ^spectrocloud\.com/(nic|gpu)-([1-9][0-9]{0,3})-(.+)$ ]] || return 1
	[[ ${BASH_REMATCH[1]} == nic ]] || there=$gpus known=$GPU_LABELS
	((BASH_REMATCH[2] <= there)) || return 0
	[[ $known == *" ${BASH_REMATCH[3]} "* && " ${pairs[*]}" != *" $1="* ]]
}

# A label that only tells of a trouble goes with it.
remove_label() {
	label_of "spectrocloud.com/$1"
	if [[ -z $REPLY ]]; then return 0; fi
	act_cluster label node "$NODE" "spectrocloud.com/$1-" || log WARN "the label $1 cannot be removed"
}

# 05.00 as ever for the first function in domain 0000; domain and function only where they tell something.
short_address() {
	REPLY=${1#0000:}
	REPLY=${REPLY%.0}
	REPLY=${REPLY//:/.}
}

# NVIDIA devices of the display classes, with and without a display output; counted in the caller's gpus.
label_gpus() {
	local device
	for device in "$PCI"/*; do
		read_value "$device/vendor"
		[[ $REPLY == 0x10de ]] || continue
		read_value "$device/class"
		[[ $REPLY == 0x030[02]* ]] || continue
		gpus=$((gpus + 1))
		read_value "$device/max_link_speed"
		[[ -n $REPLY ]] || continue
		add_label "gpu-$gpus-linkspeed" "${REPLY%% *}GTs"
		read_value "$device/current_link_width"
		add_label "gpu-$gpus-linkwidth" "${REPLY:+${REPLY}x}"
	done
}
