
## One virtual function: its addresses, and giving it those

VF_FAILURES=0

# The three formulas. GUID is the card's node GUID, 16 lower-case digits; N counts from 0 to 255. They have to stay as
# they are: fabric managers know the functions by these addresses.
vf_node_guid() { vf_guid "$1" f1 "$2"; }
vf_port_guid() { vf_guid "$1" f2 "$2"; }

vf_guid() {
	local digits
	printf -v digits '%s%s%02x%s' "${1:0:7}" "$2" "$3" "${1:11:5}"
	with_colons "$digits"
}

vf_mac() {
	local digits
	printf -v digits 'f2%02x%s' "$2" "${1:8:8}"
	with_colons "$digits"
}

with_colons() {
	local digits=$1
	REPLY=${digits:0:2}
	while digits=${digits:2} && [[ -n $digits ]]; do REPLY+=:${digits:0:2}; done
}

# REPLY: 905a0815d91d2edc
read_card_guid() {
	local folder
	for folder in "$PCI/$1/infiniband"/*; do
		read_value "$folder/node_guid"
		REPLY=${REPLY//:/}
		REPLY=${REPLY,,}
		[[ ! $REPLY =~ ^[0-9a-f]{16}$ ]] || return 0
	done
	return 1
}

is_infiniband() {
	card_setting "$1" LINKTYPE
	[[ $REPLY == 1 ]]
}

# wanted_attributes NIC V GUID: leaves "attribute=value" in the caller's attributes, in the order of writing. The driver
# makes a node GUID out of an address that it is given, so the address comes first.
wanted_attributes() {
	attributes=()
	if ! is_infiniband "$1"; then
		vf_mac "$3" "$2"
		attributes+=("mac=$REPLY")
	fi
	vf_node_guid "$3" "$2"
	attributes+=("node=$REPLY")
	if is_infiniband "$1"; then
		vf_port_guid "$3" "$2"
		attributes+=("port=$REPLY" policy=Follow)
	fi
}

# A function fits when what it shows itself is as wanted. One that was given to another driver (vfio) shows nothing, so
# there what this script wrote in this boot counts, as long as it is still the same function.
function_fits() {
	local pci=${NIC[$1,pci]} v=$2 attributes=() pair record
	[[ ! -e $BOOT_FOLDER/rebind-$pci-$v ]] || return 1
	wanted_attributes "$1" "$v" "$3"
	if given_away "$pci" "$v"; then
		read_value "$BOOT_FOLDER/vf-$pci-$v"
		record=$REPLY
		read_identity "$pci" "$v"
		[[ $record != "$REPLY ${attributes[*]}" ]] || return 0
	fi
	attributes_are "$1" "$v" "${attributes[@]}"
}

given_away() {
	function_address "$1" "$2" || return 1
	driver_of "$REPLY"
	[[ -n $REPLY && $REPLY != mlx5_core ]]
}

# attributes_are NIC V NAME=VALUE...
attributes_are() {
	local pci=${NIC[$1,pci]} v=$2 pair infiniband=''
	is_infiniband "$1" && infiniband=yes
	shift 2
	for pair in "$@"; do
		read_attribute "$pci" "$v" "${pair%%=*}" "$infiniband"
		[[ ${REPLY,,} == "${pair#*=}" || $REPLY == "${pair#*=}" ]] || return 1
	done
}

# read_attribute PCI V NAME INFINIBAND: as the function itself shows it, since the driver's own files answer with a usage
# text for addresses, and on InfiniBand with another function's GUIDs.
read_attribute() {
	local folder="$PCI/$1/sriov/$2" own='' name=$3 infiniband=$4 file line
	function_address "$1" "$2" && own="$PCI/$REPLY"
	REPLY=''
	case $name in
		node)
			for file in "${own:-/none}"/infiniband/*/node_guid; do
				read_value "$file"
				with_colons "${REPLY//:/}"
				return 0
			done
			[[ -n $infiniband ]] || read_value "$folder/node"
			;;
		port)
			for file in "${own:-/none}"/infiniband/*/ports/1/gids/0; do
				read_value "$file"
				REPLY=${REPLY//:/}
				with_colons "${REPLY:16}"
				return 0
			done
			;;
		mac)
			for file in "${own:-/none}"/net/*/address; do
				read_value "$file"
				return 0
			done
			read_value "$folder/mac"
			[[ $REPLY == usage* && -r $folder/config ]] || return 0
			while read -r line; do
				[[ ${line,,} =~ ^mac[[:space:]]*:[[:space:]]*([0-9a-f:]+) ]] || continue
				REPLY=${BASH_REMATCH[1]}
				return 0
			done <"$folder/config"
			;;
		*) read_value "$folder/$name" ;;
	esac
}

