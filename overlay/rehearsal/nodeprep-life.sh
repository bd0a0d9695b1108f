#!/bin/sh
# Lets nodeprep live a whole life in a folder, on a machine without the hardware: makes a tree with one card and stand-in
# programs, starts nodeprep there as often as a node would, and prints one line for each state:
#   nodeprep-life:<state>:ok      or  nodeprep-life:<state>:fail <why>
# for init, reboot-pending, config, precomplete, complete, complete-again. Nothing outside the folder is touched.
# Use: nodeprep-life.sh [NODEPREP [FOLDER]]; exit 1 when a state failed.
set -u

nodeprep=${1:-/opt/spectrocloud/nodeprep.sh}
folder=${2:-$(mktemp -d)}
root=$folder/root bin=$folder/bin
card=$root/sys/bus/pci/devices/0000:05:00.0
export FAKE="$folder/fake" NODEPREP_ROOT="$root"
failed=0

# file PATH TEXT
file() {
	mkdir -p "${1%/*}"
	printf '%s\n' "$2" >"$1"
}

# The card as the kernel shows it after a boot; what it offers comes from its configuration.
boot() {
	rm -rf "$root/run" "$FAKE/mst" "$FAKE/rshim"
	mkdir -p "$root/run"
	[ ! -f "$FAKE/flashed" ] || echo 32.47.1088 >"$FAKE/firmware"
	read -r offered <"$FAKE/nv/NUM_OF_VFS"
	file "$card/sriov_totalvfs" "$offered"
	file "$card/sriov_numvfs" 0
	for v in 0 1; do
		file "$card/virtfn$v/uevent" "PCI_SLOT_NAME=0000:05:10.$v"
		for name in node mac; do file "$card/sriov/$v/$name" none; done
	done
}

make_tree() {
	mkdir -p "$FAKE/nv" "$bin" "$root/etc/kairos" "$root/etc/kubernetes"
	: >"$root/etc/kubernetes/kubelet.conf"
	for name in LINK_TYPE_P1 USER_PROGRAMMABLE_CC ADVANCED_PCI_SETTINGS SRIOV_EN NUM_OF_VFS; do echo 0 >"$FAKE/nv/$name"; done
	echo 32.40.1000 >"$FAKE/firmware"
	echo 'condition Ready=True' >"$FAKE/node"
	file "$card/vendor" 0x15b3
	file "$card/device" 0xa2dc
	file "$card/class" 0x020000
	# The host's own network, which is none of this card's.
	file "$root/proc/net/route" 'eth0	00000000	0102A8C0	0003'
	file "$root/sys/class/net/eth0/device/vendor" 0x8086
	file "$card/net/eth7/phys_port_name" p0
	file "$root/sys/class/net/eth7/flags" 0x1003
	file "$card/infiniband/mlx5_0/node_guid" 905a:0815:d91d:2edc
	file "$root/sys/bus/pci/drivers/mlx5_core/bind" ''
	ln -s ../../drivers/mlx5_core "$card/driver"
	file "$root/dev/rshim0/misc" 'DEV_NAME pcie-0000:05:00.2'
	file "$root/opt/spectrocloud/spcx/bfb/life.bfb" 'not firmware'
	file "$root/opt/spectrocloud/nodeprep-env.sh" "BFB=life.bfb
BFB_FW=32.47.1088
NUMVF_EW=2
NUMVF_NS=0
LINKTYPE_EW=2
LINKTYPE_NS=2
ROCECC=1
CONTROLDPU=false
DPUOFFLOAD=1
DISABLE_ACS=false"
	boot
}

