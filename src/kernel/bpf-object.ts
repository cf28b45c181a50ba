import { closeSync, openSync } from "node:fs";
import koffi from "koffi";
import { errnoOf, failed, ok, type Result } from "../core/errors.ts";
import { openLibbpf, type Libbpf, type Pointer } from "./libbpf.ts";
import { BpfMap } from "./bpf-map.ts";
import { errnoName, lastErrno } from "./syscall.ts";

/** A file of eBPF programs: opened, set up, loaded, attached, closed, in that order. */
export class BpfObject {
  /** As given at open. */
  readonly name: string;
  private readonly libbpf: Libbpf;
  private object: Pointer;
  private readonly programs: ReadonlyMap<string, Pointer>;
  private readonly links = new Map<string, Pointer>();

  private constructor(libbpf: Libbpf, name: string, object: Pointer) {
    this.libbpf = libbpf;
    this.name = name;
    this.object = object;
    this.programs = programsOf(libbpf, object);
  }

  /** Parses the image; the kernel is not asked yet. SW-NO-LIBBPF, or SW-BPF-LOAD where it is no valid object. */
  static open(image: Uint8Array, name: string): Result<BpfObject> {
    const libbpf = openLibbpf();
    if (!libbpf.ok) return libbpf;
    const { value, printed } = libbpf.value.captured(() => {
      const object = libbpf.value.open(image, name);
      return { object, errno: lastErrno() };
    });
    if (value.object === null) return failed("SW-BPF-LOAD", `cannot open ${name}: ${value.errno}${because(printed)}`);
    return ok(new BpfObject(libbpf.value, name, value.object));
  }

  /** Only these will be loaded. Before load. */
  want(names: readonly string[]): void {
    for (const [name, program] of this.programs)
      this.libbpf.int("bpf_program__set_autoload", program, names.includes(name));
  }

  /** Before load. For a ring buffer: bytes, a power of two and a multiple of the page size. */
  setMaxEntries(map: string, entries: number): Result<void> {
    const error = this.libbpf.int("bpf_map__set_max_entries", this.mapPointer(map), entries);
    return error === 0 ? ok(undefined) : failed("SW-BPF-LOAD", `${map} of ${entries} entries: ${errnoName(error)}`);
  }

  /** Uses another object's map instead of making one, by its descriptor. Before load. */
  reuseMap(map: string, fd: number): Result<void> {
    const error = this.libbpf.int("bpf_map__reuse_fd", this.mapPointer(map), fd);
    return error === 0 ? ok(undefined) : failed("SW-BPF-LOAD", `${map} of another object: ${errnoName(error)}`);
  }

  /** Sets the program's constants (`const volatile` in C): all of .rodata. Before load. */
  setConstants(values: Uint32Array): void {
    const size = [0];
    const address = this.libbpf.pointer("bpf_map__initial_value", this.mapPointer(".rodata"), size);
    if (address === null || size[0] !== values.byteLength)
      throw new Error(`${this.name}: .rodata has ${size[0]} bytes, not ${values.byteLength}`);
    new Uint32Array(koffi.view(address, values.byteLength)).set(values);
  }

  /** Hands the wanted programs to the kernel. SW-BPF-LOAD with the last line that libbpf or the verifier printed. */
  load(): Result<void> {
    const { value, printed } = this.libbpf.captured(() => this.libbpf.int("bpf_object__load", this.object));
    return value === 0
      ? ok(undefined)
      : failed("SW-BPF-LOAD", `cannot load ${this.name}: ${errnoName(value)}${because(printed)}`);
  }

  /** Attaches a loaded program where its section says. The link goes with this process. */
  attach(name: string): Result<void> {
    return this.link(name, (program) => this.libbpf.pointer("bpf_program__attach", program));
  }

  /** Attaches a cgroup program to a v2 directory; groups below it are covered too. */
  attachToCgroup(name: string, dir: string): Result<void> {
    let fd: number;
    try {
      fd = openSync(dir, "r");
    } catch (error) {
      return failed("SW-BPF-LOAD", `cannot open ${dir}: ${errnoOf(error)}`);
    }
    try {
      return this.link(name, (program) => this.libbpf.pointer("bpf_program__attach_cgroup", program, fd));
    } finally {
      closeSync(fd);
    }
  }

