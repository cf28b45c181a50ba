import type { Agent, AgentContext } from "../../../core/agent.ts";
import { fileKey, processKey, type EntityKey } from "../../../core/entity.ts";
import type { ExecEvent, SensedEvent } from "../../../core/event.ts";
import { printable } from "../../../core/printable.ts";
import { isSystemPath, processName } from "../../programs/executable.ts";
import { fileActOf } from "./file-act.ts";
import { standingOf } from "../../programs/file-doers.ts";
import { builderOf, FileWriters, type WrittenFile } from "./file-writers.ts";
import { NetworkContacts } from "../network/network-contacts.ts";
import { passDanger } from "../../context/provenance.ts";
import { filesRun, isInterpreter } from "../../programs/script-arguments.ts";
import { Witness } from "../witness.ts";

export const DROPPED = {
  /** What may have come over a connection, and what was only written here. */
  networked: 0.8,
  local: 0.2,
  /** Half as much for each of these between writing and running: a dropper waits seconds, a cautious one minutes. */
  halvesEveryMs: 900_000,
  /** A person who writes a script and runs it, both from a terminal. */
  person: 0.3,
  session: 0.6,
  keeper: 0.2,
  /** An interpreter that is given no file reads the one that was opened for it just before. */
  standardInputMs: 1000,
  least: 0.05,
} as const;

/**
 * A file that one process wrote and another runs, as a program or as a script that an interpreter is given, over renaming, linking,
 * decoding and waiting: the runner's evidence names the writer, and a part of the writer's danger flows to it, for
 * ancestry alone ends where the writer ends.
 */
export class DroppedFileAgent extends Witness implements Agent {
  readonly name = "dropped-file";
  readonly colony = "immune";
  readonly says = "notices who runs a file that another process wrote, and lets that one's danger flow along the file";
  readonly wants = ["exec", "open.read", "open.write", "rename", "link", "memfd", "connect", "accept"] as const;
  private readonly writers = new FileWriters();
  private readonly contacts = new NetworkContacts();

  onEvent(event: SensedEvent, context: AgentContext): void {
    this.contacts.note(event, context);
    if (event.kind === "exec") return this.onExec(event, context);
    const act = fileActOf(event, context);
    if (act !== undefined) this.writers.note(act, this.contacts.has(act.by, context.nowMs), context);
  }

  private onExec(event: ExecEvent, context: AgentContext): void {
    const key = processKey(event.process);
    const [path, file] = this.fileRun(event, key, context);
    if (file === undefined) return;
    passDanger(file.writer, key, () => `inherited from ${file.by}, who wrote what it runs`, context);
    const { factor, why } = excuseFor(file, key, path, context);
    const ageMs = context.nowMs - file.atMs;
    // Of a shell's redirection: it opens the file, becomes the program that fetches, and only then connects.
    const networked = file.networked || this.contacts.has(file.writer, context.nowMs);
    const weight = (networked ? DROPPED.networked : DROPPED.local) * 2 ** (-ageMs / DROPPED.halvesEveryMs) * factor;
    if (weight < DROPPED.least) return;
    const hands = file.through.length === 0 ? "" : `, from what ${file.through.join(" and ")} wrote`;
    const fact = {
      agent: this.name,
      kind: this.name,
      entity: key,
      weight,
      says:
        `${processName(context, key)} runs ${printable(path || "a file", 200)}, which ${file.by} wrote ` +
        `${Math.round(ageMs / 1000)} s before${hands}${networked ? ", and which may come from the network" : ""}` +
        `${why === "" ? "" : ` (counted less: ${why})`}`,
      numbers: { ageSeconds: Math.round(ageMs / 1000), factor },
      techniques: networked ? ["T1105", "T1204"] : ["T1204"],
    };
    this.testimony.tell([path || file.file], fact, context);
  }

  private fileRun(event: ExecEvent, key: EntityKey, context: AgentContext): [string, WrittenFile | undefined] {
    const { nowMs } = context;
    const program = this.writers.of(fileKey(event.exe), nowMs);
    if (program !== undefined) return [event.details?.exePath || event.path, program];
    for (const path of filesRun(event)) {
      const file = this.writers.at(path, nowMs);
      if (file !== undefined) return [path, file];
    }
    const takesInput = isInterpreter(event.details?.exePath || event.path) && (event.details?.argv.length ?? 2) <= 1;
    if (!takesInput) return ["", undefined];
    // Who redirects opens it: the process itself before the exec, or the shell that it was forked from.
    const openers = [key, context.processes.get(key)?.parent ?? ""];
    const read = openers.map((each) => this.writers.readBy(each, DROPPED.standardInputMs, nowMs));
    return ["", read.find((file) => file !== undefined)];
  }
}

/** By who wrote it, and who runs it. What runs is no builder by its own name, for its file was just written. */
function excuseFor(
  { writer, standing, builder: wrote }: WrittenFile,
  runner: EntityKey,
  path: string,
  context: AgentContext,
): { readonly factor: number; readonly why: string } {
  const parent = context.processes.get(runner)?.parent ?? "";
  const builder = wrote ?? (parent === writer ? undefined : builderOf(parent, context));
  if (builder !== undefined)
    return { factor: builder.factor, why: `by ${printable(builder.name, 32)}, a ${builder.what}` };
  if (standing === "keeper" && isSystemPath(path))
    return { factor: DROPPED.keeper, why: "put into a system folder by its keeper" };
  const running = standingOf(runner, context);
  // A person runs what a person wrote; what a service wrote and a person is led to run is another matter.
  if (standing === "service" || (running !== "person" && running !== "session")) return { factor: 1, why: "" };
  return running === "person"
    ? { factor: DROPPED.person, why: "in a person's session at a terminal" }
    : { factor: DROPPED.session, why: "in one session" };
}
