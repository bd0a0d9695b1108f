# shellcheck shell=bash
# Read by the install scripts: settings as data, apt, downloads, and errors that name the setting.
set -euo pipefail

# Earthly exports ARCH=amd64; makefiles of kernel modules take it for the kernel's own name of it, which is x86_64.
unset ARCH
export DEBIAN_FRONTEND=noninteractive LC_ALL=C

# Both are set only by tests.
mounted=${EDGE_BUILDER_MOUNT:-/mnt/edge-builder}
root=${EDGE_BUILDER_ROOT:-}

say() { printf 'edge-builder: %s\n' "$*"; }

# fail WHAT [HINT]
fail() {
	printf 'edge-builder: error: %s\n' "$1" >&2
	[ $# -lt 2 ] || printf 'edge-builder: hint: %s\n' "$2" >&2
	# buildah with chroot isolation now and then loses what is printed in the last moment before a program ends.
	sleep 0.3
	exit 1
}

declare -A settings=()

# The file is data and never run: a line is NAME=value, up to its end, whatever the value holds.
read_settings() {
	local file=$mounted/settings/settings.env line
	[ -r "$file" ] || fail "settings.env is missing from the build context ($file)"
	while IFS= read -r line || [ -n "$line" ]; do
		[[ $line =~ ^([A-Z][A-Z0-9_]*)=(.*)$ ]] && settings[${BASH_REMATCH[1]}]=${BASH_REMATCH[2]}
	done <"$file"
}

setting() { printf '%s' "${settings[$1]-}"; }

# Standard images take nothing from us but configuration files.
only_for_edge() {
	[ "$(setting EDGE_APPLIANCE)" != true ] || return 0
	say "not an edge appliance: nothing to do"
	exit 0
}

use_proxies() {
	# curl and apt read http_proxy in lower case only.
	[ -z "${HTTP_PROXY-}" ] || export http_proxy=$HTTP_PROXY
	[ -z "${HTTPS_PROXY-}" ] || export https_proxy=$HTTPS_PROXY
	[ -z "${NO_PROXY-}" ] || export no_proxy=$NO_PROXY
}

apt_update() {
	# Without Error-Mode apt-get update succeeds although a source could not be read.
	apt-get update -o APT::Update::Error-Mode=any -o Acquire::Retries=3
}

apt_install() {
	apt-get install --yes --no-install-recommends -o Dpkg::Options::=--force-confold -o Acquire::Retries=3 "$@"
}

apt_clean() {
	apt-get clean
	rm -rf "$root"/var/lib/apt/lists/*
}

# Upstream upgrades all packages afterwards and purges those of other kernels. Held packages are spared by both, so
# the kernel, its headers and the modules built against them stay together.
hold_kernel_packages() {
	local packages=()
	mapfile -t packages < <(
		dpkg-query -W -f '${db:Status-Status} ${Package}\n' 'linux-*' |
			sed -n -E 's/^installed (linux-(headers|image|modules|generic|virtual|cloud)(-.*)?)$/\1/p'
	)
	[ ${#packages[@]} -gt 0 ] || return 0
	apt-mark hold "${packages[@]}"
}

is_url() { [[ $1 =~ ^https?:// ]]; }

# For messages: no credentials, no query.
shown() { printf '%s' "$1" | sed -E 's#^(https?://)[^/@]*@#\1#; s/[?#].*//'; }

# The last part of a path or URL.
name_of() {
	local name=${1%%[?#]*}
	printf '%s' "${name##*/}"
}

download() { # SETTING URL FILE
	local status=0
	say "$1: fetching $(shown "$2")"
	curl --fail --location --silent --show-error --proto '=http,https' --retry 3 --connect-timeout 30 \
		--speed-limit 1024 --speed-time 60 --output "$3" -- "$2" || status=$?
	[ "$status" -eq 0 ] ||
		fail "$1: $(shown "$2") could not be downloaded (curl ended with $status)" \
			"Open the address in a browser, correct $1, or use local firmware."
}

# obtain SETTING FILE-OR-URL SHA256 TARGET: leaves the checked file at TARGET.
obtain() {
	local setting=$1 wanted=$2 sha256=$3 target=$4 name actual
	[ -n "$wanted" ] || fail "$setting is empty" "Give a file name in redist/ or a URL."
	name=$(name_of "$wanted")
	rm -f "$target"
	if is_url "$wanted"; then
		download "$setting" "$wanted" "$target"
	else
		[ -f "$mounted/firmware/$name" ] ||
			fail "$setting: $name is missing from the build context" "Fetch it with 'edge-builder download'."
		[ -s "$mounted/firmware/$name" ] || fail_empty "$setting" "$name"
		cp "$mounted/firmware/$name" "$target"
	fi
	[ -s "$target" ] || fail_empty "$setting" "$name"
	if [ -z "$sha256" ]; then
		say "$setting: no sha256 is known for $name, so its content is not checked"
		return 0
	fi
	actual=$(sha256sum "$target" | cut -d ' ' -f 1)
	[ "$actual" = "$sha256" ] || fail "$setting: sha256 of $name is $actual, not $sha256" \
		"The file is damaged or another one: fetch it again, or correct the sha256 in the settings."
	say "$setting: $name, $(stat -c %s "$target") bytes, sha256 as expected"
}

fail_empty() {
	fail "$1: $2 is empty" "The download was cut short: delete it and fetch it again with 'edge-builder download'."
}
