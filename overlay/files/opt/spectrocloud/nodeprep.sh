#!/bin/bash
# nodeprep: brings the NVIDIA network cards of a cluster node to the wanted firmware and configuration, creates their
# SR-IOV virtual functions, labels the node and releases it for workloads. Runs as root, at every boot.
#
# Put together from the parts in overlay/nodeprep; change those, then:
#   cat overlay/nodeprep/*.sh > overlay/files/opt/spectrocloud/nodeprep.sh
# States, exit codes and the environment file are described in docs/nodeprep.md. Needs bash 5.1 or newer.

set -Eeuo pipefail
shopt -s nullglob inherit_errexit
export LC_ALL=C
umask 022

readonly NODEPREP_VERSION='2.0.0'

# Everything outside this script lies below this prefix; it is empty on a real node.
readonly ROOT=${NODEPREP_ROOT:-}

readonly ENVIRONMENT_FILES=("$ROOT/opt/spectrocloud/nodeprep-env.sh" "$ROOT/opt/spectrocloud/nodeprep.env")
readonly FIRMWARE_FOLDER="$ROOT/opt/spectrocloud/spcx"
readonly IMAGE_COPY="$ROOT/usr/lib/edge-builder/nodeprep.sh"
readonly SCRIPT_PATH='/opt/spectrocloud/nodeprep.sh'
readonly KUBELET_CONF="$ROOT/etc/kubernetes/kubelet.conf"
readonly ADMIN_CONF="$ROOT/etc/kubernetes/admin.conf"
readonly LOG_FILE="$ROOT/var/log/sc-nodeprep.log"
readonly LOG_LIMIT=${NODEPREP_LOG_LIMIT:-5242880}
readonly LOCK_FILE="$ROOT/run/nodeprep.lock"
# Gone after a reboot, as is what it records: writes waiting for a reboot, cards flashed, virtual functions set.
readonly BOOT_FOLDER="$ROOT/run/nodeprep"
# Survives a reboot, also on Kairos, where /opt is a persistent bind mount.
readonly KEPT_FOLDER="$ROOT/opt/spectrocloud/nodeprep-state"
readonly PCI="$ROOT/sys/bus/pci/devices"

readonly KEY='spectrocloud.com/nodeprep'
readonly TAINT="$KEY:NoSchedule"

# Seconds; every wait ends.
readonly NODE_LIMIT=${NODEPREP_NODE_LIMIT:-3600}
readonly CERT_MANAGER_LIMIT=${NODEPREP_CERT_MANAGER_LIMIT:-3600}
readonly FLASH_LIMIT=${NODEPREP_FLASH_LIMIT:-7200}
# Starts of one stage that writes to hardware and reboots, before it is left alone.
readonly ATTEMPT_LIMIT=${NODEPREP_ATTEMPT_LIMIT:-5}

readonly EXIT_BUG=1
readonly EXIT_USAGE=2
readonly EXIT_NO_ENVIRONMENT=10
readonly EXIT_BAD_ENVIRONMENT=11
readonly EXIT_MISSING_TOOL=12
readonly EXIT_NOT_ROOT=13
readonly EXIT_NODE=20
readonly EXIT_CLUSTER=21
readonly EXIT_UNKNOWN_STATE=22
readonly EXIT_ATTEMPTS=23
readonly EXIT_SOFTWARE=30
readonly EXIT_FLASH=31
readonly EXIT_CONFIGURATION=32
readonly EXIT_FUNCTIONS=33
readonly EXIT_REBOOT=40
readonly EXIT_LOCKED=41
readonly EXIT_CHECK_WORK=50
readonly EXIT_CHECK_MISSING=51

MODE='run' # or check, status
STATE=''
CORDONED='' # not empty while this script has to uncordon the node
declare -A SETTING=()

## Log and failures

LOG_OPEN=''

# log LEVEL TEXT...: no colours, so that the file and a serial line read the same.
log() {
	local level=$1 line
	shift
	case $MODE in
		status) return ;;
		check)
			printf '%-8s %s\n' "${level,,}" "$*"
			return
			;;
	esac
	printf -v line ' [%s] %(%F %T %Z)T [%d] %s' "$level" -1 $$ "$*"
	# A supervisor that went away must not end a flash in its middle.
	printf '%s\n' "$line" 2>/dev/null || :
	[[ -z $LOG_OPEN ]] || printf '%s\n' "$line" 2>/dev/null >>"$LOG_FILE" || :
}

# Logs each line of standard input.
log_lines() {
	local line
	while IFS= read -r line || [[ -n $line ]]; do log OUT "${line//$'\r'/}"; done
}

open_log() {
	if ! mkdir -p "${LOG_FILE%/*}" 2>/dev/null || ! : 2>/dev/null >>"$LOG_FILE"; then
		log WARN "$LOG_FILE cannot be written; logging to standard output only"
		return 0
	fi
	local size
	size=$(stat -c %s "$LOG_FILE")
	((size < LOG_LIMIT)) || rotate_log
	LOG_OPEN=yes
}

rotate_log() {
	local n
	for n in 2 1; do
		[[ ! -e $LOG_FILE.$n ]] || mv -f "$LOG_FILE.$n" "$LOG_FILE.$((n + 1))"
	done
	mv -f "$LOG_FILE" "$LOG_FILE.1"
}

# fail EXIT_CODE TEXT...: the label stays as it is, so the next start tries the same stage again.
fail() {
	local code=$1
	shift
	if checking; then
		missing "$* (a run would end with exit code $code)"
		finish_check
	fi
	[[ $MODE == run ]] || printf '%s\n' "$*" >&2
	log FATAL "$*"
	exit "$code"
}

on_error() {
	local status=$1 line=$2 command=$3
	log FATAL "unexpected failure in line $line, status $status: $command"
	exit "$EXIT_BUG"
}

# Whatever happens, the node doesn't stay cordoned by us, or without the taint we borrowed.
on_exit() {
	local status=$?
	trap - ERR
	set +e
	if [[ $MODE == run ]]; then
		uncordon || log ERROR 'the node is still cordoned; the next start tries again'
		return_taint || log ERROR "the taint $TAINT is still missing; the next start tries again"
	fi
	exit "$status"
}

set_traps() {
	trap 'on_error $? $LINENO "$BASH_COMMAND"' ERR
	trap on_exit EXIT
	trap 'log WARN "ended by SIGINT"; exit 130' INT
	trap 'log WARN "ended by SIGTERM"; exit 143' TERM
	trap '' PIPE
}

## Doors: every effect on the machine or the cluster goes through one of these
# Functions that compute a value leave it in REPLY: no subshell, so a failure in them ends the script.

WORK=0
MISSING=0

checking() { [[ $MODE == check ]]; }

# What a run would do; only said in check mode.
would() {
	WORK=$((WORK + 1))
	printf '%-8s %s\n' would "$*"
}

missing() {
	MISSING=$((MISSING + 1))
	printf '%-8s %s\n' missing "$*"
}

have() { command -v "$1" >/dev/null 2>&1; }

# Runs a program that only reads. The lock stays with this script, or a child that lives on would hold it.
ask() { "$@" 9>&- </dev/null; }

# Runs a program that changes something; its output goes to the log. Returns its status.
act() {
	[[ $MODE != status ]] || return 0
	if checking; then
		would "run: $*"
		return 0
	fi
	local status=0
	"$@" 9>&- </dev/null 2>&1 | log_lines || status=${PIPESTATUS[0]}
	return "$status"
}

# Writes one value into a kernel file. Returns non-zero when the kernel refuses it.
put() {
	local file=$1 value=$2
	if checking; then
		would "write $value to $file"
		return 0
	fi
	[[ -f $file ]] || return 1
	{ printf '%s' "$value" >"$file"; } 2>/dev/null
}

