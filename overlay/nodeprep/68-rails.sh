
## Rails: the east-west Ethernet ports, in the order of rails_pciaddr

RAIL_FAILURES=()

# As on, for settings that may be missing.
wants() { [[ ${SETTING[$1]:-} == true ]]; }

# What these settings only mean together.
validate_rails() {
	if wants RAIL_NAMES && [[ -z ${SETTING[rails_pciaddr]:-} ]]; then
		ENVIRONMENT_PROBLEMS+=('RAIL_NAMES needs rails_pciaddr: the names count the rails in its order')
	fi
	if [[ ${SETTING[MTU_EW]:-} =~ ^[0-9]+$ && ${SETTING[NUMVF_EW]:-0} != 0 ]] && ((SETTING[MTU_EW] < 118)); then
		ENVIRONMENT_PROBLEMS+=('MTU_EW must be 118 or more with virtual functions: they have 50 less')
	fi
}

# Gives each port its rail: r0 for the first address. Several ports of a card that is named as a whole are r0_p0, r0_p1.
number_rails() {
	local i n rail rails=() slot
	local -A sizes=()
	IFS=, read -ra rails <<<"${SETTING[rails_pciaddr]:-}"
	for ((i = 1; i <= NICS; i++)); do sizes[${NIC[$i,slot]}]+=x; done
	for ((i = 1; i <= NICS; i++)); do
		slot=${NIC[$i,slot]}
		NIC[$i,rail]=''
		is_east_west "$i" || continue
		for n in "${!rails[@]}"; do
			rail=${rails[n],,}
			[[ $rail == *:*:* ]] || rail=0000:$rail
			if [[ $rail == "${NIC[$i,pci]}" || $rail == "$slot" ]]; then
				NIC[$i,rail]=r$n
				[[ $rail != "$slot" || ${sizes[$slot]} == x ]] || NIC[$i,rail]+=_p${NIC[$i,pci]##*.}
				break
			fi
		done
	done
}

is_east_west() { [[ ${NIC[$1,class]} == SuperNIC || ${NIC[$1,class]} == ConnectX ]] && [[ -z ${NIC[$1,guard]} ]]; }

need_rail_tools() {
	! wants RAIL_NAMES || need_tools ip rdma udevadm
	[[ -z ${SETTING[MTU_EW]:-} ]] || need_tools ip
	! wants LOSSLESS_ROCE || need_tools mlnx_qos cma_roce_tos
}

# Names, MTU and lossless RoCE. After the virtual functions: one that is made or bound anew has none of these.
set_rails() {
	local i ports=()
	local -A used=()
	RAIL_FAILURES=()
	if wants RAIL_NAMES || wants LOSSLESS_ROCE || [[ -n ${SETTING[MTU_EW]:-} ]]; then
		rail_ports
	fi
	name_rails
	keep_rail_files
	set_mtu
	set_lossless_roce
	((${#RAIL_FAILURES[@]} == 0)) || fail_for "$EXIT_RAILS" rail-failed "a rail is not as wanted: ${RAIL_FAILURES[*]}"
}

rail_failure() {
	RAIL_FAILURES+=("$*.")
	log ERROR "$*"
}

# Leaves in the caller's ports the numbers of those that are set up. A card whose link type isn't in force yet is left to
# the judgement that holds it back.
rail_ports() {
	for ((i = 1; i <= NICS; i++)); do
		if ! is_east_west "$i" || ! is_rail "$i"; then continue; fi
		if is_infiniband "$i"; then
			log WARN "${NIC[$i,pci]}: RAIL_NAMES, MTU_EW and LOSSLESS_ROCE are for Ethernet, and this is InfiniBand: left out"
			continue
		fi
		[[ ${NV_NOW[${NIC[$i,slot]},LINK_TYPE_P$((${NIC[$i,pci]##*.} + 1))]:-2} == 2 ]] || continue
		find_netdev "${NIC[$i,pci]}"
		NIC[$i,net]=$REPLY
		if [[ -n $REPLY ]]; then
			ports+=("$i")
		else
			rail_failure "${NIC[$i,pci]}: has no network interface"
		fi
	done
}

# Leaves in the caller's functions the addresses of this port's virtual functions, by their numbers.
port_functions() {
	local v count
	functions=()
	wanted_functions "$1" && count=$REPLY
	for ((v = 0; v < count; v++)); do
		! function_address "${NIC[$1,pci]}" "$v" || functions[v]=$REPLY
	done
}

# The MTU of a virtual function leaves room for the header of an overlay.
set_mtu() {
	local i address functions=() mtu=${SETTING[MTU_EW]:-}
	[[ -n $mtu ]] || return 0
	for i in "${ports[@]}"; do
		set_one_mtu "${NIC[$i,pci]}" "$mtu"
		port_functions "$i"
		for address in "${functions[@]}"; do set_one_mtu "$address" $((mtu - 50)); done
	done
}

# A function that a pod or another driver has shows no interface here, and is left.
set_one_mtu() {
	local address=$1 mtu=$2 net
	find_netdev "$address"
	net=$REPLY
	[[ -n $net ]] || return 0
	read_value "$PCI/$address/net/$net/mtu"
	[[ $REPLY != "$mtu" ]] || return 0
	change_card "$address" ip link set dev "$net" mtu "$mtu" || {
		rail_failure "$address: $net does not take MTU $mtu"
		return 0
	}
	if checking; then return 0; fi
	read_value "$PCI/$address/net/$net/mtu"
	if [[ $REPLY == "$mtu" ]]; then
		log INFO "$address: $net has MTU $mtu"
	else
		rail_failure "$address: $net reads MTU ${REPLY:-nothing} after $mtu was set"
	fi
}
