
## Inventory: network cards and GPUs
# One entry for each physical function (port), numbered from 1 in the order of their PCI addresses. A card (slot) with
# two ports has one firmware and one configuration; they belong to its first function.

NICS=0
declare -A NIC=()     # [number,field]: pci slot first type class fw net width speed
declare -A CARD=()    # [slot,field]: first class fw
declare -A NV=()      # [slot,PARAMETER]: value after the next boot; empty: the card doesn't know it
declare -A NV_LOCKED=() # [slot,PARAMETER]: read-only

start_mst() {
	local status
	status=$(ask mst status 2>/dev/null) || status=''
	[[ $status != *'MST PCI configuration module loaded'* ]] || return 0
	act mst start || log WARN 'mst start failed; going on with what mst status shows'
}

find_hardware() {
	start_mst
	local rows i type address
	rows=$(list_functions) || fail "$EXIT_MISSING_TOOL" 'mst status -v failed'
	while read -r address type; do
		[[ -z $address ]] || add_function "$address" "$type"
	done <<<"$rows"
	for ((i = 1; i <= NICS; i++)); do describe_function "$i"; done
	((NICS)) || log INFO 'no BlueField or ConnectX card was found'
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
		read_parameters "$slot"
		classify "$slot" "${NIC[$i,type]}"
		CARD[$slot,class]=$REPLY
		read_firmware "$pci"
		CARD[$slot,fw]=$REPLY
	fi
	NIC[$i,class]=${CARD[$slot,class]}
	NIC[$i,fw]=${CARD[$slot,fw]}
	find_netdev "$pci"
	NIC[$i,net]=$REPLY
	read_value "$PCI/$pci/current_link_width"
	NIC[$i,width]=${REPLY:+${REPLY}x}
	read_value "$PCI/$pci/max_link_speed"
	REPLY=${REPLY%% *}
	NIC[$i,speed]=${REPLY:+${REPLY}GTs}
	log INFO "NIC $i: $pci ${NIC[$i,class]} firmware ${NIC[$i,fw]:-unknown} netdev ${NIC[$i,net]:-none}" \
		"link ${NIC[$i,width]:-?} ${NIC[$i,speed]:-?}"
}

# The family comes from the PCI id (from mst's device type where sysfs has none); only whether a BlueField is a SuperNIC
# or a DPU has to be read out of its description, since both carry the same id.
classify() {
	local slot=$1 type=${2,,} id text=${NV[$1,description]:-}
	read_value "$PCI/${CARD[$slot,first]}/device"
	id=${REPLY,,}
	case $id in
		0xa2*) type=bluefield ;;
		0x10*) type=connectx ;;
	esac
	REPLY=Unknown
	case $type in
		connectx*) REPLY=ConnectX ;;
		bluefield*)
			case $text in
				*SuperNIC*) REPLY=SuperNIC ;;
				*DPU*) REPLY=DPU ;;
			esac
			;;
	esac
	[[ $REPLY != Unknown ]] ||
		log WARN "${CARD[$slot,first]}: neither SuperNIC nor DPU in its description (${text:-empty}); it is left alone"
}

# All parameters of a card in one query, with its description. A line reads "[*|RO] NAME value", where the value is
# 8, ETH(2) or True(1), and more columns may stand before it; what counts is the last: after the next boot.
read_parameters() {
	local slot=$1 device=${CARD[$1,first]} output line kind='' words=()
	output=$(ask mlxconfig -d "$device" q 2>/dev/null) || log WARN "$device: mlxconfig cannot read its configuration"
	while IFS= read -r line; do
		case $line in
			'Device type:'*)
				read -r kind <<<"${line#*:}"
				continue
				;;
			Description:*)
				read -r line <<<"${line#*:}"
				NV[$slot,description]=$line
				continue
				;;
		esac
		take_parameter "$slot" "$line"
	done <<<"$output"
	case ${NV[$slot,description]:-} in
		'' | N/A*) NV[$slot,description]=$kind ;;
	esac
}

take_parameter() {
	local slot=$1 words=() locked=''
	read -ra words <<<"$2"
	while [[ ${words[0]:-} == '*' || ${words[0]:-} == RO ]]; do
		[[ ${words[0]} != RO ]] || locked=yes
		words=("${words[@]:1}")
	done
	((${#words[@]} > 1)) && [[ ${words[0]} =~ ^[A-Z][A-Z0-9_]+$ ]] || return 0
	parameter_number "${words[-1]}"
	NV[$slot,${words[0]}]=$REPLY
	NV_LOCKED[$slot,${words[0]}]=$locked
}

# parameter_number ETH(2): 2
parameter_number() {
	REPLY=$1
	[[ ! $1 =~ \(([0-9]+)\)$ ]] || REPLY=${BASH_REMATCH[1]}
	[[ ! $REPLY =~ ^0[xX][0-9a-fA-F]+$ ]] || REPLY=$((REPLY))
}

# Some parameters only show when asked for by name.
knows_parameter() {
	local slot=$1 name=$2 output line
	if [[ -z ${NV[$slot,$name]+asked} ]]; then
		NV[$slot,$name]=''
		if output=$(ask mlxconfig -d "${CARD[$slot,first]}" q "$name" 2>/dev/null); then
			while IFS= read -r line; do take_parameter "$slot" "$line"; done <<<"$output"
		fi
	fi
	[[ -n ${NV[$slot,$name]} ]]
}

read_firmware() {
	local output line
	output=$(ask flint -d "$1" q 2>/dev/null) || output=''
	while IFS= read -r line; do
		if [[ $line =~ ^FW\ Version:[[:space:]]*([0-9]+(\.[0-9]+)+) ]]; then
			REPLY=${BASH_REMATCH[1]}
			return
		fi
	done <<<"$output"
	REPLY=''
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
