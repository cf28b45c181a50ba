import type { Result } from "../../core/errors.ts";
import { printable } from "../../core/printable.ts";
import type { Change } from "../change.ts";
import type { Reversal } from "../revert-knob.ts";

/** One of the many places that a change of one knob was written to. */
interface Part {
  readonly now: string;
  /** What the layer wrote there. */
  readonly ours: string;
  readonly baseline: string;
  /** Whether `now` is on the way between the two, by a write that was cut off. */
  readonly between?: boolean;
  /** Writes the baseline; SW-GUARD-GONE where the place is no more. */
  write(): Result<void>;
}

interface Parts {
  readonly parts: readonly Part[];
  /** The knob's state, once all is written. */
  read(): Result<string>;
}

/** Takes back what still is as the layer wrote it, and leaves what somebody else wrote since, place by place. */
export function takeBackParts({ kind, cgroup }: Change, { parts, read }: Parts): Reversal {
  const open = parts.filter(({ now, baseline }) => now !== baseline);
  const ours = open.filter(({ now, ours, between }) => now === ours || between === true);
  const name = `${kind} of ${printable(cgroup)}`;
  for (const part of ours) {
    const written = part.write();
    if (!written.ok && written.code !== "SW-GUARD-GONE")
      return { outcome: "failed", raw: "", says: `${name}: ${written.says}` };
  }
  const raw = read();
  const state = raw.ok ? raw.value : "";
  const left = open.length - ours.length;
  const foreign = left === 0 ? "" : `; ${left} left as somebody else wrote them`;
  if (ours.length > 0)
    return { outcome: "written", raw: state, says: `${name} is back as it was in ${ours.length} places${foreign}` };
  return left > 0
    ? { outcome: "foreign", raw: state, says: `${name} was left alone: somebody else wrote it` }
    : { outcome: "already", raw: state, says: `${name} is back as it was already` };
}

export function unread({ code, says }: { readonly code: string; readonly says: string }): Reversal {
  return { outcome: code === "SW-GUARD-GONE" ? "gone" : "failed", raw: "", says };
}
