
## The taint of this node: whatever its value and effect, it is known by its key

readonly TAINT_MARK="$KEPT_FOLDER/taint-removed"

tainted() { [[ $'\n'"$NODE_FACTS" == *$'\n'"taint $KEY"[:=]* ]]; }

# By the key alone. kubectl fails where there is none any more, which is as well.
remove_taint() {
	if act_as_admin taint node "$NODE" "$KEY-"; then return 0; fi
	read_node "$NODE" && ! tainted
}

# A mark with what was there comes first, so that it comes back even after a kill in between. What an earlier mark names
# was taken off by a start that was killed.
borrow_taint() {
	local line taint earlier=() taints=()
	recall_taints
	earlier=("${taints[@]}") taints=()
	while IFS= read -r line; do
		[[ $line != "taint $KEY"[:=]* ]] || taints+=("${line#taint }")
	done <<<"$NODE_FACTS"
	for taint in "${earlier[@]}"; do
		[[ "${taints[*]} " == *":${taint##*:} "* ]] || taints+=("$taint")
	done
	((${#taints[@]})) || return 0
	keep "$TAINT_MARK" "${taints[*]}"
	if tainted; then
		remove_taint || fail "$EXIT_CLUSTER" "the taint $KEY could not be removed from node $NODE"
	fi
}

# Leaves in the caller's taints those of the mark. Earlier versions wrote the node's name into it.
recall_taints() {
	taints=()
	marked "$TAINT_MARK" || return 0
	read -ra taints <"$REPLY"
	[[ ${taints[0]:-} == "$KEY"* ]] || taints=("$KEY:NoSchedule")
}

return_taint() {
	local taints=()
	if [[ -z $NODE ]] || ! marked "$TAINT_MARK"; then return 0; fi
	recall_taints
	act_as_admin taint node "$NODE" "${taints[@]}" --overwrite || return 1
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
		! tainted || would "take the taint $KEY off for cert-manager and ${SETTING[CP_DELAY]} s"
		return 0
	fi
	local nodes
	nodes=$(ask_as_admin get nodes -o name) || fail "$EXIT_CLUSTER" 'the nodes of the cluster could not be listed'
	if [[ $nodes != *$'\n'* ]]; then
		borrow_taint
		wait_until "$CERT_MANAGER_LIMIT" 3 'cert-manager' cert_manager_is_deployed ||
			fail "$EXIT_NODE" "cert-manager was not deployed within $CERT_MANAGER_LIMIT s"
		return_taint || fail "$EXIT_CLUSTER" "the taint $KEY could not be given back to node $NODE"
		read_node "$NODE" || fail "$EXIT_CLUSTER" "node $NODE could not be read"
	fi
	if ! tainted && ! marked "$TAINT_MARK"; then return 0; fi
	borrow_taint
	log INFO "untainted for ${SETTING[CP_DELAY]} s"
	pause "${SETTING[CP_DELAY]}"
	return_taint || fail "$EXIT_CLUSTER" "the taint $KEY could not be given back to node $NODE"
}
