import { failed, ok, type Result } from "../../core/errors.ts";
import { printable } from "../../core/printable.ts";
import { socketAddress } from "./address.ts";
import type { Argument, Block, Cell } from "./block.ts";
import {
  DOMAINS,
  type Flags,
  flagsOf,
  LINKAT_FLAGS,
  MODES,
  MODULE_FLAGS,
  OPEN_FLAGS,
  PROTOCOLS,
  PTRACE_REQUESTS,
  RESOLVE_FLAGS,
  SEND_FLAGS,
  SIGNALS,
  SOCKET_TYPES,
} from "./flag-table.ts";
import type { Step } from "./suite-schema.ts";
import type { SyscallName } from "./syscall-table.ts";

/** What `${NAME.FIELD}` stands for: "cs.client.fd", "op.ret". */
export type Bindings = Map<string, Argument>;

/** How an argument is written in a suite. */
type Kind =
  | { readonly is: "text"; readonly otherwise?: string }
  | { readonly is: "number" }
  | { readonly is: "dirFd" }
  | { readonly is: "flags"; readonly of: Flags }
  | { readonly is: "how" }
  | { readonly is: "buffer" }
  | { readonly is: "length"; readonly of: string }
  | { readonly is: "address" }
  | { readonly is: "pid" };

const text = { is: "text" } as const;
const number = { is: "number" } as const;
const dirFd = { is: "dirFd" } as const;
const buffer = { is: "buffer" } as const;
const pid = { is: "pid" } as const;
const params = { is: "text", otherwise: "" } as const;
const flags = (of: Flags): Kind => ({ is: "flags", of });
const length = (of: string): Kind => ({ is: "length", of });

/** The calls that a step can make, their arguments in the kernel's order. An address fills two: where, and how long. */
const STEPS: Readonly<Partial<Record<SyscallName, Readonly<Record<string, Kind>>>>> = {
  open: { pathname: text, flags: flags(OPEN_FLAGS), mode: flags(MODES) },
  openat: { dirFd, pathname: text, flags: flags(OPEN_FLAGS), mode: flags(MODES) },
  openat2: { dirFd, pathname: text, how: { is: "how" } },
  symlink: { target: text, linkPath: text },
  symlinkat: { target: text, newDirFd: dirFd, linkPath: text },
  link: { oldPath: text, newPath: text },
  linkat: { oldDirFd: dirFd, oldPath: text, newDirFd: dirFd, newPath: text, flags: flags(LINKAT_FLAGS) },
  read: { fd: number, buffer, len: length("buffer") },
  write: { fd: number, buffer, len: length("buffer") },
  dup: { oldFd: number },
  dup2: { oldFd: number, newFd: number },
  dup3: { oldFd: number, newFd: number, flags: flags(OPEN_FLAGS) },
  socket: { domain: flags(DOMAINS), type: flags(SOCKET_TYPES), protocol: flags(PROTOCOLS) },
  connect: { fd: number, address: { is: "address" } },
  sendto: { fd: number, buf: buffer, len: length("buf"), flags: flags(SEND_FLAGS), address: { is: "address" } },
  init_module: { moduleImage: buffer, len: length("moduleImage"), paramValues: params },
  finit_module: { fd: number, paramValues: params, flags: flags(MODULE_FLAGS) },
  kill: { pid, sig: flags(SIGNALS) },
  ptrace: { request: flags(PTRACE_REQUESTS), pid, addr: number, data: number },
};

const AT_FDCWD = -100;
const HOW_BYTES = 24;
const BINDING = /^\$\{\s*([^.}\s]+)\.([^}\s]+)\s*\}$/;
const PTRACE_TRACEME = 0;

