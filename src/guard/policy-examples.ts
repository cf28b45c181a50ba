import { parse } from "yaml";
import { z } from "zod";
import { specOf } from "../core/action.ts";
import { actionKind } from "../core/action-kind.ts";
import type { ConditionFacts } from "../core/condition.ts";
import type { Config } from "../core/config.ts";
import { ERRORS, failed, ok, type Result } from "../core/errors.ts";
import { printable } from "../core/printable.ts";
import { checkBounds } from "./bounds.ts";
import { clockFacts, evidenceFacts, workloadName } from "./facts.ts";
import type { Policies } from "./policies.ts";
import { checkScope, inSubtree } from "./scope.ts";

const text = z.string().max(512);
const MAX_EXAMPLES = 1000;

/** A person's own example: given this proposal, expect this decision. What is left out is as empty as can be. */
const example = z.strictObject({
  name: text.min(1),
  proposal: z.strictObject({
    kind: actionKind,
    cgroup: text.startsWith("/"),
    value: z.number(),
    agent: text.default(""),
    incident: text.default(""),
    leaseSeconds: z.number().positive().default(60),
  }),
  at: text.regex(/^\d{4}-\d\d-\d\d \d\d:\d\d$/, "must be a local time such as 2026-06-01 23:00").optional(),
  entity: z
    .strictObject({
      processes: z.int().min(0).default(1),
      executables: z.array(text).default([]),
      users: z.array(z.int().min(0)).default([]),
    })
    .prefault({}),
  evidence: z
    .array(z.strictObject({ kind: text, agent: text.default(""), weight: z.number().min(0).default(1) }))
    .default([]),
  pressure: z
    .strictObject({ cpu: z.number().default(0), memory: z.number().default(0), io: z.number().default(0) })
    .prefault({}),
  expect: z.strictObject({
    outcome: z.enum(["applied", "advised", "observed", "refused"]),
    code: z.enum(Object.keys(ERRORS) as [keyof typeof ERRORS, ...(keyof typeof ERRORS)[]]).optional(),
    approvals: z.int().optional(),
    policies: z.array(text).optional(),
  }),
});

export type PolicyExample = z.infer<typeof example>;

/** What the configuration makes of an example, before the host itself has a say (protection, budgets, the knob). */
export interface Verdict {
  readonly outcome: PolicyExample["expect"]["outcome"];
  readonly code: string;
  readonly approvals: number;
  readonly policies: readonly string[];
  readonly says: string;
}

export interface Tried {
  readonly name: string;
  readonly verdict: Verdict;
  /** What is not as expected; empty where all is. */
  readonly differs: readonly string[];
}

/** A YAML list of examples. SW-CONFIG-SYNTAX, SW-CONFIG-VALUE with the example's number. */
export function readExamples(source: string): Result<readonly PolicyExample[]> {
  let value: unknown;
  try {
    // Warnings would go to the terminal as they are, with whatever characters the file holds.
    value = parse(source, { maxAliasCount: 100, schema: "core", logLevel: "error" });
  } catch (error) {
    return failed("SW-CONFIG-SYNTAX", printable(error instanceof Error ? error.message : String(error), 500));
  }
  const checked = z.array(example).max(MAX_EXAMPLES).safeParse(value);
  if (checked.success) return ok(checked.data);
  const [issue] = checked.error.issues;
  const [index, ...path] = issue?.path ?? [];
  const where = index === undefined ? "the file must be a list of examples" : `example ${Number(index) + 1}`;
  return failed("SW-CONFIG-VALUE", `${where}${path.length > 0 ? `, ${path.join(".")}` : ""}: ${issue?.message ?? ""}`);
}

export function tryExample(config: Config, policies: Policies, given: PolicyExample): Tried {
  const verdict = judge(config, policies, given);
  const { expect } = given;
  const differs = (Object.keys(expect) as (keyof typeof expect)[]).flatMap((key) => {
    const [wanted, got] = [JSON.stringify(expect[key]), JSON.stringify(verdict[key])];
    return expect[key] === undefined || wanted === got ? [] : [`${key}: expected ${wanted}, is ${got}`];
  });
  return { name: given.name, verdict, differs };
}

function judge(config: Config, policies: Policies, given: PolicyExample): Verdict {
  const { kind, cgroup, value } = given.proposal;
  const none = { approvals: 0, policies: [] };
  const guarded = config.protect.cgroups.find((pattern) => inSubtree(pattern, cgroup));
  const checks = [
    checkScope(config, cgroup),
    guarded === undefined ? ok(undefined) : failed("SW-GUARD-PROTECTED", `${cgroup} is below protected ${guarded}`),
    checkBounds(config, kind, value),
  ];
  const refused = checks.find((check) => !check.ok);
  if (refused?.ok === false) return { outcome: "refused", ...none, code: refused.code, says: refused.says };
  const at = given.at === undefined ? new Date() : new Date(given.at.replace(" ", "T"));
  const ruling = policies.rule({ kind, cgroup, value, wallMs: at.getTime(), facts: () => factsOf(config, given, at) });
  if (!ruling.ok) return { outcome: "refused", ...none, code: ruling.code, says: ruling.says };
  const { mode, approvals, policies: names } = ruling.value;
  const outcome = ({ observe: "observed", advise: "advised", enforce: "applied" } as const)[mode];
  const by = names.length === 0 ? "no policy applies" : `by ${names.join(", ")}`;
  return { outcome, code: "", approvals: mode === "advise" ? approvals : 0, policies: names, says: by };
}

function factsOf(config: Config, given: PolicyExample, at: Date): ConditionFacts {
  const { proposal, entity, evidence, pressure } = given;
  const { kind, value, agent, incident, leaseSeconds, cgroup } = proposal;
  return {
    proposal: { kind, value, agent, incident, leaseSeconds, colony: specOf(kind).colony, target: `w:${cgroup}` },
    entity: {
      cgroup,
      workload: workloadName(config, cgroup),
      processes: BigInt(entity.processes),
      executables: entity.executables,
      users: entity.users.map(BigInt),
    },
    evidence: evidenceFacts(evidence),
    host: { ...clockFacts(at), pressure },
  };
}
