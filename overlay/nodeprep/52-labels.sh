
## Labels that describe the hardware

label_hardware() {
	local i pairs=()
	for ((i = 1; i <= NICS; i++)); do
		add_label "nic-$i-type" "${NIC[$i,class]}"
		add_label "nic-$i-fw" "${NIC[$i,running]}"
		short_address "${NIC[$i,pci]}"
		add_label "nic-$i-addr" "$REPLY"
		add_label "nic-$i-name" "${NIC[$i,net]}"
		add_label "nic-$i-linkwidth" "${NIC[$i,width]}"
		add_label "nic-$i-linkspeed" "${NIC[$i,speed]}"
		add_label "nic-$i-guard" "${NIC[$i,guard]}"
		[[ -n ${NIC[$i,guard]} ]] || remove_label "nic-$i-guard"
	done
	label_gpus
	((${#pairs[@]})) || return 0
	write_labels "${pairs[@]}" || log ERROR 'the labels that describe the hardware are not complete'
}

# Appends to the caller's pairs.
add_label() {
	label_value "$2"
	[[ -z $REPLY ]] || pairs+=("spectrocloud.com/$1=$REPLY")
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

# NVIDIA devices of the display classes, with and without a display output.
label_gpus() {
	local device n=0
	for device in "$PCI"/*; do
		read_value "$device/vendor"
		[[ $REPLY == 0x10de ]] || continue
		read_value "$device/class"
		[[ $REPLY == 0x030[02]* ]] || continue
		n=$((n + 1))
		read_value "$device/max_link_speed"
		[[ -n $REPLY ]] || continue
		add_label "gpu-$n-linkspeed" "${REPLY%% *}GTs"
		read_value "$device/current_link_width"
		add_label "gpu-$n-linkwidth" "${REPLY:+${REPLY}x}"
	done
}
