import { type ActionKind, type Mode, specOf } from "../../core/action.ts";
import type { Counted, Sighting } from "../incidents/sighting.ts";
import { techniquesOf } from "../incidents/technique-list.ts";

/** The graded response, mildest first; reporting is what every incident gets. */
export const RUNGS = ["throttle", "deny network", "freeze"] as const;
export type Rung = (typeof RUNGS)[number];

/** What each rung asks of the guard. Ending something is apart (`MAY_END`): it is never a rung that is fallen through to. */
export const RUNG_ACTION: Readonly<Record<Rung, ActionKind>> = {
  throttle: "cpu.max",
  "deny network": "net.deny",
  freeze: "freeze",
};

/**
 * Percent of one CPU that a throttled group keeps: a service goes on answering, slowly. A twentieth of a large host,
 * for the guard allows no larger step (core/actions-balance.ts).
 */
export function throttlePercent(cpus: number): number {
  return Math.max(25, 5 * cpus);
}

export const STRENGTH = {
  /** Two kinds of this weight each, or one that decides alone, are strong evidence; less are hints that add up. */
  strongKind: 0.5,
  strongKinds: 2,
  /** What a process is held by is left for the next rung when so much concentration came on top, or another kind. */
  growth: 0.5,
} as const;

/** Grounds on which ending a process is asked for without a person's word, and then only where the configuration names it. */
const MAY_END = {
  strongKinds: 3,
  concentration: 2.5,
} as const;

/** By what the evidence says it is about: how soon it hurts, and what stops it. */
export type Nature = "destruction" | "network" | "compute" | "other";

interface Plan {
  /** Rungs in the order in which they are tried; those whose kind of action is not in force are passed over. */
  readonly hints: readonly [Rung, ...Rung[]];
  readonly strong: readonly [Rung, ...Rung[]];
  readonly why: string;
}

export const PLANS: Readonly<Record<Nature, Plan>> = {
  destruction: {
    hints: ["freeze", "throttle"],
    strong: ["freeze", "throttle"],
    why: "files are lost and processes made by the second, so it is stopped at once, and its memory may hold the key",
  },
  network: {
    hints: ["deny network", "throttle", "freeze"],
    strong: ["deny network", "freeze", "throttle"],
    why: "the harm goes over the network: cut from it, it can be looked at while it runs",
  },
  compute: {
    hints: ["throttle"],
    strong: ["throttle", "freeze"],
    why: "the harm is CPU time: a quota ends it and breaks nothing where it is a mistake",
  },
  other: {
    hints: ["throttle", "deny network", "freeze"],
    strong: ["freeze", "deny network", "throttle"],
    why: "what it will do next is not known, so strong evidence stops it, and hints slow it down; where nothing milder is in force they stop it too",
  },
};

/** Techniques that tell the nature; of the others none does. Sub-techniques count as theirs. */
const NATURES: Readonly<Record<string, Nature>> = {
  T1485: "destruction",
  T1486: "destruction",
  T1490: "destruction",
  T1499: "destruction",
  T1561: "destruction",
  T1041: "network",
  T1048: "network",
  T1071: "network",
  T1090: "network",
  T1095: "network",
  T1571: "network",
  T1572: "network",
  T1496: "compute",
};

/** Destruction wherever it is named; else by the technique of the heaviest evidence. */
export function natureOf(techniques: readonly string[]): Nature {
  const natures = techniques.map((id) => NATURES[id.split(".")[0] ?? ""] ?? "other");
  return natures.includes("destruction") ? "destruction" : (natures[0] ?? "other");
}

export function isStrong({ decisive, strongKinds, seenBefore }: Counted): boolean {
  return decisive || seenBefore !== undefined || strongKinds >= STRENGTH.strongKinds;
}

export function hasGrown(before: Sighting, now: Sighting): boolean {
  const { growth } = STRENGTH;
  return now.concentration >= before.concentration + growth || now.kinds.some((kind) => !before.kinds.includes(kind));
}

/** In which mode a kind of action is: `observe` is not in force. */
export type ModeOf = (kind: ActionKind) => Mode;

/** As in a configuration that says `enforce` and names nothing. */
export const modeUnlessNamed: ModeOf = (kind) => {
  const { byName } = specOf(kind);
  return byName === true ? "observe" : "enforce";
};

/**
 * The rungs to try, first to last, at least one: what is enforced before what waits for a person. Where neither is, one that the
 * guard will only observe, so that people see what would have been done: a freeze, if the plan has it.
 */
export function rungsFor(sighting: Sighting, modeOf: ModeOf): readonly [Rung, ...Rung[]] {
  const plan = PLANS[natureOf(techniquesOf(sighting.evidence))];
  const rungs = isStrong(sighting) ? plan.strong : plan.hints;
  const inMode = (mode: Mode): Rung[] => rungs.filter((rung) => modeOf(RUNG_ACTION[rung]) === mode);
  const [first, ...rest] = [...inMode("enforce"), ...inMode("advise")];
  if (first !== undefined) return [first, ...rest];
  return [rungs.includes("freeze") ? "freeze" : rungs[0]];
}

/** Harsher than `rung`, mildest first. */
export function upwardFrom(rung: Rung): readonly Rung[] {
  return RUNGS.slice(RUNGS.indexOf(rung) + 1);
}

export function mayEnd({ strongKinds, concentration }: Pick<Sighting, "strongKinds" | "concentration">): boolean {
  return strongKinds >= MAY_END.strongKinds && concentration >= MAY_END.concentration;
}
