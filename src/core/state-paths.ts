import { join, resolve } from "node:path";

/** Where the layer keeps what must outlive it. The layout is fixed; only the folder can be chosen. */
export interface StatePaths {
  readonly dir: string;
  /** Root's alone: what was changed on the host. */
  readonly journal: string;
  /** The hive's own: what it learned, and the socket that it serves. */
  readonly hive: string;
  readonly memory: string;
  readonly socket: string;
  /** Root's alone: where people ask the warden itself. */
  readonly control: string;
  /** Who runs here: pids and version, JSON, removed at the end. */
  readonly note: string;
  /** What the layer says while a live view owns the terminal. */
  readonly log: string;
}

export function statePaths(stateDir: string): StatePaths {
  const dir = resolve(stateDir);
  const hive = join(dir, "hive");
  return {
    dir,
    journal: join(dir, "journal"),
    hive,
    memory: join(hive, "memory.db"),
    socket: join(hive, "api.sock"),
    control: join(dir, "control.sock"),
    note: join(dir, "warden.json"),
    log: join(dir, "swarms.log"),
  };
}

/** `/var/lib/swarms` for root (hier(7)), else the user's state folder (XDG Base Directory Specification 0.8). */
export function defaultStateDir(who: {
  readonly uid: number;
  readonly env: Readonly<Record<string, string | undefined>>;
}): string {
  if (who.uid === 0) return "/var/lib/swarms";
  const { XDG_STATE_HOME: stateHome = "", HOME: home = "" } = who.env;
  // The specification: a relative path is invalid and to be ignored.
  if (stateHome.startsWith("/")) return join(stateHome, "swarms");
  if (home.startsWith("/")) return join(home, ".local/state/swarms");
  return `/tmp/swarms-${who.uid}`;
}
