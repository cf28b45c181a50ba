import { closeSync, existsSync, readFileSync } from "node:fs";
import { failed, ok, type Result } from "../core/errors.ts";
import { enableRunStats } from "./bpf-info.ts";
import type { BpfObject } from "./bpf-object.ts";
import { openBuiltObject } from "./bpf-object-built.ts";
import { probeCgroupLayout } from "./cgroup-layout.ts";
import type { Feature } from "./feature.ts";
import { openLibbpf } from "./libbpf.ts";
import { pageBytes } from "./mmap.ts";
import { syscall } from "./syscall.ts";

export type Probe = Omit<Feature, "available" | "found"> & {
  /** Tried by loading a program: without libbpf, that is what it needs, whatever the kernel. */
  readonly byLibbpf?: true;
  /** What was found; a failure says what stood in the way. */
  probe(): Result<string>;
};

const LIBBPF = "package libbpf1";

export const PROBES: readonly Probe[] = [
  {
    name: "ebpf.libbpf",
    area: "events",
    lost: "nothing is seen as it happens: processes are sampled from procfs, so short-lived ones are missed",
    needs: LIBBPF,
    probe: () => {
      const library = openLibbpf();
      return library.ok ? ok("libbpf.so.1") : library;
    },
  },
  {
    name: "ebpf.btf",
    area: "events",
    lost: "the programs cannot find their way in this kernel's structures, so none can be loaded",
    needs: "Linux 5.12 with CONFIG_DEBUG_INFO_BTF",
    probe: () => existing("/sys/kernel/btf/vmlinux"),
  },
  {
    name: "ebpf.ringbuf",
    area: "events",
    lost: "there is no way to hand events over from the kernel",
    needs: "Linux 5.12, root or CAP_BPF and CAP_PERFMON",
    byLibbpf: true,
    probe: () => tryProgram("probe_ring"),
  },
  {
    name: "ebpf.tp_btf",
    area: "events",
    lost: "processes begun and ended, and run-queue delay, are not seen as they happen",
    needs: "Linux 5.12, root or CAP_BPF and CAP_PERFMON",
    byLibbpf: true,
    probe: () => tryProgram("probe_tp_btf"),
  },
  {
    name: "ebpf.cgroup",
    area: "events",
    lost: "connections are not seen",
    needs: "Linux 5.12 with CONFIG_CGROUP_BPF, a mounted cgroup2 file system, root or CAP_BPF and CAP_NET_ADMIN",
    byLibbpf: true,
    probe: () => tryProgram("probe_cgroup"),
  },
  {
    name: "ebpf.stats",
    area: "readings",
    lost: "what the sensors themselves cost is known as memory only, not as time",
    needs: "Linux 5.8, root or CAP_SYS_ADMIN",
    byLibbpf: true,
    probe: probeStats,
  },
  {
    name: "ebpf.fentry",
    area: "security",
    lost: "kernel functions cannot be watched, only the kernel's tracepoints",
    needs: "Linux 5.5 with CONFIG_FUNCTION_TRACER, not restricted by the host",
    byLibbpf: true,
    probe: () => tryProgram("probe_fentry"),
  },
  {
    name: "ebpf.lsm",
    area: "security",
    lost: "an operation cannot be refused by eBPF before it happens; containment comes after",
    needs: "Linux 5.7 with CONFIG_BPF_LSM and bpf in the boot parameter lsm=",
    byLibbpf: true,
    probe: probeLsm,
  },
  {
    name: "sched_ext",
    area: "actions",
    lost: "scheduling policy cannot be replaced, only its weights set",
    needs: "Linux 6.12 with CONFIG_SCHED_CLASS_EXT",
    probe: () => existing("/sys/kernel/sched_ext"),
  },
  {
    name: "pidfd",
    area: "actions",
    lost: "a process cannot be held on to safely, so none is ever signalled",
    needs: "Linux 5.3",
    probe: probePidfd,
  },
];

let cached: readonly Feature[] | undefined;

/** What this kernel lets this process do with eBPF and processes, each found out by doing it. The same answer every time. */
export function probeBpfFeatures(): readonly Feature[] {
  cached ??= runProbes(PROBES, openLibbpf());
  return cached;
}

export function runProbes(probes: readonly Probe[], library: Result<unknown>): Feature[] {
  return probes.map(({ name, area, lost, needs, byLibbpf, probe }) => {
    if (byLibbpf && !library.ok) return { name, area, lost, needs: LIBBPF, available: false, found: library.says };
    const result = probe();
    return { name, area, lost, needs, available: result.ok, found: result.ok ? result.value : result.says };
  });
}

function existing(path: string): Result<string> {
  return existsSync(path) ? ok(path) : failed("SW-BPF-LOAD", `no ${path}`);
}

/** Loads one program of probe.bpf.c, attaches it for a moment and takes it away. */
function tryProgram(name: string): Result<string> {
  const opened = openBuiltObject("probe");
  if (!opened.ok) return opened;
  const object = opened.value;
  try {
    object.want([name]);
    const sized = object.setMaxEntries("ring", pageBytes());
    const loaded = sized.ok ? object.load() : sized;
    if (!loaded.ok) return refusal(loaded);
    const attached = name === "probe_cgroup" ? attachToRoot(object, name) : object.attach(name);
    return attached.ok ? ok("loads and attaches") : refusal(attached);
  } finally {
    object.close();
  }
}

/** libbpf guesses at length why it was refused; the error's name and who asked say as much. */
function refusal(failure: Result<void> & { ok: false }): Result<never> {
  const [, step, errno] = /cannot (load|attach) .*?: (E[A-Z]+)/.exec(failure.says) ?? [];
  if (step === undefined) return failure;
  const asker = process.getuid?.() === 0 ? "" : ", not root";
  return failed(failure.code, `${errno} on ${step}${asker}`);
}

function attachToRoot(object: BpfObject, name: string): Result<void> {
  const { v2 } = probeCgroupLayout();
  return v2 === undefined
    ? failed("SW-BPF-LOAD", "no cgroup2 file system is mounted")
    : object.attachToCgroup(name, v2);
}

/** Attaching succeeds even where the kernel was booted without bpf among its security modules: then nothing is ever called. */
function probeLsm(): Result<string> {
  const tried = tryProgram("probe_lsm");
  if (!tried.ok) return tried;
  let active: string;
  try {
    active = readFileSync("/sys/kernel/security/lsm", "utf8").trim();
  } catch {
    return ok("loads and attaches; whether it is called is not known, since securityfs is not mounted");
  }
  return active.split(",").includes("bpf")
    ? tried
    : failed("SW-BPF-LOAD", `bpf is not among the active security modules (${active})`);
}

function probeStats(): Result<string> {
  const stats = enableRunStats();
  if (!stats.ok) return stats;
  stats.value.close();
  return ok("run-time statistics can be turned on");
}

function probePidfd(): Result<string> {
  const opened = syscall("pidfd_open", process.pid, 0);
  if (!opened.ok) return failed("SW-GUARD-KNOB", `pidfd_open: ${opened.errno}`);
  closeSync(opened.value);
  return ok("pidfd_open");
}
