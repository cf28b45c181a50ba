import type { Incident } from "../../core/incident.ts";
import type { Deed } from "./ground-truth.ts";
import { type ScenarioRow, scenarios } from "./scenario.ts";

/** When the stories of these tests begin, wall-clock milliseconds. */
export const BEGAN_MS = 1_800_000_000_000;

/** An attack that was played for two seconds and acted after one, by `p:100@1` unless told. */
export function deedOf(
  row: Partial<ScenarioRow> & { readonly id: string },
  part: Partial<Omit<Deed, "scenario">> = {},
): Deed {
  const [scenario] = scenarios([{ title: row.id, techniques: ["T1105"], script: "act", ...row }]);
  if (scenario === undefined) throw new Error("one row makes one scenario");
  return {
    scenario,
    phase: "attack",
    group: `/lab/${row.id}`,
    processes: ["p:100@1"],
    beganMs: BEGAN_MS,
    endedMs: BEGAN_MS + 2000,
    actMs: BEGAN_MS + 1000,
    contained: [],
    repeated: [],
    code: 0,
    skipped: "",
    ...part,
  };
}

/** Half a second after the act, about a child of `p:100@1` unless told. */
export function incidentOf(part: Partial<Incident> & { readonly id: string }): Incident {
  const step = (process: string) => ({ process, comm: "x", path: "/x" });
  return {
    atMs: BEGAN_MS + 1500,
    lastMs: BEGAN_MS + 1500,
    entity: "p:101@2",
    concentration: 2,
    kinds: ["lineage", "fresh-file"],
    techniques: ["T1105"],
    evidence: [],
    lineage: [step("p:101@2"), step("p:100@1"), step("p:1@0")],
    says: "x does not fit",
    count: 1,
    status: "open",
    ...part,
  };
}