/** Adds the call of a step to what the process does; its result is bound as NAME.ret. SW-FALCO-SUITE. */
export function addStep(block: Block, step: Step, bound: Bindings): Result<void> {
  const shape = Object.hasOwn(STEPS, step.syscall) ? STEPS[step.syscall as SyscallName] : undefined;
  if (shape === undefined)
    return failed("SW-FALCO-SUITE", `step ${step.name}: no step makes the call ${printable(step.syscall, 40)}`);
  const unknown = Object.keys(step.args).find((key) => !(key in shape));
  if (unknown !== undefined)
    return failed("SW-FALCO-SUITE", `step ${step.name}: ${step.syscall} has no argument ${printable(unknown, 40)}`);
  const args: Argument[] = [];
  for (const [key, kind] of Object.entries(shape)) {
    const words = argument(block, step, key, kind, bound);
    if (!words.ok) return failed(words.code, `step ${step.name}, ${key}: ${words.says}`);
    bound.set(`${step.name}.args.${key}`.toLowerCase(), words.value[0] ?? 0);
    args.push(...words.value);
  }
  // init_module takes the length behind the image, openat2 that of what describes how.
  const result: Cell = block.call(
    step.syscall as SyscallName,
    step.syscall === "openat2" ? [...args, HOW_BYTES] : args,
    `step ${step.name}: ${step.syscall}`,
  );
  bound.set(`${step.name}.ret`.toLowerCase(), result);
  return ok(undefined);
}

function argument(block: Block, step: Step, key: string, kind: Kind, bound: Bindings): Result<readonly Argument[]> {
  const value = step.args[key];
  const binding = typeof value === "string" ? BINDING.exec(value) : null;
  if (binding !== null) {
    const found = bound.get(`${binding[1]}.${binding[2]}`.toLowerCase());
    return found === undefined
      ? failed("SW-FALCO-SUITE", `nothing before it gives ${printable(String(value), 80)}`)
      : ok([found]);
  }
  switch (kind.is) {
    case "text":
      if (value === undefined && kind.otherwise === undefined) return failed("SW-FALCO-SUITE", "is missing");
      return ok([block.text(String(value ?? kind.otherwise))]);
    case "buffer":
      return ok([value === undefined ? block.space(lengthOf(step)) : block.text(String(value))]);
    case "length": {
      const given = lengthOf(step);
      return ok([given > 0 ? given : Buffer.byteLength(String(step.args[kind.of] ?? ""))]);
    }
    case "dirFd":
      return typeof value === "string" && !/^-?\d+$/.test(value) && value !== "AT_FDCWD"
        ? failed("SW-FALCO-SUITE", `expected a descriptor, or one that is bound: ${printable(value, 60)}`)
        : ok([value === undefined || value === "AT_FDCWD" ? AT_FDCWD : Number(value)]);
    case "flags":
      return single(flagsOf(typeof value === "object" ? undefined : value, kind.of));
    case "how":
      return how(block, value);
    case "address":
      return value === undefined ? ok([0, 0]) : address(block, String(value));
    case "pid":
      // Anybody's number could stand there: only what the suite itself has started is sent signals or traced.
      return step.syscall === "ptrace" && Number(step.args["request"]) === PTRACE_TRACEME
        ? ok([0])
        : value === undefined || Number(value) === 0
          ? ok([0])
          : failed("SW-FALCO-SUITE", "a process has to be bound to a resource of the test, not given by its number");
    case "number":
      return value === undefined && (key === "addr" || key === "data")
        ? ok([0])
        : Number.isInteger(Number(value ?? Number.NaN))
          ? ok([Number(value)])
          : failed("SW-FALCO-SUITE", `expected a number: ${printable(String(value), 60)}`);
  }
}

/** Bounded: the buffer lies in a small process. */
function lengthOf({ args }: Step): number {
  const given = Number(args["len"] ?? 0);
  return Number.isFinite(given) ? Math.min(Math.max(given, 0), 16_384) : 0;
}

function how(block: Block, value: Step["args"][string] | undefined): Result<readonly Argument[]> {
  const given = typeof value === "object" && value !== null ? value : {};
  const words: number[] = [];
  for (const [key, names] of [
    ["flags", OPEN_FLAGS],
    ["mode", MODES],
    ["resolve", RESOLVE_FLAGS],
  ] as const) {
    const word = flagsOf(given[key], names);
    if (!word.ok) return word;
    words.push(word.value);
  }
  return ok([block.words(words)]);
}

function address(block: Block, text: string): Result<readonly Argument[]> {
  const found = socketAddress(text);
  return found.ok ? ok([block.data(found.value.bytes), found.value.bytes.length]) : found;
}

const single = (result: Result<number>): Result<readonly Argument[]> => (result.ok ? ok([result.value]) : result);
