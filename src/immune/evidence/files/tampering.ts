import type { Agent, AgentContext } from "../../../core/agent.ts";
import { processKey } from "../../../core/entity.ts";
import type { CallEvent, SensedEvent } from "../../../core/event.ts";
import { printable } from "../../../core/printable.ts";
import { processName } from "../../programs/executable.ts";
import type { FileAct } from "./file-act.ts";
import { FileActs } from "./file-acts.ts";
import { STANDING, standingOf } from "../../programs/file-doers.ts";
import { absolute } from "../../rules/fields/path-of.ts";
import { Witness } from "../witness.ts";

/** What belongs to the layer. */
export interface OwnLayer {
  /** Folders and files: state, configuration, programs. */
  readonly paths: readonly string[];
  /** Whether a process is one of its own now, by the pid that the host gives it. */
  runs(pid: number): boolean;
}

/** Where an installation lies, whatever else is told (core/state-paths.ts, core/config-load.ts). */
export const OWN_PATHS = [
  "/var/lib/swarms",
  "/etc/swarms",
  "/run/swarms",
  "/usr/lib/swarms",
  "/usr/bin/swarms",
] as const;

export const TAMPERING = {
  write: 0.8,
  remove: 0.9,
  /** Mounting over one of its folders hides it; over a folder above, as runtimes do for containers, perhaps. */
  mountOver: 0.9,
  mountAbove: 0.3,
  trace: 0.9,
  /** Its memory was read. */
  readMemory: 0.6,
  writeMemory: 1,
  /** An eBPF program was taken off, by another: also what other monitors do with their own. */
  detach: 0.5,
  /** Of what was refused: nobody tries by chance. */
  tried: 0.8,
} as const;

const VERBS = {
  write: "opened for writing",
  remove: "removed",
  rename: "replaced",
  link: "linked over",
  symlink: "linked over",
  cut: "truncated",
} as const;

/** BPF_PROG_DETACH, BPF_LINK_DETACH (include/uapi/linux/bpf.h). Closing the last descriptor detaches too, and is not sensed. */
const BPF_DETACHES = [9, 34];
/** PTRACE_ATTACH, PTRACE_SEIZE (ptrace(2)): with these it begins. */
const PTRACE_BEGINS = [16, 0x4206];

interface Deed {
  readonly weight: number;
  readonly what: string;
  readonly to: string;
  readonly technique: string;
}

/**
 * Others' hands on the layer itself: its files, its memory, its place in the file system, its programs in the kernel. What the
 * layer does is not told to agents at all. Signals, and what is written to a file of a cgroup, are not sensed: that a part is stopped shows by its
 * silence (the sentinel and the warden watch for that).
 */
export class TamperingAgent extends Witness implements Agent {
  readonly name = "tampering";
  readonly colony = "immune";
  readonly says =
    "notices others who change the layer's files, trace it, write to its memory, mount over it or detach what watches";
  readonly wants = [
    "open.write",
    "rename",
    "unlink",
    "link",
    "symlink",
    "chmod",
    "truncate",
    "ptrace",
    "vm.access",
    "mount",
    "bpf",
  ] as const;
  private readonly paths: readonly string[];
  private readonly acts = new FileActs();
  private readonly runs: (pid: number) => boolean;

  constructor(own: Partial<OwnLayer> = {}) {
    super();
    this.paths = [...new Set([...OWN_PATHS, ...(own.paths ?? [])])];
    this.runs = (pid) => own.runs?.(pid) ?? false;
  }

  onEvent(event: SensedEvent, context: AgentContext): void {
    if (!("call" in event)) return;
    const deed = this.onFile(event, context) ?? this.onCall(event, context);
    if (deed === undefined) return;
    const by = processKey(event.process);
    const standing = standingOf(by, context);
    // Only an upgrade touches the layer's files rightly; a person at a terminal who does is told, at less.
    const factor = standing === "service" ? 1 : Math.max(STANDING[standing].factor, standing === "keeper" ? 0 : 0.6);
    const fact = {
      agent: this.name,
      kind: this.name,
      entity: by,
      weight: deed.weight * factor,
      says: `${processName(context, by)} ${deed.what}, which belongs to this layer`,
      numbers: { factor },
      techniques: [deed.technique],
    };
    this.testimony.tell([deed.what, deed.to], fact, context);
  }

