#!/bin/sh
# What people and machines do on a Debian server all day, in about four seconds: packages are looked at, a repository is worked in,
# C is built, archives are made, jobs run. Everything is made in the folder given, and nothing outside is changed. What is not
# installed is left out.
set -u
cd "$1" || exit 1
exec >/dev/null 2>&1
apt-get -s upgrade
apt-cache policy
dpkg -l
dpkg -S /bin/ls
dpkg --audit
mkdir repository
cd repository || exit 1
git init -q
git config user.email someone@example.org
git config user.name someone
for i in 1 2 3; do
  echo "int f$i(void) { return $i; }" >"f$i.c"
  git add .
  git commit -q -m "$i"
done
git log
git status
git gc -q
git clone -q . ../clone
cd ..
printf '#include <stdio.h>\nint main(void) { return puts("x") < 0; }\n' >a.c
printf 'a: a.o\n\tcc -o a a.o\na.o: a.c\n\tcc -O1 -c -o a.o a.c\n' >Makefile
make
./a
tar czf kept.tgz repository
mkdir restored
tar xzf kept.tgz -C restored
cp -a restored copy
rm -rf restored
find /etc /usr/lib -maxdepth 2 -name '*.conf'
grep -r root /etc/passwd /etc/group
ls -la /etc /root /home /var/log
run-parts --report --test /etc/cron.daily
logrotate -d /etc/logrotate.conf
id
ps aux
df
mount
getent passwd root
awk -F: '{print $1}' /etc/passwd
python3 -c 'import subprocess; subprocess.run(["ls"], capture_output=True)'
perl -e 'print 1'
ssh-keygen -q -t ed25519 -N '' -f key
tail -1 /var/log/dpkg.log
setpriv --reuid 65534 --regid 65534 --clear-groups sh -c 'ls /tmp'
mkdir -p package/DEBIAN
printf 'Package: x\nVersion: 1\nArchitecture: all\nMaintainer: x <x@example.org>\nDescription: x\n' >package/DEBIAN/control
dpkg-deb -b package x.deb
dpkg-deb -x x.deb unpacked
