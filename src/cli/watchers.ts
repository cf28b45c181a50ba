import type { Config } from "../core/config.ts";
import { nearest } from "../core/nearest.ts";
import { createImmuneColony } from "../immune/colony.ts";
import { wrap } from "./view/columns.ts";
import { piece, type Row } from "./view/row.ts";

type Immune = Pick<Config["colonies"]["immune"], "depth" | "off">;
interface Named {
  readonly name: string;
}

const DEPTH_SAYS: Readonly<Record<Immune["depth"], string>> = {
  light: "depth light: processes and connections, no system call pays for it",
  full: "depth full: files and system calls too, which costs each call a little",
};

/** What the immune colony goes by, in words; a name under `off` that no agent has is said to be none. */
export function watchedWords({ depth, off }: Immune): string {
  if (off.length === 0) return DEPTH_SAYS[depth];
  const names = colony().map(({ name }) => name);
  const without = off.map((name) => {
    if (names.includes(name)) return name;
    const meant = nearest(name, names);
    return `${name} (no agent is called so${meant === undefined ? "" : `: did you mean ${meant}?`})`;
  });
  return `${DEPTH_SAYS[depth]}; without ${without.join(", ")}`;
}

const ANSWER = 7;
const NAME = 18;

/** Every agent of the immune colony, and whether it is there: of a running layer by its agents, else by the configuration. */
export function watcherRows(from: readonly Named[] | Immune, width: number): Row[] {
  const light = new Set(createImmuneColony({ leaseMs: 1 }).map(({ name }) => name));
  const present = new Set(
    ("depth" in from ? createImmuneColony({ leaseMs: 1, ...from }) : from).map(({ name }) => name),
  );
  const rows = colony().flatMap(({ name, says }): Row[] => {
    const isOn = present.has(name);
    const text = isOn || light.has(name) ? says : `${says} (depth full)`;
    return wrap(text, width - ANSWER - NAME, 6).map((line, at) => [
      piece((at > 0 ? "" : isOn ? "  on" : "  off").padEnd(ANSWER), isOn ? "good" : "dim"),
      piece((at > 0 ? "" : name).padEnd(NAME)),
      piece(line, "dim"),
    ]);
  });
  return [[], [piece("who looks for what does not belong", "title"), piece("  colonies.immune", "dim")], ...rows];
}

function colony(): readonly { readonly name: string; readonly says: string }[] {
  return createImmuneColony({ leaseMs: 1, depth: "full" });
}