# One program under many names; it notes each call, and keeps what it is told in $FAKE.
make_programs() {
	cat >"$bin/stand-in" <<'END'
#!/bin/sh
tool=${0##*/}
echo "$tool $*" >>"$FAKE/calls"
case "$tool $*" in
	kubectl*' get node life '*) cat "$FAKE/node" ;;
	kubectl*' label node life '*)
		while [ "$1" != --overwrite ]; do shift; done
		shift
		for pair; do
			grep -v "^label ${pair%%=*}=" "$FAKE/node" >"$FAKE/node.new"
			echo "label $pair" >>"$FAKE/node.new"
			mv "$FAKE/node.new" "$FAKE/node"
		done ;;
	hostname*) echo life ;;
	'mst start') : >"$FAKE/mst" ;;
	'mst status') [ ! -f "$FAKE/mst" ] || echo 'MST PCI configuration module loaded' ;;
	'mst status -v') echo 'BlueField3(rev:1) NA 05:00.0 mlx5_0 net-eth7 0' ;;
	mlxconfig*' q') echo 'Description: SuperNIC' && for f in "$FAKE"/nv/*; do echo "${f##*/} $(cat "$f")"; done ;;
	mlxconfig*' q '*) echo "-E- Unknown Parameter: $5" && exit 3 ;;
	mlxconfig*) shift 4 && for pair; do echo "${pair#*=}" >"$FAKE/nv/${pair%%=*}"; done ;;
	flint*) echo "FW Version: $(cat "$FAKE/firmware")" ;;
	bfb-install*) : >"$FAKE/flashed" ;;
	'systemctl is-active rshim') [ -f "$FAKE/rshim" ] && echo active ;;
	'systemctl restart rshim') : >"$FAKE/rshim" ;;
	'systemctl list-units'*) echo stylus-agent.service ;;
	shutdown*) mkdir -p "$NODEPREP_ROOT/run/systemd/shutdown" && : >"$NODEPREP_ROOT/run/systemd/shutdown/scheduled" ;;
esac
END
	chmod 755 "$bin/stand-in"
	for name in kubectl hostname mst mlxconfig flint bfb-install systemctl shutdown dpkg-query ip sleep modprobe devlink; do
		ln -s stand-in "$bin/$name"
	done
}

# start EXIT_CODE LABEL: one start of nodeprep must end so.
start() {
	: >"$FAKE/calls"
	why=
	PATH="$bin:$PATH" bash "$nodeprep" >"$folder/output" 2>&1
	code=$?
	[ "$code" -eq "$1" ] || why="exit code $code, expected $1: $(tail -n 1 "$folder/output")"
	grep -qx "label spectrocloud.com/nodeprep=$2" "$FAKE/node" || why="${why:-label is not $2}"
}

# also TEXT COMMAND...: and COMMAND must succeed.
also() {
	text=$1
	shift
	"$@" || why="${why:-$text}"
}

reached() {
	if [ -z "$why" ]; then
		echo "nodeprep-life:$1:ok"
	else
		echo "nodeprep-life:$1:fail $why"
		failed=1
	fi
}

# shellcheck disable=SC2317 # called by `also`
called() { grep -q "$1" "$FAKE/calls"; }
# shellcheck disable=SC2317 # called by `also`
not() { ! "$@"; }

make_tree
make_programs

start 40 config
also 'nothing was flashed' called '^bfb-install --rshim rshim0'
reached init

start 40 config
also 'a start before the reboot did something' not test -s "$FAKE/calls"
reached reboot-pending

boot
start 40 precomplete
also 'the card was not configured' called 'mlxconfig .*set .*NUM_OF_VFS=2'
reached config

boot
start 0 complete
also 'the second function has the wrong address' grep -qx f2:01:d9:1d:2e:dc "$card/sriov/1/mac"
also 'the node was not uncordoned' called ' uncordon life'
reached precomplete

boot
start 0 complete
also 'the first function has the wrong address after a reboot' grep -qx f2:00:d9:1d:2e:dc "$card/sriov/0/mac"
reached complete

start 0 complete
also 'a second start wrote something' not called ' set \| label \|cordon\|bfb-install\|shutdown'
reached complete-again

[ "$failed" -eq 0 ] && rm -rf "$folder"
exit "$failed"
