import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ContainerInfo } from "../../core/container-info.ts";
import { Json, ofStorage, RUNTIME_FILES, STORAGE_LIST } from "./runtime-files.ts";

export const CONTAINER_LIMITS = {
  /** More than that on one host are not told: the list goes in one message (core/wire/frame.ts). */
  most: 512,
  /** A configuration has some ten kilobytes, of which environments of programs are the most. */
  fileBytes: 1 << 20,
  /** Looks at a folder whose file is not there or not whole yet, one a second; then it is taken as it is. */
  looks: 10,
} as const;

const ID = /^[0-9a-f]{64}$/;
const UNTOLD = { name: "", image: "", imageId: "", namespace: "", pod: "", podUid: "", sandbox: "" } as const;

/**
 * What the container runtimes of this host have written down about their containers. Files that only root can read, since environments with
 * passwords stand in them as well: so they are read here, and only names go on to the hive.
 */
export class Containers {
  private readonly root: string;
  private readonly known = new Map<string, ContainerInfo>();
  private readonly looks = new Map<string, number>();
  private listedMs = Number.NaN;
  private listed: readonly (readonly [id: string, metadata: Json])[] = [];

  /** `root`: where the host's paths begin; for tests. */
  constructor(root = "/") {
    this.root = root;
  }

  now(): readonly ContainerInfo[] {
    return [...this.known.values()];
  }

  /** Looks again; true where something is new, or gone. */
  look(): boolean {
    const seen = new Set<string>();
    let isNew = this.readList(seen);
    for (const { folder, file, read } of RUNTIME_FILES)
      for (const id of this.idsIn(folder)) {
        seen.add(id);
        const place = join(folder, id, file);
        const looks = (this.looks.get(place) ?? 0) + 1;
        if (looks > CONTAINER_LIMITS.looks) continue;
        const document = this.read(place);
        this.looks.set(place, document === undefined ? looks : CONTAINER_LIMITS.looks);
        if (document !== undefined) isNew = this.take(id, read(document)) || isNew;
      }
    return this.forget(seen) || isNew;
  }

  private take(id: string, told: Partial<Omit<ContainerInfo, "id">>): boolean {
    const before = this.known.get(id);
    if (before === undefined && this.known.size >= CONTAINER_LIMITS.most) return false;
    const said = Object.fromEntries(Object.entries(told).filter(([, text]) => text !== ""));
    const now = { ...UNTOLD, ...before, ...said, id };
    this.known.set(id, now);
    return JSON.stringify(now) !== JSON.stringify(before);
  }

  private forget(seen: ReadonlySet<string>): boolean {
    const gone = [...this.known.keys()].filter((id) => !seen.has(id));
    for (const id of gone) this.known.delete(id);
    for (const place of this.looks.keys())
      if (!place.split("/").some((part) => seen.has(part))) this.looks.delete(place);
    return gone.length > 0;
  }

  /** Read again only where it was written. */
  private readList(seen: Set<string>): boolean {
    const changedMs = this.changedMs(STORAGE_LIST);
    if (changedMs === undefined) return false;
    let isNew = false;
    if (changedMs !== this.listedMs) {
      const list = this.read(STORAGE_LIST);
      if (list !== undefined) this.listedMs = changedMs;
      this.listed = list?.items.map((each) => [each.at("id").text, each.at("metadata").parsed] as const) ?? this.listed;
      for (const [id, metadata] of this.listed) if (ID.test(id)) isNew = this.take(id, ofStorage(metadata)) || isNew;
    }
    for (const [id] of this.listed) seen.add(id);
    return isNew;
  }

  private changedMs(path: string): number | undefined {
    try {
      return statSync(join(this.root, path), { throwIfNoEntry: false })?.mtimeMs;
    } catch {
      // Not there for whoever may not look.
      return undefined;
    }
  }

  private idsIn(folder: string): readonly string[] {
    if (this.changedMs(folder) === undefined) return [];
    try {
      const names = readdirSync(join(this.root, folder)).filter((name) => ID.test(name));
      return names.slice(0, CONTAINER_LIMITS.most);
    } catch {
      return [];
    }
  }

  private read(path: string): Json | undefined {
    const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
    let fd = -1;
    try {
      fd = openSync(join(this.root, path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
      const stat = fstatSync(fd);
      return stat.isFile() && stat.size <= CONTAINER_LIMITS.fileBytes
        ? Json.parse(readFileSync(fd, "utf8"))
        : undefined;
    } catch {
      return undefined;
    } finally {
      if (fd >= 0) closeSync(fd);
    }
  }
}
