/** How a scenario differs from the plain way of doing the same. */
export type Variant =
  | "plain"
  /** Under other names, of copies of programs. */
  | "renamed"
  /** By an interpreter instead of programs. */
  | "scripted"
  /** With pauses, so that nothing is fast. */
  | "slow"
  /** While the same server goes on with its ordinary work. */
  | "interleaved";

/** Under whose hand the script runs. */
export type Foothold =
  /** A server that was learned at its ordinary work, and is exploited: it runs the script as system(3) would. */
  | "server"
  /** The same in a group that is named as docker names those of containers. */
  | "container"
  /** A job without a terminal, started by a scheduler. */
  | "job";

/**
 * One story as data. The script runs by `sh -c` as a real process in a cgroup of its own, in a room (room-script.ts) whose
 * `/etc`, `/root`, `/home`, `/var`, `/opt`, `/srv`, `/tmp`, `/run` and `/dev/shm` are the room's, whose other files are read-only, and whose
 * network is one of its own. It has, beside programs of `/usr/sbin:/usr/bin`:
 *
 * - `act`: says "from here on it is an attack"; delays are counted from the first. What comes before it is preparation.
 * - `$FAR`: address of the attacker's machine, which looks like one of the internet. `http://$FAR/payload` is a program (a copy of
 *   bash), `/script.sh`, `/script.py` and `/script.pl` are harmless scripts, `/payload.b64` and `/payload.gz` the program in other clothes;
 *   whatever is POSTed is thrown away. Port 4444 types `id`, `uname -a` and `exit` to whoever connects; 3333 talks like a mining
 *   pool; 8443 says nothing and holds on.
 * - `$HOOD`: a folder of the scenario's own in `/var/tmp`, its current directory `/srv/portal`.
 *
 * It must end by itself within `seconds`, and may leave processes behind: the cgroup is emptied after it.
 */
export interface Scenario {
  /** "reverse-shell.python": what, a dot, how. */
  readonly id: string;
  readonly title: string;
  /** Numbers of core/techniques.ts; an incident that names any of them tells rightly what happened. None: a benign story. */
  readonly techniques: readonly string[];
  readonly variant: Variant;
  readonly from: Foothold;
  /** User id of the foothold. */
  readonly uid: number;
  /** Programs without which it cannot be shown on a host. */
  readonly needs: readonly string[];
  /** Ordinary requests that the server answers before: what it does is known. */
  readonly requests: number;
  /** Longest time that the script may take. */
  readonly seconds: number;
  /** Played to its end, whatever is told before: what it is about comes after what begins it. */
  readonly whole: boolean;
  /** Part of `--quick`. */
  readonly quick: boolean;
  /** Shell lines that root runs first, out of sight of the scenario's own processes. */
  readonly prepare: string;
  readonly script: string;
}

export type ScenarioRow = Pick<Scenario, "id" | "title" | "techniques" | "script"> & Partial<Scenario>;

/** Rows of a table, completed: plain, through the server, as root, ten seconds at most. */
export function scenarios(rows: readonly ScenarioRow[]): readonly Scenario[] {
  return rows.map((row) => ({
    variant: "plain",
    from: "server",
    uid: 0,
    needs: [],
    requests: 3,
    seconds: 10,
    whole: false,
    quick: false,
    prepare: "",
    ...row,
  }));
}

/** Whoever serves the web on Debian (base-passwd). */
export const WWW_DATA = 33;
