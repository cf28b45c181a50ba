import type { Agent, AgentContext } from "../../../core/agent.ts";
import { fileKey, processKey, type EntityKey } from "../../../core/entity.ts";
import type { ExecEvent, NameEvent, SensedEvent } from "../../../core/event.ts";
import { printable } from "../../../core/printable.ts";
import { builderAbove } from "../../programs/builder-above.ts";
import { CONTAINER_RUNTIMES } from "../../programs/container-runtimes.ts";
import { baseName, executableId, isSystemPath, nameOf } from "../../programs/executable.ts";
import { HIDING, hidingSigns, looksLikeKernelThread, type HidingSign } from "./hiding-signs.ts";
import { RareFacts } from "../rare-facts.ts";

export const HIDDEN = {
  /** Container runtimes run a copy of themselves from memory, so that no container can change them (CVE-2019-5736). */
  runtime: 0.1,
  /** A program that runs itself again, from a file that an upgrade has replaced. */
  itself: 0.2,
  /** Each sign beside the first, of the same program. */
  more: 0.1,
} as const;

/** Programs that keep out of sight: without a file or a name, in places and under names that are overlooked, or as another. */
export class HiddenExecutableAgent extends RareFacts implements Agent {
  readonly name = "hidden";
  readonly colony = "immune";
  readonly says = "notices programs without a file, in hidden places, or under the name of something else";
  readonly wants = ["exec", "name"] as const;

  onEvent(event: SensedEvent, context: AgentContext): void {
    if (event.kind === "exec") this.onExec(event, context);
    else if (event.kind === "name" && looksLikeKernelThread(event.name)) this.onName(event, context);
  }

  private onExec(event: ExecEvent, context: AgentContext): void {
    const key = processKey(event.process);
    const signs = hidingSigns(event, context.processes.get(key)?.container !== undefined);
    const [first, ...rest] = signs.toSorted((a, b) => b.weight - a.weight);
    if (first === undefined || this.testimony.isLoud(key, context.nowMs)) return;
    const weight = Math.min(1, first.weight + rest.length * HIDDEN.more);
    const says = `${nameOf(context, key)} runs ${[first, ...rest].map((sign) => sign.says).join("; ")}`;
    this.tell(key, [first, ...rest], weight * excuse(event, first, key, context), says, context, event);
  }

  private onName(event: NameEvent, context: AgentContext): void {
    const key = processKey(event.process);
    if (this.testimony.isLoud(key, context.nowMs)) return;
    const name = printable(event.name, 40);
    const says = `${nameOf(context, key)} calls itself ${name}, as kernel threads are called`;
    const sign = { sign: "kernelThread", weight: HIDING.kernelThread, says, technique: "T1036" };
    this.tell(key, [sign], sign.weight, says, context);
  }

  private tell(
    key: EntityKey,
    signs: readonly HidingSign[],
    weight: number,
    says: string,
    context: AgentContext,
    event?: ExecEvent,
  ): void {
    const record = context.processes.get(key);
    const file = event === undefined ? (record?.exe ?? "") : fileKey(event.exe);
    const program = executableId(event?.details?.exePath || record?.path || "", file);
    const names = signs.map(({ sign }) => sign);
    const factor = this.habitFactor([program, ...names], key, context);
    const fact = {
      agent: this.name,
      kind: this.name,
      entity: key,
      weight,
      says,
      numbers: { signs: signs.length },
      techniques: [...new Set(signs.map(({ technique }) => technique))],
    };
    this.tellRare([program, ...names], factor, fact, context);
  }
}

/** 1 where nothing speaks for it. */
function excuse(event: ExecEvent, sign: HidingSign, key: EntityKey, context: AgentContext): number {
  const line = context.processes.lineage(key).slice(1);
  const parent = context.processes.get(line[0]?.process ?? "");
  const isRuntime = line.some(({ path }) => isSystemPath(path) && CONTAINER_RUNTIMES.has(baseName(path)));
  if (sign.sign === "memfd" && isRuntime) return HIDDEN.runtime;
  if (parent?.exe === fileKey(event.exe) && (sign.sign === "memfd" || sign.sign === "deleted")) return HIDDEN.itself;
  const isLie = sign.sign === "kernelThread" || sign.sign === "blank";
  return isLie ? 1 : (builderAbove(key, context.processes)?.factor ?? 1);
}
