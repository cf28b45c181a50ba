import { remembered } from "../../bounded/remembered.ts";

export interface LogPlace {
  readonly what: "login records" | "audit log" | "journal" | "system log" | "shell history" | "log";
  readonly weight: number;
  readonly technique: string;
}

interface Row extends LogPlace {
  readonly where: RegExp;
}

const TRACES = "T1070.002";

/** Suffixes of logs that were rotated away: ".1", ".2.gz", "-20260101", ".old". */
const ROTATED = /(?:[.-]\d{1,8}(?:-\d+)?|\.old|\.prev)?(?:\.(?:gz|xz|zst|bz2))?$/;

/** The first that matches counts; names without what rotation adds. */
const ROWS: readonly Row[] = [
  {
    what: "login records",
    where:
      /^\/(?:var\/log\/(?:wtmp|btmp|lastlog|faillog|tallylog)(?:\.db)?|(?:var\/)?run\/utmp|var\/lib\/(?:wtmpdb|lastlog)\/.+)$/,
    weight: 0.9,
    technique: TRACES,
  },
  { what: "audit log", where: /^\/var\/log\/audit\/[^/]+$/, weight: 0.9, technique: TRACES },
  { what: "journal", where: /^\/(?:var|run)\/log\/journal\/.*\.journal~?$/, weight: 0.8, technique: TRACES },
  {
    what: "system log",
    where:
      /^\/var\/log\/(?:auth\.log|secure|syslog|messages|kern\.log|daemon\.log|user\.log|cron(?:\.log)?|maillog|mail\.log|sudo\.log|fail2ban\.log)$/,
    weight: 0.8,
    technique: TRACES,
  },
  {
    what: "shell history",
    where: /\/\.(?:bash|zsh|sh|ash|python|mysql|psql)_?history$/,
    weight: 0.7,
    technique: "T1070.003",
  },
  { what: "log", where: /^\/var\/log\/.+$/, weight: 0.3, technique: TRACES },
];

/** Undefined of what is no log. Of a log that was rotated away, what it was. */
export const logAt = remembered(4096, (path): LogPlace | undefined => {
  const plain = beforeRotation(path);
  return ROWS.find(({ where }) => where.test(plain));
});

export function beforeRotation(path: string): string {
  return path.replace(ROTATED, "");
}
