/** Addresses of the room's own network, all on its loopback device: what connects to them never leaves. */
export const ADDRESSES = {
  /** The attacker's machine: of a block for documentation (RFC 5737), so it looks like the internet and belongs to nobody. */
  far: "203.0.113.10",
  /** What the server asks at its ordinary work. */
  backend: "10.20.0.5",
  /** The neighbourhood that a scan goes through. */
  net: "10.20.0.0/24",
} as const;

/** Where the server's program seems to lie: another program than the lab's own Node. */
export const PORTAL = "/opt/portal/bin/portal";

/**
 * Furnishes the mount and the network namespace that it runs in. Arguments: the lab's folder, the Node binary, the server's source, its name.
 * Writable are only copies and empty folders on a tmpfs; the host's own files are read-only, its shadow file is
 * copied without passwords, its keys not at all. What of procfs and sysfs could change the host is covered or read-only.
 */
export const ROOM_SCRIPT = `set -e
lab=$1 node=$2 source=$3 name=$4
stage=$lab/room; mkdir -p "$stage"
mount -t tmpfs -o mode=755,size=1g swarms-room "$stage"; cd "$stage"
mkdir -p etc root home/ann opt/portal/bin srv/portal run tmp shm var/log var/tmp var/spool/cron/crontabs var/backups knobs ssh
chmod 1777 tmp shm var/tmp; chmod 700 root var/spool/cron/crontabs
cp -a /etc/. etc/
for f in etc/shadow etc/shadow- etc/gshadow etc/gshadow-; do [ ! -e $f ] || sed -i 's/^\\([^:]*\\):[^:]*:/\\1:!:/' $f; done
rm -rf etc/ssl/private etc/ssh/ssh_host_*
mkdir -p etc/cron.d etc/profile.d etc/sudoers.d etc/systemd/system etc/pam.d etc/ssh
echo 'stand-in key' > etc/ssh/ssh_host_ed25519_key; chmod 600 etc/ssh/ssh_host_ed25519_key
for h in root home/ann; do
  mkdir -p $h/.ssh $h/.aws $h/.kube $h/.config/google-chrome/Default $h/.mozilla/firefox/x.default $h/.gnupg $h/.docker $h/documents
  echo 'stand-in private key' > $h/.ssh/id_rsa; chmod 600 $h/.ssh/id_rsa; echo 'ssh-rsa AAAA stand-in' > $h/.ssh/authorized_keys
  echo '10.20.0.7 ssh-rsa AAAA' > $h/.ssh/known_hosts; echo '[default]' > $h/.aws/credentials; echo 'apiVersion: v1' > $h/.kube/config
  echo x > $h/.gnupg/secring.gpg; echo '{}' > $h/.docker/config.json; echo 'ls' > $h/.bash_history; echo 'umask 022' > $h/.bashrc; echo ': ' > $h/.profile
  echo x > "$h/.config/google-chrome/Default/Login Data"; echo x > $h/.mozilla/firefox/x.default/logins.json; echo '*:*:*:u:p' > $h/.pgpass
done
i=0; while [ $i -lt 200 ]; do echo "Nov 23 06:00:$i host sshd[$i]: Accepted publickey for ann" >> var/log/auth.log; echo "line $i" >> var/log/syslog; i=$((i+1)); done
mkdir -p var/log/audit var/log/journal var/log/nginx; echo a > var/log/audit/audit.log; echo a > var/log/nginx/access.log
for f in wtmp btmp lastlog; do echo x > var/log/$f; done
echo 'DB_PASSWORD=stand-in' > srv/portal/.env; echo '<h1>portal</h1>' > srv/portal/index.html
cp "$source" "opt/portal/$name"; : > opt/portal/bin/portal; mount --bind "$node" opt/portal/bin/portal
: > srv/portal/access.log; chmod 666 srv/portal/access.log; chown 33:33 srv/portal; chmod 755 srv/portal
mkdir -p "tmp/\${lab##*/}"; mount --bind "$lab" "tmp/\${lab##*/}"
echo core > knobs/core_pattern; echo /sbin/modprobe > knobs/modprobe; : > knobs/sysrq-trigger
mount --bind /proc/sys /proc/sys; mount -o remount,bind,ro /proc/sys
for k in sys/kernel/core_pattern sys/kernel/modprobe sysrq-trigger; do [ ! -e /proc/$k ] || mount --bind knobs/\${k##*/} /proc/$k; done
[ ! -e /sys/kernel/uevent_helper ] || mount --bind knobs/sysrq-trigger /sys/kernel/uevent_helper
for d in etc root home opt srv run var/log var/tmp var/spool var/backups; do [ ! -d /$d ] || mount --rbind $d /$d; done
mount --bind shm /dev/shm
mount -o remount,bind,ro /
cd /; mount --rbind "$stage/tmp" /tmp
ip link set lo up; ip address add ${ADDRESSES.far}/32 dev lo; ip route add local ${ADDRESSES.net} dev lo`;
