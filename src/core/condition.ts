import { type ASTNode, Environment } from "@marcbachmann/cel-js";
import { failed, ok, type Result } from "./errors.ts";

/** Variables of a policy's `when`, with the sentence that the reference shows. Numbers from outside are doubles. */
export const CONDITION_VARIABLES = {
  proposal: {
    says: "what is asked for: kind, colony, agent, value, target, incident (empty where none), leaseSeconds",
    schema: {
      kind: "string",
      colony: "string",
      agent: "string",
      value: "double",
      target: "string",
      incident: "string",
      leaseSeconds: "double",
    },
  },
  entity: {
    says: "what it would touch: cgroup, workload (its declared name, or empty), processes (how many), executables (paths), users (ids)",
    schema: {
      cgroup: "string",
      workload: "string",
      processes: "int",
      executables: "list<string>",
      users: "list<int>",
    },
  },
  evidence: {
    says: "why, as the hive claims it: kinds, agents, count, total and strongest weight",
    schema: { kinds: "list<string>", agents: "list<string>", count: "int", total: "double", strongest: "double" },
  },
  host: {
    says: "hour (0 to 23) and weekday (mon to sun) of the host's own clock, pressure.cpu, pressure.memory and pressure.io (0 to 1)",
    schema: { hour: "int", weekday: "string", pressure: { cpu: "double", memory: "double", io: "double" } },
  },
} as const;

/** What a condition is asked about; a number where CEL wants an int is a bigint. */
export interface ConditionFacts {
  readonly proposal: {
    readonly kind: string;
    readonly colony: string;
    readonly agent: string;
    readonly value: number;
    readonly target: string;
    readonly incident: string;
    readonly leaseSeconds: number;
  };
  readonly entity: {
    readonly cgroup: string;
    readonly workload: string;
    readonly processes: bigint;
    readonly executables: readonly string[];
    readonly users: readonly bigint[];
  };
  readonly evidence: {
    readonly kinds: readonly string[];
    readonly agents: readonly string[];
    readonly count: bigint;
    readonly total: number;
    readonly strongest: number;
  };
  readonly host: {
    readonly hour: bigint;
    readonly weekday: string;
    readonly pressure: { readonly cpu: number; readonly memory: number; readonly io: number };
  };
}

/** A wrong condition: what is wrong, and which characters of its text. */
export interface ConditionFault {
  readonly says: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Functions that are not allowed. `matches` runs a backtracking regular expression on text that others choose, in the
 * privileged process: one name could hang it.
 */
const REFUSED: Readonly<Record<string, string>> = {
  matches: "`matches` could hang on a hostile name; use startsWith, endsWith, contains or `in`",
  bind: "`cel.bind` could double a value at every step; write the value out",
};

/** What goes through a list: each one in another, or after another, multiplies the time or the list by its length. */
const THROUGH_LISTS: ReadonlySet<string> = new Set(["all", "exists", "exists_one", "map", "filter"]);
/** 64 elements at most in each of two lists: some 30 ms at worst. Three have taken 2 s, eight would take years. */
const MAX_LISTS = 2;
const TOO_MANY_LISTS = `more than ${MAX_LISTS} lists gone through, one in or after another; split it into policies`;

const environment = Object.entries(CONDITION_VARIABLES).reduce(
  (built, [name, { schema }]) => built.registerVariable({ name, schema }),
  new Environment({ limits: { maxAstNodes: 256, maxDepth: 32, maxListElements: 64, maxMapEntries: 16 } }),
);

/** Undefined where the text is a condition that gives true or false. Common Expression Language (cel-spec). */
export function faultOf(text: string): ConditionFault | undefined {
  const checked = environment.check(text);
  if (!checked.valid) {
    const { start, end } = checked.error?.range ?? { start: 0, end: text.length };
    // The library's message draws the place itself; its first line says what is wrong.
    const [says = "not a condition"] = (checked.error?.message ?? "").split("\n");
    return { says: says.charAt(0).toLowerCase() + says.slice(1), start, end };
  }
  if (checked.type !== "bool") return { says: `gives ${checked.type}, not true or false`, start: 0, end: text.length };
  return refusedCall(environment.parse(text).ast, 0);
}

/** Whether it holds. SW-POLICY-CONDITION where it cannot be told, as for `1 / 0 > 1`. */
export function compileCondition(text: string): (facts: ConditionFacts) => Result<boolean> {
  const parsed = environment.parse(text);
  return (facts) => {
    try {
      return ok(parsed(facts) === true);
    } catch (error) {
      const [says = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
      return failed("SW-POLICY-CONDITION", says);
    }
  };
}

function refusedCall(node: ASTNode, above: number): ConditionFault | undefined {
  const { op, args } = node;
  const called = (op === "rcall" || op === "call") && Array.isArray(args) ? String(args[0]) : "";
  const lists = above + (THROUGH_LISTS.has(called) ? 1 : 0);
  const says = Object.hasOwn(REFUSED, called) ? REFUSED[called] : lists > MAX_LISTS ? TOO_MANY_LISTS : undefined;
  if (says !== undefined) return { says, start: node.start, end: node.end };
  for (const child of childrenOf(args)) {
    const found = refusedCall(child, lists);
    if (found !== undefined) return found;
  }
  return undefined;
}

function childrenOf(args: unknown): ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(childrenOf);
  return isNode(args) ? [args] : [];
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === "object" && value !== null && "op" in value && "args" in value;
}
