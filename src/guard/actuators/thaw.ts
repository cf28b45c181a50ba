import { ok } from "../../core/errors.ts";
import type { Actuator } from "./actuator.ts";
import { freeze } from "./freeze.ts";

/** Lets a group go on that somebody else froze. Done once: to freeze it again at the end of a lease would be nobody's wish. */
export const thaw: Actuator = {
  ...freeze,
  kind: "thaw",
  encode: () => "0",
  apply(fs, cgroup, setting, _, confirm) {
    // Nobody in a frozen group can come or go, but who could be put in.
    const confirmed = confirm?.() ?? ok(undefined);
    if (!confirmed.ok) return confirmed;
    const written = freeze.restore(fs, cgroup, setting);
    return written.ok ? ok("") : written;
  },
  shows: (raw) => raw === "0",
  value: (_, raw) => (raw === "1" ? 0 : 1),
  takeBack: () => ({ outcome: "already", raw: "", says: "a thaw is not taken back" }),
};
