import type { WaitingInfo } from "../../core/guard-info.ts";
import type { StatusDocument } from "../../core/status.ts";
import { wrap } from "./columns.ts";
import { piece, type Row } from "./row.ts";
import type { Section } from "./section.ts";
import { ago, span } from "./words.ts";

const ROWS = 3;

/** What waits for a person, with what to type; nothing where nothing waits. */
export function waitingSection({ guard, atMs }: StatusDocument): Section {
  const waiting = guard?.waiting ?? [];
  return {
    title: "waits for a person",
    min: waiting.length === 0 ? 0 : 1,
    want: waiting.length * ROWS,
    render: (count, width) => ({
      rows: waiting.flatMap((entry) =>
        waitingRows(entry, atMs, width).slice(0, Math.max(1, Math.floor(count / waiting.length))),
      ),
      note: `${waiting.length}`,
    }),
  };
}

/** What it is, how to say yes or no, and why it is asked for. */
export function waitingRows(entry: WaitingInfo, nowMs: number, width: number): Row[] {
  const { id, kind, cgroup, from, to, agent, reason, sinceMs } = entry;
  const asked = `asked ${ago(nowMs - sinceMs)} by ${agent}: ${reason}`;
  const [why = ""] = wrap(asked, width - 8, 1);
  return [
    [
      piece(` ${id.padEnd(6)}`, "warn"),
      piece(` ${kind}`, "bold"),
      piece(` ${from} → ${to}`),
      piece(" on ", "dim"),
      piece(cgroup),
    ],
    [piece(`        swarms approve ${id}`, "good"), piece(` or dismiss ${id}; ${untilWords(entry, nowMs)}`, "dim")],
    [piece(`        ${why}`, "dim")],
  ];
}

/** Who still must, and until when. */
export function untilWords({ needed, approvedBy, untilMs }: WaitingInfo, nowMs: number): string {
  const left = needed - approvedBy.length;
  const who = left === 1 ? "1 more person" : `${left} more people`;
  const people = needed === 1 ? "" : `, needs ${who} (${approvedBy.join(", ") || "nobody"} said yes)`;
  return `${span(Math.max(0, untilMs - nowMs))} left${people}`;
}
