import {nodeprepEnvironmentPath} from '../../settings/nodeprep-environment.ts';

/** Every fact the probe prints, in this order; a reader knows from it how many to expect. */
export const probeFacts = [
	'where',
	'os',
	'kairos',
	'kairos-name',
	'kairos-label',
	'kernels',
	'kernel',
	'modules-dep',
	'packages',
	'doca-packages',
	'doca-all',
	'stand-in',
	'needed-missing',
	'compilers',
	'kernel-compiler',
	'tools',
	'openibd',
	'doca-repository',
	'dkms',
	'modules',
	'module-loads',
	'bfb',
	'bfb-copies',
	'bfb-sha256',
	'nodeprep',
	'nodeprep-version',
	'nodeprep-check',
	'nodeprep-settings',
	'nodeprep-unit',
	'nodeprep-life',
	'manifest',
	'ours',
	'files',
	'kube',
	'run-mellanox',
	'boot-arguments',
	'cmdline',
	'system',
] as const;
export type FactName = (typeof probeFacts)[number];

/**
 * One POSIX shell script that asks an image or a booted guest everything at once; nothing it does outlives the
 * container or the boot.
 * It prints `EB:<nonce>:fact=value` lines and `EB:<nonce>:end=<count>`. A terminal echoes what is typed into it, so the
 * script itself never has the marker in one piece.
 * @param nonce Letters and digits.
 * @param environment Text of nodeprep's environment file, for a booted guest: it is put where a cluster profile puts it,
 * nodeprep is asked what it reads there, and its unit must start it. Empty: not asked.
 */
