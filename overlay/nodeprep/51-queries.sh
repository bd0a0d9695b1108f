
## What a card says of itself: its parameters and its firmware

declare -A NV=()        # [slot,PARAMETER]: value after the next boot; empty: the card doesn't know it
declare -A NV_NOW=()    # [slot,PARAMETER]: value in force; unset where the card doesn't tell
declare -A NV_LOCKED=() # [slot,PARAMETER]: read-only
NV_TELLS_NOW=''         # not empty while a table with the column Current is read

# All parameters of a card in one query, with its description. Status 1 when it cannot be had: that says nothing about
# the card's parameters.
read_parameters() {
	local slot=$1 line kind=''
	ask_again mlxconfig -d "${CARD[$1,first]}" -e q || return 1
	NV_TELLS_NOW=''
	while IFS= read -r line; do
		case $line in
			'Device type:'*) read -r kind <<<"${line#*:}" ;;
			Description:*)
				read -r line <<<"${line#*:}"
				NV[$slot,description]=$line
				;;
			*) take_parameter "$slot" "$line" ;;
		esac
	done <<<"$REPLY"
	case ${NV[$slot,description]:-} in
		'' | N/A*) NV[$slot,description]=$kind ;;
	esac
}

# A line reads "[*] [RO] NAME value", where a value is 8, ETH(2) or True(1); with -e they are Default, Current and Next
# Boot, of which a card may lack the first two. The heading says which.
take_parameter() {
	local slot=$1 words=() locked=''
	[[ $2 != Configurations:* ]] || NV_TELLS_NOW=''
	[[ $2 != Configurations:*Current* ]] || NV_TELLS_NOW=yes
	read -ra words <<<"$2"
	while [[ ${words[0]:-} == '*' || ${words[0]:-} == RO ]]; do
		[[ ${words[0]} != RO ]] || locked=yes
		words=("${words[@]:1}")
	done
	((${#words[@]} > 1)) && [[ ${words[0]} =~ ^[A-Z][A-Z0-9_]+$ ]] || return 0
	parameter_number "${words[-1]}"
	NV[$slot,${words[0]}]=$REPLY
	NV_LOCKED[$slot,${words[0]}]=$locked
	[[ -n $NV_TELLS_NOW ]] && ((${#words[@]} > 2)) || return 0
	parameter_number "${words[-2]}"
	NV_NOW[$slot,${words[0]}]=$REPLY
}

# parameter_number ETH(2): 2
parameter_number() {
	REPLY=$1
	[[ ! $1 =~ \(([0-9]+)\)$ ]] || REPLY=${BASH_REMATCH[1]}
	[[ ! $REPLY =~ ^0[xX][0-9a-fA-F]+$ ]] || REPLY=$((REPLY))
}

# Some parameters only show when asked for by name. Only words to that effect mean that a card doesn't know one.
knows_parameter() {
	local slot=$1 name=$2 line delay output pci=${CARD[$1,first]}
	for delay in 2 5 15 0; do
		[[ -z ${NV[$slot,$name]+asked} ]] || break
		if output=$(ask mlxconfig -d "$pci" -e q "$name" 2>&1); then
			NV[$slot,$name]=''
			NV_TELLS_NOW=''
			while IFS= read -r line; do take_parameter "$slot" "$line"; done <<<"$output"
		elif [[ ${output,,} =~ (unknown\ parameter|n.t\ support) ]]; then
			NV[$slot,$name]=''
		elif ((delay)); then
			log WARN "$pci: mlxconfig cannot read $name; again in $delay s"
			nap "$delay"
		else
			fail_for "$EXIT_CARDS" query-failed "$pci: mlxconfig cannot read $name"
		fi
	done
	[[ -n ${NV[$slot,$name]} ]]
}

# Its kind (PSID), the firmware in flash and, where that is another one, the one that runs; only then flint names it.
read_firmware() {
	local slot=$1 line
	CARD[$slot,fw]='' CARD[$slot,running]='' CARD[$slot,psid]=''
	ask_again flint -d "${CARD[$slot,first]}" q || return 0
	while IFS= read -r line; do
		if [[ $line =~ ^FW\ Version:[[:space:]]*([0-9]+(\.[0-9]+)+) ]]; then
			CARD[$slot,fw]=${BASH_REMATCH[1]}
		elif [[ $line =~ ^FW\ Version\(Running\):[[:space:]]*([0-9]+(\.[0-9]+)+) ]]; then
			CARD[$slot,running]=${BASH_REMATCH[1]}
		elif [[ $line =~ ^PSID:[[:space:]]*([A-Za-z0-9_]+) ]]; then
			CARD[$slot,psid]=${BASH_REMATCH[1]}
		fi
	done <<<"$REPLY"
	[[ -n ${CARD[$slot,running]} ]] || CARD[$slot,running]=${CARD[$slot,fw]}
}
