
## Cluster: the node, its labels, its taint, its cordon

NODE=''
NODE_FACTS=''
# One read gives everything that is needed of the node, a fact a line.
# shellcheck disable=SC2016 # the template's own variables
readonly NODE_TEMPLATE='{{range .status.conditions}}condition {{.type}}={{.status}}{{"\n"}}{{end}}{{if .spec.unschedulable}}unschedulable{{"\n"}}{{end}}{{range .status.addresses}}address {{.type}}={{.address}}{{"\n"}}{{end}}{{range .spec.taints}}taint {{.key}}{{with .value}}={{.}}{{end}}:{{.effect}}{{"\n"}}{{end}}{{range $key, $value := .metadata.labels}}label {{$key}}={{$value}}{{"\n"}}{{end}}'
readonly CORDON_MARK="$KEPT_FOLDER/cordoned"
# Its name, once it was complete.
readonly COMPLETED="$KEPT_FOLDER/completed"
# Not empty while the API server is out of reach and this node goes by what it knows itself.
ALONE=''

# The kubelet's identity may do all but change its own taints; that needs the administrator's.
ask_cluster() { find_kubectl "${KUBELET_CONFS[@]}" && ask "${KUBECTL[@]}" "$@"; }
act_cluster() { find_kubectl "${KUBELET_CONFS[@]}" && act "${KUBECTL[@]}" "$@"; }
ask_as_admin() { find_kubectl "${ADMIN_CONFS[@]}" && ask "${KUBECTL[@]}" "$@"; }
act_as_admin() { find_kubectl "${ADMIN_CONFS[@]}" && act "${KUBECTL[@]}" "$@"; }

joined() { first_file "${KUBELET_CONFS[@]}"; }
control_plane() { first_file "${ADMIN_CONFS[@]}"; }

first_file() {
	local file
	for file in "$@"; do
		[[ ! -e $file ]] || {
			FIRST_FILE=$file
			return 0
		}
	done
	return 1
}

FIRST_FILE=''
KUBECTL=()
# find_kubectl KUBECONFIG...: the words that a call begins with. Looked for anew each time: a host joins while this waits.
find_kubectl() {
	first_file "$@" || FIRST_FILE=$1
	if have kubectl; then
		KUBECTL=(kubectl)
	elif [[ -x $RKE2_KUBECTL ]]; then
		KUBECTL=("$RKE2_KUBECTL")
	else
		KUBECTL=(k3s kubectl)
	fi
	KUBECTL+=(--kubeconfig "$FIRST_FILE" --request-timeout=20s)
}

have_kubectl() { have kubectl || [[ -x $RKE2_KUBECTL ]] || have k3s; }

KUBECTL_SAID=''

read_node() {
	local status=0
	NODE_FACTS=''
	joined || {
		KUBECTL_SAID="none of ${KUBELET_CONFS[*]} is there: this host has not joined a cluster"
		return 1
	}
	NODE_FACTS=$(ask_cluster get node "$1" -o go-template="$NODE_TEMPLATE" 2>&1) || status=$?
	if ((status)); then
		KUBECTL_SAID=${NODE_FACTS##*$'\n'}
		NODE_FACTS=''
	fi
	[[ -n $NODE_FACTS ]]
}

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

node_is_ready() { find_node && says_ready; }
says_ready() { fact 'condition Ready=True'; }

wait_for_node() {
	if marked "$COMPLETED" && ! wait_until 60 5 'the API server' find_node; then complete_alone; fi
	says_ready || wait_until "$NODE_LIMIT" 5 'the node to be Ready' node_is_ready && return
	# An expired token, a refused connection, a clock that is wrong: kubectl says which.
	[[ -n $NODE ]] || fail "$EXIT_NODE" "no node of the cluster is called $(ask hostname) or by this host's full name" \
		"(kubectl with $FIRST_FILE: ${KUBECTL_SAID:-nothing})"
	fail "$EXIT_NODE" "node $NODE was not Ready within $NODE_LIMIT s"
}

# write_labels KEY=VALUE...: only what differs is written, and believed when read back.
write_labels() {
	local try pair wanted=()
	if [[ -n $ALONE ]]; then return 0; fi
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
		((try == 5)) || nap 5
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
	[[ $1 == complete ]] || forget "$COMPLETED"
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
	marked "$CORDON_MARK" || return 0
	if fact unschedulable; then
		log INFO 'the node is still cordoned by an earlier run of this script'
		CORDONED=yes
	else
		forget "$CORDON_MARK"
	fi
}

cordon() {
	if [[ -n $CORDONED || -n $ALONE ]]; then return 0; fi
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