export const probeScript = (nonce: string, environment = ''): string => `n='${nonce}' c=0
say() {
	v=$(printf '%s' "$2" | tr '\\n\\t' ';;' | tr -cd '[:print:]')
	printf 'EB:%s:%s=%s\\n' "$n" "$1" "$v"
	c=$((c + 1))
}
has() { command -v "$1" >/dev/null 2>&1; }
first() { sed -n "s/^$1=//p" $2 2>/dev/null | tr -d '"' | head -n 1; }
found() { for i; do has "$i" && printf '%s ' "$i"; done; }
live=no
[ -e /run/cos/live_mode ] && live=yes
# Kernel messages would be mixed into the lines on a serial console.
[ $live = yes ] && dmesg -n 1 2>/dev/null
[ $live = yes ] && say where live || say where image
say os "$(first ID /etc/os-release) $(first VERSION_ID /etc/os-release)"
[ -d /etc/kairos ] && say kairos yes || say kairos no
say kairos-name "$(first KAIROS_NAME '/etc/kairos-release /etc/os-release')"
say kairos-label "$(first KAIROS_IMAGE_LABEL '/etc/kairos-release /etc/os-release')"
k= all=
for d in /lib/modules/*/; do
	[ -d "$d" ] || continue
	d=$(basename "$d") all="$all $d"
	[ -d "/lib/modules/$d/kernel" ] && k="$k
$d"
done
say kernels "\${all# }"
k=$(printf '%s' "$k" | sort -V | tail -n 1)
[ $live = yes ] && k=$(uname -r)
say kernel "$k"
[ -s "/lib/modules/$k/modules.dep" ] && say modules-dep yes || say modules-dep no
q() { dpkg-query -W -f "$@" 2>/dev/null; }
say packages "$(q '\${db:Status-Status}\\n' | grep -cx installed)"
say doca-packages "$(q '\${db:Status-Status} \${Package}\\n' '*doca*' | sed -n 's/^installed //p')"
say doca-all "$(q '\${db:Status-Status} \${Version}' doca-all)"
q '\${Description}' doca-all | grep -qi stand-in && say stand-in yes || say stand-in no
m=
for p in lldpd netplan.io pv psmisc nfs-common grepcidr dkms make; do
	[ "$(q '\${db:Status-Status}' $p)" = installed ] || m="$m $p"
done
say needed-missing "\${m# }"
say compilers "$(found gcc-12 gcc-13 gcc-14)"
g=$(sed -n 's/^CONFIG_CC_VERSION_TEXT="\\([^ ]*gcc-[0-9]*\\) .*/\\1/p' "/lib/modules/$k/build/.config" 2>/dev/null)
[ -z "$g" ] || has "$g" || g="$g missing"
say kernel-compiler "$g"
say tools "$(found mst mlxconfig flint bfb-install)"
o=absent
[ -e /usr/lib/systemd/system/openibd.service ] && o=disabled
for f in /etc/systemd/system/*.wants/openibd.service; do [ -L "$f" ] && o=enabled; done
say openibd $o
say doca-repository "$(ls -d /usr/share/doca-host-*/repo 2>/dev/null)"
has dkms && say dkms "$(dkms status 2>/dev/null)" || say dkms absent
good=0 bad= some=
for f in /var/lib/dkms/*/*/"$k"/*/module/*.ko*; do
	[ -e "$f" ] || continue
	f=$(basename "$f") f=\${f%%.ko*} some=$f
	v=$(modinfo -k "$k" -F vermagic "$f" 2>/dev/null)
	[ "\${v%% *}" = "$k" ] && good=$((good + 1)) || bad="$bad $f"
done
say modules "$good good\${bad:+, wrong:$bad}"
if [ $live = no ]; then say module-loads skip
elif [ -z "$some" ]; then say module-loads none
elif modprobe "$some" 2>/dev/null; then say module-loads "$some"
else say module-loads no; fi
b= s= t=
for f in /opt/spectrocloud/spcx/bfb/* /opt/spectrocloud/spcx/bfb/.*.part /usr/lib/edge-builder/firmware/.*.part; do
	[ -f "$f" ] || continue
	b="$b$(basename "$f") $(stat -L -c %s "$f")
"
	[ -L "$f" ] || t="$t $f"
	[ $live = no ] && s="$s$(sha256sum "$f" | cut -d ' ' -f 1) "
done
say bfb "$b"
say bfb-copies "\${t# }"
[ $live = no ] && say bfb-sha256 "$s" || say bfb-sha256 skip
p=/opt/spectrocloud/nodeprep.sh
if [ ! -e $p ]; then say nodeprep absent
elif [ ! -x $p ]; then say nodeprep 'not executable'
elif ! bash -n $p 2>/dev/null; then say nodeprep 'syntax error'
else say nodeprep executable; fi
[ -x $p ] && say nodeprep-version "$(timeout 60 $p --version </dev/null 2>/dev/null | head -n 1)" || say nodeprep-version none
if [ $live = yes ] && [ -x $p ]; then
	timeout 120 $p --check </dev/null >/dev/null 2>&1
	say nodeprep-check $?
else say nodeprep-check skip; fi
e='${environment && nodeprepEnvironmentPath}'
if [ $live = yes ] && [ -x $p ] && [ -n "$e" ]; then
	(umask 077 && cat >"$e") <<'end of environment'
${environment.trimEnd()}
end of environment
	say nodeprep-settings "$(timeout 60 $p --settings </dev/null 2>&1)"
else say nodeprep-settings skip; fi
u=absent d=/usr/lib/systemd/system
[ -s $d/nodeprep.service ] && [ -L $d/multi-user.target.wants/nodeprep.service ] && u=enabled
if [ $live = yes ] && [ $u = enabled ] && [ -n "$e" ]; then
	u='not started' i=0
	while [ $i -lt 60 ] && [ "$u" != started ]; do
		grep -qs "nodeprep .*, environment $e" /var/log/sc-nodeprep.log && u=started || sleep 1
		i=$((i + 1))
	done
	systemctl stop nodeprep.path nodeprep.service 2>/dev/null
	systemctl reset-failed nodeprep.service 2>/dev/null
fi
say nodeprep-unit "$u"
l=/usr/lib/edge-builder/nodeprep-life.sh
if [ $live = yes ] && [ -x $l ]; then
	say nodeprep-life "$(timeout 300 $l </dev/null 2>/dev/null | sed -n 's/^nodeprep-life://p')"
else say nodeprep-life skip; fi
[ -r /etc/edge-builder/image.json ] && say manifest "$(base64 -w 0 </etc/edge-builder/image.json)" || say manifest absent
say ours "$(ls -d /etc/edge-builder /usr/lib/edge-builder /etc/tmpfiles.d/mellanox.conf /system/oem/90_edge-builder.yaml /usr/lib/systemd/system/nodeprep.* 2>/dev/null)"
h=
for f in /etc/modprobe.d/blacklist-nouveau.conf /usr/lib/modprobe.d/blacklist-nouveau.conf /etc/modprobe.d/ib_core.conf /usr/lib/modprobe.d/ib_core.conf /etc/lldpd.d/rcp-lldpd.conf /etc/modules-load.d/nfsrdma.conf /etc/tmpfiles.d/mellanox.conf /system/oem/90_edge-builder.yaml /usr/lib/systemd/system/nodeprep.service /usr/lib/systemd/system/nodeprep.path $p /usr/lib/edge-builder/nodeprep*.sh; do
	[ -s $f ] && h="$h$f $(sha256sum $f | cut -d ' ' -f 1)
"
done
say files "$h"
for d in /usr/local/bin /opt/*/bin /opt/*/*/bin; do PATH=$PATH:$d; done
say kube "$(found kubeadm kubelet k3s rke2 nodeadm)"
[ -d /run/mellanox/drivers ] && say run-mellanox yes || say run-mellanox no
say boot-arguments "$(sed -n 's/^[[:space:]]*set baseCmd="\\(.*\\)".*/\\1/p' /etc/cos/bootargs.cfg 2>/dev/null)"
[ $live = yes ] && say cmdline "$(cat /proc/cmdline)" || say cmdline skip
[ $live = yes ] && say system "$(systemctl is-system-running 2>/dev/null)" || say system skip
printf 'EB:%s:end=%s\\n' "$n" "$c"
# buildah now and then loses what is printed in the last moment before a program ends.
sleep 0.3
`;