  private onFile(event: CallEvent, context: AgentContext): Deed | undefined {
    for (const act of this.acts.of(event, context)) {
      const deed = this.deedIn(act);
      if (deed !== undefined) return deed;
    }
    return undefined;
  }

  private deedIn(act: FileAct): Deed | undefined {
    const path = [act.path, act.act === "symlink" ? "" : act.from].find((each) => this.isOwn(each));
    if (path === undefined) return undefined;
    const shown = printable(path, 200);
    const technique = "T1562.001";
    if (act.act === "remove") return { weight: TAMPERING.remove, what: `removed ${shown}`, to: path, technique };
    if (act.act === "mode")
      return { weight: TAMPERING.write, what: `changed mode or owner of ${shown}`, to: path, technique };
    if (act.act === "link" && path === act.from) return undefined;
    const verb = VERBS[act.act as keyof typeof VERBS] ?? undefined;
    return verb && { weight: TAMPERING.write, what: `${verb} ${shown}`, to: path, technique };
  }

  private onCall(event: CallEvent, context: AgentContext): Deed | undefined {
    const part = event.result < 0 ? TAMPERING.tried : 1;
    switch (event.kind) {
      case "ptrace":
        return tried(this.onTrace(event), part);
      case "vm.access":
        return tried(this.onMemory(event), part);
      default:
        return event.result < 0 ? undefined : this.onKernel(event, context);
    }
  }

  private onKernel(event: CallEvent, context: AgentContext): Deed | undefined {
    switch (event.kind) {
      case "mount":
        return this.onMount(event, context);
      case "bpf":
        return BPF_DETACHES.includes(event.args[0] ?? -1)
          ? {
              weight: TAMPERING.detach,
              what: "took a program of eBPF off, it may be one",
              to: "bpf",
              technique: "T1562.001",
            }
          : undefined;
      default:
        return undefined;
    }
  }

  private onTrace({ args }: CallEvent): Deed | undefined {
    const [request = 0, pid = 0] = args;
    if (!this.runs(pid) || !PTRACE_BEGINS.includes(request)) return undefined;
    return { weight: TAMPERING.trace, what: `traces process ${pid}`, to: String(pid), technique: "T1055.008" };
  }

  private onMemory({ call, args }: CallEvent): Deed | undefined {
    const [pid = 0] = args;
    // The other calls of this kind are given descriptors, not pids.
    if (!this.runs(pid) || !call.startsWith("process_vm_")) return undefined;
    const writes = call === "process_vm_writev";
    const weight = writes ? TAMPERING.writeMemory : TAMPERING.readMemory;
    return {
      weight,
      what: `${writes ? "wrote to" : "read"} the memory of process ${pid}`,
      to: String(pid),
      technique: "T1055",
    };
  }

  private onMount(event: CallEvent, context: AgentContext): Deed | undefined {
    const { call, path, path2 } = event;
    const typed = call === "mount" || call === "move_mount" ? path2 : call.startsWith("umount") ? path : "";
    const cwd = context.processes.get(processKey(event.process))?.details?.cwd ?? "";
    const folder = absolute(typed, cwd);
    if (folder === undefined || folder === "/") return undefined;
    const verb = call.startsWith("umount") ? "unmounted" : "mounted over";
    if (this.isOwn(folder)) {
      return {
        weight: TAMPERING.mountOver,
        what: `${verb} ${printable(folder, 200)}`,
        to: folder,
        technique: "T1562.001",
      };
    }
    const hides = this.paths.some((own) => own.startsWith(`${folder}/`));
    if (!hides || verb === "unmounted") return undefined;
    return {
      weight: TAMPERING.mountAbove,
      what: `mounted over ${printable(folder, 200)}, above a folder`,
      to: folder,
      technique: "T1562.001",
    };
  }

  private isOwn(path: string): boolean {
    return this.paths.some((own) => path === own || path.startsWith(`${own}/`));
  }
}

function tried(deed: Deed | undefined, part: number): Deed | undefined {
  if (deed === undefined || part === 1) return deed;
  return { ...deed, weight: deed.weight * part, what: `tried in vain: ${deed.what}` };
}
