import { loadLibc } from "./syscall.ts";

/**
 * Gives free memory of the C library back to the kernel (malloc_trim(3)). libbpf reads the kernel's types, some ten
 * megabytes, for every object that it loads, and frees them; the library would keep them for later.
 */
export function trimMemory(): void {
  try {
    loadLibc().func("int malloc_trim(size_t pad)")(0);
  } catch {
    // Another C library than glibc has none.
  }
}
