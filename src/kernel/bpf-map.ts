import { failed, ok, type Result } from "../core/errors.ts";
import type { Libbpf, Pointer } from "./libbpf.ts";
import { mapShared, pageBytes, type Mapping } from "./mmap.ts";
import { errnoName } from "./syscall.ts";

/** A map of a loaded object. Keys and values are raw bytes in the program's layout. */
export class BpfMap {
  readonly fd: number;
  readonly keyBytes: number;
  readonly valueBytes: number;
  readonly maxEntries: number;
  private readonly libbpf: Libbpf;

  private constructor(libbpf: Libbpf, map: Pointer) {
    this.libbpf = libbpf;
    this.fd = libbpf.int("bpf_map__fd", map);
    this.keyBytes = libbpf.int("bpf_map__key_size", map);
    this.valueBytes = libbpf.int("bpf_map__value_size", map);
    this.maxEntries = libbpf.int("bpf_map__max_entries", map);
  }

  static of(libbpf: Libbpf, map: Pointer): BpfMap {
    return new BpfMap(libbpf, map);
  }

  /** Undefined where the key is absent. Not for per-CPU maps, whose values are longer. */
  get(key: Uint8Array): Uint8Array | undefined {
    const value = new Uint8Array(this.valueBytes);
    return this.libbpf.int("bpf_map_lookup_elem", this.fd, this.sized(key, this.keyBytes), value) === 0
      ? value
      : undefined;
  }

  set(key: Uint8Array, value: Uint8Array): Result<void> {
    const checkedValue = this.sized(value, this.valueBytes);
    const error = this.libbpf.int("bpf_map_update_elem", this.fd, this.sized(key, this.keyBytes), checkedValue, 0);
    return error === 0 ? ok(undefined) : failed("SW-BPF-LOAD", `bpf_map_update_elem: ${errnoName(error)}`);
  }

  /** False where the key was absent. */
  delete(key: Uint8Array): boolean {
    return this.libbpf.int("bpf_map_delete_elem", this.fd, this.sized(key, this.keyBytes)) === 0;
  }

  /** Keys in no order, at most maxEntries of them: a map that changes meanwhile could restart the walk for ever. */
  *keys(): Generator<Uint8Array> {
    let last: Uint8Array | null = null;
    for (let seen = 0; seen < this.maxEntries; seen++) {
      const next: Uint8Array = new Uint8Array(this.keyBytes);
      if (this.libbpf.int("bpf_map_get_next_key", this.fd, last, next) !== 0) return;
      yield next;
      last = next;
    }
  }

  /** Takes every entry out: in one call where the kernel can (hash maps since 5.6), else one by one. */
  drain(): [key: Uint8Array, value: Uint8Array][] {
    const keys = new Uint8Array(this.maxEntries * this.keyBytes);
    const values = new Uint8Array(this.maxEntries * this.valueBytes);
    const count = [this.maxEntries];
    const position = new Uint8Array(Math.max(8, this.keyBytes));
    const error = this.libbpf.int(
      "bpf_map_lookup_and_delete_batch",
      this.fd,
      null,
      position,
      keys,
      values,
      count,
      null,
    );
    if (error !== 0 && errnoName(error) !== "ENOENT") return this.drainSingly();
    return Array.from({ length: count[0] ?? 0 }, (_, at) => [
      keys.slice(at * this.keyBytes, (at + 1) * this.keyBytes),
      values.slice(at * this.valueBytes, (at + 1) * this.valueBytes),
    ]);
  }

  /** All values of an array map that was declared BPF_F_MMAPABLE, or of .bss. */
  map(access: "read" | "write"): Result<Mapping> {
    const entryBytes = Math.ceil(this.valueBytes / 8) * 8;
    const bytes = Math.ceil((entryBytes * this.maxEntries) / pageBytes()) * pageBytes();
    return mapShared(this.fd, bytes, 0, access);
  }

  private drainSingly(): [Uint8Array, Uint8Array][] {
    return [...this.keys()].flatMap((key): [Uint8Array, Uint8Array][] => {
      const value = this.get(key);
      return value !== undefined && this.delete(key) ? [[key, value]] : [];
    });
  }

  /** C reads as many bytes as the map says: a shorter array would let it read past the end. */
  private sized(bytes: Uint8Array, length: number): Uint8Array {
    if (bytes.byteLength !== length) throw new RangeError(`${bytes.byteLength} bytes where the map has ${length}`);
    return bytes;
  }
}
