import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { DEFAULT_CONFIG } from "../core/config-load.ts";
import type { StatePaths } from "../core/state-paths.ts";
import { readConfinement } from "../kernel/confinement.ts";
import { type Claim, CLAIMS, type FileMode, type LookedAt } from "../warden/claims.ts";
import { piece, type Row } from "./view/row.ts";

export interface Checked {
  readonly about: Claim["about"];
  readonly says: string;
  readonly otherwise: string;
  readonly holds: boolean | null;
}

/** Every claim of the layer on its own security, checked now; null where it cannot be told (no layer runs, or no root). */
export function checkClaims(paths: StatePaths, configPath = DEFAULT_CONFIG): Checked[] {
  const at = lookAt(paths, configPath);
  return CLAIMS.map(({ about, says, otherwise, holds }) => ({ about, says, otherwise, holds: holds(at) ?? null }));
}

export function claimRows(checked: readonly Checked[]): Row[] {
  const rows = checked.map(({ about, says, otherwise, holds }): Row => {
    const subject = piece(`  ${about.padEnd(10)}`, "dim");
    if (holds === null) return [piece("?    ", "dim"), subject, piece(says), piece("  (cannot be told now)", "dim")];
    if (holds) return [piece("holds", "good"), subject, piece(says)];
    return [piece("OPEN ", "bad"), subject, piece(`not so: ${says}`), piece(`  ${otherwise}`, "dim")];
  });
  const open = checked.filter(({ holds }) => holds === false).length;
  const untold = checked.filter(({ holds }) => holds === null).length;
  const rest = untold === 0 ? "" : `, ${untold} cannot be told (start the layer, and ask as root)`;
  return [...rows, [piece(`${checked.length - open - untold} hold, ${open} open${rest}`)]];
}

function lookAt(paths: StatePaths, configPath: string): LookedAt {
  const pids = notedPids(paths.note);
  const look = (name: string): LookedAt["hive"] => (pids[name] === undefined ? undefined : readConfinement(pids[name]));
  return {
    warden: look("warden"),
    hive: look("hive"),
    sentinel: look("sentinel"),
    files: {
      journal: modeOf(paths.journal),
      key: modeOf(join(paths.journal, "key.pem")),
      control: modeOf(paths.control),
      config: modeOf(configPath),
    },
    unprivilegedBpfDisabled: sysctl("kernel/unprivileged_bpf_disabled"),
  };
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

function sysctl(name: string): number | undefined {
  try {
    return Number(readFileSync(`/proc/sys/${name}`, "utf8"));
  } catch {
    return undefined;
  }
}
