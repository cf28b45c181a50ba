import type { Agent, AgentContext, ProcessRecord } from "../../../core/agent.ts";
import { processKey, type ContainerRef, type EntityKey } from "../../../core/entity.ts";
import type { EventKind } from "../../../core/event-kinds.ts";
import type { ExecEvent, SensedEvent } from "../../../core/event.ts";
import { printable } from "../../../core/printable.ts";
import { CONTAINER_RUNTIMES } from "../../programs/container-runtimes.ts";
import { escapeStep, type EscapeStep } from "./escape-steps.ts";
import { baseName, executableId, isSystemPath, processName } from "../../programs/executable.ts";
import { dropOldest } from "../../bounded/oldest.ts";
import { RareFacts } from "../rare-facts.ts";

export const CONTAINER_ESCAPE = {
  /** A process of a container that goes on outside of its cgroup: what an escape ends in. */
  outside: 0.8,
  /** Steps of one container add up within this: an escape by hand takes minutes. */
  windowMs: 1_800_000,
  /** Steps that were told before count for this much of themselves with the next one. */
  earlier: 0.5,
  containers: 1024,
  steps: 32,
} as const;

const CALLS: readonly EventKind[] = [
  "open.read",
  "open.write",
  "open.failed",
  "connected",
  "ptrace",
  "vm.access",
  "namespace",
  "mount",
  "module",
  "bpf",
];

/** Steps that processes of one container take towards its host: each weighs little, and together they are a way out. */
export class ContainerEscapeAgent extends RareFacts implements Agent {
  readonly name = "container-escape";
  readonly colony = "immune";
  readonly says = "notices the steps of an escape from a container to its host, and adds them up";
  readonly wants: readonly EventKind[];
  /** By container, its steps and when. */
  private readonly taken = new Map<string, Map<string, { readonly weight: number; readonly atMs: number }>>();

  constructor(depth: "light" | "full" = "light") {
    super();
    this.wants = depth === "full" ? ["exec", ...CALLS] : ["exec"];
  }

  onEvent(event: SensedEvent, context: AgentContext): void {
    if (event.kind === "exec") return this.onExec(event, context);
    if (!("call" in event)) return;
    const key = processKey(event.process);
    const record = context.processes.get(key);
    if (record?.container === undefined || isRuntime(record)) return;
    const step = escapeStep(event);
    if (step !== undefined) this.take(step, key, record, record.container, context);
  }

  /** A child of a contained process that is not contained. By who made it: an adopter is not asked. */
  private onExec(event: ExecEvent, context: AgentContext): void {
    const key = processKey(event.process);
    const record = context.processes.get(key);
    const parent = context.processes.get(record?.parent ?? "");
    // Where the group of the new program is not told, it may still be inside.
    if (record === undefined || record.container !== undefined || (event.cgroup ?? "") === "") return;
    if (parent?.container === undefined || isRuntime(parent) || isRuntime(record)) return;
    const says = `left its container for ${printable(event.cgroup ?? "", 120)}`;
    this.take({ step: "outside", weight: CONTAINER_ESCAPE.outside, says }, key, record, parent.container, context);
  }

  private take(
    step: EscapeStep,
    key: EntityKey,
    record: ProcessRecord,
    { runtime, id }: ContainerRef,
    context: AgentContext,
  ): void {
    if (this.testimony.isLoud(key, context.nowMs)) return;
    const program = executableId(record.details?.exePath || record.path, record.exe);
    // The image is not known: what a program does in all containers of this runtime.
    const factor = this.habitFactor([runtime, program, step.step], key, context);
    const own = step.weight * factor;
    const earlier = this.earlier(id, step.step, own, context.nowMs);
    const fact = {
      agent: this.name,
      kind: this.name,
      entity: key,
      weight: Math.min(1, own + earlier.weight * CONTAINER_ESCAPE.earlier),
      says:
        `${processName(context, key)}, in ${runtime} container ${printable(id, 12)}, ${printable(step.says, 300)}` +
        `${earlier.steps > 0 ? `, after ${earlier.steps} other steps towards the host` : ""}` +
        `${factor < 1 ? " (counted less: it does so every day)" : ""}`,
      numbers: { steps: earlier.steps + 1 },
      techniques: ["T1611"],
    };
    this.testimony.tell([id, step.step], fact, context);
  }

  /** The container's other steps, together; notes this one. */
  private earlier(id: string, step: string, weight: number, nowMs: number): { steps: number; weight: number } {
    const steps = this.taken.get(id) ?? new Map<string, { weight: number; atMs: number }>();
    for (const [name, { atMs }] of steps) if (nowMs - atMs > CONTAINER_ESCAPE.windowMs) steps.delete(name);
    const others = [...steps].filter(([name]) => name !== step);
    steps.set(step, { weight, atMs: nowMs });
    dropOldest(steps, CONTAINER_ESCAPE.steps);
    this.taken.delete(id);
    this.taken.set(id, steps);
    dropOldest(this.taken, CONTAINER_ESCAPE.containers);
    return { steps: others.length, weight: others.reduce((sum, [, each]) => sum + each.weight, 0) };
  }
}

/** The runtime itself, which sets a container up from inside before it becomes the container's program. */
function isRuntime(record: ProcessRecord): boolean {
  const path = record.details?.exePath || record.path;
  const isPlaced = isSystemPath(path) && CONTAINER_RUNTIMES.has(baseName(path));
  return isPlaced || (record.details?.traits.memfd === true && record.container === undefined);
}
