import type { ExecEvent, StandardFd } from "../../../core/event.ts";
import { type InterpreterSort, readsItsInput } from "../../programs/interpreters.ts";

/** Major numbers of pseudoterminals (Documentation/admin-guide/devices.txt of the kernel, UNIX98 PTY slaves). */
const PTS_MAJORS = { first: 136, last: 143 } as const;
const MINOR = 2 ** 20;

/** How a program is tied to the world by its first three descriptors, as far as that matters for a remote hand on it. */
export type Wiring =
  /** Input and output are a connected network socket. */
  | "socket"
  /** Only the input is, or only the output. */
  | "input"
  | "output"
  /** Both lead to another process: pipes, or a pair of unix sockets. */
  | "pipes"
  /** A terminal that some process made. */
  | "terminal"
  | "";

export function wiringOf({ stdio }: Pick<ExecEvent, "stdio">): Wiring {
  if (stdio === undefined) return "";
  const [input, output] = stdio.fds;
  const connected = stdio.remote !== undefined;
  if (connected && isNetwork(input) && isNetwork(output)) return "socket";
  if (connected && isNetwork(input)) return "input";
  if (connected && isNetwork(output)) return "output";
  if (leadsToProcess(input) && leadsToProcess(output)) return "pipes";
  return isPseudoTerminal(input) && isPseudoTerminal(output) ? "terminal" : "";
}

/** A shell that takes its commands from where standard input leads. */
export function isCommanded(sort: InterpreterSort, event: ExecEvent): boolean {
  return sort === "shell" && event.details !== undefined && readsItsInput(event.details.argv);
}

function isNetwork(end: StandardFd): boolean {
  return end.family === "ipv4" || end.family === "ipv6";
}

function leadsToProcess(end: StandardFd): boolean {
  return end.type === "pipe" || end.family === "unix";
}

function isPseudoTerminal(end: StandardFd): boolean {
  const major = Math.floor(end.object / MINOR);
  return end.type === "device" && major >= PTS_MAJORS.first && major <= PTS_MAJORS.last;
}