# Replaces a file of ours in one step, with its folder.
keep() {
	local file=$1 text=$2
	if checking; then return 0; fi
	[[ -d ${file%/*} ]] || mkdir -p "${file%/*}"
	printf '%s\n' "$text" >"$file.new"
	mv -f "$file.new" "$file"
}

forget() {
	if checking || [[ ! -e $1 ]]; then return 0; fi
	rm -f "$1"
}

# read_value FILE: the first line without surrounding blanks; empty when it cannot be read.
read_value() {
	REPLY=''
	[[ -f $1 ]] || return 0
	{ IFS=$' \t' read -r REPLY <"$1"; } 2>/dev/null || :
}

# pause SECONDS, with a sign of life each minute when it is long.
pause() {
	local left=$1 step
	while ((left > 0)); do
		step=$((left > 60 ? 60 : left))
		ask sleep "$step"
		left=$((left - step))
		((left == 0)) || log INFO "$left s to go"
	done
}

# wait_until LIMIT EVERY WHAT COMMAND...: status 1 when COMMAND did not succeed within LIMIT seconds.
wait_until() {
	local limit=$1 every=$2 what=$3 waited=0
	shift 3
	until "$@"; do
		((waited < limit)) || return 1
		((waited % 60)) || log INFO "waiting for $what ($waited of at most $limit s)"
		ask sleep "$every"
		waited=$((waited + every))
	done
}

## Environment file: data, never run

ENVIRONMENT_FILE=''
ENVIRONMENT_PROBLEMS=()

# When it must be there, name, pattern of its values (without blanks), and that in words.
readonly INTEGER='(0|[1-9][0-9]{0,5})'
readonly VF_COUNT='([0-9]|[1-9][0-9]|1[0-9][0-9]|2[0-4][0-9]|25[0-5])'
readonly FILE_NAME='[A-Za-z0-9][A-Za-z0-9._+~-]*'
readonly SETTINGS=(
	"always BFB $FILE_NAME\.bfb a file name that ends in .bfb"
	'always BFB_FW [0-9]+(\.[0-9]+){1,3} a firmware version such as 32.47.1088'
	"always NUMVF_EW $VF_COUNT a number from 0 to 255"
	"always NUMVF_NS $VF_COUNT a number from 0 to 255"
	'always LINKTYPE_EW [12] 1 (InfiniBand) or 2 (Ethernet)'
	'always LINKTYPE_NS [12] 1 (InfiniBand) or 2 (Ethernet)'
	'always ROCECC [01] 0 or 1'
	'always CONTROLDPU (true|false) true or false'
	'always DPUOFFLOAD [01] 0 (enabled) or 1 (disabled)'
	'always DISABLE_ACS (true|false) true or false'
	"mutable DOCA_DEB $FILE_NAME\.deb a file name that ends in .deb"
	'mutable MAAS https?://[A-Za-z0-9._:-]+(/[A-Za-z0-9._~-]+)* a URL without user, query and trailing slash'
	'mutable APT_UPDATE (true|false) true or false'
	"optional CP_DELAY $INTEGER a number of seconds"
	'optional NFSORDMA_ENABLED (true|false) true or false'
	'optional BFB_SHA256 [0-9a-f]{64} 64 hexadecimal digits'
	'optional DOCA_SHA256 [0-9a-f]{64} 64 hexadecimal digits'
	'optional rails_pciaddr [0-9a-fA-F:.,]+ PCI addresses (bus:device) separated by commas'
)

find_environment() {
	local file
	for file in "${ENVIRONMENT_FILES[@]}"; do
		[[ ! -f $file ]] || {
			ENVIRONMENT_FILE=$file
			return 0
		}
	done
	return 1
}

# Who can write the file decides about firmware; so only root may (or, below a prefix, whoever runs this).
environment_is_ours() {
	local owner mode
	read -r owner mode < <(stat -L -c '%u %a' "$ENVIRONMENT_FILE") || return 1
	[[ $owner == 0 || $owner == "$EUID" ]] && (((8#$mode & 8#022) == 0))
}

# Values are kept as they stand: no expansion, no substitution. Lines that are not assignments are problems. Contents
# are never repeated in messages, since the file may carry passwords.
parse_environment() {
	local line number=0 name value
	local quote=\' assignment='^[[:space:]]*(export[[:space:]]+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$'
	local tail='[[:space:]]*(#.*)?$'
	while IFS= read -r line || [[ -n $line ]]; do
		number=$((number + 1))
		line=${line%$'\r'}
		[[ $line =~ ^[[:space:]]*(#.*)?$ ]] && continue
		if ! [[ $line =~ $assignment ]]; then
			ENVIRONMENT_PROBLEMS+=("line $number is not NAME=value")
			continue
		fi
		name=${BASH_REMATCH[2]} value=${BASH_REMATCH[3]}
		if [[ $value =~ ^\"([^\"]*)\"$tail || $value =~ ^$quote([^$quote]*)$quote$tail ]]; then
			value=${BASH_REMATCH[1]}
		elif [[ $value =~ ^([^[:space:]\"$quote]*)([[:space:]]+#.*|[[:space:]]*)$ ]]; then
			value=${BASH_REMATCH[1]}
		else
			ENVIRONMENT_PROBLEMS+=("line $number: the value of $name is not one plain or quoted word")
			continue
		fi
		take_setting "$name" "$value"
	done <"$ENVIRONMENT_FILE"
}

take_setting() {
	local row name
	for row in "${SETTINGS[@]}"; do
		read -r _ name _ <<<"$row"
		if [[ $name == "$1" ]]; then
			SETTING[$name]=$2
			return
		fi
	done
	log INFO "$1 in the environment file is not known to this version; left out"
}

validate_environment() {
	local row when name pattern meaning
	for row in "${SETTINGS[@]}"; do
		read -r when name pattern meaning <<<"$row"
		if [[ $when == mutable ]] && immutable; then continue; fi
		if [[ -z ${SETTING[$name]+set} ]]; then
			[[ $when == optional ]] || ENVIRONMENT_PROBLEMS+=("$name is missing: $meaning")
		elif ! [[ ${SETTING[$name]} =~ ^($pattern)$ ]]; then
			ENVIRONMENT_PROBLEMS+=("$name must be $meaning")
		fi
	done
}

# Reads and checks everything before anything is done; all problems are said at once.
load_environment() {
	environment_is_ours || ENVIRONMENT_PROBLEMS+=('must belong to root and be writable by nobody else')
	((${#ENVIRONMENT_PROBLEMS[@]})) || parse_environment
	((${#ENVIRONMENT_PROBLEMS[@]})) || validate_environment
	: "${SETTING[CP_DELAY]:=0}" "${SETTING[NFSORDMA_ENABLED]:=false}"
	((${#ENVIRONMENT_PROBLEMS[@]} == 0))
}

immutable() { [[ -d $ROOT/etc/kairos ]]; }

# on NAME: is this boolean setting true?
on() { [[ ${SETTING[$1]} == true ]]; }

## Cluster: the node, its labels, its taint, its cordon

NODE=''
NODE_FACTS=''
# One read gives everything that is needed of the node, a fact a line.
# shellcheck disable=SC2016 # the template's own variables
readonly NODE_TEMPLATE='{{range .status.conditions}}condition {{.type}}={{.status}}{{"\n"}}{{end}}{{if .spec.unschedulable}}unschedulable{{"\n"}}{{end}}{{range .spec.taints}}taint {{.key}}{{with .value}}={{.}}{{end}}:{{.effect}}{{"\n"}}{{end}}{{range $key, $value := .metadata.labels}}label {{$key}}={{$value}}{{"\n"}}{{end}}'
readonly CORDON_MARK="$KEPT_FOLDER/cordoned"
readonly TAINT_MARK="$KEPT_FOLDER/taint-removed"

# The kubelet's identity may do all but change its own taints; that needs the administrator's.
ask_cluster() { ask kubectl --kubeconfig "$KUBELET_CONF" --request-timeout=20s "$@"; }
act_cluster() { act kubectl --kubeconfig "$KUBELET_CONF" --request-timeout=20s "$@"; }
ask_as_admin() { ask kubectl --kubeconfig "$ADMIN_CONF" --request-timeout=20s "$@"; }
act_as_admin() { act kubectl --kubeconfig "$ADMIN_CONF" --request-timeout=20s "$@"; }

control_plane() { [[ -e $ADMIN_CONF ]]; }

read_node() { NODE_FACTS=$(ask_cluster get node "$1" -o go-template="$NODE_TEMPLATE" 2>/dev/null) && [[ -n $NODE_FACTS ]]; }

fact() { [[ $'\n'"$NODE_FACTS"$'\n' == *$'\n'"$1"$'\n'* ]]; }

# label_of KEY: its value, empty when absent.
label_of() {
	local facts=$'\n'"$NODE_FACTS"$'\n' mark=$'\n'"label $1="
	REPLY=''
	[[ $facts != *"$mark"* ]] || {
		REPLY=${facts#*"$mark"}
		REPLY=${REPLY%%$'\n'*}
	}
}

tainted() { [[ $'\n'"$NODE_FACTS" == *$'\n'"taint $KEY"[:=]* ]]; }

# Nodes register by host name or by full name, always in lower case.
find_node() {
	local option name
	for option in '' -f; do
		name=$(ask hostname ${option:+"$option"} 2>/dev/null) || continue
		name=${name,,}
		if [[ -n $name ]] && read_node "$name"; then
			NODE=$name
			return 0
		fi
	done
	return 1
}

node_is_ready() { find_node && fact 'condition Ready=True'; }

wait_for_node() {
	wait_until "$NODE_LIMIT" 5 'the node to be Ready' node_is_ready && return
	[[ -n $NODE ]] || fail "$EXIT_NODE" "no node of the cluster is called $(ask hostname) or by this host's full name"
	fail "$EXIT_NODE" "node $NODE was not Ready within $NODE_LIMIT s"
}

# write_labels KEY=VALUE...: only what differs is written, and believed when read back.
write_labels() {
	local try pair wanted=()
	for pair in "$@"; do
		fact "label $pair" || wanted+=("$pair")
	done
	((${#wanted[@]})) || return 0
	for try in 1 2 3 4 5; do
		if act_cluster label node "$NODE" --overwrite "${wanted[@]}"; then
			if checking; then return 0; fi
			if read_node "$NODE" && all_labelled "${wanted[@]}"; then return 0; fi
		fi
		log WARN "labels were not taken (attempt $try of 5)"
		((try == 5)) || ask sleep 5
	done
	return 1
}

all_labelled() {
	local pair
	for pair in "$@"; do
		fact "label $pair" || return 1
	done
}

to_state() {
	log INFO "state ${STATE:-(none)} -> $1"
	write_labels "$KEY=$1" || fail "$EXIT_CLUSTER" "the label $KEY=$1 could not be written to node $NODE and read back"
	STATE=$1
	forget_attempts
}

# label_value TEXT: what Kubernetes accepts: 63 characters of letters, digits, dot, dash, underscore, no sign at an end.
label_value() {
	REPLY=${1//[^A-Za-z0-9._-]/-}
	REPLY=${REPLY:0:63}
	while [[ $REPLY == [._-]* ]]; do REPLY=${REPLY#?}; done
	while [[ $REPLY == *[._-] ]]; do REPLY=${REPLY%?}; done
}

# A mark on disk comes before the cordon, so a killed run's cordon is known as ours by the next one.
recall_cordon() {
	[[ -e $CORDON_MARK ]] || return 0
	if fact unschedulable; then
		log INFO 'the node is still cordoned by an earlier run of this script'
		CORDONED=yes
	else
		forget "$CORDON_MARK"
	fi
}

cordon() {
	if [[ -n $CORDONED ]]; then return 0; fi
	# Read anew: an administrator may have cordoned it since this start began.
	read_node "$NODE" || fail "$EXIT_CLUSTER" "node $NODE could not be read"
	if fact unschedulable; then
		log INFO 'the node is cordoned by somebody else; it is left so'
		return 0
	fi
	keep "$CORDON_MARK" "$NODE"
	CORDONED=yes
	act_cluster cordon "$NODE" || fail "$EXIT_CLUSTER" "node $NODE could not be cordoned"
}

uncordon() {
	if [[ -z $CORDONED ]]; then return 0; fi
	act_cluster uncordon "$NODE" || return 1
	CORDONED=''
	forget "$CORDON_MARK"
}

remove_taint() { act_as_admin taint node "$NODE" "$TAINT-"; }

# The same way: a mark first, so the taint comes back even after a kill in between.
borrow_taint() {
	keep "$TAINT_MARK" "$NODE"
	if tainted; then
		remove_taint || fail "$EXIT_CLUSTER" "the taint $TAINT could not be removed from node $NODE"
	fi
}

return_taint() {
	if [[ ! -e $TAINT_MARK || -z $NODE ]]; then return 0; fi
	act_as_admin taint node "$NODE" "$TAINT" --overwrite || return 1
	forget "$TAINT_MARK"
}

cert_manager_is_deployed() {
	local secrets
	secrets=$(ask_as_admin get secret -n cert-manager -l owner=helm,name=cert-manager,status=deployed -o name 2>/dev/null)
	[[ -n $secrets ]]
}

# A first control plane node without Stylus must let cluster components on before it is prepared.
release_control_plane() {
	if stylus || ! control_plane; then return 0; fi
	if checking; then
		! tainted || would "take the taint $TAINT off for cert-manager and ${SETTING[CP_DELAY]} s"
		return 0
	fi
	local nodes
	nodes=$(ask_as_admin get nodes -o name) || fail "$EXIT_CLUSTER" 'the nodes of the cluster could not be listed'
	if [[ $nodes != *$'\n'* ]]; then
		borrow_taint
		wait_until "$CERT_MANAGER_LIMIT" 3 'cert-manager' cert_manager_is_deployed ||
			fail "$EXIT_NODE" "cert-manager was not deployed within $CERT_MANAGER_LIMIT s"
		return_taint || fail "$EXIT_CLUSTER" "the taint $TAINT could not be given back to node $NODE"
		read_node "$NODE" || fail "$EXIT_CLUSTER" "node $NODE could not be read"
	fi
	if ! tainted && [[ ! -e $TAINT_MARK ]]; then return 0; fi
	borrow_taint
	log INFO "untainted for ${SETTING[CP_DELAY]} s"
	pause "${SETTING[CP_DELAY]}"
	return_taint || fail "$EXIT_CLUSTER" "the taint $TAINT could not be given back to node $NODE"
}

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

## Labels that describe the hardware

label_hardware() {
	local i pairs=()
	for ((i = 1; i <= NICS; i++)); do
		add_label "nic-$i-type" "${NIC[$i,class]}"
		add_label "nic-$i-fw" "${NIC[$i,fw]}"
		short_address "${NIC[$i,pci]}"
		add_label "nic-$i-addr" "$REPLY"
		add_label "nic-$i-name" "${NIC[$i,net]}"
		add_label "nic-$i-linkwidth" "${NIC[$i,width]}"
		add_label "nic-$i-linkspeed" "${NIC[$i,speed]}"
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

## BlueField firmware

readonly REBOOT_NEEDED="$BOOT_FOLDER/reboot-needed"
BUNDLE_CHECKED=''
REBOOT_WANTED=''

# need_reboot WHY: said before the first write, so that no kill in between loses it; gone with the reboot.
need_reboot() {
	REBOOT_WANTED=yes
	keep "$REBOOT_NEEDED" "${STATE} $1"
}

reboot_is_needed() { [[ -n $REBOOT_WANTED || -e $REBOOT_NEEDED ]]; }

# True for a start after one that was killed between writing the next state and its reboot.
reboot_is_owed() {
	local stage
	[[ -f $REBOOT_NEEDED ]] || return 1
	read -r stage _ <"$REBOOT_NEEDED"
	[[ $stage != "$STATE" ]]
}

# compare_versions A B: REPLY is -1, 0 or 1.
compare_versions() {
	local a=() b=() i
	IFS=. read -ra a <<<"$1"
	IFS=. read -ra b <<<"$2"
	for ((i = 0; i < ${#a[@]} || i < ${#b[@]}; i++)); do
		REPLY=$((10#${a[i]:-0} - 10#${b[i]:-0}))
		((REPLY == 0)) || break
	done
	REPLY=$((REPLY > 0 ? 1 : REPLY < 0 ? -1 : 0))
}

flash_firmware() {
	local i
	for ((i = 1; i <= NICS; i++)); do
		[[ -n ${NIC[$i,first]} ]] || continue
		if wants_flash "$i"; then flash_card "$i"; fi
	done
}

# Only BlueFields, only upwards, only from the bundle's own family (32.x never goes onto a 24.x card).
wants_flash() {
	local pci=${NIC[$1,pci]} class=${NIC[$1,class]} fw=${NIC[$1,fw]} newest=${SETTING[BFB_FW]}
	case $class in
		ConnectX)
			log INFO "$pci: ConnectX firmware is not part of the bundle"
			return 1
			;;
		Unknown) return 1 ;;
		DPU) on CONTROLDPU || {
			log INFO "$pci: flashing DPUs is not allowed by policy (CONTROLDPU)"
			return 1
		} ;;
	esac
	if [[ -z $fw ]]; then fail "$EXIT_FLASH" "$pci: its firmware version cannot be read"; fi
	compare_versions "$fw" "$newest"
	if ((REPLY == 0)); then
		log OK "$pci: firmware $fw is the wanted one, skip"
	elif ((REPLY > 0)); then
		log OK "$pci: firmware $fw is newer than $newest, skip"
	elif [[ ${fw%%.*} != "${newest%%.*}" ]]; then
		log WARN "$pci: firmware $fw is of another family than the bundle's $newest, skip"
	elif [[ -e $BOOT_FOLDER/flashed-${NIC[$1,slot]} ]]; then
		log OK "$pci: flashed already, waiting for the reboot"
	else
		return 0
	fi
	return 1
}

flash_card() {
	local pci=${NIC[$1,pci]} slot=${NIC[$1,slot]} bundle="$FIRMWARE_FOLDER/bfb/${SETTING[BFB]}"
	have bfb-install || fail "$EXIT_MISSING_TOOL" 'bfb-install is not installed (package rshim)'
	check_bundle "$bundle"
	start_rshim
	if ! checking; then
		wait_until 30 2 "rshim of $pci" find_rshim "$slot" ||
			fail "$EXIT_FLASH" "$pci: no /dev/rshim* belongs to this card, so it cannot be flashed"
	else
		find_rshim "$slot" || REPLY='rshim?'
	fi
	local rshim=$REPLY
	log INFO "$pci: flashing ${SETTING[BFB]} over firmware ${NIC[$1,fw]}; this takes ten minutes and more"
	need_reboot "firmware of $slot"
	flash "$rshim" "$bundle" || fail "$EXIT_FLASH" "$pci: bfb-install failed; see the lines above"
	keep "$BOOT_FOLDER/flashed-$slot" "${SETTING[BFB]}"
	log OK "$pci: flashed"
}

# Keeps the lock open, unlike all other programs: should this script be killed, no second start may flash beside it.
flash() {
	if checking; then
		would "run: bfb-install --rshim $1 --bfb $2 --verbose"
		return 0
	fi
	local status=0
	timeout --foreground "$FLASH_LIMIT" bfb-install --rshim "$1" --bfb "$2" --verbose </dev/null 2>&1 |
		log_lines || status=${PIPESTATUS[0]}
	return "$status"
}

check_bundle() {
	[[ -z $BUNDLE_CHECKED ]] || return 0
	[[ -s $1 ]] || fail "$EXIT_FLASH" "the BlueField bundle $1 is missing or empty (setting BFB)"
	if [[ -n ${SETTING[BFB_SHA256]:-} ]]; then
		has_sha256 "$1" "${SETTING[BFB_SHA256]}" || fail "$EXIT_FLASH" "$1 does not match BFB_SHA256"
	fi
	BUNDLE_CHECKED=yes
}

has_sha256() {
	local sum
	sum=$(ask sha256sum "$1") && [[ ${sum%% *} == "$2" ]]
}

rshim_is_active() { [[ $(ask systemctl is-active rshim 2>/dev/null) == active ]]; }

start_rshim() {
	if rshim_is_active; then return 0; fi
	if ! { act systemctl daemon-reload && act systemctl enable rshim && act systemctl restart rshim; }; then
		fail "$EXIT_FLASH" 'the rshim service cannot be started'
	fi
	if checking; then return 0; fi
	wait_until 60 2 'the rshim service' rshim_is_active || fail "$EXIT_FLASH" 'the rshim service did not become active'
}

# The rshim whose DEV_NAME is this card: "DEV_NAME  pcie-0000:05:00.2". REPLY is its name.
find_rshim() {
	local folder key value
	for folder in "$ROOT"/dev/rshim*; do
		[[ -r $folder/misc ]] || continue
		while read -r key value _; do
			if [[ $key == DEV_NAME && ${value%.*} == "pcie-$1" ]]; then
				REPLY=${folder##*/}
				return 0
			fi
		done <"$folder/misc"
	done
	return 1
}

## Configuration of the cards (mlxconfig)

configure_cards() {
	local i
	for ((i = 1; i <= NICS; i++)); do
		[[ -n ${NIC[$i,first]} ]] || continue
		warn_old_firmware "$i"
		case ${NIC[$i,class]} in
			Unknown) ;;
			DPU)
				if on CONTROLDPU; then
					configure_card "$i"
				else
					log INFO "${NIC[$i,pci]}: configuring DPUs is not allowed by policy (CONTROLDPU)"
				fi
				;;
			*) configure_card "$i" ;;
		esac
	done
}

