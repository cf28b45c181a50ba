import type { AgentContext } from "../../core/agent.ts";
import { processKey, type EntityKey } from "../../core/entity.ts";
import type { ExecEvent, SensedEvent } from "../../core/event.ts";
import { dropOldest } from "../bounded/oldest.ts";
import { builderAt } from "./builders.ts";
import { baseName, isSystemPath } from "./executable.ts";
import { writtenMs } from "./file-age.ts";
import { lineOf } from "./process-line.ts";
import { YOUNG } from "./young-programs.ts";

export const UNPACKING = {
  /** Lines of processes with package managers, and runs that are kept of one. */
  lines: 256,
  runsOfOne: 8,
  /** An installation takes minutes. Who is at it for longer runs something else, as `npm start` does: services excuse nothing. */
  longestMs: 600_000,
  /** From the start to `env` having found the interpreter: npm and its like begin with "#!/usr/bin/env node". */
  handoverMs: 1000,
  /** What is written just before it ends bears the time of the kernel's last tick, and the end is told a little late. */
  slackMs: 20,
} as const;

interface Run {
  readonly process: EntityKey;
  readonly name: string;
  /** Wall-clock milliseconds; while it runs, the latest end. */
  readonly fromMs: number;
  toMs: number;
  /** A script that `env` is to find the interpreter of. */
  readonly byEnv: boolean;
}

/**
 * What package managers unpack wherever they are told to: a file that was written while one ran, for whoever runs it in the same
 * line of processes (a session, a service, a CI job). A manager counts where root installed it, in a system folder, and not just
 * now: a program that was dropped and calls itself npm, one that came an hour ago or less, and one that somebody else runs at
 * the same time, excuse nothing. Whoever has the real one install his program does what it is there for.
 */
export class Unpacking {
  private readonly lines = new Map<EntityKey, Run[]>();
  private readonly running = new Map<EntityKey, Run>();

  /** Starts and ends. */
  note(event: SensedEvent, context: AgentContext): void {
    if (event.kind === "exec") this.onExec(event, context);
    else if (event.kind === "exit") this.end(processKey(event.process), context.wallMs);
  }

  /** The manager that ran in the process's line when the file was written; undefined where none did. */
  at(fileMs: number, process: EntityKey, { processes }: Pick<AgentContext, "processes">): string | undefined {
    if (this.lines.size === 0) return undefined;
    const runs = this.lines.get(lineOf(process, processes));
    return runs?.find(({ fromMs, toMs }) => fileMs >= fromMs - UNPACKING.slackMs && fileMs <= toMs + UNPACKING.slackMs)
      ?.name;
  }

  /** The manager that is at work above a process, under whatever name its interpreter has. */
  above(process: EntityKey, { processes, wallMs }: Pick<AgentContext, "processes" | "wallMs">): string | undefined {
    if (this.running.size === 0) return undefined;
    for (const step of processes.lineage(process).slice(1)) {
      const run = this.running.get(step.process);
      if (run !== undefined && wallMs <= run.toMs) return run.name;
    }
    return undefined;
  }

  private onExec(event: ExecEvent, context: AgentContext): void {
    const key = processKey(event.process);
    const before = this.running.get(key);
    if (before !== undefined) {
      if (before.byEnv && isHandover(before, event, context.wallMs)) return;
      this.end(key, context.wallMs);
    }
    const builder = builderAt(event.path);
    if (builder?.what !== "package manager" || !isSystemPath(event.path) || isYoung(event, context.wallMs)) return;
    const byEnv = baseName(event.details?.interpreter ?? "") === "env";
    const { name } = builder;
    const fromMs = context.wallMs;
    const run: Run = { process: key, name, fromMs, toMs: fromMs + UNPACKING.longestMs, byEnv };
    const line = lineOf(key, context.processes);
    const runs = [...(this.lines.get(line) ?? []), run].slice(-UNPACKING.runsOfOne);
    this.lines.delete(line);
    this.lines.set(line, runs);
    dropOldest(this.lines, UNPACKING.lines);
    this.running.set(key, run);
    dropOldest(this.running, UNPACKING.lines);
  }

  private end(process: EntityKey, wallMs: number): void {
    const run = this.running.get(process);
    if (run === undefined) return;
    run.toMs = Math.min(run.toMs, wallMs);
    this.running.delete(process);
  }
}

/** `env` looks along PATH, which whoever starts it may choose: an interpreter that just came is none. */
function isHandover(before: Run, event: ExecEvent, wallMs: number): boolean {
  return wallMs - before.fromMs <= UNPACKING.handoverMs && !isYoung(event, wallMs);
}

function isYoung(event: ExecEvent, wallMs: number): boolean {
  const atMs = writtenMs(event, wallMs);
  return atMs === 0 || wallMs - atMs <= YOUNG.limitMs;
}
