
## Environment file: data, never run

ENVIRONMENT_FILE=''
ENVIRONMENT_PROBLEMS=()

# When it must be there, name, pattern of its values (without blanks), and that in words.
readonly INTEGER='(0|[1-9][0-9]{0,5})'
readonly VF_COUNT='([0-9]|[1-9][0-9]|1[0-9][0-9]|2[0-4][0-9]|25[0-5])'
# What mlx5 takes.
readonly MTU='(6[89]|[7-9][0-9]|[1-9][0-9]{2}|[1-8][0-9]{3}|9[0-8][0-9]{2}|99[0-6][0-9]|997[0-8])'
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
	'optional RAIL_NAMES (true|false) true or false'
	"optional MTU_EW $MTU a number from 68 to 9978"
	'optional LOSSLESS_ROCE (true|false) true or false'
	"optional HP2M $INTEGER a number of huge pages"
	"optional HP1G $INTEGER a number of huge pages"
	'optional HPDEFAULT (2M|1G) 2M or 1G'
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
	validate_rails
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
