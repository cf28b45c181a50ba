import { type Scenario, scenarios } from "./scenario.ts";

const innocent = { techniques: [], seconds: 40 } as const;
const job = { ...innocent, from: "job" } as const;

/**
 * What hosts do all day and what looks like an attack from afar: a package upgrade writes and runs new programs, a backup reads every
 * secret, a log rotation empties logs, configuration management writes cron jobs and keys, a build runs what it has just written.
 */
export const BENIGN: readonly Scenario[] = scenarios([
  {
    ...innocent,
    id: "benign.web-server",
    title: "the server at its ordinary work, with two children a request",
    requests: 60,
    quick: true,
    script: "true",
  },
  {
    ...innocent,
    id: "benign.container-server",
    title: "the same server in a container",
    from: "container",
    requests: 30,
    script: "true",
  },
  {
    ...job,
    id: "benign.package-upgrade",
    title: "dpkg unpacks a package with a program, a cron job, a unit and a maintainer's script, then its next version",
    needs: ["dpkg-deb", "dpkg"],
    prepare: `for v in 1 2; do p=$HOOD/p$v; mkdir -p $p/DEBIAN $p/usr/bin $p/etc/cron.d $p/lib/systemd/system; chmod -R 755 $p
printf 'Package: stand-in\\nVersion: %s\\nArchitecture: all\\nMaintainer: lab <lab@example.org>\\nDescription: none\\n' $v > $p/DEBIAN/control
printf '#!/bin/sh\\nid > /dev/null; %s/usr/bin/stand-in\\n' '$DPKG_ROOT' > $p/DEBIAN/postinst; chmod 755 $p/DEBIAN/postinst
printf '#!/bin/sh\\necho version %s\\n' $v > $p/usr/bin/stand-in; chmod 755 $p/usr/bin/stand-in
echo '0 4 * * * root true' > $p/etc/cron.d/stand-in; echo '[Service]' > $p/lib/systemd/system/stand-in.service
dpkg-deb --build $p $HOOD/v$v.deb > /dev/null; done; mkdir -p $HOOD/root/var/lib/dpkg/updates $HOOD/root/var/lib/dpkg/info; : > $HOOD/root/var/lib/dpkg/status`,
    script:
      "for v in 1 2; do dpkg --root=$HOOD/root --force-not-root --force-script-chrootless --log=/dev/null -i $HOOD/v$v.deb; done",
  },
  {
    ...job,
    id: "benign.build",
    title: "make and cc of a dozen files, and the program that came out of it",
    needs: ["make", "cc"],
    prepare: `cd $HOOD; i=0; while [ $i -lt 12 ]; do echo "int f$i(int a){return a*$i;}" > f$i.c; i=$((i+1)); done
echo 'int f1(int); int main(void){return f1(0);}' > main.c
printf 'all: app\\n\\t./app\\napp: $(patsubst %%.c,%%.o,$(wildcard *.c))\\n\\tcc -o $@ $^\\n' > Makefile`,
    script: "cd $HOOD && make -s -j4 CC=cc && make -s clean 2>/dev/null; touch f1.c; make -s -j2 CC=cc",
  },
  {
    ...job,
    id: "benign.backup",
    title: "a nightly backup: tar of every configuration, home and log, keys and shadow among them",
    needs: ["tar", "gzip"],
    quick: true,
    script:
      "tar czf $HOOD/backup.tgz /etc /root /home /var/log 2>/dev/null; gzip -t $HOOD/backup.tgz; sha256sum $HOOD/backup.tgz > $HOOD/backup.sum; mv $HOOD/backup.tgz $HOOD/backup-old.tgz",
  },
  {
    ...job,
    id: "benign.log-rotation",
    title: "logs renamed, made anew, compressed, the oldest removed; one copied and truncated",
    needs: ["gzip"],
    prepare:
      "i=0; while [ $i -lt 100 ]; do echo line >> /var/log/rotated.log; echo line >> /var/log/copied.log; i=$((i+1)); done",
    script: `for l in rotated; do f=/var/log/$l.log; rm -f $f.3.gz; [ ! -f $f.2.gz ] || mv $f.2.gz $f.3.gz; [ ! -f $f.1 ] || { gzip -f $f.1 && mv $f.1.gz $f.2.gz; }; mv $f $f.1; : > $f; chmod 640 $f; done
cp /var/log/copied.log /var/log/copied.log.1; : > /var/log/copied.log; gzip -f /var/log/copied.log.1`,
  },
  {
    ...job,
    id: "benign.configuration",
    title:
      "configuration management in python: forty files written with backup and rename, cron, units and keys among them",
    needs: ["python3"],
    script: `python3 -c 'import os,shutil,subprocess
os.makedirs("/etc/managed",exist_ok=True)
targets=["/etc/managed/%d.conf"%i for i in range(34)]+["/etc/cron.d/managed","/etc/systemd/system/managed.service","/etc/profile.d/managed.sh","/home/ann/.ssh/authorized_keys","/etc/motd","/etc/issue"]
for t in targets:
  if os.path.exists(t): shutil.copy2(t,t+".bak")
  n=t+".new"; open(n,"w").write("# managed\\n"); os.chmod(n,0o644); os.rename(n,t)
for c in (["id"],["hostname"],["stat","/etc/managed"]): subprocess.run(c,stdout=subprocess.DEVNULL)'`,
  },
  {
    ...job,
    id: "benign.developer",
    title: "a developer's session: git, an editor's way of saving, scripts, grep, a local server asked by curl",
    needs: ["git", "python3", "curl"],
    script: `cd $HOOD; export HOME=$HOOD; git init -q r; cd r; git config user.email a@example.org; git config user.name a
for i in 1 2 3; do echo "print($i)" > .t.py.swp; mv .t.py.swp t.py; git add -A; git commit -q -m "step $i"; python3 t.py; done
printf '#!/bin/sh\\necho ok\\n' > run.sh; chmod +x run.sh; ./run.sh; grep -r ok . > /dev/null; git log --stat > /dev/null
echo 'alias ll="ls -l"' >> $HOOD/.bashrc
timeout 5 python3 -m http.server 8099 --bind 127.0.0.1 & sleep 0.7; curl -s http://127.0.0.1:8099/t.py > /dev/null; kill $!`,
  },
  {
    ...job,
    id: "benign.ci",
    title: "a CI job: clone, build, tests of fresh programs, an artefact posted to the backend",
    needs: ["git", "cc", "curl", "tar"],
    prepare: `cd $HOOD; export HOME=$HOOD; git init -q up; cd up; git config user.email a@example.org; git config user.name a
for i in 1 2 3 4; do echo "int main(void){return 0;}" > t$i.c; done; git add -A; git commit -q -m one`,
    script: `cd $HOOD; export HOME=$HOOD; git clone -q up work; cd work; for i in 1 2 3 4; do cc -o t$i t$i.c; ./t$i; done
tar czf out.tgz t1 t2 t3 t4; curl -s --data-binary @out.tgz http://10.20.0.5:8080/ > /dev/null; cd ..; rm -rf work`,
  },
  {
    ...job,
    id: "benign.cron-jobs",
    title: "what cron runs: find of old files, du, a certificate looked at, a health check",
    quick: true,
    needs: ["curl", "openssl", "find"],
    script: `find /var/tmp -type f -mtime +30 > /dev/null; du -sh /home /var/log > /dev/null; df > /dev/null
f=$(ls /etc/ssl/certs/*.pem | head -1); [ -z "$f" ] || openssl x509 -in $f -noout -enddate > /dev/null
for i in 1 2 3 4 5; do curl -s http://10.20.0.5:8080/health > /dev/null; done; find /etc -name '*.conf' | xargs -r md5sum > $HOOD/sums 2> /dev/null; true`,
  },
  {
    ...job,
    id: "benign.database",
    title: "a database: many commits, a checkpoint, a vacuum that rewrites everything, a dump",
    needs: ["python3"],
    script: `python3 -c 'import os,sqlite3
p=os.environ["HOOD"]+"/d.db"; c=sqlite3.connect(p); c.execute("pragma journal_mode=delete"); c.execute("create table if not exists t(a,b)")
for i in range(60):
  c.executemany("insert into t values(?,?)",[(j,os.urandom(200)) for j in range(20)]); c.commit()
c.execute("vacuum"); c.commit(); open(p+".sql","w").write("\\n".join(c.iterdump())); c.close()'`,
  },
  {
    ...job,
    id: "benign.conversion",
    title: "a tree of files converted in place: new content, renamed, the old ones removed",
    needs: ["sed", "gzip"],
    prepare:
      "i=0; while [ $i -lt 120 ]; do mkdir -p t/d$((i % 6)); seq 1 200 > t/d$((i % 6))/f$i.txt; i=$((i+1)); done",
    script: "cd $HOOD; sed -i 's/1/2/' t/*/*.txt; gzip -r t; gunzip -r t",
  },
]);
