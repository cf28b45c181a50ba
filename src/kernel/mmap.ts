import koffi from "koffi";
import { failed, ok, type Result } from "../core/errors.ts";
import { lastErrno, loadLibc } from "./syscall.ts";

/** Memory of a descriptor, shared with the kernel. */
export interface Mapping {
  /** Undefined once unmapped: touching such memory, or writing to a read-only mapping, ends the process. */
  readonly memory: ArrayBuffer | undefined;
  unmap(): void;
}

let page: number | undefined;

/** Size of a memory page: 4 KB on x86, up to 64 KB on arm64. */
export function pageBytes(): number {
  page ??= Number(loadLibc().func("int getpagesize()")());
  return page;
}

const PROT_READ = 1;
const PROT_WRITE = 2;
const MAP_SHARED = 1;
const MAP_FAILED = 0xffff_ffff_ffff_ffffn;

interface Calls {
  mmap(address: null, length: number, prot: number, flags: number, fd: number, offset: number): bigint | null;
  munmap(address: bigint, length: number): number;
}
let calls: Calls | undefined;

/** Maps `length` bytes of `fd` from `offset` (a multiple of the page size). */
export function mapShared(fd: number, length: number, offset: number, access: "read" | "write"): Result<Mapping> {
  calls ??= {
    // The address as an integer: MAP_FAILED is no pointer.
    mmap: loadLibc().func(
      "uintptr_t mmap(void *address, size_t length, int prot, int flags, int fd, int64_t offset)",
    ) as unknown as Calls["mmap"],
    munmap: loadLibc().func("int munmap(uintptr_t address, size_t length)") as unknown as Calls["munmap"],
  };
  const { mmap, munmap } = calls;
  const prot = access === "write" ? PROT_READ | PROT_WRITE : PROT_READ;
  const address = BigInt(mmap(null, length, prot, MAP_SHARED, fd, offset) ?? 0n);
  if (address === MAP_FAILED || address === 0n) return failed("SW-BPF-LOAD", `mmap of ${length} bytes: ${lastErrno()}`);
  let memory: ArrayBuffer | undefined = koffi.view(address, length);
  return ok({
    get memory() {
      return memory;
    },
    unmap() {
      if (memory === undefined) return;
      memory = undefined;
      munmap(address, length);
    },
  });
}
