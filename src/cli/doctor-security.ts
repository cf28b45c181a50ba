import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { DEFAULT_CONFIG } from "../core/config-load.ts";
import type { StatePaths } from "../core/state-paths.ts";
import { readConfinement } from "../kernel/confinement.ts";
import { type Claim, CLAIMS, type FileMode, type LookedAt } from "../warden/claims.ts";
import { wrap } from "./view/columns.ts";
import { piece, type Row } from "./view/row.ts";

export interface Checked {
  readonly about: Claim["about"];
  readonly says: string;
  readonly otherwise: string;
  readonly holds: boolean | null;
}

/**
 * Every claim of the layer on its own security, checked now; null where it cannot be told (no layer runs, or no root). Of a sender only
 * while there is one.
 */
export function checkClaims(paths: StatePaths, configPath = DEFAULT_CONFIG): Checked[] {
  const at = lookAt(paths, configPath);
  const each = senders().map((pid) => ({ ...at, sender: readConfinement(pid) }));
  return CLAIMS.flatMap(({ about, says, otherwise, holds }) => {
    const [first, ...others] = (about === "sender" ? each : [at]).map((looked) => holds(looked) ?? null);
    // Of several senders the worst: each is handed something else.
    return first === undefined ? [] : [{ about, says, otherwise, holds: others.reduce(worseOf, first) }];
  });
}

function worseOf(a: boolean | null, b: boolean | null): boolean | null {
  if (a === false || b === false) return false;
  return a === null || b === null ? null : true;
}

const ANSWER = 7;
const SUBJECT = 10;

/** By subject, what is open in full; `width` columns. */
export function claimRows(checked: readonly Checked[], width: number): Row[] {
  const rows = checked.flatMap((each, index) => claimRow(each, checked[index - 1]?.about !== each.about, width));
  const open = checked.filter(({ holds }) => holds === false).length;
  const untold = checked.filter(({ holds }) => holds === null).length;
  const counts = [
    `${checked.length - open - untold} hold`,
    `${open} open`,
    ...(untold === 0 ? [] : [`${untold} cannot be told: start the layer, and ask as root`]),
  ];
  return [...rows, [], [piece(counts.join(", "), open > 0 ? "bad" : "plain")]];
}

function claimRow({ about, says, otherwise, holds }: Checked, first: boolean, width: number): Row[] {
  const [word, style] = WORDS[String(holds) as keyof typeof WORDS];
  const text = holds === false ? `not so: ${says}` : says;
  const lines = [
    ...wrap(text, width - ANSWER - SUBJECT, 4).map((line) => piece(line, holds === null ? "dim" : "plain")),
    ...(holds === false ? wrap(otherwise, width - ANSWER - SUBJECT, 4).map((line) => piece(line, "dim")) : []),
  ];
  const row = lines.map((line, at): Row => [
    piece((at === 0 ? word : "").padEnd(ANSWER), style),
    piece((first && at === 0 ? about : "").padEnd(SUBJECT), "title"),
    line,
  ]);
  return row;
}

const WORDS = { true: ["holds", "good"], false: ["OPEN", "bad"], null: ["?", "dim"] } as const;

function lookAt(paths: StatePaths, configPath: string): LookedAt {
  const pids = notedPids(paths.note);
  const look = (name: string): LookedAt["hive"] => (pids[name] === undefined ? undefined : readConfinement(pids[name]));
  return {
    warden: look("warden"),
    hive: look("hive"),
    sentinel: look("sentinel"),
    sender: undefined,
    files: {
      journal: modeOf(paths.journal),
      key: modeOf(join(paths.journal, "key.pem")),
      control: modeOf(paths.control),
      config: modeOf(configPath) ?? modeOf(nearest(dirname(configPath))),
      hive: modeOf(paths.hive),
    },
    unprivilegedBpfDisabled: sysctl("kernel/unprivileged_bpf_disabled"),
  };
}

/** Whoever starts it need not know its pid: under the service manager the warden calls by a socket. */
function senders(): number[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const words = readFileSync(`/proc/${name}/cmdline`, "utf8").split("\0");
      return words.some((word) => /\/(?:src|dist)\/outputs\/main\.[jt]s$/.test(word)) ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}

function notedPids(note: string): Readonly<Record<string, number>> {
  try {
    const noted = JSON.parse(readFileSync(note, "utf8")) as Record<string, unknown>;
    const pids = ["warden", "hive", "sentinel"].flatMap((name): [string, number][] => {
      const pid = noted[name];
      return typeof pid === "number" && pid > 0 ? [[name, pid]] : [];
    });
    return Object.fromEntries(pids);
  } catch {
    return {};
  }
}

function modeOf(path: string): FileMode | undefined {
  try {
    const { uid, mode } = statSync(path);
    return { uid, mode: mode & 0o7777 };
  } catch {
    return undefined;
  }
}

/** The first folder on the way up that is there: whoever may write it can make what is missing. */
function nearest(folder: string): string {
  return existsSync(folder) || folder === dirname(folder) ? folder : nearest(dirname(folder));
}

function sysctl(name: string): number | undefined {
  try {
    return Number(readFileSync(`/proc/sys/${name}`, "utf8"));
  } catch {
    return undefined;
  }
}
