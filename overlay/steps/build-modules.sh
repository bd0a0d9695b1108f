#!/usr/bin/env bash
# Builds the DKMS modules of this image for the kernel it boots, and checks that they are there.
#
#   build-modules            headers, build, check
#   build-modules --headers  only the headers, and the compiler that they name
#   build-modules --finish   the same after the system was upgraded: a changed module gets into a new initrd
#   build-modules --logs     the end of each log of DKMS
set -euo pipefail

# Earthly exports ARCH=amd64, which makefiles of kernel modules take for the kernel's name of it (x86_64).
unset ARCH
export DEBIAN_FRONTEND=noninteractive LC_ALL=C
root=${EDGE_BUILDER_ROOT:-}

say() { printf 'edge-builder: %s\n' "$*"; }

fail() {
	printf 'edge-builder: error: %s\n' "$1" >&2
	[ $# -lt 2 ] || printf 'edge-builder: hint: %s\n' "$2" >&2
	# buildah with chroot isolation now and then loses what is printed in the last moment before a program ends.
	sleep 0.3
	exit 1
}

has_kernel() { [ -e "$root/boot/vmlinuz-$1" ] || [ -e "$root/lib/modules/$1/vmlinuz" ]; }

# A headers package makes a folder under /lib/modules too, so only one with modules and a kernel counts.
image_kernel() {
	local folder version found=()
	for folder in "$root"/lib/modules/*/; do
		version=$(basename "$folder")
		if has_kernel "$version" && [ -d "$folder/kernel" ]; then found+=("$version"); fi
	done
	[ ${#found[@]} -gt 0 ] || fail "no kernel with modules is in the image (looked at /boot/vmlinuz-* and /lib/modules)"
	printf '%s\n' "${found[@]}" | sort -V | tail -n 1
}

# Upstream takes the highest folder for the kernel; one without a kernel would lead it astray.
drop_folders_without_kernel() {
	local folder version
	for folder in "$root"/lib/modules/*/; do
		version=$(basename "$folder")
		if ! has_kernel "$version" && [ ! -d "$folder/kernel" ]; then
			say "/lib/modules/$version has no kernel: removed"
			rm -rf "${folder:?}"
		fi
	done
}

# The release that the installed headers say they are of; empty without headers. Debian's kernel.release lacks the
# flavour ("6.1.0-56" for 6.1.0-56-cloud-amd64), so the header that modules are compiled with is asked first.
headers_release() {
	local build=$root/lib/modules/$1/build
	if [ -r "$build/include/generated/utsrelease.h" ]; then
		sed -n 's/^#define UTS_RELEASE "\(.*\)"$/\1/p' "$build/include/generated/utsrelease.h"
	elif [ -r "$build/include/config/kernel.release" ]; then
		cat "$build/include/config/kernel.release"
	fi
}

installed_headers() {
	dpkg-query -W -f '${db:Status-Status} ${Package}\n' 'linux-headers-*' 2>/dev/null | sed -n 's/^installed //p'
}

install_from_mirror() {
	apt-get update -o Acquire::Retries=3 && apt-get install --yes --no-install-recommends "linux-headers-$1"
}

# A mirror keeps only the newest kernel of a series. Ubuntu's archive of snapshots still has the headers of an older
# one: published some weeks after the kernel was built, which is the time its file carries.
install_from_snapshot() {
	local kernel=$1 list=$root/etc/apt/sources.list.d/edge-builder-snapshot.list built codename version days stamp
	[ -r "$root/usr/share/keyrings/ubuntu-archive-keyring.gpg" ] || return 1
	codename=$(sed -n 's/^VERSION_CODENAME=//p' "$root/etc/os-release")
	version=$(dpkg-query -W -f '${Version}' "linux-image-$kernel" 2>/dev/null) || return 1
	built=$(stat -L -c %Y "$root/boot/vmlinuz-$kernel" 2>/dev/null) || return 1
	for days in 14 28 45 70 100; do
		[ $((built + days * 86400)) -lt "$(date +%s)" ] || break
		stamp=$(date -u -d "@$((built + days * 86400))" +%Y%m%dT%H%M%SZ)
		say "looking for linux-headers-$kernel in Ubuntu's archive of $stamp"
		printf 'deb [signed-by=/usr/share/keyrings/ubuntu-archive-keyring.gpg] https://snapshot.ubuntu.com/ubuntu/%s %s main\n' \
			"$stamp" "$codename" "$stamp" "$codename-updates" "$stamp" "$codename-security" >"$list"
		if apt-get update -o Acquire::Check-Valid-Until=false -o Acquire::http::Timeout=60 &&
			apt-get install --yes --no-install-recommends "linux-headers-$kernel=$version"; then
			rm -f "$list"
			return 0
		fi
		rm -f "$list"
	done
	return 1
}

ensure_headers() {
	local kernel=$1 release
	release=$(headers_release "$kernel")
	if [ -z "$release" ]; then
		install_from_mirror "$kernel" || install_from_snapshot "$kernel" || true
		rm -rf "$root"/var/lib/apt/lists/*
		release=$(headers_release "$kernel")
	fi
	if [ "$release" != "$kernel" ]; then
		printf 'edge-builder: installed headers: %s\n' "$(installed_headers | tr '\n' ' ')" >&2
		fail "headers for $kernel are not available" \
			"The package mirror no longer has them: use a newer CanvOS release, whose kernel is newer, or another mirror."
	fi
}

# The compiler that built a kernel, as its headers call it by name: x86_64-linux-gnu-gcc-13. Empty where it is not gcc.
compiler_of() {
	sed -n -E 's/^CONFIG_CC_VERSION_TEXT="([^ ]*gcc-[0-9]+) .*/\1/p' "$root/lib/modules/$1/build/.config" 2>/dev/null || true
}

# Ubuntu 24.04 builds its kernels with gcc-13 and has gcc-14 beside it; kernels refuse flags that compilers do not share.
ensure_compiler() {
	local compiler
	compiler=$(compiler_of "$1")
	[ -n "$compiler" ] || return 0
	if command -v "$compiler" >/dev/null; then return 0; fi
	say "the kernel was built with $compiler"
	if ! apt-get update -o Acquire::Retries=3 ||
		! apt-get install --yes --no-install-recommends "gcc-${compiler##*-}"; then
		say "warning: $compiler cannot be had; modules are built with another compiler than the kernel"
	fi
	rm -rf "$root"/var/lib/apt/lists/*
}

# Lines "NAME VERSION KERNEL STATE"; both spellings of DKMS 2 ("name, version, …") and DKMS 3 ("name/version, …").
modules() {
	dkms status | sed -n -E 's#^([^,/]+)[,/] ?([^,:]+), ([^,]+), [^:]+: *([a-z]+).*$#\1 \2 \3 \4#p; s#^([^,/]+)[,/] ?([^,:]+): *([a-z]+).*$#\1 \2 - \3#p'
}

state_of() { # NAME KERNEL
	modules | awk -v name="$1" -v kernel="$2" '
		$1 == name && $3 == "-" && state == "" {state = $4}
		$1 == name && $3 == kernel {state = $4}
		END {print state}'
}

show_logs() { # [NAME]
	local log
	while IFS= read -r log; do
		printf 'edge-builder: the end of %s:\n' "${log#"$root"}" >&2
		tail -n 40 "$log" >&2
	done < <(find "$root/var/lib/dkms${1:+/$1}" -name make.log 2>/dev/null | sort)
}

check_module() { # NAME KERNEL
	local name=$1 kernel=$2 file module magic state count=0
	state=$(state_of "$name" "$kernel")
	if [ "$state" != installed ]; then
		show_logs "$name"
		fail "the kernel module $name could not be built for $kernel (dkms says '${state:-not known}')" \
			"See the end of DKMS's log above; this DOCA version may not support this kernel."
	fi
	for file in "$root"/var/lib/dkms/"$name"/*/"$kernel"/*/module/*.ko*; do
		[ -e "$file" ] || continue
		module=$(basename "$file")
		module=${module%%.ko*}
		magic=$(modinfo -k "$kernel" -F vermagic "$module") || fail "the kernel module $module ($name) is not installed for $kernel"
		[ "${magic%% *}" = "$kernel" ] ||
			fail "the kernel module $module ($name) was built for ${magic%% *}, but the image boots $kernel"
		count=$((count + 1))
	done
	[ "$count" -gt 0 ] || fail "DKMS has no module of $name for $kernel"
	say "$name: $count module(s) for $kernel"
}

build() {
	local kernel=$1 name compiler
	compiler=$(compiler_of "$kernel")
	if [ -n "$compiler" ] && command -v "$compiler" >/dev/null; then export CC=$compiler; fi
	dkms autoinstall -k "$kernel" || say "dkms autoinstall ended with $?"
	dkms status
	while read -r name; do check_module "$name" "$kernel"; done <"$root/usr/lib/edge-builder/required-modules"
	modules | cut -d ' ' -f 1 | sort -u | while read -r name; do
		[ "$(state_of "$name" "$kernel")" = installed ] || say "warning: DKMS module $name is not built for $kernel"
	done
	drop_folders_without_kernel
	# DKMS signs with a key of its own making. In an image anyone could read it, and sign modules for every machine that
	# trusts it; without it the next build makes another.
	rm -f "$root"/var/lib/dkms/mok.key "$root"/var/lib/shim-signed/mok/MOK.priv
}

finish() {
	local kernel=$1 before after
	before=$(modules | grep -F " $kernel installed" || true)
	build "$kernel"
	after=$(modules | grep -F " $kernel installed" || true)
	if [ "$before" != "$after" ] && [ -e "$root/boot/initrd-$kernel" ] && command -v dracut >/dev/null; then
		say "modules changed: making the initrd of $kernel again"
		dracut --force "$root/boot/initrd-$kernel" "$kernel"
	fi
}

case ${1-} in
--logs) show_logs ;;
--headers)
	kernel=$(image_kernel)
	ensure_headers "$kernel"
	ensure_compiler "$kernel"
	;;
'' | --finish)
	kernel=$(image_kernel)
	say "kernel of the image: $kernel"
	ensure_headers "$kernel"
	ensure_compiler "$kernel"
	if [ "${1-}" = --finish ]; then finish "$kernel"; else build "$kernel"; fi
	;;
*) fail "unknown option $1" ;;
esac
