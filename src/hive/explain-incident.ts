import type { ActionKind } from "../core/action.ts";
import type { Incident } from "../core/incident.ts";
import type { Explanation } from "../core/status.ts";
import { techniqueName } from "../core/techniques.ts";
import { DIGEST } from "../immune/incidents/digest.ts";
import { RUNG_ACTION, RUNGS, upwardFrom } from "../immune/response/response-plan.ts";
import { withoutLeftOut } from "../immune/incidents/story.ts";
import { adviceFor } from "./advice.ts";
import { type ChangeRecord, evidenceLines, fieldsOf, isInForce, isOnce, type Line, stepName, when } from "./explain.ts";

/** What happened in order, what it may be, why, what was done and comes next, what to look at, and how to answer. */
export function explainIncident(incident: Incident, changes: readonly ChangeRecord[]): Explanation {
  const { id, atMs, kinds, count, concentration, evidence, techniques = [] } = incident;
  const lineage = incident.lineage.map(stepName).join(" ← ");
  const lines: Line[] = [
    { label: "what", text: whole(incident) },
    { label: "when", text: `${when(atMs)}${count > 1 ? `, ${count} times in all` : ""}` },
    ...techniques.map((technique) => ({ label: "technique", text: techniqueName(technique) })),
    { label: "kinds", text: `${kinds.join(", ")} (concentration ${concentration.toFixed(1)})` },
    ...evidenceLines(evidence),
    { label: "lineage", text: lineage === "" ? "not known" : lineage },
    ...changes.map((change) => ({ label: "done", text: doneLine(change) })),
  ];
  if (changes.length === 0) {
    lines.push({ label: "done", text: "nothing: only reported (see the mode and scope in `swarms status`)" });
  }
  if (incident.status === "open") {
    const next = nextStep(changes);
    if (next !== "") lines.push({ label: "next", text: next });
    for (const text of adviceFor(incident)) lines.push({ label: "look at", text });
  }
  lines.push(...answers(incident));
  return {
    id,
    subject: "incident",
    title: `incident ${id}: ${standing(incident)}`,
    lines,
    incident: { ...incident, changes: changes.map(fieldsOf) },
  };
}

function standing({ status, confirmed, judgedBy }: Incident): string {
  const by = judgedBy === undefined ? "" : ` by ${judgedBy}`;
  if (status === "dismissed") return `dismissed${by}`;
  if (confirmed === true) return `open, confirmed${by}`;
  return by === "" ? "open" : `open again${by}`;
}

/** The paragraph leaves facts out for room; here they follow, all that an incident keeps. */
function whole({ says, evidence }: Incident): string {
  const story = withoutLeftOut(says);
  if (story === says || evidence.length < DIGEST.facts) return story;
  return `${story} The ${DIGEST.facts} weightiest facts are below.`;
}

function doneLine({ decision, reverted }: ChangeRecord): string {
  const what = `${decision.kind} of ${decision.cgroup} (${decision.action})`;
  if (isOnce(decision.kind)) return `${what}, once`;
  return reverted === undefined
    ? `${what}; undo with: swarms undo ${decision.action}`
    : `${what}; undone ${when(reverted.atMs)} (${reverted.cause})`;
}

/** What the layer would do with more evidence; "" where nothing was done, so that nothing is to be expected. */
function nextStep(changes: readonly ChangeRecord[]): string {
  const held = changes.filter(isInForce).map(({ decision }) => decision.kind);
  const rung = RUNGS.findLast((each) => held.includes(RUNG_ACTION[each]));
  if (rung === undefined) return "";
  const kinds: readonly ActionKind[] = upwardFrom(rung).map((each) => RUNG_ACTION[each]);
  if (kinds.length === 0)
    return "nothing harsher by itself: it is let go after an hour; ending it takes `kill.process` in the configuration";
  return `with more evidence ${kinds.join(", then ")}, as far as that is in force; let go a minute after the evidence has evaporated`;
}

function answers({ id, status, confirmed, entity }: Incident): Line[] {
  if (status === "dismissed") return [{ label: "undo", text: `swarms undo ${id} takes the dismissal back` }];
  const yes = { label: "if it is true", text: `swarms confirm ${id}: its like is recognised at once from now on` };
  const no = { label: "if it is nothing", text: `swarms dismiss ${id}: lets go, and more of the same is only counted` };
  return entity === "host" ? [no] : confirmed === true ? [no] : [yes, no];
}
