#!/bin/bash
# nodeprep: brings the NVIDIA network cards of a cluster node to the wanted firmware and configuration, creates their
# SR-IOV virtual functions, labels the node and releases it for workloads. Runs as root, at every boot.
#
# Put together from the parts in edge-builder's overlay/nodeprep: change those. `edge-builder nodeprep` prints the whole.
# States, exit codes and the environment file are described in docs/nodeprep.md. Needs bash 5.1 or newer.

set -Eeuo pipefail
shopt -s nullglob inherit_errexit
export LC_ALL=C
umask 022

readonly NODEPREP_VERSION='2.2.0'

# Everything outside this script lies below this prefix; it is empty on a real node.
readonly ROOT=${NODEPREP_ROOT:-}

readonly ENVIRONMENT_FILES=("$ROOT/opt/spectrocloud/nodeprep-env.sh" "$ROOT/opt/spectrocloud/nodeprep.env")
readonly FIRMWARE_FOLDER="$ROOT/opt/spectrocloud/spcx"
readonly IMAGE_COPY="$ROOT/usr/lib/edge-builder/nodeprep.sh"
readonly SCRIPT_PATH='/opt/spectrocloud/nodeprep.sh'
# Of kubeadm, k3s and rke2; the first that is there counts.
readonly KUBELET_CONFS=("$ROOT/etc/kubernetes/kubelet.conf" "$ROOT/var/lib/rancher/k3s/agent/kubelet.kubeconfig"
	"$ROOT/var/lib/rancher/rke2/agent/kubelet.kubeconfig")
readonly ADMIN_CONFS=("$ROOT/etc/kubernetes/admin.conf" "$ROOT/etc/rancher/k3s/k3s.yaml" "$ROOT/etc/rancher/rke2/rke2.yaml")
readonly RKE2_KUBECTL="$ROOT/var/lib/rancher/rke2/bin/kubectl"
readonly LOG_FILE="$ROOT/var/log/sc-nodeprep.log"
readonly LOG_LIMIT=${NODEPREP_LOG_LIMIT:-5242880}
readonly LOCK_FILE="$ROOT/run/nodeprep.lock"
# Gone after a reboot, as is what it records: writes waiting for a reboot, cards flashed, virtual functions set.
readonly BOOT_FOLDER="$ROOT/run/nodeprep"
# Survives a reboot, also on Kairos, where /opt is a persistent bind mount.
readonly KEPT_FOLDER="$ROOT/opt/spectrocloud/nodeprep-state"
readonly PCI="$ROOT/sys/bus/pci/devices"
readonly NET="$ROOT/sys/class/net"

readonly KEY='spectrocloud.com/nodeprep'

# Seconds; every wait ends.
readonly NODE_LIMIT=${NODEPREP_NODE_LIMIT:-3600}
readonly CERT_MANAGER_LIMIT=${NODEPREP_CERT_MANAGER_LIMIT:-3600}
readonly FLASH_LIMIT=${NODEPREP_FLASH_LIMIT:-7200}
# Without a line in the log while cards are flashed.
readonly SILENCE_LIMIT=${NODEPREP_SILENCE_LIMIT:-60}
# Of one call of a tool, and of one that installs, downloads or reads a large file.
readonly TOOL_LIMIT=${NODEPREP_TOOL_LIMIT:-300}
readonly SOFTWARE_LIMIT=${NODEPREP_SOFTWARE_LIMIT:-7200}
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
readonly EXIT_CARDS=34
readonly EXIT_UPLINK=35
readonly EXIT_PENDING=36
readonly EXIT_RAILS=37
readonly EXIT_HEALTH=38
readonly EXIT_REBOOT=40
readonly EXIT_LOCKED=41
readonly EXIT_CHECK_WORK=50
readonly EXIT_CHECK_MISSING=51

MODE='run' # or check, status
STATE=''
CORDONED='' # not empty while this script has to uncordon the node
declare -A SETTING=()
