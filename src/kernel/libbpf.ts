import koffi from "koffi";
import { failed, ok, type Result } from "../core/errors.ts";
import { loadLibc } from "./syscall.ts";

/** A pointer of C; NULL is `null`. Nothing checks its type: passing a wrong one ends the process. */
export type Pointer = bigint | null;

/**
 * The functions of libbpf 1.x that the layer calls, by their C prototypes. Those that return int give
 * 0 (or a descriptor) or -errno; those that return a pointer give NULL and set errno.
 */
const PROTOTYPES = {
  bpf_object__open_mem: "void *bpf_object__open_mem(const void *buf, size_t size, swarms_open_opts *opts)",
  bpf_object__load: "int bpf_object__load(void *obj)",
  bpf_object__close: "void bpf_object__close(void *obj)",
  bpf_object__next_program: "void *bpf_object__next_program(void *obj, void *prev)",
  bpf_object__find_map_by_name: "void *bpf_object__find_map_by_name(void *obj, const char *name)",
  bpf_enable_stats: "int bpf_enable_stats(int type)",
  bpf_obj_get_info_by_fd: "int bpf_obj_get_info_by_fd(int fd, void *info, _Inout_ uint32_t *length)",
  bpf_prog_get_fd_by_id: "int bpf_prog_get_fd_by_id(uint32_t id)",
  bpf_program__fd: "int bpf_program__fd(void *prog)",
  bpf_object__next_map: "void *bpf_object__next_map(void *obj, void *map)",
  bpf_program__name: "const char *bpf_program__name(void *prog)",
  bpf_program__set_autoload: "int bpf_program__set_autoload(void *prog, bool autoload)",
  bpf_program__attach: "void *bpf_program__attach(void *prog)",
  bpf_program__attach_cgroup: "void *bpf_program__attach_cgroup(void *prog, int cgroup_fd)",
  bpf_link__fd: "int bpf_link__fd(void *link)",
  bpf_link__destroy: "int bpf_link__destroy(void *link)",
  bpf_map__fd: "int bpf_map__fd(void *map)",
  bpf_map__key_size: "uint32_t bpf_map__key_size(void *map)",
  bpf_map__value_size: "uint32_t bpf_map__value_size(void *map)",
  bpf_map__max_entries: "uint32_t bpf_map__max_entries(void *map)",
  bpf_map__set_max_entries: "int bpf_map__set_max_entries(void *map, uint32_t entries)",
  bpf_map__reuse_fd: "int bpf_map__reuse_fd(void *map, int fd)",
  bpf_map__initial_value: "void *bpf_map__initial_value(void *map, _Out_ size_t *size)",
  bpf_map_lookup_elem: "int bpf_map_lookup_elem(int fd, const void *key, void *value)",
  bpf_map_update_elem: "int bpf_map_update_elem(int fd, const void *key, const void *value, uint64_t flags)",
  bpf_map_delete_elem: "int bpf_map_delete_elem(int fd, const void *key)",
  bpf_map_get_next_key: "int bpf_map_get_next_key(int fd, const void *key, void *next)",
  bpf_map_lookup_and_delete_batch:
    "int bpf_map_lookup_and_delete_batch(int fd, void *in, void *out, void *keys, void *values, _Inout_ uint32_t *count, void *opts)",
} as const;

export type LibbpfName = keyof typeof PROTOTYPES;
type Bound = Record<LibbpfName, (...args: unknown[]) => unknown>;

/** libbpf, opened once per thread. */
export interface Libbpf {
  /** Opens an object from memory; NULL and errno where it is not valid. */
  open(image: Uint8Array, name: string): Pointer;
  int(name: LibbpfName, ...args: unknown[]): number;
  pointer(name: LibbpfName, ...args: unknown[]): Pointer;
  text(name: LibbpfName, ...args: unknown[]): string;
  /** Runs `work` with libbpf's messages collected (at most the last 8 KB); otherwise they are off. */
  captured<T>(work: () => T): { readonly value: T; readonly printed: string };
}

let cached: Result<Libbpf> | undefined;

/** Opens libbpf.so.1, or says that it is missing. The same answer every time. */
export function openLibbpf(): Result<Libbpf> {
  cached ??= open("libbpf.so.1");
  return cached;
}

function open(soname: string): Result<Libbpf> {
  try {
    const library = koffi.load(soname);
    // struct bpf_object_open_opts may be cut short: libbpf takes what lies past sz as zero.
    koffi.struct("swarms_open_opts", { sz: "size_t", object_name: "const char *" });
    const bound = Object.fromEntries(
      Object.entries(PROTOTYPES).map(([name, prototype]) => [name, library.func(prototype)]),
    ) as unknown as Bound;
    const setPrint = library.func("void *libbpf_set_print(void *print)");
    setPrint(null);
    return ok({
      open: (image, name) =>
        bound.bpf_object__open_mem(image, image.byteLength, { sz: 16, object_name: name }) as Pointer,
      int: (name, ...args) => Number(bound[name](...args)),
      pointer: (name, ...args) => bound[name](...args) as Pointer,
      text: (name, ...args) => String(bound[name](...args)),
      captured: (work) => capture(setPrint, work),
    });
  } catch (error) {
    return failed("SW-NO-LIBBPF", error instanceof Error ? error.message : String(error));
  }
}

const PRINTED_MAX = 8192;
const LEVEL_DEBUG = 2;

/**
 * The print hook is global to the process and called with a va_list, so libc formats it. It is set
 * only around one synchronous call of this thread: left on, it would block other threads, and abort
 * the process once its owner is gone.
 */
function capture<T>(setPrint: (print: Pointer) => unknown, work: () => T): { value: T; printed: string } {
  const format = loadLibc().func("int vsnprintf(void *out, size_t size, const char *format, void *arguments)");
  const line = Buffer.alloc(4096);
  let printed = "";
  const hook = koffi.register(
    (level: number, template: string, list: Pointer) => {
      if (level >= LEVEL_DEBUG || list === null) return 0;
      const length = Number(format(line, line.length, template, list));
      printed = (printed + line.toString("utf8", 0, Math.min(Math.max(length, 0), line.length - 1))).slice(
        -PRINTED_MAX,
      );
      return 0;
    },
    koffi.pointer(koffi.proto("int (int level, const char *format, void *arguments)")),
  );
  try {
    setPrint(hook);
    return { value: work(), printed };
  } finally {
    setPrint(null);
    koffi.unregister(hook);
  }
}
