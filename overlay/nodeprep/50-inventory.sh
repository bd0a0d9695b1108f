
## Inventory: network cards and GPUs
# One entry for each physical function (port), numbered from 1 in the order of their PCI addresses. A card (slot) with
# two ports has one firmware and one configuration; they belong to its first function.

NICS=0
declare -A NIC=()     # [number,field]: pci slot first type class fw running net width speed guard rail
declare -A CARD=()    # [slot,field]: first class psid fw running trouble

# By the kernel alone, since a host without them needs none of the tools. Status 1 when there is none.
has_cards() {
	local device
	for device in "$PCI"/*; do
		! is_card "${device##*/}" || return 0
	done
	return 1
}

# Such a host is done as it is: no stage, no tool, no reboot. Labels of cards that were taken out go.
pass_without_cards() {
	local UPLINK_UNKNOWN=''
	log INFO 'no NVIDIA network card in this host; nothing to prepare'
	NICS=0
	label_hardware
	release_node
	marked "$COMPLETED" || keep "$COMPLETED" "$NODE"
}

start_mst() {
	local status
	status=$(ask mst status 2>/dev/null) || status=''
	[[ $status != *'MST PCI configuration module loaded'* ]] || return 0
	act mst start || log WARN 'mst start failed; going on with what mst status shows'
}

find_hardware() {
	NICS=0
	NIC=() CARD=() NV=() NV_NOW=() NV_LOCKED=()
	start_mst
	local rows i type address
	find_uplinks
	list_all_functions
	rows=$REPLY
	while read -r address type; do
		[[ -z $address ]] || add_function "$address" "$type"
	done <<<"$rows"
	for ((i = 1; i <= NICS; i++)); do describe_function "$i"; done
	guard_cards
	number_rails
}

# Prints "0000:05:00.0 BlueField3" for each physical function in `mst status -v`, sorted. The MST column can be NA and
# the domain can be missing, so the address is found by its form. Devices behind a cable ("Inband") are not ours.
list_functions() {
	local line word address words=() rows=()
	local status
	status=$(ask mst status -v) || return 1
	while IFS= read -r line; do
		[[ $line != Inband* ]] || break
		[[ ${line,,} =~ ^[[:space:]]*(bluefield|connectx) ]] || continue
		read -ra words <<<"$line"
		for word in "${words[@]:1}"; do
			if [[ ${word,,} =~ ^([0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$ ]]; then
				address=${word,,}
				[[ $address == *:*:* ]] || address=0000:$address
				# A virtual function points to its physical one.
				[[ -e $PCI/$address/physfn ]] || rows+=("$address ${words[0]%%(*}")
				break
			fi
		done
	done <<<"$status"
	((${#rows[@]} == 0)) || printf '%s\n' "${rows[@]}" | ask_sorted
}

ask_sorted() { sort -u 9>&-; }

add_function() {
	local pci=$1 slot=${1%.*}
	NICS=$((NICS + 1))
	NIC[$NICS,pci]=$pci
	NIC[$NICS,slot]=$slot
	NIC[$NICS,type]=$2
	NIC[$NICS,first]=''
	if [[ -z ${CARD[$slot,first]:-} ]]; then
		NIC[$NICS,first]=yes
		CARD[$slot,first]=$pci
	fi
}

describe_function() {
	local i=$1 pci=${NIC[$1,pci]} slot=${NIC[$1,slot]}
	if [[ -n ${NIC[$i,first]} ]]; then
		read_parameters "$slot" || CARD[$slot,trouble]='mlxconfig cannot read its configuration'
		classify "$slot" "${NIC[$i,type]}"
		CARD[$slot,class]=$REPLY
		read_firmware "$slot"
	fi
	NIC[$i,class]=${CARD[$slot,class]}
	NIC[$i,fw]=${CARD[$slot,fw]}
	NIC[$i,running]=${CARD[$slot,running]}
	find_netdev "$pci"
	NIC[$i,net]=$REPLY
	read_value "$PCI/$pci/current_link_width"
	NIC[$i,width]=${REPLY:+${REPLY}x}
	read_value "$PCI/$pci/max_link_speed"
	REPLY=${REPLY%% *}
	NIC[$i,speed]=${REPLY:+${REPLY}GTs}
	log INFO "NIC $i: $pci ${NIC[$i,class]} firmware ${NIC[$i,running]:-unknown} netdev ${NIC[$i,net]:-none}" \
		"link ${NIC[$i,width]:-?} ${NIC[$i,speed]:-?}"
}

# The family comes from the PCI id (from mst's device type where sysfs has none); only whether a BlueField is a SuperNIC
# or a DPU has to be read out of its description, since both carry the same id.
classify() {
	local slot=$1 type=${2,,} class=Unknown id text=${NV[$1,description]:-}
	read_value "$PCI/${CARD[$slot,first]}/device"
	id=${REPLY,,}
	case $id in
		0xa2*) type=bluefield ;;
		0x10*) type=connectx ;;
	esac
	case $type in
		connectx*) class=ConnectX ;;
		bluefield*)
			case $text in
				*SuperNIC*) class=SuperNIC ;;
				*DPU*) class=DPU ;;
			esac
			;;
	esac
	if in_recovery "${CARD[$slot,first]}"; then
		class=Unknown
		CARD[$slot,trouble]='is in recovery mode: its firmware does not start'
	fi
	[[ $class != Unknown || -n ${CARD[$slot,trouble]:-} ]] ||
		CARD[$slot,trouble]="neither SuperNIC nor DPU in its description (${text:-empty})"
	[[ -z ${CARD[$slot,trouble]:-} ]] || log WARN "${CARD[$slot,first]}: ${CARD[$slot,trouble]}; it is left alone"
	REPLY=$class
}

# The port's own interface; virtual functions' representors (pf0vf1, pf0sf0) share its folder.
find_netdev() {
	local folder name
	for folder in "$PCI/$1/net"/*; do
		read_value "$folder/phys_port_name"
		name=${REPLY,,}
		if [[ -z $name || $name =~ ^p[0-9]+(s[0-9]+)?$ ]]; then
			REPLY=${folder##*/}
			return
		fi
	done
	REPLY=''
}
