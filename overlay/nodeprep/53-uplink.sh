
## The uplink: the card that carries this host's network is never written to, whatever is wanted of it

UPLINK_UNKNOWN='the uplink was not looked for' # why no card may be changed; empty when each uplink is known
declare -A UPLINK=()                           # [slot]: the interface that leads to it
declare -A FOLLOWED=()
LEADS=''

# Ways out of this host are the interfaces of the default routes and the one with the address that the cluster knows.
find_uplinks() {
	local way routes=() addresses=()
	UPLINK=() UPLINK_UNKNOWN=''
	default_routes
	node_addresses
	for way in "${addresses[@]}"; do follow_way "$way" || :; done
	((${#UPLINK[@]} || ${#routes[@]})) || UPLINK_UNKNOWN='there is no default route, and no interface has the InternalIP'
	for way in "${routes[@]}"; do
		follow_way "$way" || UPLINK_UNKNOWN="the default route's interface $way leads to no device"
	done
	protect_other_halves
}

# A card can sit in two slots (socket direct) with one firmware and one configuration; the driver tells by this GUID, too.
protect_other_halves() {
	local file address slot guid
	local -A ways=()
	for file in "$PCI"/*/infiniband/*/sys_image_guid; do
		address=${file#"$PCI"/} slot=${address%%.*}
		read_value "$file"
		[[ -z $REPLY || -z ${UPLINK[$slot]:-} ]] || ways[$REPLY]=${UPLINK[$slot]}
	done
	for file in "$PCI"/*/infiniband/*/sys_image_guid; do
		address=${file#"$PCI"/} slot=${address%%.*}
		read_value "$file"
		guid=$REPLY
		[[ -z $guid || -z ${ways[$guid]:-} ]] || UPLINK[$slot]=${ways[$guid]}
	done
}

# Leaves in the caller's routes their interfaces. Of the main table only: rails have default routes in tables of their
# own. /proc shows one path of several, ip all of them.
default_routes() {
	local interface destination prefix family output words=() i
	if [[ -r $ROOT/proc/net/route ]]; then
		while read -r interface destination _; do
			# A route that refuses ("unreachable default") has no interface: *.
			[[ $destination != 00000000 || $interface == '*' ]] || routes+=("$interface")
		done <"$ROOT/proc/net/route"
	fi
	if [[ -r $ROOT/proc/net/ipv6_route ]]; then
		while read -r destination prefix _ _ _ _ _ _ _ interface; do
			[[ ! $destination$prefix =~ ^0{34}$ || $interface == lo ]] || routes+=("$interface")
		done <"$ROOT/proc/net/ipv6_route"
	fi
	have ip || return 0
	for family in -4 -6; do
		output=$(ask ip -o "$family" route show default 2>/dev/null) || continue
		read -ra words <<<"${output//$'\n'/ }"
		for ((i = 1; i < ${#words[@]}; i++)); do
			[[ ${words[i - 1]} != dev || ${words[i]} == lo ]] || routes+=("${words[i]}")
		done
	done
}

# Leaves in the caller's addresses the interfaces that have the node's InternalIP.
node_addresses() {
	local fact output line interface
	have ip || return 0
	while read -r fact; do
		[[ $fact == address\ InternalIP=* ]] || continue
		output=$(ask ip -o addr show to "${fact#*=}" 2>/dev/null) || continue
		while read -r line interface _; do
			[[ -z $interface || $interface == lo ]] || addresses+=("${interface%%@*}")
		done <<<"$output"
	done <<<"$NODE_FACTS"
}

# Status 1 when this interface leads to no device.
follow_way() {
	FOLLOWED=() LEADS=''
	follow "$1" "$1"
	[[ -n $LEADS ]]
}

# follow INTERFACE WAY: down through VLANs, bonds, bridges, teams and macvlans, by both ends of the kernel's links. What
# is below a bridge of Open vSwitch only shows at its datapath.
follow() {
	local interface=$1 way=$2 link lower=()
	if [[ -n ${FOLLOWED[$interface]:-} ]]; then return 0; fi
	FOLLOWED[$interface]=yes
	if [[ -e $NET/$interface/device ]]; then protect "$interface" "$way"; fi
	for link in "$NET/$interface"/lower_*; do lower+=("${link##*/lower_}"); done
	for link in "$NET"/*/"upper_$interface"; do
		link=${link%/*}
		lower+=("${link##*/}")
	done
	if [[ -z $LEADS && ${#lower[@]} == 0 && -e $NET/ovs-system ]]; then lower=(ovs-system); fi
	for link in "${lower[@]}"; do follow "$link" "$way"; done
}

# All functions of the card below this interface; a virtual function stands for the card of its physical one.
protect() {
	local path parts=() part address=''
	LEADS=yes
	path=$(readlink -f "$NET/$1/device")
	IFS=/ read -ra parts <<<"$path"
	for part in "${parts[@]}"; do
		[[ ! $part =~ ^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$ ]] || address=$part
	done
	[[ -n $address ]] || return 0
	UPLINK[${address%.*}]=$2
	physical_function "$address"
	UPLINK[${REPLY%.*}]=$2
}

physical_function() {
	REPLY=$1
	[[ -L $PCI/$1/physfn ]] || return 0
	REPLY=$(readlink -f "$PCI/$1/physfn")
	REPLY=${REPLY##*/}
}

# The one guard in front of every write to a card: mlxconfig, flash, setpci, ip and sysfs alike. Status 1: hands off.
may_change() {
	physical_function "$1"
	if [[ -n $UPLINK_UNKNOWN ]]; then
		log ERROR "$1: not changed, since $UPLINK_UNKNOWN"
		return 1
	elif [[ -n ${UPLINK[${REPLY%.*}]:-} ]]; then
		log ERROR "$1: not changed, since it carries the uplink of this host (${UPLINK[${REPLY%.*}]})"
		return 1
	fi
}

# Why a card is left alone: uplink; not-a-rail, an east-west card that rails_pciaddr doesn't name; in-a-bond, one whose
# interface belongs to a bond or bridge while nothing names the rails.
guard_cards() {
	local i slot guard
	declare -A guards=()
	for ((i = 1; i <= NICS; i++)); do
		slot=${NIC[$i,slot]} guard=''
		if [[ -n ${UPLINK[$slot]:-} ]]; then
			guard=uplink
		elif [[ ${NIC[$i,class]} == DPU ]]; then
			guard=''
		elif [[ -n ${SETTING[rails_pciaddr]:-} ]]; then
			card_is_rail "$slot" || guard=not-a-rail
		elif [[ -n ${NIC[$i,net]} && -e $NET/${NIC[$i,net]}/master ]]; then
			guard=in-a-bond
		fi
		[[ -z $guard ]] || guards[$slot]=$guard
	done
	for ((i = 1; i <= NICS; i++)); do
		slot=${NIC[$i,slot]}
		NIC[$i,guard]=${guards[$slot]:-}
		[[ -n ${NIC[$i,first]} ]] || continue
		case ${NIC[$i,guard]} in
			uplink) log WARN "${NIC[$i,pci]}: is the uplink of this host (${UPLINK[$slot]}); nothing is changed on this card" ;;
			not-a-rail) log INFO "${NIC[$i,pci]}: is not in rails_pciaddr; nothing is changed on this card" ;;
			in-a-bond) log WARN "${NIC[$i,pci]}: is in a bond or bridge; nothing is changed on this card (see rails_pciaddr)" ;;
		esac
	done
}

card_is_rail() {
	local i
	for ((i = 1; i <= NICS; i++)); do
		[[ ${NIC[$i,slot]} != "$1" ]] || ! is_rail "$i" || return 0
	done
	return 1
}

# Is this port in rails_pciaddr? Without that setting each is.
is_rail() {
	local pci=${NIC[$1,pci]} rail rails=()
	[[ -n ${SETTING[rails_pciaddr]:-} ]] || return 0
	IFS=, read -ra rails <<<"${SETTING[rails_pciaddr],,}"
	for rail in "${rails[@]}"; do
		[[ $rail == *:*:* ]] || rail=0000:$rail
		[[ $pci != "$rail" && ${pci%.*} != "$rail" ]] || return 0
	done
	return 1
}
