
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
	local side=EW
	[[ ${NIC[$1,class]} != DPU ]] || side=NS
	[[ ${SETTING[LINKTYPE_$side]} == 1 ]]
}

# wanted_attributes NIC V GUID: leaves "attribute=value" in the caller's attributes, in the order of writing.
wanted_attributes() {
	vf_node_guid "$3" "$2"
	attributes=("node=$REPLY")
	if is_infiniband "$1"; then
		vf_port_guid "$3" "$2"
		attributes+=("port=$REPLY" policy=Follow)
	else
		vf_mac "$3" "$2"
		attributes+=("mac=$REPLY")
	fi
}

# The driver shows some attributes only as a usage text, or those of another function, so what this script wrote in this
# boot counts too, as long as the function is still the same one.
function_fits() {
	local pci=${NIC[$1,pci]} v=$2 attributes=() pair
	[[ ! -e $BOOT_FOLDER/rebind-$pci-$v ]] || return 1
	wanted_attributes "$1" "$v" "$3"
	read_value "$BOOT_FOLDER/vf-$pci-$v"
	local record=$REPLY
	read_identity "$pci" "$v"
	[[ -z $record || $record != "$REPLY ${attributes[*]}" ]] || return 0
	for pair in "${attributes[@]}"; do
		attribute_is "$pci" "$v" "$pair" || return 1
	done
}

attribute_is() {
	local folder="$PCI/$1/sriov/$2" name=${3%%=*} value=${3#*=} line
	read_value "$folder/$name"
	[[ ${REPLY,,} != "${value,,}" ]] || return 0
	[[ $name == mac && -r $folder/config ]] || return 1
	while read -r line; do
		[[ ! ${line,,} =~ ^mac[[:space:]]*:[[:space:]]*"$value" ]] || return 0
	done <"$folder/config"
	return 1
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

set_function() {
	local pci=${NIC[$1,pci]} v=$2 folder address attributes=() pair
	folder="$PCI/$pci/sriov/$v"
	[[ -d $folder ]] || vf_failure "$pci function $v: $folder is missing" || return 1
	function_address "$pci" "$v" || vf_failure "$pci function $v: its PCI address cannot be read" || return 1
	address=$REPLY
	wanted_attributes "$1" "$v" "$3"
	# Before the first write: a function killed half-way is bound again by the next start.
	keep "$BOOT_FOLDER/rebind-$pci-$v" "$address"
	for pair in "${attributes[@]}"; do
		put "$folder/${pair%%=*}" "${pair#*=}" && continue
		if [[ $pair == policy=* ]]; then
			log WARN "$pci function $v: the policy cannot be set"
		else
			vf_failure "$pci function $v: ${pair%%=*} cannot be set to ${pair#*=}" || return 1
		fi
	done
	rebind "$address" || vf_failure "$pci function $v: $address cannot be bound to mlx5_core again" || return 1
	read_identity "$pci" "$v"
	keep "$BOOT_FOLDER/vf-$pci-$v" "$REPLY ${attributes[*]}"
	forget "$BOOT_FOLDER/rebind-$pci-$v"
	log INFO "$pci function $v: $address ${attributes[*]}"
}

# The driver takes the new addresses only when it binds. A function given to another driver (vfio) is left to it.
rebind() {
	local drivers="$ROOT/sys/bus/pci/drivers/mlx5_core" driver=''
	if [[ -L $PCI/$1/driver ]]; then
		driver=$(readlink "$PCI/$1/driver")
		driver=${driver##*/}
	fi
	case $driver in
		mlx5_core) put "$drivers/unbind" "$1" || return 1 ;;
		'') ;;
		*)
			log WARN "$1 belongs to driver $driver and is not bound again"
			return 0
			;;
	esac
	put "$drivers/bind" "$1"
}

vf_failure() {
	VF_FAILURES=$((VF_FAILURES + 1))
	log ERROR "$*"
	return 1
}
