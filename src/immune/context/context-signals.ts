import type { AgentContext } from "../../core/agent.ts";
import { processKey } from "../../core/entity.ts";
import type { ExecEvent, SensedEvent } from "../../core/event.ts";
import type { LineageStep } from "../../core/incident.ts";
import type { ReadingName } from "../../core/reading.ts";
import { natureOf } from "../programs/ancestry.ts";
import { BUILDER_FACTOR, builderAt } from "../programs/builders.ts";
import { isSystemPath } from "../programs/executable.ts";
import { DECISIVE } from "../quorum/quorum-rule.ts";

/**
 * What a line of processes feels, in units of a cell's life (swarm/dca.ts: 1 to 4). After the categories of Greensmith,
 * Aickelin and Cayzer ("Introducing Dendritic Cells as a Novel Immune-Inspired Algorithm for Anomaly Detection", ICARIS 2005):
 * PAMPs are signatures of known evil, danger is damage and disorder, safe is known good order. PAMPs count twice what
 * danger does (the weights of that paper, 2 : 1), as danger, for the deterministic algorithm knows two inputs only.
 */
export const CONTEXT_SIGNALS = {
  /** PAMP: a rule's word, times the weight of its evidence. */
  rule: 1,
  /** PAMP: a rule whose author wrote CRITICAL. */
  [DECISIVE]: 2,
  /** Danger: who floods the layer's ring, times the weight of that evidence. */
  flood: 1,
  /** A crash, or a signal of the sandbox: exploits fail before they work. */
  crash: 0.5,
  /** Exit codes 126 and 127 (POSIX, 2.8.2): a command that is not there or may not be run, as when somebody gropes about. */
  notFound: 0.15,
  /** The same from execve(2). */
  failedExec: 0.15,
  /** A file that may not be opened (EACCES, EPERM); one that is not there means nothing, search paths make thousands. */
  forbidden: 0.1,
  /**
   * Inflammation, at full pressure of the whole host: makes danger greater by this part, and is none by itself (as in the paper).
   * A build makes pressure on CPU and storage.
   */
  pressure: { "pressure.memory.some": 0.5, "pressure.io.some": 0.1, "pressure.cpu.some": 0.1 },
} as const;

/** Safe signals: the largest that holds for a start. Each takes more than a name that anybody may choose. */
export const SAFE_SIGNALS = {
  /** Below a package manager of a system folder, as root. */
  packages: 0.6,
  /** Below a seat (sshd, login) of a system folder, with a terminal and a login uid, which only CAP_AUDIT_CONTROL can set. */
  session: 0.5,
  /** A program of a system folder that this host has known for a day. Attackers use those too. */
  known: 0.2,
} as const;

/** wait(2): what the kernel sends to a process that did wrong, or that seccomp stops. */
const CRASHES: ReadonlySet<number> = new Set([4, 5, 6, 7, 8, 11, 31]);
const NOT_FOUND: ReadonlySet<number> = new Set([126, 127]);
const FORBIDDEN: ReadonlySet<number> = new Set([-1, -13]);
const UNSET_LOGIN = 4_294_967_295;

/** Danger that an event is a sign of; 0 for most. */
export function dangerIn(event: SensedEvent): number {
  switch (event.kind) {
    case "exit":
      if (CRASHES.has(event.status & 0x7f)) return CONTEXT_SIGNALS.crash;
      return NOT_FOUND.has((event.status >> 8) & 0xff) ? CONTEXT_SIGNALS.notFound : 0;
    case "exec.failed":
      return CONTEXT_SIGNALS.failedExec;
    case "open.failed":
      return "result" in event && FORBIDDEN.has(event.result) ? CONTEXT_SIGNALS.forbidden : 0;
    default:
      return 0;
  }
}

export function safetyOf(event: ExecEvent, isKnown: boolean, context: Pick<AgentContext, "processes">): number {
  const lineage = context.processes.lineage(processKey(event.process));
  if (event.uid === 0 && lineage.some(isPackageManager)) return SAFE_SIGNALS.packages;
  const { tty = 0, credentials } = event.details ?? {};
  const hasLogin = credentials !== undefined && credentials.loginUid !== UNSET_LOGIN;
  if (tty !== 0 && hasLogin && lineage.slice(1).some(({ path }) => natureOf(path) === "seat"))
    return SAFE_SIGNALS.session;
  return isKnown && isSystemPath(event.path) ? SAFE_SIGNALS.known : 0;
}

function isPackageManager({ path }: LineageStep): boolean {
  const builder = builderAt(path);
  return builder?.what === "package manager" && builder.factor === BUILDER_FACTOR.system;
}

/** Of one evidence, by its kind; 0 where that is not a signal of its own. */
export function pampOf(kind: string, weight: number): number {
  return kind === "rule" || kind === DECISIVE || kind === "flood" ? CONTEXT_SIGNALS[kind] * weight : 0;
}

/** Of a reading of the host. */
export function inflammationOf(name: ReadingName, value: number): number {
  const weights: Readonly<Partial<Record<ReadingName, number>>> = CONTEXT_SIGNALS.pressure;
  return (weights[name] ?? 0) * Math.min(1, Math.max(0, value));
}