  /** The cgroup that a program of `attachToCgroup` is still attached to; 0 where that is gone or somebody took it off. */
  cgroupOf(name: string): number {
    const link = this.links.get(name);
    if (link === undefined) return 0;
    // struct bpf_link_info (uapi linux/bpf.h): type, id and prog_id, then the cgroup's id at 16.
    const info = Buffer.alloc(32);
    const fd = this.libbpf.int("bpf_link__fd", link);
    return this.libbpf.int("bpf_obj_get_info_by_fd", fd, info, [info.length]) === 0
      ? Number(info.readBigUInt64LE(16))
      : 0;
  }

  get attached(): readonly string[] {
    return [...this.links.keys()];
  }

  /** Descriptors of its attached programs by name, and of its maps. After load, until it is closed. */
  descriptors(): { readonly programs: ReadonlyMap<string, number>; readonly maps: readonly number[] } {
    if (this.object === null) return { programs: new Map(), maps: [] };
    const fdOf = (name: string): number => this.libbpf.int("bpf_program__fd", this.programs.get(name) ?? null);
    const maps: number[] = [];
    let map = this.libbpf.pointer("bpf_object__next_map", this.object, null);
    while (map !== null) {
      maps.push(this.libbpf.int("bpf_map__fd", map));
      map = this.libbpf.pointer("bpf_object__next_map", this.object, map);
    }
    return { programs: new Map(this.attached.map((name) => [name, fdOf(name)])), maps };
  }

  /** After load. */
  map(name: string): BpfMap {
    return BpfMap.of(this.libbpf, this.mapPointer(name));
  }

  /** Ends the link of one program, where there is one; it can be attached again. */
  detachProgram(name: string): void {
    const link = this.links.get(name);
    if (link === undefined) return;
    this.libbpf.int("bpf_link__destroy", link);
    this.links.delete(name);
  }

  /** Ends every link; the maps can still be read. */
  detach(): void {
    for (const link of this.links.values()) this.libbpf.int("bpf_link__destroy", link);
    this.links.clear();
  }

  /** Detaches and unloads everything. Descriptors of its maps end with it; mappings do not. */
  close(): void {
    if (this.object === null) return;
    this.detach();
    this.libbpf.pointer("bpf_object__close", this.object);
    this.object = null;
  }

  private link(name: string, attach: (program: Pointer) => Pointer): Result<void> {
    const program = this.program(name);
    const { value, printed } = this.libbpf.captured(() => {
      const link = attach(program);
      return { link, errno: lastErrno() };
    });
    if (value.link === null)
      return failed("SW-BPF-LOAD", `cannot attach ${name} of ${this.name}: ${value.errno}${because(printed)}`);
    this.links.set(name, value.link);
    return ok(undefined);
  }

  private program(name: string): Pointer {
    const program = this.programs.get(name);
    if (program === undefined) throw new Error(`${this.name} has no program ${name}`);
    return program;
  }

  private mapPointer(name: string): Pointer {
    const map = this.libbpf.pointer("bpf_object__find_map_by_name", this.object, name);
    if (map === null) throw new Error(`${this.name} has no map ${name}`);
    return map;
  }
}

function programsOf(libbpf: Libbpf, object: Pointer): ReadonlyMap<string, Pointer> {
  const programs = new Map<string, Pointer>();
  let program = libbpf.pointer("bpf_object__next_program", object, null);
  while (program !== null) {
    programs.set(libbpf.text("bpf_program__name", program), program);
    program = libbpf.pointer("bpf_object__next_program", object, program);
  }
  return programs;
}

/** The line that names the cause: libbpf prints it first, the verifier's last word comes before its statistics. */
function because(printed: string): string {
  const lines = printed.split("\n").map((line) => line.trim());
  const cause = lines.find((line) => /fail|error|not supported|denied|invalid/i.test(line)) ?? lines.find(Boolean);
  return cause === undefined ? "" : ` (${cause.replace(/^libbpf: /, "").slice(0, 300)})`;
}
