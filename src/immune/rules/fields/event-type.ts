import type { SensedEvent } from "../../../core/event.ts";

/** Names that rule files give to what is no plain system call here. */
const OF_KIND: Readonly<Record<string, string>> = {
  // execveat(2) that succeeded is told as execve by Falco too, on the way out.
  exec: "execve",
  fork: "clone",
  exit: "procexit",
  connect: "connect",
  name: "prctl",
  writes: "write",
};

/** evt.type: the system call's name. */
export function eventTypeOf(event: SensedEvent): string {
  return "call" in event ? event.call : (OF_KIND[event.kind] ?? event.kind);
}
