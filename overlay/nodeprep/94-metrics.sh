
## Metrics: what a start found and how it ended, for the textfile collector of Prometheus' node_exporter

METRICS=''

# At the end of a start. Whatever goes wrong here is a warning and never changes how the start ended. A start that found
# another one at work leaves the file to that one. write_metrics EXIT_CODE
write_metrics() {
	local folder=${SETTING[METRICS_FOLDER]:-} file
	[[ $folder == /* && $1 != "$EXIT_LOCKED" ]] || return 0
	file="$ROOT$folder/nodeprep.prom"
	collect_metrics "$1"
	# In one step, so that nobody reads half a file; the collector only takes names that end in .prom.
	{
		rm -f "$file.new" && printf '%s' "$METRICS" >"$file.new" && chmod 0644 "$file.new" && mv -fT "$file.new" "$file"
	} 2>/dev/null || log WARN "$file cannot be written"
}

collect_metrics() {
	local host=mutable state=unknown count=0 reboot=0 started i
	METRICS=''
	! immutable || host=immutable
	[[ -z $NODE_FACTS ]] || state=${STATE:-none}
	! marked "$ATTEMPTS" || read -r _ count _ <"$REPLY"
	[[ ! -e $REBOOT_SCHEDULED ]] || reboot=1
	printf -v started '%(%s)T' -2
	describe_metric nodeprep_info 'Version of nodeprep, kind of host and name of the node.'
	add_sample nodeprep_info 1 version "$NODEPREP_VERSION" host "$host" node "$NODE"
	describe_metric nodeprep_state 'State of the node, as its label has it.'
	add_sample nodeprep_state 1 state "$state"
	describe_metric nodeprep_last_exit_code 'How the last start ended.'
	add_sample nodeprep_last_exit_code "$1"
	describe_metric nodeprep_last_start_timestamp_seconds 'When the last start began.'
	add_sample nodeprep_last_start_timestamp_seconds "$started"
	describe_metric nodeprep_attempts 'Starts of the present stage without an end.'
	add_sample nodeprep_attempts "$count"
	describe_metric nodeprep_reboot_scheduled 'Whether nodeprep asked for a reboot that has not happened.'
	add_sample nodeprep_reboot_scheduled "$reboot"
	((NICS == 0)) || collect_card_metrics
}

# Reporters are asked anew, since a start may end before it came to them.
collect_card_metrics() {
	local i pci slot
	describe_metric nodeprep_card_info 'Class, interface and firmware, running and in flash, of a card.'
	for ((i = 1; i <= NICS; i++)); do
		slot=${NIC[$i,slot]}
		add_sample nodeprep_card_info 1 address "${NIC[$i,pci]}" class "${NIC[$i,class]:-Unknown}" \
			interface "${NIC[$i,net]:-}" firmware "${CARD[$slot,running]:-}" flash "${CARD[$slot,fw]:-}"
	done
	describe_metric nodeprep_card_virtual_functions 'Virtual functions that a card has.'
	for ((i = 1; i <= NICS; i++)); do
		pci=${NIC[$i,pci]}
		read_value "$PCI/$pci/sriov_numvfs"
		add_sample nodeprep_card_virtual_functions "$REPLY" address "$pci"
	done
	describe_metric nodeprep_card_health 'Health of a card: ok, or the worst there is to say.'
	read_reporters
	for ((i = 1; i <= NICS; i++)); do
		read_health "$i"
		add_sample nodeprep_card_health 1 address "${NIC[$i,pci]}" health "$REPLY"
	done
}

# describe_metric NAME HELP
describe_metric() { METRICS+="# HELP $1 $2"$'\n'"# TYPE $1 gauge"$'\n'; }

# add_sample NAME VALUE [LABEL TEXT]...: nothing where the value is no number.
add_sample() {
	local name=$1 value=$2 text labels=''
	[[ $value =~ ^[0-9]+$ ]] || return 0
	shift 2
	while (($#)); do
		text=${2//\\/\\\\}
		text=${text//\"/\\\"}
		labels+="${labels:+,}$1=\"${text//$'\n'/\\n}\""
		shift 2
	done
	METRICS+="$name${labels:+"{$labels}"} $value"$'\n'
}
