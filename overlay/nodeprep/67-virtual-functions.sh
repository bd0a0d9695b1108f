
## SR-IOV virtual functions

readonly DEVICE_PLUGIN=(-n nvidia-network-operator -l app=sriov-device-plugin)

set_virtual_functions() {
	local i count todo=()
	VF_FAILURES=0
	for ((i = 1; i <= NICS; i++)); do
		wanted_functions "$i"
		NIC[$i,functions]=$REPLY
	done
	refuse_twins
	for ((i = 1; i <= NICS; i++)); do
		count=${NIC[$i,functions]}
		[[ -z ${NIC[$i,twin]:-} ]] || continue
		if ((count > 0)) && ! functions_fit "$i" "$count"; then
			if can_have_functions "$i" "$count"; then todo+=("$i"); fi
		fi
	done
	if ((${#todo[@]})); then
		cordon
		for i in "${todo[@]}"; do
			create_functions "$i" "${NIC[$i,functions]}" || log ERROR "${NIC[$i,pci]}: its virtual functions are not complete"
		done
		restart_device_plugin
	elif ((VF_FAILURES == 0)); then
		log OK 'virtual functions are as wanted, nothing to write'
	fi
	if checking; then return 0; fi
	uncordon || fail "$EXIT_CLUSTER" "node $NODE could not be uncordoned"
	((VF_FAILURES == 0)) || fail "$EXIT_FUNCTIONS" "virtual functions are not complete: $VF_FAILURES failures, see above"
}

# The formulas leave out digits of the card's GUID, so that two cards can come to the same addresses: none gets them.
refuse_twins() {
	local i key other
	local -A owner=()
	for ((i = 1; i <= NICS; i++)); do
		((NIC[$i,functions] > 0)) || continue
		if counts_only "$i" || ! read_card_guid "${NIC[$i,pci]}"; then continue; fi
		for key in "node ${REPLY:0:7}${REPLY:11:5}" "mac ${REPLY:8:8}"; do
			[[ $key != mac* ]] || ! is_infiniband "$i" || continue
			other=${owner[$key]:-}
			owner[$key]=$i
			[[ -n $other ]] || continue
			NIC[$i,twin]=yes
			NIC[$other,twin]=yes
			vf_failure "${NIC[$other,pci]} and ${NIC[$i,pci]}: their GUIDs give virtual functions the same addresses;" \
				'name only one of them in rails_pciaddr' || break
		done
	done
}

# A DPU that is the manager of its own switch gives addresses itself, and the host may not.
counts_only() {
	local name=${NIC[$1,slot]},INTERNAL_CPU_OFFLOAD_ENGINE
	[[ ${NIC[$1,class]} == DPU ]] && knows_parameter "${name%,*}" "${name#*,}" || return 1
	[[ ${NV_NOW[$name]:-${NV[$name]}} == 0 ]]
}

# How many this port shall have.
wanted_functions() {
	local i=$1
	card_setting "$i" NUMVF
	if [[ ${NIC[$i,class]} == Unknown || -n ${NIC[$i,guard]} ]] || ! is_rail "$i"; then REPLY=0; fi
}

# What cannot work is found before the node is cordoned for it.
can_have_functions() {
	local i=$1 count=$2 pci=${NIC[$1,pci]}
	[[ -n ${NIC[$i,net]} ]] || vf_failure "$pci: has no network interface" || return 1
	read_value "$PCI/$pci/sriov_totalvfs"
	if ! ((${REPLY:-0} >= count)); then
		vf_failure "$pci: offers ${REPLY:-0} virtual functions (sriov_totalvfs), $count are wanted;" \
			'if the configuration is right, the card needs a cold power cycle' || return 1
	fi
	read_card_guid "$pci" || vf_failure "$pci: has no InfiniBand device with a node GUID" || return 1
}

functions_fit() {
	local i=$1 count=$2 pci=${NIC[$1,pci]} guid v
	read_value "$PCI/$pci/sriov_numvfs"
	[[ $REPLY == "$count" ]] || return 1
	if counts_only "$i"; then return 0; fi
	read_card_guid "$pci" || return 1
	guid=$REPLY
	for ((v = 0; v < count; v++)); do
		function_fits "$i" "$v" "$guid" || return 1
	done
}

# create_functions NIC COUNT: all it can, then status 1 if something failed.
create_functions() {
	local i=$1 count=$2 pci=${NIC[$1,pci]} before=$VF_FAILURES begun=() guid v
	read_card_guid "$pci"
	guid=$REPLY
	link_up "$pci" "${NIC[$i,net]}" || vf_failure "$pci: ${NIC[$i,net]} cannot be brought up" || return 1
	set_function_count "$pci" "$count" || vf_failure "$pci: the kernel refuses $count virtual functions" || return 1
	if checking; then
		would "give $count virtual functions of $pci their GUIDs and addresses"
		return 0
	fi
	if counts_only "$i"; then
		log OK "$pci: $count virtual functions; the DPU gives them their addresses"
		return 0
	fi
	for ((v = 0; v < count; v++)); do
		if ! function_fits "$i" "$v" "$guid" && begin_function "$i" "$v" "$guid"; then begun+=("$v"); fi
	done
	# The driver makes a node GUID of an address, and takes a moment for it.
	((${#begun[@]} == 0)) || is_infiniband "$i" || ask sleep 2
	for v in "${begun[@]}"; do
		finish_function "$i" "$v" "$guid" || continue
	done
	((VF_FAILURES == before)) || return 1
	log OK "$pci: $count virtual functions"
}

link_up() {
	read_value "$NET/$2/flags"
	if [[ $REPLY =~ ^0x[0-9a-fA-F]+$ ]] && ((REPLY & 1)); then return 0; fi
	change_card "$1" ip link set dev "$2" up
}

# The kernel refuses to go from N to M; 0 must stand between.
set_function_count() {
	local file="$PCI/$1/sriov_numvfs" count=$2
	read_value "$file"
	if [[ $REPLY == "$count" ]]; then return 0; fi
	if [[ ${REPLY:-0} != 0 ]]; then put "$file" 0 || return 1; fi
	put "$file" "$count" || return 1
	if checking; then return 0; fi
	wait_until 20 2 "the virtual functions of $1" has_function "$1" $((count - 1)) || return 1
	read_value "$file"
	[[ $REPLY == "$count" ]]
}

has_function() { [[ -e $PCI/$1/virtfn$2 ]]; }

# The SR-IOV device plugin only looks at start; its pod on this node is made anew.
restart_device_plugin() {
	if [[ -n $ALONE ]]; then return 0; fi
	act_cluster delete pod "${DEVICE_PLUGIN[@]}" --field-selector "spec.nodeName=$NODE" --ignore-not-found --wait=false ||
		log WARN 'the SR-IOV device plugin could not be restarted'
}
