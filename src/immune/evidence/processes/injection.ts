import type { Agent, AgentContext } from "../../../core/agent.ts";
import { processKey, type EntityKey } from "../../../core/entity.ts";
import type { CallEvent, SensedEvent } from "../../../core/event.ts";
import { executableId, isSystemPath, placeOf, processName } from "../../programs/executable.ts";
import { fileActOf } from "../files/file-act.ts";
import { STANDING, standingOf } from "../../programs/file-doers.ts";
import { Pids } from "../../programs/pids.ts";
import { RareFacts } from "../rare-facts.ts";

export const INJECTION = {
  /** Debuggers and tracers attach as well; a service that does is rare. */
  attach: 0.7,
  /** Memory or registers of another that is no child are changed: nothing but an injection, or a debugger's breakpoint. */
  change: 0.9,
  /** Of what was refused: EPERM is what a thief of keys in an agent meets (ptrace_scope, Yama). */
  tried: 0.6,
  /** A debugger of a system folder in a person's session. */
  debugger: 0.2,
} as const;

/** ptrace(2), the same on x86-64 and arm64 (include/uapi/linux/ptrace.h, asm/ptrace-abi.h). */
const ATTACHES: ReadonlySet<number> = new Set([16, 0x4206]);
/** POKETEXT, POKEDATA, POKEUSER, SETREGS, SETFPREGS, SETREGSET. */
const CHANGES: ReadonlySet<number> = new Set([4, 5, 6, 13, 15, 0x4205]);
/** ESRCH: there is no such process, or it is not traced by the caller. */
const NO_PROCESS = -3;

interface Deed {
  readonly sort: "attach" | "change";
  readonly pid: number;
  readonly what: string;
  readonly technique: string;
}

/**
 * A hand in the memory of another process: attached to, written to by ptrace(2), process_vm_writev(2) or its file in procfs. What a
 * process does to those that it started is a debugger's work and passes, so an injection into a program started for it is not
 * seen. In a container pids are others than the host's: there nobody is known as a child.
 */
export class InjectionAgent extends RareFacts implements Agent {
  readonly name = "injection";
  readonly colony = "immune";
  readonly says = "notices who attaches to a process that it did not start, or writes to its memory";
  readonly wants = ["fork", "exit", "ptrace", "vm.access", "open.write"] as const;
  private readonly pids = new Pids();

  onEvent(event: SensedEvent, context: AgentContext): void {
    this.pids.note(event);
    if (!("call" in event)) return;
    const deed = event.kind === "open.write" ? ofFile(event, context) : ofCall(event);
    if (deed === undefined) return;
    const by = processKey(event.process);
    const isContained = context.processes.get(by)?.container !== undefined;
    if (deed.pid === event.process.pid || (!isContained && this.pids.isOwn(deed.pid, by, context))) return;
    if (!this.testimony.isLoud(by, context.nowMs)) this.tell(deed, by, event, isContained, context);
  }

  private tell(deed: Deed, by: EntityKey, event: CallEvent, isContained: boolean, context: AgentContext): void {
    const target = isContained ? undefined : this.pids.get(deed.pid);
    const record = context.processes.get(by);
    const program = executableId(record?.path ?? "", record?.exe ?? "");
    const victim = context.processes.get(target ?? "");
    const object = executableId(victim?.path ?? "", victim?.exe ?? "");
    const place = placeOf(record?.cgroup ?? "", event.cgroupId);
    const habit = this.habitFactor([place, program, deed.sort, object], by, context);
    const { factor, why } = excuseOf(by, context);
    const part = event.result < 0 ? INJECTION.tried : 1;
    const whom = target === undefined ? `process ${deed.pid}` : processName(context, target);
    const fact = {
      agent: this.name,
      kind: this.name,
      entity: by,
      weight: INJECTION[deed.sort] * factor * part,
      says:
        `${processName(context, by)} ${part < 1 ? "tried in vain and " : ""}${deed.what} ${whom}, which it did not start` +
        (why === "" ? "" : ` (counted less: ${why})`),
      numbers: { pid: deed.pid, request: event.kind === "ptrace" ? (event.args[0] ?? 0) : 0, result: event.result },
      techniques: [deed.technique],
    };
    this.tellRare([program, deed.sort, object], habit, fact, context);
  }
}

function ofCall({ kind, call, args, result }: CallEvent): Deed | undefined {
  if (result === NO_PROCESS) return undefined;
  const [first = 0, second = 0] = args;
  if (kind === "vm.access")
    return call === "process_vm_writev"
      ? { sort: "change", pid: first, what: "wrote to the memory of", technique: "T1055" }
      : undefined;
  if (kind !== "ptrace") return undefined;
  const technique = "T1055.008";
  if (ATTACHES.has(first)) return { sort: "attach", pid: second, what: "attached to", technique };
  if (CHANGES.has(first)) return { sort: "change", pid: second, what: "changed memory or registers of", technique };
  return undefined;
}

function ofFile(event: CallEvent, context: AgentContext): Deed | undefined {
  const act = fileActOf(event, context);
  const pid = /^\/proc\/(\d+)\/(?:task\/\d+\/)?mem$/.exec(act?.path ?? "")?.[1];
  if (pid === undefined) return undefined;
  return { sort: "change", pid: Number(pid), what: "opened for writing the memory of", technique: "T1055.009" };
}

/** Who debugs at a terminal is no intruder by that; a program of his own making less so. */
function excuseOf(by: EntityKey, context: AgentContext): { readonly factor: number; readonly why: string } {
  const standing = standingOf(by, context);
  if (standing === "service") return { factor: 1, why: "" };
  const path = context.processes.get(by)?.path ?? "";
  if (standing === "person" && isSystemPath(path))
    return { factor: INJECTION.debugger, why: "a program of the system in a person's session" };
  return STANDING[standing];
}
