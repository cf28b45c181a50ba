import type { Deed } from "./ground-truth.ts";
import type { Scenario } from "./scenario.ts";

/** One story in one phase, in a group of its own. */
export interface Act {
  readonly scenario: Scenario;
  readonly phase: Deed["phase"];
  /** "server-07" */
  readonly part: string;
}

/** The whole programme: the benign set once for each day to learn from, once more to be judged, then the attacks. */
export function programme(benign: readonly Scenario[], attacks: readonly Scenario[], days: number): readonly Act[] {
  const phases = [
    ...Array.from({ length: days }, () => benign.map((scenario) => ({ scenario, phase: "learning" as const }))).flat(),
    ...benign.map((scenario) => ({ scenario, phase: "benign" as const })),
    ...attacks.map((scenario) => ({ scenario, phase: "attack" as const })),
  ];
  return phases.map((act, i) => ({ ...act, part: partOf(act.scenario, i) }));
}

/** Numbers are no part of the place that habits are learned for: a story is in a known one, the server's, the container's or its job's own unit. */
function partOf({ from, id }: Scenario, number: number): string {
  if (from === "container") return `docker-${number.toString(16).padStart(64, "c")}.scope`;
  return `${from === "server" ? from : `job-${id.replaceAll(/\W/g, "-")}`}-${String(number).padStart(3, "0")}`;
}