# A flash that only a power cycle makes effective shows here, after the reboot.
warn_old_firmware() {
	local fw=${NIC[$1,fw]} newest=${SETTING[BFB_FW]}
	[[ ${NIC[$1,class]} == SuperNIC || ${NIC[$1,class]} == DPU ]] || return 0
	[[ ${fw%%.*} == "${newest%%.*}" ]] || return 0
	compare_versions "$fw" "$newest"
	((REPLY >= 0)) || log WARN "${NIC[$1,pci]}: firmware is still $fw, not $newest; it may need a cold power cycle"
}

# Sets what differs in one call, and believes it when read back.
configure_card() {
	local slot=${NIC[$1,slot]} pci=${NIC[$1,pci]} wanted=() different=()
	wanted_parameters "$1"
	different_parameters "$slot" "${wanted[@]}"
	if ((${#different[@]} == 0)); then
		log OK "$pci: configured as wanted, nothing to write"
		return 0
	fi
	log INFO "$pci: setting ${different[*]}"
	need_reboot "configuration of $slot"
	act mlxconfig -d "$pci" -y set "${different[@]}" || fail "$EXIT_CONFIGURATION" "$pci: mlxconfig set failed"
	if checking; then return 0; fi
	forget_parameters "$slot"
	read_parameters "$slot"
	different_parameters "$slot" "${wanted[@]}"
	((${#different[@]} == 0)) || fail "$EXIT_CONFIGURATION" "$pci: the card did not take ${different[*]}"
	log OK "$pci: configured"
}

# Leaves in the caller's wanted: NAME=VALUE for all that this card should have.
wanted_parameters() {
	local class=${NIC[$1,class]} slot=${NIC[$1,slot]} side=EW link vfs port
	[[ $class != DPU ]] || side=NS
	link=${SETTING[LINKTYPE_$side]} vfs=${SETTING[NUMVF_$side]}
	wanted=()
	for port in P1 P2; do
		[[ $port == P1 ]] || knows_parameter "$slot" LINK_TYPE_P2 || break
		wanted+=("LINK_TYPE_$port=$link")
		((link == 1)) || wanted+=("ROCE_RTT_RESP_DSCP_$port=48" "ROCE_RTT_RESP_DSCP_MODE_$port=1")
	done
	# RoCE is Ethernet; InfiniBand firmware refuses these, and with them all others of the same call.
	((link == 1)) || wanted+=("ROCE_ADAPTIVE_ROUTING_EN=${SETTING[ROCECC]}" ROCE_CC_STEERING_EXT=2)
	wanted+=("USER_PROGRAMMABLE_CC=${SETTING[ROCECC]}" TX_SCHEDULER_LOCALITY_MODE=2)
	[[ $class != SuperNIC ]] || wanted+=(MULTIPATH_DSCP=0)
	# Never 0 in firmware, so that the number can be raised later without a flash of the configuration.
	wanted+=(ADVANCED_PCI_SETTINGS=1 SRIOV_EN=1 "NUM_OF_VFS=$((vfs > 1 ? vfs : 1))")
	[[ $class != DPU ]] || wanted+=("INTERNAL_CPU_OFFLOAD_ENGINE=${SETTING[DPUOFFLOAD]}")
}

# different_parameters SLOT NAME=VALUE...: leaves in the caller's different those the card knows and has otherwise.
different_parameters() {
	local slot=$1 pair name
	shift
	different=()
	for pair in "$@"; do
		name=${pair%%=*}
		if ! knows_parameter "$slot" "$name"; then
			log INFO "$slot: does not know $name, left out"
		elif [[ ${NV[$slot,$name]} == "${pair#*=}" ]]; then
			continue
		elif [[ -n ${NV_LOCKED[$slot,$name]:-} ]]; then
			log WARN "$slot: $name is read-only at ${NV[$slot,$name]}, wanted ${pair#*=}"
		else
			different+=("$pair")
		fi
	done
}

# Keeps what the card doesn't know, so it isn't asked for that again.
forget_parameters() {
	local key
	for key in "${!NV[@]}"; do
		[[ $key != "$1,"* || -z ${NV[$key]} ]] || unset "NV[$key]"
	done
}

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

## SR-IOV virtual functions

readonly DEVICE_PLUGIN=(-n nvidia-network-operator -l app=sriov-device-plugin)

set_virtual_functions() {
	local i count todo=()
	VF_FAILURES=0
	for ((i = 1; i <= NICS; i++)); do
		wanted_functions "$i"
		count=$REPLY
		if ((count > 0)) && ! functions_fit "$i" "$count"; then
			if can_have_functions "$i" "$count"; then todo+=("$i"); fi
		fi
	done
	if ((${#todo[@]})); then
		cordon
		for i in "${todo[@]}"; do
			wanted_functions "$i"
			create_functions "$i" "$REPLY" || log ERROR "${NIC[$i,pci]}: its virtual functions are not complete"
		done
		restart_device_plugin
	elif ((VF_FAILURES == 0)); then
		log OK 'virtual functions are as wanted, nothing to write'
	fi
	if checking; then return 0; fi
	uncordon || fail "$EXIT_CLUSTER" "node $NODE could not be uncordoned"
	((VF_FAILURES == 0)) || fail "$EXIT_FUNCTIONS" "virtual functions are not complete: $VF_FAILURES failures, see above"
}

# How many this port shall have.
wanted_functions() {
	local i=$1 count=0
	case ${NIC[$i,class]} in
		SuperNIC | ConnectX) count=${SETTING[NUMVF_EW]} ;;
		DPU) count=${SETTING[NUMVF_NS]} ;;
	esac
	if ((count > 0)) && ! is_rail "$i"; then count=0; fi
	REPLY=$count
}

# With rails_pciaddr only those ports count. Without it all do, except an east-west one that is the host's uplink.
is_rail() {
	local i=$1 pci=${NIC[$1,pci]} rail
	if [[ -n ${SETTING[rails_pciaddr]:-} ]]; then
		local rails=()
		IFS=, read -ra rails <<<"${SETTING[rails_pciaddr],,}"
		for rail in "${rails[@]}"; do
			[[ $rail == *:*:* ]] || rail=0000:$rail
			[[ $pci != "$rail" && ${pci%.*} != "$rail" ]] || return 0
		done
		return 1
	fi
	[[ ${NIC[$i,class]} != DPU ]] || return 0
	if is_uplink "${NIC[$i,net]}"; then
		log WARN "$pci: ${NIC[$i,net]} is the uplink of this host; no virtual functions on it (see rails_pciaddr)"
		return 1
	fi
}

# A member of a bond or bridge, or the interface of the default route, be it through a VLAN.
is_uplink() {
	local interface destination
	[[ -n $1 ]] || return 1
	[[ ! -e $ROOT/sys/class/net/$1/master ]] || return 0
	[[ -r $ROOT/proc/net/route ]] || return 1
	while read -r interface destination _; do
		[[ $destination == 00000000 ]] || continue
		[[ $interface != "$1" && ! -e $ROOT/sys/class/net/$1/upper_$interface ]] || return 0
	done <"$ROOT/proc/net/route"
	return 1
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
	read_card_guid "$pci" || return 1
	guid=$REPLY
	for ((v = 0; v < count; v++)); do
		function_fits "$i" "$v" "$guid" || return 1
	done
}

# create_functions NIC COUNT: all it can, then status 1 if something failed.
create_functions() {
	local i=$1 count=$2 pci=${NIC[$1,pci]} before=$VF_FAILURES guid v
	read_card_guid "$pci"
	guid=$REPLY
	link_up "${NIC[$i,net]}" || vf_failure "$pci: ${NIC[$i,net]} cannot be brought up" || return 1
	set_function_count "$pci" "$count" || vf_failure "$pci: the kernel refuses $count virtual functions" || return 1
	if checking; then
		would "give $count virtual functions of $pci their GUIDs and addresses"
		return 0
	fi
	for ((v = 0; v < count; v++)); do
		function_fits "$i" "$v" "$guid" || set_function "$i" "$v" "$guid" || continue
	done
	((VF_FAILURES == before)) || return 1
	log OK "$pci: $count virtual functions"
}

link_up() {
	read_value "$ROOT/sys/class/net/$1/flags"
	if [[ $REPLY =~ ^0x[0-9a-fA-F]+$ ]] && ((REPLY & 1)); then return 0; fi
	act ip link set dev "$1" up
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
	act_cluster delete pod "${DEVICE_PLUGIN[@]}" --field-selector "spec.nodeName=$NODE" --ignore-not-found --wait=false ||
		log WARN 'the SR-IOV device plugin could not be restarted'
}

## PCI access control, NFS over RDMA, driver marker

# Peer-to-peer traffic between GPUs and network cards needs ACS off on them and on all bridges above them. Everything
# else keeps its isolation.
disable_acs() {
	on DISABLE_ACS || return 0
	local device done_already=' ' kept=0 function_path
	for device in "$PCI"/*; do
		is_fabric_device "$device" || continue
		while read -r function_path; do
			[[ $done_already != *" $function_path "* ]] || continue
			done_already+="$function_path "
			switch_acs_off "$function_path" || kept=$((kept + 1))
		done < <(path_to_root "$device")
	done
	((kept == 0)) || log ERROR "$kept PCI functions kept ACS"
}

is_fabric_device() {
	local i vendor
	[[ ! -e $1/physfn ]] || return 1
	for ((i = 1; i <= NICS; i++)); do
		[[ ${NIC[$i,pci]} != "${1##*/}" ]] || return 0
	done
	read_value "$1/vendor"
	vendor=$REPLY
	read_value "$1/class"
	[[ $vendor == 0x10de && $REPLY == 0x030[02]* ]]
}

# The real path names all bridges: .../pci0000:00/0000:00:01.0/0000:05:00.0
path_to_root() {
	local path parts=() part
	path=$(readlink -f "$1")
	IFS=/ read -ra parts <<<"$path"
	for part in "${parts[@]}"; do
		[[ ! $part =~ ^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$ ]] || printf '%s\n' "$part"
	done
}

# setpci -v answers "0000:00:01.0 (cap 000d @100) @106 = 001d"; it fails where there is no ACS.
switch_acs_off() {
	local value
	value=$(ask setpci -v -s "$1" ECAP_ACS+0x6.w 2>/dev/null) || return 0
	[[ ${value##* } != 0000 ]] || return 0
	act setpci -v -s "$1" ECAP_ACS+0x6.w=0000 || {
		log ERROR "$1: ACS cannot be switched off"
		return 1
	}
	if checking; then return 0; fi
	value=$(ask setpci -v -s "$1" ECAP_ACS+0x6.w 2>/dev/null) || value='?'
	[[ ${value##* } == 0000 ]] || {
		log ERROR "$1: ACS reads ${value##* } after writing, expected 0000"
		return 1
	}
	log INFO "$1: ACS off"
}

setup_nfs_rdma() {
	on NFSORDMA_ENABLED || return 0
	local package
	for package in nfs-common mlnx-nfsrdma-dkms; do
		if installed "$package"; then continue; fi
		if immutable; then
			log WARN "$package is not in the image; NFS over RDMA may not work"
		else
			install_packages "$package"
		fi
	done
	immutable || keep_config /etc/modules-load.d/nfsrdma.conf $'rpcrdma\nxprtrdma\nsvcrdma'
	# In newer kernels the two are names of the first.
	if [[ -d $ROOT/sys/module/rpcrdma ]]; then
		log OK 'NFS over RDMA: rpcrdma is loaded'
	elif act modprobe -a rpcrdma xprtrdma svcrdma; then
		log OK 'NFS over RDMA: modules loaded'
	else
		log WARN 'NFS over RDMA: the modules cannot be loaded'
	fi
}

# GPU Operator waits for this file before GPUDirect Storage; /run is empty after each boot.
mark_driver_ready() {
	local marker="$ROOT/run/mellanox/drivers/.driver-ready"
	if [[ -e $marker ]]; then return 0; fi
	if checking; then
		would "create $marker"
		return 0
	fi
	mkdir -p "${marker%/*}"
	: >"$marker"
}

## Software: checked on immutable hosts, installed on mutable ones

prepare_software() {
	if immutable; then
		check_image
	else
		install_software
	fi
}

# shellcheck disable=SC2016 # dpkg's own variable
installed() { [[ $(ask dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }

stylus() { [[ $(ask systemctl list-units --all --no-legend 'stylus-agent*' 2>/dev/null) == *stylus-agent* ]]; }

functions_wanted() { ((SETTING[NUMVF_EW] > 0 || SETTING[NUMVF_NS] > 0)); }

# The compiler the running kernel was built with, which DKMS needs: gcc-12, gcc-13... Empty when it doesn't say.
read_compiler() {
	local text=''
	[[ ! -r $ROOT/proc/version ]] || read -r text <"$ROOT/proc/version"
	REPLY=''
	[[ ! $text =~ gcc(-[0-9]+)?\ \([^\)]*\)\ ([0-9]+) ]] || REPLY=gcc-${BASH_REMATCH[2]}
}

# What an image lacks cannot be installed at run time; nothing here stops a node that may not need it.
check_image() {
	log INFO 'immutable host: packages come from the image'
	read_compiler
	[[ -z $REPLY ]] || have "$REPLY" || log WARN "$REPLY is not in the image; DKMS cannot build for this kernel"
	installed doca-all || log WARN 'doca-all is not in the image'
	[[ -s $FIRMWARE_FOLDER/bfb/${SETTING[BFB]} ]] ||
		log WARN "$FIRMWARE_FOLDER/bfb/${SETTING[BFB]} is not in the image; a BlueField could not be flashed"
	enable_lldpd || log WARN 'lldpd cannot be enabled'
	functions_wanted || return 0
	if kernel_argument iommu=pt; then
		log INFO 'the kernel was started with iommu=pt'
	else
		log WARN 'virtual functions are wanted, but the kernel was started without iommu=pt; see the Kairos extra_cmdline'
	fi
}

enable_lldpd() {
	if [[ $(ask systemctl is-enabled lldpd 2>/dev/null) == enabled ]]; then return 0; fi
	act systemctl enable --now lldpd
}

kernel_argument() {
	local words=() word
	[[ -r $ROOT/proc/cmdline ]] || return 1
	read -ra words <"$ROOT/proc/cmdline"
	for word in "${words[@]}"; do
		[[ $word != "$1" ]] || return 0
	done
	return 1
}

install_software() {
	local package
	export DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l
	fetch_file "$FIRMWARE_FOLDER/bfb/${SETTING[BFB]}" "rcp/firmware/bfb/${SETTING[BFB]}" "${SETTING[BFB_SHA256]:-}"
	fetch_file "$FIRMWARE_FOLDER/${SETTING[DOCA_DEB]}" "rcp/${SETTING[DOCA_DEB]}" "${SETTING[DOCA_SHA256]:-}"
	if on APT_UPDATE; then
		act apt-get update || fail "$EXIT_SOFTWARE" 'apt-get update failed'
		act apt-get -y upgrade || fail "$EXIT_SOFTWARE" 'apt-get upgrade failed'
	fi
	package="linux-headers-$(ask uname -r)"
	if ! installed "$package"; then
		install_packages "$package"
		act apt-mark hold "$package" || fail "$EXIT_SOFTWARE" "$package cannot be held"
	fi
	read_compiler
	[[ -z $REPLY ]] || installed "$REPLY" || install_packages "$REPLY" "lib$REPLY-dev"
	if ! installed doca-host; then
		act dpkg -i "$FIRMWARE_FOLDER/${SETTING[DOCA_DEB]}" ||
			fail "$EXIT_SOFTWARE" "${SETTING[DOCA_DEB]} cannot be installed"
		act apt-get update || fail "$EXIT_SOFTWARE" 'apt-get update failed'
	fi
	if ! installed doca-all; then
		need_reboot drivers
		install_packages doca-all lldpd mft netplan.io pv psmisc
		to_state inithw
		reboot
	fi
	for package in lldpd mft netplan.io pv psmisc; do
		installed "$package" || install_packages "$package"
	done
	keep_config /etc/lldpd.d/rcp-lldpd.conf $'configure system hostname .\nconfigure lldp portidsubtype ifname'
	enable_lldpd || fail "$EXIT_SOFTWARE" 'lldpd cannot be enabled'
	if functions_wanted; then prepare_kernel; fi
	if on APT_UPDATE; then act apt-get -y autoremove || log WARN 'apt-get autoremove failed'; fi
}

install_packages() { act apt-get install -y --no-install-recommends "$@" || fail "$EXIT_SOFTWARE" "cannot install $*"; }

# fetch_file PATH URL_PATH SHA256: whole and checked, or not there.
fetch_file() {
	local path=$1 url="${SETTING[MAAS]}/$2" sum=$3
	if [[ -s $path ]]; then return 0; fi
	if checking; then
		would "download $url"
		return 0
	fi
	mkdir -p "${path%/*}"
	act wget --tries=5 --retry-on-host-error --timeout=60 --no-verbose -O "$path.tmp" "$url" ||
		fail "$EXIT_SOFTWARE" "$url cannot be downloaded (setting MAAS)"
	[[ -s $path.tmp ]] || fail "$EXIT_SOFTWARE" "$url is empty"
	[[ -z $sum ]] || has_sha256 "$path.tmp" "$sum" || fail "$EXIT_SOFTWARE" "$url does not match its checksum"
	mv -f "$path.tmp" "$path"
}

# keep_config FILE TEXT: status 1 when the file was as wanted.
keep_config() {
	local file="$ROOT$1" old=''
	[[ ! -f $file ]] || old=$(<"$file")
	if [[ $old == "$2" ]]; then return 0; fi
	if checking; then
		would "write $file"
		return 0
	fi
	keep "$file" "$2"
	chmod 644 "$file"
}

# An own drop-in: the file of the distribution stays as it is, and later drop-ins of cloud images don't undo it.
prepare_kernel() {
	local vendor=intel argument arguments=() line
	while read -r line; do
		[[ $line != vendor_id*AuthenticAMD* ]] || vendor=amd
	done <"$ROOT/proc/cpuinfo"
	keep_config /etc/modprobe.d/ib_core.conf 'options ib_core netns_mode=0'
	for argument in "${vendor}_iommu=on" iommu=pt; do
		kernel_argument "$argument" || arguments+=("$argument")
	done
	((${#arguments[@]})) || return 0
	local text="GRUB_CMDLINE_LINUX_DEFAULT=\"\$GRUB_CMDLINE_LINUX_DEFAULT ${arguments[*]}\""
	local file=/etc/default/grub.d/90-nodeprep.cfg
	[[ ! -f $ROOT$file || $(<"$ROOT$file") != "$text" || ! -e $REBOOT_NEEDED ]] || return 0
	need_reboot 'kernel arguments'
	keep_config "$file" "$text"
	act update-grub || fail "$EXIT_SOFTWARE" 'update-grub failed'
}

# Mutable hosts start this script through rc.local; what stands there already stays.
ensure_boot_hook() {
	local file="$ROOT/etc/rc.local" text=$'#!/bin/sh\nexit 0' line lines=() written=''
	if stylus; then
		log INFO 'agent/appliance mode, started by Stylus'
		return 0
	elif immutable; then
		log INFO 'immutable host: no boot hook'
		return 0
	fi
	[[ ! -f $file ]] || text=$(<"$file")
	if [[ $text == *"$SCRIPT_PATH"* ]]; then return 0; fi
	if checking; then
		would "add $SCRIPT_PATH to $file"
		return 0
	fi
	while IFS= read -r line; do
		if [[ -z $written && $line =~ ^exit[[:space:]] ]]; then
			lines+=("$SCRIPT_PATH &")
			written=yes
		fi
		lines+=("$line")
	done <<<"$text"
	[[ -n $written ]] || lines+=("$SCRIPT_PATH &")
	text=$(printf '%s\n' "${lines[@]}")
	keep "$file" "$text"
	chmod 755 "$file"
	log INFO "$file starts this script at boot"
}

## Stages: absent -> init -> [inithw] -> config -> precomplete -> complete

readonly ATTEMPTS="$KEPT_FOLDER/attempts"
readonly REBOOT_SCHEDULED="$BOOT_FOLDER/reboot-scheduled"

read_state() {
	label_of "$KEY"
	STATE=$REPLY
}

run_stages() {
	read_state
	log INFO "node $NODE, state ${STATE:-(none)}"
	if [[ -z $STATE ]]; then to_state init; fi
	if reboot_is_owed; then
		log INFO 'the reboot before this stage has not happened yet'
		reboot
	fi
	case $STATE in
		init | inithw) stage_init ;;
		config) stage_config ;;
		precomplete | complete) stage_complete ;;
		*) fail "$EXIT_UNKNOWN_STATE" "unknown state '$STATE' in label $KEY of node $NODE;" \
			"remove the label (kubectl label node $NODE $KEY-) to start over" ;;
	esac
}

stage_init() {
	count_attempt
	[[ $STATE != init ]] || release_control_plane
	prepare_software
	need_hardware_tools
	find_hardware
	label_hardware
	flash_firmware
	to_state config
	if reboot_is_needed; then reboot; fi
	count_attempt
	configure_and_go_on
}

stage_config() {
	count_attempt
	need_hardware_tools
	find_hardware
	label_hardware
	configure_and_go_on
}

configure_and_go_on() {
	configure_cards
	to_state precomplete
	if reboot_is_needed; then reboot; fi
	log INFO 'nothing was written, so no reboot is needed'
	complete
}

stage_complete() {
	need_hardware_tools
	find_hardware
	label_hardware
	complete
}

complete() {
	need_stage_tools
	disable_acs
	if functions_wanted; then set_virtual_functions; fi
	setup_nfs_rdma
	mark_driver_ready
	if control_plane && tainted; then
		remove_taint || fail "$EXIT_CLUSTER" "the taint $TAINT could not be removed from node $NODE"
	fi
	forget "$TAINT_MARK"
	if [[ $STATE != complete ]]; then to_state complete; fi
	log OK 'complete'
}

need_tools() {
	local tool lacking=()
	for tool in "$@"; do have "$tool" || lacking+=("$tool"); done
	((${#lacking[@]} == 0)) || fail "$EXIT_MISSING_TOOL" "not installed: ${lacking[*]}"
}

need_hardware_tools() { need_tools mst mlxconfig flint; }

need_stage_tools() {
	! on DISABLE_ACS || need_tools setpci
	! functions_wanted || need_tools ip
}

## Attempts: a stage that reboots again and again is left alone

count_attempt() {
	local stage='' count=0
	[[ ! -f $ATTEMPTS ]] || read -r stage count <"$ATTEMPTS"
	if [[ $stage != "$STATE" || ! $count =~ ^[0-9]+$ ]]; then count=0; fi
	((count < ATTEMPT_LIMIT)) ||
		fail "$EXIT_ATTEMPTS" "stage $STATE was started $count times without an end; see this log, then remove $ATTEMPTS"
	keep "$ATTEMPTS" "$STATE $((count + 1))"
}

forget_attempts() { forget "$ATTEMPTS"; }

## Reboot

# The label has been read back before this. The mark makes later starts wait for the reboot instead of going on.
reboot() {
	if checking; then
		would 'reboot (shutdown -r +1)'
		finish_check
	fi
	forget_attempts
	keep "$REBOOT_SCHEDULED" "$STATE"
	schedule_reboot
}

schedule_reboot() {
	act shutdown -r +1 || log ERROR 'shutdown failed; the next start tries again'
	log INFO 'reboot in one minute'
	exit "$EXIT_REBOOT"
}

wait_for_reboot() {
	if [[ ! -e $REBOOT_SCHEDULED ]]; then return 0; fi
	if [[ -e $ROOT/run/systemd/shutdown/scheduled ]]; then
		log INFO 'a reboot is scheduled; nothing is done before it'
		exit "$EXIT_REBOOT"
	fi
	schedule_reboot
}

## Reports: --check and --status change nothing

# Runs the stages with closed doors: each effect is said instead of done.
check() {
	local tool
	for tool in kubectl hostname flock; do have "$tool" || missing "program $tool"; done
	# A mutable host gets these with DOCA in its first stage.
	if immutable; then
		for tool in mst mlxconfig flint; do have "$tool" || missing "program $tool"; done
	fi
	if ! find_environment; then
		missing "environment file ${ENVIRONMENT_FILES[0]} or ${ENVIRONMENT_FILES[1]}"
	elif ! load_environment; then
		local problem
		for problem in "${ENVIRONMENT_PROBLEMS[@]}"; do missing "$ENVIRONMENT_FILE: $problem"; done
	fi
	if [[ ! -e $KUBELET_CONF ]]; then
		missing "$KUBELET_CONF (has this host joined a cluster?)"
	elif have kubectl && ! node_is_ready; then
		missing "node ${NODE:-$(ask hostname)} in the cluster, Ready"
	fi
	((MISSING == 0)) || finish_check
	if [[ -e $REBOOT_SCHEDULED ]]; then
		log INFO 'a reboot is pending; nothing is done before it'
		finish_check
	fi
	ensure_boot_hook
	run_stages
	finish_check
}

finish_check() {
	printf '%s missing, %s to do; nothing was changed\n' "$MISSING" "$WORK"
	((MISSING == 0)) || exit "$EXIT_CHECK_MISSING"
	((WORK == 0)) || exit "$EXIT_CHECK_WORK"
	exit 0
}

status() {
	local kind=mutable stage='' count=0 reboot=no state='unknown (no kubectl)' file=none
	! immutable || kind=immutable
	! find_environment || file=$ENVIRONMENT_FILE
	[[ ! -f $ATTEMPTS ]] || read -r stage count <"$ATTEMPTS"
	[[ ! -e $REBOOT_SCHEDULED ]] || reboot=scheduled
	if have kubectl; then
		state='unknown (node not found)'
		if find_node; then
			read_state
			state=${STATE:-(none)}
			! fact unschedulable || state+=', cordoned'
			! tainted || state+=', tainted'
		fi
	fi
	status_row nodeprep "$NODEPREP_VERSION, $kind host"
	status_row node "${NODE:-unknown}"
	status_row state "$state"
	status_row attempts "${count} of $ATTEMPT_LIMIT${stage:+ ($stage)}"
	status_row reboot "$reboot"
	status_row environment "$file"
	status_row log "$LOG_FILE"
	status_cards
}

status_row() { printf '%-12s %s\n' "$@"; }

status_cards() {
	if ! have mst || ! have mlxconfig || ! have flint; then
		status_row cards 'unknown (mst, mlxconfig or flint is not installed)'
		return 0
	fi
	find_hardware >/dev/null
	status_row cards "$NICS"
	local i total
	for ((i = 1; i <= NICS; i++)); do
		read_value "$PCI/${NIC[$i,pci]}/sriov_totalvfs"
		total=${REPLY:-?}
		read_value "$PCI/${NIC[$i,pci]}/sriov_numvfs"
		printf '%-3s %-13s %-9s %-12s %-16s %-5s %-8s VFs %s/%s\n' "$i" "${NIC[$i,pci]}" "${NIC[$i,class]}" \
			"${NIC[$i,fw]:-?}" "${NIC[$i,net]:--}" "${NIC[$i,width]:-?}" "${NIC[$i,speed]:-?}" "${REPLY:-?}" "$total"
	done
}

## Start

usage() {
	cat <<'END'
nodeprep: prepares the NVIDIA network cards of a cluster node

  nodeprep.sh            run the stage this node is in (root)
  nodeprep.sh --check    say what a run would do and what it lacks; changes nothing
  nodeprep.sh --status   one table: node, state, attempts, cards; changes nothing
  nodeprep.sh --version
  nodeprep.sh --help

Exit codes: 0 done, 1 fault of this script, 2 usage, 10 no environment file, 11 environment file refused,
12 program missing, 13 not root, 20 node not Ready, 21 cluster refused a change, 22 unknown state, 23 too many
attempts, 30 software, 31 firmware, 32 configuration, 33 virtual functions, 40 reboot scheduled, 41 another run;
--check: 50 work to do, 51 something is missing.
END
}

# On Kairos /opt can keep an older copy of this script over an upgrade; the image's own copy lies outside of it.
hand_over() {
	[[ -z ${NODEPREP_HANDED_OVER:-} && -r $IMAGE_COPY ]] || return 0
	read_version "$IMAGE_COPY"
	compare_versions "$NODEPREP_VERSION" "$REPLY"
	((REPLY < 0)) || return 0
	NODEPREP_HANDED_OVER=yes exec bash "$IMAGE_COPY" "$@"
}

# The version a copy of this script says it has; 0 when it says none.
read_version() {
	local line
	while read -r line; do
		if [[ $line =~ ^readonly\ NODEPREP_VERSION=\'([0-9.]+)\'$ ]]; then
			REPLY=${BASH_REMATCH[1]}
			return
		fi
	done <"$1"
	REPLY=0
}

check_limits() {
	local limit
	for limit in "$LOG_LIMIT" "$NODE_LIMIT" "$CERT_MANAGER_LIMIT" "$FLASH_LIMIT" "$ATTEMPT_LIMIT"; do
		[[ $limit =~ ^(0|[1-9][0-9]{0,9})$ ]] || {
			printf 'NODEPREP_*_LIMIT must be whole numbers\n' >&2
			exit "$EXIT_USAGE"
		}
	done
}

take_lock() {
	mkdir -p "${LOCK_FILE%/*}"
	exec 9>>"$LOCK_FILE"
	flock -n 9 || {
		log INFO 'another run holds the lock; nothing to do'
		exit "$EXIT_LOCKED"
	}
}

run() {
	[[ $EUID == 0 || -n $ROOT ]] || {
		log FATAL 'nodeprep has to run as root'
		exit "$EXIT_NOT_ROOT"
	}
	find_environment || {
		printf 'FATAL: No nodeprep environment file: neither %s nor %s exists\n' "${ENVIRONMENT_FILES[@]}"
		exit "$EXIT_NO_ENVIRONMENT"
	}
	open_log
	set_traps
	log INFO "nodeprep $NODEPREP_VERSION, environment $ENVIRONMENT_FILE"
	load_environment || {
		local problem
		for problem in "${ENVIRONMENT_PROBLEMS[@]}"; do log ERROR "$ENVIRONMENT_FILE: $problem"; done
		fail "$EXIT_BAD_ENVIRONMENT" 'the environment file is not accepted; nothing was done'
	}
	take_lock
	wait_for_reboot
	need_tools kubectl hostname
	ensure_boot_hook
	wait_for_node
	recall_cordon
	run_stages
}

main() {
	# A bare tree gets exactly the programs it was given.
	[[ -n $ROOT ]] || PATH="$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
	check_limits
	[[ $# -le 1 ]] || set -- --help=wrong
	case ${1:-} in
		'')
			hand_over
			run
			;;
		--check)
			MODE=check
			hand_over "$@"
			check
			;;
		--status)
			MODE=status
			hand_over "$@"
			status
			;;
		--version) printf 'nodeprep %s\n' "$NODEPREP_VERSION" ;;
		--help | -h) usage ;;
		*)
			usage >&2
			exit "$EXIT_USAGE"
			;;
	esac
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
	main "$@"
fi
