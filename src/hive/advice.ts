import { parseEntityKey } from "../core/entity.ts";
import type { Incident } from "../core/incident.ts";

/** More is not read at three in the morning. */
const MOST_LINES = 3;

/**
 * What a person can look at next, by technique; sub-techniques count as theirs. `PID` becomes the process's number: nothing else
 * of an incident goes into a command, for paths and names are the attacker's own words.
 */
const BY_TECHNIQUE: readonly (readonly [techniques: string, advice: readonly string[]])[] = [
  [
    "T1485 T1486 T1490 T1561",
    [
      "find /home /srv /var -xdev -type f -mmin -30 | head -50 shows what was rewritten lately",
      "gcore PID keeps the memory of the process, which may hold the key: do that before it is ended",
      "restore from a backup only after the process and what started it are gone",
    ],
  ],
  [
    "T1499",
    [
      "systemd-cgls shows the group; systemctl set-property UNIT TasksMax=512 keeps it from filling the process table",
      "ps -e --sort=-start_time -o pid,ppid,user,comm | head -50 shows what was started last",
    ],
  ],
  [
    "T1496",
    [
      "ss -tnp | grep pid=PID shows the pool that it talks to",
      "systemctl list-timers --all and ls -l /etc/cron.d /var/spool/cron show what would start it again",
    ],
  ],
  [
    "T1041 T1048 T1071 T1090 T1095 T1571 T1572",
    [
      "ss -tnp | grep pid=PID shows where it is connected to; look for that address in the logs of your firewall",
      "ls -l /proc/PID/fd /proc/PID/cwd shows what it had open",
    ],
  ],
  [
    "T1003 T1528 T1552 T1555 T1556",
    [
      "take what it read as known to others: change those passwords, keys and tokens, after the process is gone",
      "last -F | head and journalctl -t sshd --since -2h show who came in meanwhile",
    ],
  ],
  [
    "T1053 T1136 T1098 T1543 T1546 T1547 T1554 T1574",
    [
      "find /etc /var/spool/cron /root /home -xdev -newerct '2 hours ago' -type f shows what was left to come back",
      "dpkg --verify (or rpm -Va) shows files of packages that are not as they were delivered",
    ],
  ],
  [
    "T1068 T1548",
    [
      "find / -xdev -perm /6000 -newerct '2 hours ago' and getcap -r / show new ways to root",
      "grep -E 'Uid|CapEff|NoNewPrivs' /proc/PID/status shows what it may do",
    ],
  ],
  [
    "T1609 T1610 T1611",
    [
      "stop the whole container, and start none from that image until it is known how this got out",
      "findmnt and systemctl list-units --state=running show what it may have reached on the host",
    ],
  ],
  [
    "T1014 T1562",
    [
      "swarms journal verify and swarms doctor say whether the layer itself is whole",
      "systemctl status auditd rsyslog nftables and lsmod show what was switched off or loaded",
    ],
  ],
  [
    "T1070",
    ["journalctl --since -2h --verify shows what the journal still has; compare it with what was sent elsewhere"],
  ],
  ["T1055", ["grep TracerPid /proc/PID/status and cat /proc/PID/maps show who traces it and what was put into it"]],
  [
    "T1027 T1036 T1105 T1204 T1564 T1620",
    [
      "cp /proc/PID/exe /root/sample-PID && sha256sum /root/sample-PID keeps the program even where its file is gone",
      "stat -L /proc/PID/exe shows when it was written, and by the owner of the file, by whom",
    ],
  ],
  ["T1021 T1046 T1110", ["journalctl -t sshd --since -2h and ss -tnp show which machines it tried; look at those too"]],
  [
    "T1059 T1190 T1505",
    ["the log of the service in the lineage, at that minute, shows the request that made it start a shell"],
  ],
];

const ALWAYS = [
  "ps -o pid,ppid,user,lstart,args -p PID and ls -l /proc/PID/exe /proc/PID/cwd show who it is and from where",
  "ss -tnp | grep pid=PID shows whom it talks to",
];

/** Two or three things to look at, the likeliest first; none where the incident is about no process. */
export function adviceFor({ entity, techniques = [] }: Incident): readonly string[] {
  const key = parseEntityKey(entity);
  if (key?.kind !== "process") return [];
  const ours = techniques.map((id) => id.split(".")[0] ?? "");
  const told = ours.flatMap((id) => BY_TECHNIQUE.find(([names]) => names.split(" ").includes(id))?.[1] ?? []);
  return [...new Set([...told, ...ALWAYS])].slice(0, MOST_LINES).map((text) => text.replaceAll("PID", String(key.pid)));
}