# A function made anew gets a new inode in sysfs, even at the same address.
read_identity() { REPLY=$(stat -L -c %i "$PCI/$1/virtfn$2" 2>/dev/null) || REPLY=gone; }

function_address() {
	local line
	[[ -r $PCI/$1/virtfn$2/uevent ]] || return 1
	while read -r line; do
		if [[ $line == PCI_SLOT_NAME=* ]]; then
			REPLY=${line#*=}
			return 0
		fi
	done <"$PCI/$1/virtfn$2/uevent"
	return 1
}

# Addresses are set while no driver has the function, and proven after one has it again. In two steps, for between them the
# driver needs a moment: begin_function NIC V GUID.
begin_function() {
	local i=$1 pci=${NIC[$1,pci]} v=$2 folder address attributes=()
	folder="$PCI/$pci/sriov/$v"
	[[ -d $folder ]] || vf_failure "$pci function $v: $folder is missing" || return 1
	function_address "$pci" "$v" || vf_failure "$pci function $v: its PCI address cannot be read" || return 1
	address=$REPLY
	wanted_attributes "$i" "$v" "$3"
	# Before the first write: a function killed half-way is bound again by the next start.
	keep "$BOOT_FOLDER/rebind-$pci-$v" "$address"
	unbind "$address" || vf_failure "$pci function $v: $address cannot be unbound from mlx5_core" || return 1
	[[ ${attributes[0]} != mac=* ]] || set_attribute "$pci" "$v" "$address" "${attributes[0]}"
}

# finish_function NIC V GUID
finish_function() {
	local i=$1 pci=${NIC[$1,pci]} v=$2 address attributes=() pair
	function_address "$pci" "$v" || vf_failure "$pci function $v: its PCI address cannot be read" || return 1
	address=$REPLY
	wanted_attributes "$i" "$v" "$3"
	for pair in "${attributes[@]}"; do
		[[ $pair != mac=* ]] || continue
		set_attribute "$pci" "$v" "$address" "$pair" || return 1
	done
	bind "$address" || vf_failure "$pci function $v: $address cannot be bound to mlx5_core again" || return 1
	if ! given_away "$pci" "$v"; then
		wait_until 20 1 "$pci function $v to show its addresses" shows_attributes "$i" "$v" "${attributes[@]}" ||
			vf_failure "$pci function $v: $address does not show ${attributes[*]} after it was set" || return 1
	fi
	read_identity "$pci" "$v"
	keep "$BOOT_FOLDER/vf-$pci-$v" "$REPLY ${attributes[*]}"
	forget "$BOOT_FOLDER/rebind-$pci-$v"
	log INFO "$pci function $v: $address ${attributes[*]}"
}

# set_attribute PCI V ADDRESS NAME=VALUE
set_attribute() {
	put "$PCI/$1/sriov/$2/${4%%=*}" "${4#*=}" && return
	if [[ $4 == policy=* ]]; then
		log WARN "$1 function $2: the policy cannot be set"
		return 0
	fi
	# Better with the addresses that it had than without a driver.
	bind "$3" || :
	vf_failure "$1 function $2: ${4%%=*} cannot be set to ${4#*=}"
}

# A policy that cannot be set was told already.
shows_attributes() {
	local pair proven=()
	for pair in "${@:3}"; do
		[[ $pair == policy=* ]] || proven+=("$pair")
	done
	attributes_are "$1" "$2" "${proven[@]}"
}

# driver_of ADDRESS: empty when it has none.
driver_of() {
	REPLY=''
	[[ -L $PCI/$1/driver ]] || return 0
	REPLY=$(readlink "$PCI/$1/driver")
	REPLY=${REPLY##*/}
}

# The driver takes the new addresses only when it binds. A function given to another driver (vfio) is left to it.
unbind() {
	driver_of "$1"
	case $REPLY in
		mlx5_core) put "$ROOT/sys/bus/pci/drivers/mlx5_core/unbind" "$1" ;;
		'') ;;
		*) log WARN "$1 belongs to driver $REPLY and is not bound again" ;;
	esac
}

bind() {
	driver_of "$1"
	[[ -z $REPLY || $REPLY == mlx5_core ]] || return 0
	put "$ROOT/sys/bus/pci/drivers/mlx5_core/bind" "$1"
}

vf_failure() {
	VF_FAILURES=$((VF_FAILURES + 1))
	log ERROR "$*"
	return 1
}
