import type { CallEvent, SensedEvent } from "../../../core/event.ts";

/** evt.type: the system call's name. */
export function eventTypeOf(event: SensedEvent): string {
  switch (event.kind) {
    // execveat(2) that succeeded is told as execve by Falco too, on the way out.
    case "exec":
      return "execve";
    case "fork":
      return "clone";
    case "exit":
      return "procexit";
    case "connect":
      return "connect";
    case "name":
      return "prctl";
    case "writes":
      return "write";
    case "sequence":
      return "sequence";
    default:
      return event.call;
  }
}

/** By its kind, not by what it has: events come in so many shapes that looking for a property is slow. */
export function callOf(event: SensedEvent): CallEvent | undefined {
  switch (event.kind) {
    case "exec":
    case "fork":
    case "exit":
    case "connect":
    case "name":
    case "writes":
    case "sequence":
      return undefined;
    default:
      return event;
  }
}
