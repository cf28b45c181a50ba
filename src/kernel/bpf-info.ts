import { closeSync, readFileSync } from "node:fs";
import { failed, ok, type Result } from "../core/errors.ts";
import { openLibbpf } from "./libbpf.ts";
import { errnoName } from "./syscall.ts";

/** What the kernel tells of a loaded program (bpf(2), BPF_OBJ_GET_INFO_BY_FD). */
export interface ProgramInfo {
  readonly id: number;
  /** At most 15 characters: the kernel cuts it. */
  readonly name: string;
  /** Machine code, bytes; 0 where it is interpreted. */
  readonly jitedBytes: number;
  /** Over all CPUs, counted only while statistics are on. */
  readonly runTimeNs: number;
  readonly runs: number;
  /** Runs left out since load because the program was running already on that CPU; 0 before Linux 5.12. */
  readonly missed: number;
}

/** struct bpf_prog_info (uapi linux/bpf.h): byte offsets of what is read. An older kernel fills less, the rest stays 0. */
const INFO = { id: 4, jited_len: 16, name: 64, run_time_ns: 192, run_cnt: 200, recursion_misses: 208, bytes: 216 };
const NAME_BYTES = 16;

/** Undefined where the descriptor is no program's. */
export function programInfo(fd: number): ProgramInfo | undefined {
  const library = openLibbpf();
  if (!library.ok) return undefined;
  const info = Buffer.alloc(INFO.bytes);
  if (library.value.int("bpf_obj_get_info_by_fd", fd, info, [info.length]) !== 0) return undefined;
  const u64 = (at: number): number => Number(info.readBigUInt64LE(at));
  return {
    id: info.readUInt32LE(INFO.id),
    name: info.toString("latin1", INFO.name, INFO.name + NAME_BYTES).replace(/\0.*$/s, ""),
    jitedBytes: info.readUInt32LE(INFO.jited_len),
    runTimeNs: u64(INFO.run_time_ns),
    runs: u64(INFO.run_cnt),
    missed: u64(INFO.recursion_misses),
  };
}

/** Kernel memory behind a program or a map, and its id: /proc/self/fdinfo; undefined where it is neither. */
export function kernelMemory(fd: number): { readonly id: string; readonly bytes: number } | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/self/fdinfo/${fd}`, "utf8");
  } catch {
    return undefined;
  }
  const id = /^(prog|map)_id:\t(\d+)$/m.exec(text);
  const bytes = /^memlock:\t(\d+)$/m.exec(text);
  return id === null || bytes === null ? undefined : { id: `${id[1]} ${id[2]}`, bytes: Number(bytes[1]) };
}

/** `enum bpf_stats_type`. */
const BPF_STATS_RUN_TIME = 0;

/**
 * Has the kernel time every run of every eBPF program on this host until closed (Linux 5.8): two clock reads a
 * run, so only for short. Ends with this process too. SW-NO-LIBBPF; SW-BPF-LOAD where the kernel refuses.
 */
export function enableRunStats(): Result<{ close(): void }> {
  const library = openLibbpf();
  if (!library.ok) return library;
  let fd = library.value.int("bpf_enable_stats", BPF_STATS_RUN_TIME);
  if (fd < 0) return failed("SW-BPF-LOAD", `${errnoName(fd)} from bpf(BPF_ENABLE_STATS)`);
  return ok({
    close() {
      if (fd >= 0) closeSync(fd);
      fd = -1;
    },
  });
}

/** What a program of any process is at the moment, by the kernel's id; needs CAP_SYS_ADMIN. Undefined where it is gone or not allowed. */
export function programById(id: number): ProgramInfo | undefined {
  const library = openLibbpf();
  const fd = library.ok ? library.value.int("bpf_prog_get_fd_by_id", id) : -1;
  if (fd < 0) return undefined;
  try {
    return programInfo(fd);
  } finally {
    closeSync(fd);
  }
}
