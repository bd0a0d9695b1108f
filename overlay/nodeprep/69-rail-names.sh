
## Names by rail: eth_r0 and roce_r0, and nic_vf0_r0 and roce_vf0_r0 for its virtual functions

# All is found out before anything is renamed, so that a name that cannot be given leaves the others as they are.
name_rails() {
	wants RAIL_NAMES || return 0
	local i v row rail renames=() functions=() before=${#RAIL_FAILURES[@]} renamed=0
	ask udevadm settle --timeout=30 || log WARN 'udevadm settle did not end; going on with the names there are'
	for i in "${ports[@]}"; do
		rail=${NIC[$i,rail]}
		plan_name net "${NIC[$i,pci]}" "eth_$rail"
		plan_name infiniband "${NIC[$i,pci]}" "roce_$rail"
		port_functions "$i"
		for v in "${!functions[@]}"; do
			plan_name net "${functions[v]}" "nic_vf${v}_$rail"
			plan_name infiniband "${functions[v]}" "roce_vf${v}_$rail"
		done
	done
	((${#renames[@]} && ${#RAIL_FAILURES[@]} == before)) || return 0
	cordon
	for row in "${renames[@]}"; do rename_device "$row"; done
	# The device plugin finds functions by their names at its start.
	((renamed == 0)) || restart_device_plugin
	if checking; then return 0; fi
	uncordon || fail "$EXIT_CLUSTER" "node $NODE could not be uncordoned"
	for i in "${ports[@]}"; do
		find_netdev "${NIC[$i,pci]}"
		NIC[$i,net]=$REPLY
	done
	[[ -n $ALONE ]] || label_hardware
}

# plan_name KIND ADDRESS NAME: appends to the caller's renames, or to used what is in use. What this host has no device of
# is left: a function that was given to another driver, or moved into a pod.
plan_name() {
	local kind=$1 address=$2 name=$3 now folder
	device_name "$kind" "$address"
	now=$REPLY
	[[ -n $now && $now != "$name" && -z ${used[$address]:-} ]] || return 0
	if [[ $kind == net ]] && in_use "$now"; then
		used[$address]=yes
		log WARN "$address: $now $REPLY, so it is not taken down to be named $name"
		return 0
	fi
	# The kernel's limit for interfaces; RDMA devices may have 63.
	if [[ $kind == net ]] && ((${#name} > 15)); then
		rail_failure "$address: the name $name has more than 15 characters"
		return 0
	fi
	for folder in "$PCI"/*/"$kind/$name" "$ROOT/sys/class/$kind/$name"; do
		[[ -e $folder ]] || continue
		rail_failure "$address: the name $name belongs to another device; a reboot frees names that this script gave"
		return 0
	done
	renames+=("$kind $address $now $name")
}

# device_name KIND ADDRESS: empty when there is none.
device_name() {
	local folder
	if [[ $1 == net ]]; then
		find_netdev "$2"
		return
	fi
	REPLY=''
	for folder in "$PCI/$2/infiniband"/*; do REPLY=${folder##*/}; done
}

# in_use INTERFACE: REPLY says by what. Its loss could be the loss of somebody's network.
in_use() {
	local link output
	REPLY='belongs to a bond or bridge'
	[[ ! -e $NET/$1/master ]] || return 0
	REPLY='carries a VLAN or another interface'
	for link in "$NET/$1"/upper_*; do [[ ! -e $link ]] || return 0; done
	REPLY='has an address'
	output=$(ask ip -o addr show dev "$1" scope global 2>/dev/null) || {
		REPLY='may have an address (ip does not tell)'
		return 0
	}
	[[ -n $output ]]
}

# The kernel gives no new name to an interface that is up. Counts in the caller's renamed.
rename_device() {
	local kind address now wanted up=''
	read -r kind address now wanted <<<"$1"
	if [[ $kind == net ]]; then
		read_value "$NET/$now/flags"
		if [[ $REPLY =~ ^0x[0-9a-fA-F]+$ ]] && ((REPLY & 1)); then
			up=yes
			change_card "$address" ip link set dev "$now" down || log WARN "$address: $now cannot be taken down"
		fi
		change_card "$address" ip link set dev "$now" name "$wanted" || :
	else
		change_card "$address" rdma dev set "$now" name "$wanted" || :
	fi
	device_name "$kind" "$address"
	if [[ -n $up ]]; then
		change_card "$address" ip link set dev "${REPLY:-$wanted}" up || rail_failure "$address: ${REPLY:-$wanted} cannot be brought up"
	fi
	if checking; then
		renamed=1
		return 0
	fi
	device_name "$kind" "$address"
	if [[ $REPLY == "$wanted" ]]; then
		renamed=1
		log INFO "$address: $now is $wanted now"
	else
		rail_failure "$address: ${REPLY:-$now} cannot be named $wanted"
	fi
}
