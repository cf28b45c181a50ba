import { closeSync } from "node:fs";
import { failed, type Result } from "../core/errors.ts";
import { type FeatureProbe, type Finding, no, textOf, yes } from "./features-probe.ts";
import { taskScheduling } from "./sched-attr.ts";
import { checked, loadLibc, type SyscallResult, syscall } from "./syscall.ts";
import { join } from "node:path";

/** linux/fanotify.h: a class that may answer before access is granted; closed on exec; no queue. */
const FAN_CLOEXEC = 0x1;
const FAN_CLASS_CONTENT = 0x4;
const O_CLOEXEC = 0o2_000_000;
/** The number on every architecture (since 5.1), and the size of struct io_uring_params. */
const IO_URING_SETUP = 425;
const IO_URING_PARAMS_BYTES = 120;

export const SYSCALL_PROBES: readonly FeatureProbe[] = [
  {
    name: "pidfd",
    area: "actions",
    lost: "a process cannot be held on to, so a reused pid could be mistaken for it; nothing is signalled",
    needs: "Linux 5.3",
    attempt: () => opened("pidfd_open", () => syscall("pidfd_open", process.pid, 0)),
  },
  {
    name: "sched.slice",
    area: "actions",
    lost: "tasks cannot be given longer or shorter turns on the CPU",
    needs: "Linux 6.12",
    attempt: () => {
      const own = attempted(() => taskScheduling.get(process.pid));
      if (!own.ok) return no(own.says);
      return own.value.sliceNs > 0 ? yes(`${own.value.sliceNs / 1000} µs by default`) : no("no slice in sched_getattr");
    },
  },
  {
    name: "fanotify.permission",
    area: "actions",
    lost: "an executable cannot be refused before it runs",
    needs: "CAP_SYS_ADMIN and CONFIG_FANOTIFY_ACCESS_PERMISSIONS",
    // A group without a mark: nothing is held up by it.
    attempt: () => opened("fanotify_init", fanotifyInit),
  },
  {
    name: "io_uring.disabled",
    area: "security",
    lost: "of what a program does through io_uring, requests are told and results, reads and writes are not; on kernels without their tracepoint, nothing is",
    needs: "sysctl kernel.io_uring_disabled=2",
    attempt: ({ procRoot }) => {
      const setting = textOf(join(procRoot, "sys/kernel/io_uring_disabled"))?.trim();
      if (setting === "2") return yes("refused to all");
      const found = opened("io_uring_setup", ioUringSetup);
      if (found.available) return no(setting === "1" ? "allowed to a group" : "allowed");
      return yes(`refused to this process (${found.found})`);
    },
  },
];

/** Without the foreign-function interface nothing can be asked. */
function attempted<T>(ask: () => Result<T>): Result<T> {
  try {
    return ask();
  } catch (error) {
    return failed("SW-GUARD-KNOB", error instanceof Error ? error.message : String(error));
  }
}

/** A descriptor that was only wanted as proof. */
function opened(what: string, open: () => SyscallResult): Finding {
  try {
    const result = open();
    if (!result.ok) return no(`${result.errno} from ${what}`);
    closeSync(result.value);
    return yes(what);
  } catch (error) {
    return no(`${what} cannot be tried: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function fanotifyInit(): SyscallResult {
  const init = loadLibc().func("int fanotify_init(uint flags, uint event_f_flags)");
  return checked(Number(init(FAN_CLOEXEC | FAN_CLASS_CONTENT, O_CLOEXEC)));
}

function ioUringSetup(): SyscallResult {
  const setup = loadLibc().func("syscall", "long", ["long", "long", "void *"]);
  return checked(Number(setup(IO_URING_SETUP, 1, Buffer.alloc(IO_URING_PARAMS_BYTES))));
}
