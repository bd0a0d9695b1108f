
## The same reports for programs: --status --json and --check --json, as docs/nodeprep.schema.json has them

JSON=''
PLANNED=()
LACKING=()
JSON_NODE=() # names and values

# json_text TEXT: REPLY is that text in quotes.
json_text() {
	REPLY=${1//\\/\\\\}
	REPLY=${REPLY//\"/\\\"}
	REPLY=\"${REPLY//[[:cntrl:]]/ }\"
}

# json_known TEXT: null where it is empty.
json_known() {
	if [[ -z $1 ]]; then REPLY=null; else json_text "$1"; fi
}

# json_number TEXT: null where it is none.
json_number() {
	REPLY=$1
	[[ $1 =~ ^(0|[1-9][0-9]*)$ ]] || REPLY=null
}

json_texts() {
	local item list=()
	for item in "$@"; do
		json_text "$item"
		list+=("$REPLY")
	done
	join_list "${list[@]}"
	REPLY="[$REPLY]"
}

join_list() {
	local IFS=,
	REPLY="$*"
}

# json_object NAME VALUE...: values are JSON already.
json_object() {
	local members=()
	while (($#)); do
		members+=("\"$1\":$2")
		shift 2
	done
	join_list "${members[@]}"
	REPLY="{$REPLY}"
}

# What is known without settings; which cards are rails is not among it.
json_cards() {
	local i cards=()
	((NICS == 0)) || read_reporters
	for ((i = 1; i <= NICS; i++)); do
		json_card "$i"
		cards+=("$REPLY")
	done
	join_list "${cards[@]}"
	REPLY="[$REPLY]"
}

json_card() {
	local i=$1 pci=${NIC[$1,pci]} slot=${NIC[$1,slot]} members=() value
	local -a firmware link functions
	json_text "$pci" && members+=(address "$REPLY")
	json_text "${NIC[$i,class]}" && members+=(class "$REPLY")
	json_known "${CARD[$slot,psid]:-}" && members+=(psid "$REPLY")
	json_known "${NIC[$i,net]}" && members+=(interface "$REPLY")
	json_known "${NIC[$i,running]}" && firmware=(running "$REPLY")
	json_known "${NIC[$i,fw]}" && firmware+=(flash "$REPLY")
	json_object "${firmware[@]}" && members+=(firmware "$REPLY")
	json_known "${NIC[$i,width]}" && link=(width "$REPLY")
	json_known "${NIC[$i,speed]}" && link+=(speed "$REPLY")
	json_object "${link[@]}" && members+=(link "$REPLY")
	read_value "$PCI/$pci/sriov_numvfs"
	json_number "$REPLY" && functions=(made "$REPLY")
	read_value "$PCI/$pci/sriov_totalvfs"
	json_number "$REPLY" && functions+=(offered "$REPLY")
	json_object "${functions[@]}" && members+=(functions "$REPLY")
	value=false
	[[ ${NIC[$i,guard]} != uplink ]] || value=true
	members+=(uplink "$value")
	read_health "$i" && json_text "$REPLY" && members+=(health "$REPLY")
	json_known "${CARD[$slot,trouble]:-}" && members+=(trouble "$REPLY")
	json_parameters "$slot" && members+=(parameters "$REPLY")
	json_object "${members[@]}"
}

json_parameters() {
	local slot=$1 key name members=() now
	while IFS= read -r key; do
		name=${key#"$slot,"}
		[[ $key == "$slot,"* && $name =~ ^[A-Z][A-Z0-9_]+$ && -n ${NV[$key]} ]] || continue
		json_known "${NV_NOW[$key]:-}"
		now=$REPLY
		json_text "${NV[$key]}"
		json_object now "$now" next "$REPLY"
		members+=("$name" "$REPLY")
	done < <(printf '%s\n' "${!NV[@]}" | ask_sorted)
	json_object "${members[@]}"
}

# What --status and --check have in common.
json_node() {
	local node state='' reason='' attempts stage='' count=0 kind=mutable reboot=false
	! immutable || kind=immutable
	! marked "$ATTEMPTS" || read -r stage count _ <"$REPLY"
	[[ ! -e $REBOOT_SCHEDULED ]] || reboot=true
	if [[ -n $NODE_FACTS ]]; then
		read_state
		state=$STATE
		label_of "$REASON"
		reason=$REPLY
	fi
	json_text "$NODEPREP_VERSION" && node=(version "$REPLY")
	json_text "$kind" && node+=(host "$REPLY")
	json_known "$NODE" && node+=(node "$REPLY")
	json_known "$state" && node+=(state "$REPLY")
	json_known "$reason" && node+=(reason "$REPLY")
	json_number "$count" && attempts=(count "$REPLY" limit "$ATTEMPT_LIMIT")
	json_known "$stage" && attempts+=(stage "$REPLY")
	json_object "${attempts[@]}" && node+=(attempts "$REPLY")
	node+=(rebootScheduled "$reboot")
	json_cards && node+=(cards "$REPLY")
	JSON_NODE=("${node[@]}")
}

status_json() {
	if have_kubectl; then find_node || :; fi
	if has_cards && have mst && have mlxconfig && have flint; then find_hardware >/dev/null; fi
	json_node
	json_object "${JSON_NODE[@]}"
	printf '%s\n' "$REPLY"
}

check_json() {
	local code=$1
	json_node
	json_texts "${ENVIRONMENT_WARNINGS[@]}" && JSON_NODE+=(warnings "$REPLY")
	json_texts "${LACKING[@]}" && JSON_NODE+=(missing "$REPLY")
	json_texts "${PLANNED[@]}" && JSON_NODE+=(todo "$REPLY")
	json_object "${JSON_NODE[@]}" exitCode "$code"
	printf '%s\n' "$REPLY"
}
