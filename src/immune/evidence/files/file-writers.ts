import type { AgentContext } from "../../../core/agent.ts";
import { fileKey, type EntityKey } from "../../../core/entity.ts";
import { builderAt, type Builder } from "../../programs/builders.ts";
import { processName } from "../../programs/executable.ts";
import type { FileAct } from "./file-act.ts";
import { standingOf, type Standing } from "../../programs/file-doers.ts";
import { dropOldest } from "../../bounded/oldest.ts";

const WRITERS = {
  /** Later than this, who wrote it is history: packages of last week. */
  windowMs: 3_600_000,
  files: 4096,
  paths: 4096,
  readers: 1024,
  /** A decoder reads and writes at once. */
  derivedMs: 60_000,
} as const;

export interface WrittenFile {
  readonly file: EntityKey;
  readonly writer: EntityKey;
  /** "curl (4711)", as it was then. */
  readonly by: string;
  readonly standing: Standing;
  /** The builder at work or above it, where there was one. */
  readonly builder: Builder | undefined;
  readonly atMs: number;
  /** Whether what was written may have come over a connection, by this writer or by whose file it read. */
  readonly networked: boolean;
  /** Hands that it went through before: what was downloaded, then decoded. */
  readonly through: readonly string[];
}

/** Who wrote which file: by device and inode, so that renaming and linking change nothing, and by path for those who run it by name. */
export class FileWriters {
  private readonly files = new Map<EntityKey, WrittenFile>();
  private readonly paths = new Map<string, EntityKey>();
  private readonly lastRead = new Map<EntityKey, { readonly file: WrittenFile; readonly atMs: number }>();

  note(act: FileAct, networked: boolean, context: AgentContext): void {
    if (act.act === "rename" || act.act === "link") return this.onMove(act);
    if (act.file === undefined) return;
    const key = fileKey(act.file);
    if (act.act === "read") {
      const file = this.of(key, context.nowMs);
      if (file !== undefined && file.writer !== act.by) this.keepRead(act.by, file, context.nowMs);
    }
    if (act.act === "write") this.onWrite(act, key, networked, context);
  }

  of(file: EntityKey, nowMs: number): WrittenFile | undefined {
    const known = this.files.get(file);
    return known !== undefined && nowMs - known.atMs < WRITERS.windowMs ? known : undefined;
  }

  at(path: string, nowMs: number): WrittenFile | undefined {
    const file = this.paths.get(path);
    return file === undefined ? undefined : this.of(file, nowMs);
  }

  /** The file of another that a process read last, within so many milliseconds. */
  readBy(process: EntityKey, withinMs: number, nowMs: number): WrittenFile | undefined {
    const read = this.lastRead.get(process);
    return read !== undefined && nowMs - read.atMs < withinMs ? read.file : undefined;
  }

  private onWrite(act: FileAct, key: EntityKey, networked: boolean, context: AgentContext): void {
    const from = this.readBy(act.by, WRITERS.derivedMs, context.nowMs);
    const before = act.appends ? this.of(key, context.nowMs) : undefined;
    this.files.delete(key);
    this.files.set(key, {
      file: key,
      writer: act.by,
      by: processName(context, act.by),
      // Now, for the writer may be gone when its file is run.
      standing: standingOf(act.by, context),
      // What a builder made and another copied is still built.
      builder: builderOf(act.by, context) ?? from?.builder,
      atMs: context.nowMs,
      networked: networked || from?.networked === true || before?.networked === true,
      through: from === undefined ? [] : [...from.through, from.by].slice(-4),
    });
    dropOldest(this.files, WRITERS.files);
    this.keepPath(act.path, key);
  }

  private onMove(act: FileAct): void {
    const key = this.paths.get(act.from);
    if (key === undefined) return;
    if (act.act === "rename") this.paths.delete(act.from);
    this.keepPath(act.path, key);
  }

  private keepPath(path: string, key: EntityKey): void {
    this.paths.delete(path);
    this.paths.set(path, key);
    dropOldest(this.paths, WRITERS.paths);
  }

  private keepRead(by: EntityKey, file: WrittenFile, nowMs: number): void {
    this.lastRead.delete(by);
    this.lastRead.set(by, { file, atMs: nowMs });
    dropOldest(this.lastRead, WRITERS.readers);
  }
}

/** The nearest builder of a process and its ancestors. */
export function builderOf(process: EntityKey, context: Pick<AgentContext, "processes">): Builder | undefined {
  for (const { path } of context.processes.lineage(process)) {
    const builder = builderAt(path);
    if (builder !== undefined) return builder;
  }
  return undefined;
}
