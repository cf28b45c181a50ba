import type { Agent, AgentContext } from "../../../core/agent.ts";
import { processKey, type EntityKey } from "../../../core/entity.ts";
import type { ExecEvent, SensedEvent } from "../../../core/event.ts";
import { printable } from "../../../core/printable.ts";
import { BUILDER_FACTOR, builderAt } from "../../programs/builders.ts";
import { executableId, isSystemPath, placeOf, processName } from "../../programs/executable.ts";
import { fileActOf } from "./file-act.ts";
import { STANDING, standingOf } from "../../programs/file-doers.ts";
import { dropOldest } from "../../bounded/oldest.ts";
import { RareFacts } from "../rare-facts.ts";

export const PRELOAD = {
  /** From where anybody may write. */
  shared: 0.8,
  /** From elsewhere outside of the system: allocators, profilers and agents of vendors come so, from /opt and homes. */
  elsewhere: 0.4,
  /** Files before the linker's cache in which a library may be; it opens one for each word of LD_PRELOAD. */
  opens: 4,
  starting: 2048,
  ancestors: 4,
} as const;

/** Consulted for what a program itself needs, after the libraries that the environment asks for (ld.so(8)). */
const LINKER_CACHE = "/etc/ld.so.cache";
const SHARED = /^\/(?:tmp|var\/tmp|dev\/shm|run\/user|proc)\/|^\/memfd:/;
const LIBRARY_NAME = /\.so(?:\.[\d.]+)?$/;

/** What a program has opened since it began. */
interface Start {
  opens: number;
  /** Files outside of the system, of a name that is no library's. */
  readonly strange: string[];
}

/**
 * A library that the environment presses on a program of the system (LD_PRELOAD, LD_AUDIT, LD_LIBRARY_PATH). An exec does
 * not tell the environment; the order of files does: such a library is what the dynamic linker opens first, before its cache. Known by its
 * name at once, under another name by what comes after it. Programs outside of the system folders bring libraries of their own and are
 * passed over; statically linked ones ask no linker.
 */
export class PreloadAgent extends RareFacts implements Agent {
  readonly name = "preload";
  readonly colony = "immune";
  readonly says = "notices a program of the system that begins with a library from outside of it";
  readonly wants = ["exec", "exit", "open.read"] as const;
  private readonly starts = new Map<EntityKey, Start>();

  onEvent(event: SensedEvent, context: AgentContext): void {
    const by = processKey(event.process);
    if (event.kind === "exec") return this.begin(event, by);
    const start = this.starts.get(by);
    if (start === undefined) return;
    if (event.kind === "exit") {
      this.starts.delete(by);
      return;
    }
    const path = fileActOf(event, context)?.path;
    if (path === undefined) return;
    const [first] = start.strange;
    if (path === LINKER_CACHE) {
      this.starts.delete(by);
      if (first !== undefined) this.tell(first, by, event.cgroupId, context);
      return;
    }
    if (!isSystemPath(path) && !path.startsWith("/etc/")) {
      if (LIBRARY_NAME.test(path)) {
        this.starts.delete(by);
        return this.tell(path, by, event.cgroupId, context);
      }
      start.strange.push(path);
    }
    if (++start.opens >= PRELOAD.opens) this.starts.delete(by);
  }

  private begin(event: ExecEvent, by: EntityKey): void {
    this.starts.delete(by);
    if (!isSystemPath(event.details?.exePath || event.path)) return;
    this.starts.set(by, { opens: 0, strange: [] });
    dropOldest(this.starts, PRELOAD.starting);
  }

  private tell(library: string, by: EntityKey, cgroupId: number, context: AgentContext): void {
    if (this.testimony.isLoud(by, context.nowMs)) return;
    const record = context.processes.get(by);
    const program = executableId(record?.path ?? "", record?.exe ?? "");
    const name = executableId(library, "");
    const habit = this.habitFactor([placeOf(record?.cgroup ?? "", cgroupId), name], by, context);
    const { factor, why } = excuseOf(by, context);
    const fact = {
      agent: this.name,
      kind: this.name,
      entity: by,
      weight: (SHARED.test(library) ? PRELOAD.shared : PRELOAD.elsewhere) * factor,
      says:
        `${processName(context, by)} began with the library ${printable(library, 200)}, which is none of the system's` +
        (why === "" ? "" : ` (counted less: ${why})`),
      numbers: { factor },
      techniques: ["T1574.006"],
    };
    this.tellRare([program, name], habit, fact, context);
  }
}

/** Tests are run with libraries in between, by builders and at terminals. */
function excuseOf(by: EntityKey, context: AgentContext): { readonly factor: number; readonly why: string } {
  const standing = standingOf(by, context);
  const { factor, why } = standing === "service" ? { factor: 1, why: "" } : STANDING[standing];
  for (const { path } of context.processes.lineage(by).slice(1, 1 + PRELOAD.ancestors)) {
    const builder = builderAt(path);
    if (builder?.factor === BUILDER_FACTOR.system && builder.factor < factor)
      return { factor: builder.factor, why: `started by ${builder.name}, a ${builder.what}` };
  }
  return { factor, why };
}
