import { ADOPTED, adoptedPath } from "../../core/adopted.ts";
import { failed, ok, type Result } from "../../core/errors.ts";
import { printable } from "../../core/printable.ts";
import type { CgroupFs } from "../../kernel/cgroup-fs.ts";
import { readProcessStat } from "../../kernel/procfs.ts";
import type { Change } from "../change.ts";
import type { Reversal } from "../revert-knob.ts";
import type { Actuator } from "./actuator.ts";
import {
  adoptedGroups,
  makeGroup,
  missingControllers,
  moveProcess,
  nearestGroup,
  placesOf,
  removeGroup,
  switchControllers,
} from "./adopt-groups.ts";
import { type Adoption, MAX_MOVED, type Moved, parseAdoption, type Place, textOf } from "./adopt-state.ts";
import { findStrays } from "./adopt-strays.ts";

const NONE = "none";
/** A process may fork between the list and the move: its child is met by the next pass. */
const PASSES = 5;

/**
 * Gives declared processes that share their group with others a group of their own, below a subtree of the scope, in
 * every hierarchy. Children follow by fork(2). Its state is the list of adopted groups; its setting, which stands in the
 * journal before anything is moved, is where each process was. The way back moves every process in those groups to where it
 * was, a child to where most of its workload were, and removes what was made.
 */
export const adopt: Actuator = {
  kind: "adopt",
  controller: "cpu",
  probe(fs, scope) {
    const there = fs.read("cpu", scope, "cgroup.procs");
    return there.ok ? ok("cgroup.procs") : there;
  },
  read(fs, scope) {
    const there = fs.read("cpu", scope, "cgroup.procs");
    if (!there.ok) return there;
    const groups = adoptedGroups(fs, "cpu", scope);
    return ok(groups.length === 0 ? NONE : groups.map((path) => path.slice(path.lastIndexOf("/") + 1)).join(" "));
  },
  encode: () => "",
  prepare(fs, _, { cgroup: scope, config, held }) {
    if (scope.includes(`/${ADOPTED}`)) return failed("SW-GUARD-SCOPE", `${printable(scope)} is the layer's own`);
    const before = held === undefined ? undefined : parseAdoption(held);
    const strays = findStrays(fs, config, scope);
    if (strays.length === 0)
      return held !== undefined && before !== undefined
        ? ok(held)
        : failed("SW-GUARD-KNOB", "no declared process lacks a group of its own");
    const known = (before?.moved ?? []).filter(({ pid, startTicks }) => isAlive(fs, pid, startTicks));
    return ok(
      textOf({
        moved: [...known, ...strays].slice(0, MAX_MOVED),
        enabled: before?.enabled ?? missingControllers(fs, scope),
        made: before?.made ?? placesOf(fs).filter((place) => !fs.exists(place, scope)),
      }),
    );
  },
  apply(fs, scope, setting) {
    const adoption = parseAdoption(setting);
    if (adoption === undefined) return failed("SW-GUARD-KNOB", "this is no adoption");
    const enabled = enableBelow(fs, scope, adoption);
    if (!enabled.ok) return enabled;
    for (const place of placesOf(fs))
      for (const moved of adoption.moved) {
        const path = adoptedPath(scope, moved.name);
        const made = fs.exists(place, path) ? ok(undefined) : makeGroup(fs, place, path);
        const done = made.ok ? moveProcess(fs, place, path, moved) : made;
        if (!done.ok) return done;
      }
    const names = [...new Set(adoption.moved.map(({ name }) => printable(name, 64)))];
    return ok(`${adoption.moved.length} processes of ${names.join(", ")} have a group of their own`);
  },
  restore: (_, __, raw) => failed("SW-GUARD-KNOB", `${JSON.stringify(raw.slice(0, 64))} cannot be written`),
  shows: (raw) => raw !== NONE,
  same: (raw, other) => (raw === NONE) === (other === NONE),
  value: (_, raw) => (raw === NONE ? 0 : 1),
  describe(_, raw) {
    const moved = parseAdoption(raw)?.moved;
    return moved === undefined
      ? raw === NONE
        ? "no group of their own"
        : raw
      : `${moved.length} processes in groups of their own`;
  },
  takeBack,
};

/** On pure v2 a group has the files of a controller only where its parent hands that on. */
function enableBelow(fs: CgroupFs, scope: string, { enabled }: Adoption): Result<void> {
  if (fs.hierarchy("cpu")?.version !== 2) return ok(undefined);
  const own = switchControllers(fs, scope, enabled, "+");
  if (!own.ok) return own;
  const top = `${scope}/${ADOPTED}`;
  const made = makeGroup(fs, "cpu", top);
  return made.ok ? switchControllers(fs, top, missingControllers(fs, top), "+") : made;
}

function takeBack(fs: CgroupFs, { cgroup: scope, setting }: Change): Reversal {
  const adoption = parseAdoption(setting);
  if (adoption === undefined) return { outcome: "failed", raw: "", says: "what was adopted cannot be read" };
  const places = placesOf(fs);
  const top = `${scope}/${ADOPTED}`;
  let moved = 0;
  for (const place of places)
    for (let pass = 0; pass < PASSES; pass++) {
      const back = moveBack(fs, place, scope, adoption);
      if (!back.ok) return { outcome: "failed", raw: "", says: back.says };
      if (back.value === 0) break;
      if (place === places[0]) moved += back.value;
    }
  const left = places.filter((place) => {
    const groups = adoptedGroups(fs, place, scope).map((path) => removeGroup(fs, place, path));
    return groups.includes(false) || !removeGroup(fs, place, top);
  });
  if (left.length > 0)
    return { outcome: "failed", raw: "", says: `the groups below ${printable(top)} are still in use` };
  // Somebody else may have groups of his own there by now: then they stay as they are.
  for (const place of adoption.made) removeGroup(fs, place, scope);
  if (fs.children("cpu", scope).length === 0) switchControllers(fs, scope, adoption.enabled, "-");
  const says = `${moved} processes are back where they were`;
  return moved > 0 ? { outcome: "written", raw: NONE, says } : { outcome: "already", raw: NONE, says };
}

/** Gives how many processes were found in the adopted groups of one hierarchy. */
function moveBack(fs: CgroupFs, place: Place, scope: string, adoption: Adoption): Result<number> {
  let found = 0;
  for (const group of adoptedGroups(fs, place, scope)) {
    const own = adoption.moved.filter(({ name }) => adoptedPath(scope, name) === group);
    for (const pid of fs.processes(place, group, true)) {
      const stat = readProcessStat(pid, fs.host.procRoot);
      if (stat === undefined || stat.state === "Z" || stat.state === "X") continue;
      found++;
      const path = nearestGroup(fs, place, originOf(own, place, stat));
      const back = moveProcess(fs, place, path, stat);
      if (!back.ok) return back;
    }
  }
  return ok(found);
}

/** Of a process that was not there when the others were moved: where most of them came from. */
function originOf(own: readonly Moved[], place: Place, { pid, startTicks }: Pick<Moved, "pid" | "startTicks">): string {
  const known = own.find((each) => each.pid === pid && each.startTicks === startTicks)?.from[place];
  if (known !== undefined) return known;
  const counts = new Map<string, number>();
  for (const { from } of own) {
    const path = from[place] ?? "/";
    counts.set(path, (counts.get(path) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? "/";
}

function isAlive(fs: CgroupFs, pid: number, startTicks: number): boolean {
  return readProcessStat(pid, fs.host.procRoot)?.startTicks === startTicks;
}
