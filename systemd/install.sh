#!/bin/sh
# Installs the units for the layer where it lies, and starts nothing:  sudo sh systemd/install.sh
#   DESTDIR=FOLDER  writes below FOLDER instead (packagers, tests), and asks nothing of the running system
set -eu
here=$(dirname -- "$(dirname -- "$(readlink -f -- "$0")")")
. "$here/setup.sh"
swarms_setup run >&2
node=$(readlink -f -- "$NODE")
units=${DESTDIR:-}/etc/systemd/system
kind=dist ending=js
if [ -d "$here/src" ]; then kind=src ending=ts; fi

case "$here/ $node" in
  /home/* | /root/* | /tmp/* | /var/tmp/* | /run/user/* | *" /home/"* | *" /root/"*)
    [ -n "${DESTDIR:-}" ] || {
      echo "not installed: the service does not see $here or $node (ProtectHome=, PrivateTmp=)" >&2
      echo "→ put the layer below /opt or /usr/local/lib, and Node where every user has it" >&2
      exit 78
    } ;;
esac

# Whoever may write the code is root from the next start on.
loose=$(find "$here/$kind" "$here/swarms" "$here/node_modules" "$node" ! -type l \( ! -user 0 -o -perm /022 \) -print -quit)
if [ -n "$loose" ] && [ -z "${DESTDIR:-}" ]; then
  echo "not installed: others than root may write $loose" >&2
  echo "→ chown -R root: $here && chmod -R go-w $here (and the same for Node)" >&2
  exit 78
fi

shown() { for path; do if [ -e "$path" ]; then printf 'BindReadOnlyPaths=%s\n' "$path"; fi; done; }
libraries() { ldd "$node" | grep -o '/[^ ]*' | sort -u; }

# MODULE HEAP FLAG...: the start of a process that sees nothing but what is named here.
confined() {
  module=$1 heap=$2
  shift 2
  flags=
  for flag; do flags="$flags $flag"; done
  cat <<END
# Written by systemd/install.sh: where the layer and Node are on this host, and all that this process sees of it.
[Service]
ExecStart=
ExecStart="$node" --permission --allow-fs-read=$here/$flags --allow-net --disable-warning=ExperimentalWarning --disable-warning=SecurityWarning --max-semi-space-size=4 --max-old-space-size=$heap $here/$kind/$module.$ending
BindReadOnlyPaths=
BindReadOnlyPaths=-/etc/localtime
END
  shown "$node"
  libraries | while read -r library; do shown "$library"; done
  shown "$here/package.json"
}

for unit in swarms.service swarms-hive.service swarms-prober@.service swarms-prober.socket swarms-sender@.service swarms-sender.socket; do
  mkdir -p "$units/$unit.d"
  cp "$here/systemd/$unit" "$units/"
done
rmdir "$units/swarms-prober.socket.d" "$units/swarms-sender.socket.d"
mkdir -p "${DESTDIR:-}/etc/sysusers.d"
cp "$here/systemd/sysusers.conf" "${DESTDIR:-}/etc/sysusers.d/swarms.conf"
cat >"$units/swarms.service.d/10-place.conf" <<END
# Written by systemd/install.sh: where the layer and Node are on this host.
[Service]
ExecStart=
ExecStart="$here/swarms" run --view plain
ExecStopPost=
ExecStopPost="$here/swarms" restore
Environment="PATH=$(dirname -- "$node"):/usr/sbin:/usr/bin:/sbin:/bin"
END
{
  confined hive/main 256 --allow-fs-read=/var/lib/swarms/hive/ --allow-fs-write=/var/lib/swarms/hive/
  for package in hono @hono/node-server yaml re2js; do shown "$here/node_modules/$package"; done
  for folder in core swarm senses store immune balance api hive; do shown "$here/$kind/$folder"; done
  echo BindReadOnlyPaths=/run/swarms
} >"$units/swarms-hive.service.d/10-place.conf"
{
  confined prober/main 64 --allow-fs-read=/etc/hosts --allow-fs-read=/etc/resolv.conf
  for folder in core prober; do shown "$here/$kind/$folder"; done
  echo 'BindReadOnlyPaths=-/etc/hosts -/etc/resolv.conf'
} >"$units/swarms-prober@.service.d/10-place.conf"
{
  confined outputs/main 64 --allow-fs-read=/etc/hosts --allow-fs-read=/etc/resolv.conf
  for folder in core outputs; do shown "$here/$kind/$folder"; done
  echo 'BindReadOnlyPaths=-/etc/hosts -/etc/resolv.conf'
} >"$units/swarms-sender@.service.d/10-place.conf"

if [ -z "${DESTDIR:-}" ]; then
  systemd-sysusers "${DESTDIR:-}/etc/sysusers.d/swarms.conf"
  systemctl daemon-reload
  echo "installed; start it with: systemctl enable --now swarms"
fi
