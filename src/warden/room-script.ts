/**
 * Builds the hive's room and starts Node in it: a small tmpfs in a private mount namespace (mount_namespaces(7)) with
 * nothing but the code, the Node binary with its libraries, and the hive's state folder, as the root of the hive's
 * file system. So the clone and the state folder may lie where only root can read. What others may read anyway is
 * bound, the rest is copied. chroot(2) rather than pivot_root(2): the process has no capability to leave it, and the
 * kernel grants a chrooted process no user namespace in which it would have one (user_namespaces(7)). The compiler's
 * cache is read-only but while it is made (code-cache.ts). What is left to take away is the launcher's (room-main.ts),
 * which stays outside. Arguments: room, node, state or "", cache or "", rw or ro, the launcher's own cache, then
 * NAME SOURCE pairs, then -- and the launcher with its arguments.
 */
export const ROOM_SCRIPT = String.raw`
set -eu
umask 022
room=$1 node=$2 state=$3 cache=$4 access=$5 launcher=$6
shift 6
show() { # SOURCE TARGET: by bind where anybody may read it, else as a copy
  case $(stat -Lc %A -- "$1") in
    d??????r?x | -??????r?x | -??????r??)
      if [ -d "$1" ]; then mkdir -p "$2"; else : > "$2"; fi
      if [ -z "$(find "$1" ! -type l ! -perm -o=r -print -quit)" ]; then
        mount --bind -- "$1" "$2" && mount -o remount,bind,ro "$2"
        return
      fi ;;
  esac
  rm -rf -- "$2"
  cp -rL --no-preserve=all -- "$1" "$2"
  chmod -R a+rX,go-w "$2"
}
program() { # SOURCE NAME: an executable, and the libraries that it is linked with, at their own paths
  show "$1" "$room/$2"
  chmod a+x "$room/$2" 2>/dev/null || true
  for library in $(ldd "$1" 2>/dev/null | grep -o '/[^ ]*'); do
    [ -e "$room$library" ] && continue
    mkdir -p "$room$(dirname "$library")"
    show "$library" "$room$library"
    chmod a+x "$room$library" 2>/dev/null || true
  done
}
mount -t tmpfs -o mode=0755,size=256m,nosuid swarms-room "$room"
mkdir -p "$room/code/node_modules" "$room/proc" "$room/dev" "$room/etc"
if [ -n "$state" ]; then
  mkdir "$room/state"
  mount --bind -- "$state" "$room/state"
  mount -o remount,bind,nosuid,nodev,noexec "$room/state"
fi
mount -t proc -o nosuid,nodev,noexec,ro proc "$room/proc"
for device in null urandom; do : > "$room/dev/$device"; mount --bind "/dev/$device" "$room/dev/$device"; done
[ -e /etc/localtime ] && cp -L /etc/localtime "$room/etc/localtime"
if [ -n "$cache" ]; then
  mkdir "$room/cache"
  mount --bind -- "$cache" "$room/cache"
  mount -o "remount,bind,nosuid,nodev,noexec,$access" "$room/cache"
fi
program "$node" node
while [ "$1" != -- ]; do
  mkdir -p "$(dirname "$room/$1")"
  show "$2" "$room/$1"
  shift 2
done
shift
printf '{"type":"module"}\n' > "$room/code/package.json"
mount -o remount,ro,nosuid "$room"
exec env -i "NODE_COMPILE_CACHE=$launcher" "$node" "$@"
`;
