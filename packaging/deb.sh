#!/bin/sh
# `npm run package:deb`: builds packaging/out/swarms-layer_VERSION_ARCH.deb from what `npm pack` ships, the production
# dependencies and the pinned Node that setup.sh has installed. Needs dpkg-deb and binutils; asks no registry for more.
#   OUT=FOLDER               where the package goes
#   SOURCE_DATE_EPOCH=SECS   its date (else that of the last commit): the same sources give the same bytes
#   DEB_MAINTAINER="NAME <ADDRESS>"   who answers for it; else a placeholder that no mail reaches
#   DEB_LEVEL=0..9           how hard xz tries; 1 is for trying things out
set -eu
umask 022
here=$(dirname -- "$(dirname -- "$(readlink -f -- "$0")")")
. "$here/setup.sh"
swarms_setup dev
cd "$here"
for tool in dpkg-deb strip; do
  command -v $tool >/dev/null || setup_fail "$tool is missing" "install it: apt-get install dpkg binutils"
done
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}
export SOURCE_DATE_EPOCH
version=$("$NODE" -p 'require("./package.json").version')
arch=$(dpkg --print-architecture)
case $arch in
  amd64) node_arch=x64 ;;
  arm64) node_arch=arm64 ;;
  *) setup_fail "there is no pinned Node for $arch" "build on amd64 or arm64" ;;
esac
maintainer=${DEB_MAINTAINER:-Swarms Layer maintainers <maintainers@swarms-layer.invalid>}
out=${OUT:-$here/packaging/out}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
lib=$root/usr/lib/swarms-layer
doc=$root/usr/share/doc/swarms-layer
run() { "$NODE" --disable-warning=ExperimentalWarning "$@"; }

# The pinned one, whichever Node builds this.
runtime=$here/runtime/node_modules/node-linux-$node_arch
[ -x "$runtime/bin/node" ] || (cd "$here/runtime" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2)

setup_say "emitting JavaScript and packing"
npm pack --silent --pack-destination "$work" >&2
mkdir -p "$lib/bin" "$doc/examples" "$root/usr/bin" "$root/etc/swarms/conf.d" "$root/DEBIAN"
tar -xzf "$work"/swarms-layer-"$version".tgz -C "$lib" --strip-components=1 --no-same-owner
run packaging/deb/dependencies.ts "$lib"
find "$lib/dist" -name "*.d.ts" -delete

setup_say "placing Node, units, manuals and completions"
cp "$runtime/bin/node" "$lib/bin/node"
find "$lib/bin/node" "$lib/node_modules" -type f \( -name node -o -name '*.node' \) -exec strip --strip-unneeded --remove-section=.comment --remove-section=.note {} +
# Elsewhere by the rules of the distribution, or of no use in a package.
mv "$lib/docs" "$lib/README.md" "$lib/SECURITY.md" "$lib/CONTRIBUTING.md" "$doc/"
mv "$lib/systemd/drop-ins" "$doc/examples/drop-ins"
cp systemd/README.md "$doc/systemd.md"
for folder in examples packaging; do
  if [ -d "$lib/$folder" ]; then mv "$lib/$folder"/* "$doc/examples/" && rmdir "$lib/$folder"; fi
done
rm -rf "$lib/systemd" "$lib/runtime" "$lib/LICENSE" "$lib/LICENSES"
ln -s ../lib/swarms-layer/swarms "$root/usr/bin/swarms"
mkdir -p "$root/usr/lib/systemd/system" "$root/usr/lib/sysusers.d"
cp systemd/swarms*.service systemd/swarms*.socket "$root/usr/lib/systemd/system/"
cp systemd/sysusers.conf "$root/usr/lib/sysusers.d/swarms-layer.conf"
cp packaging/swarms.yaml "$root/etc/swarms/swarms.yaml"
run packaging/man/main.ts "$work/man"
for page in "$work"/man/*; do
  folder=$root/usr/share/man/man${page##*.}
  mkdir -p "$folder"
  gzip -9n <"$page" >"$folder/${page##*/}.gz"
done
completions=$root/usr/share
mkdir -p "$completions/bash-completion/completions" "$completions/zsh/vendor-completions" "$completions/fish/vendor_completions.d"
run src/cli/main.ts completion bash >"$completions/bash-completion/completions/swarms"
run src/cli/main.ts completion zsh >"$completions/zsh/vendor-completions/_swarms"
run src/cli/main.ts completion fish >"$completions/fish/vendor_completions.d/swarms.fish"

run packaging/deb/copyright.ts "$runtime" >"$doc/copyright"
gzip -9n >"$doc/changelog.gz" <<END
swarms-layer ($version) unstable; urgency=medium

  * Release $version: README.md tells what it does, docs/ what changed.

 -- $maintainer  $(date -u -R -d "@$SOURCE_DATE_EPOCH")
END
mkdir -p "$root/usr/share/lintian/overrides"
cp packaging/deb/swarms-layer.lintian-overrides "$root/usr/share/lintian/overrides/swarms-layer"

find "$root" -type d -exec chmod 755 {} +
find "$root" -type f -exec chmod 644 {} +
chmod 755 "$lib/swarms" "$lib/bin/node"
find "$root" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +

for script in postinst prerm postrm; do install -m 755 "packaging/deb/$script" "$root/DEBIAN/$script"; done
echo /etc/swarms/swarms.yaml >"$root/DEBIAN/conffiles"
(cd "$root" && find etc usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
cat >"$root/DEBIAN/control" <<END
Package: swarms-layer
Version: $version
Architecture: $arch
Maintainer: $maintainer
Installed-Size: $(du -k -s --apparent-size "$root/usr" "$root/etc" | awk '{ sum += $1 } END { print sum }')
Depends: init-system-helpers (>= 1.54), libatomic1 (>= 4.8), libbpf1, libc6 (>= 2.28), libgcc-s1 (>= 4.2), libstdc++6 (>= 9), systemd (>= 250)
Section: admin
Priority: optional
Description: keeps services fast, notices and contains what does not belong
 Many small agents between the Linux kernel and the services of a host watch
 processes, connections and pressure (eBPF, PSI, cgroups). Services keep their
 answer times beside batch work, and programs that do not belong are noticed
 and held.
 .
 As installed it observes and changes nothing. Every change that it may make is
 named in the configuration, bounded, written down first, and taken back by
 itself. Nothing is started by the installation.
END
chmod 644 "$root"/DEBIAN/control "$root"/DEBIAN/conffiles "$root"/DEBIAN/md5sums
find "$root/DEBIAN" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +

setup_say "compressing"
mkdir -p "$out"
# One thread: where there are several, their number would be in the bytes.
dpkg-deb --root-owner-group --threads-max=1 -Zxz -z"${DEB_LEVEL:-6}" --build "$root" "$out/swarms-layer_${version}_$arch.deb" >&2
echo "$out/swarms-layer_${version}_$arch.deb"
