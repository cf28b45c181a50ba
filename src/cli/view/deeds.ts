import type { LeaseInfo, Outcome } from "../../core/action.ts";
import type { Intention, StatusDocument } from "../../core/status.ts";
import { piece, type Row, type Style } from "./row.ts";
import { wrap } from "./columns.ts";
import { emptySection, type Section } from "./section.ts";
import { ago, many, span } from "./words.ts";

/** Why a proposal was not applied, in a word. */
const UNDONE: Readonly<Record<Outcome, { readonly word: string; readonly style: Style }>> = {
  observed: { word: "would", style: "cool" },
  advised: { word: "advises", style: "warn" },
  refused: { word: "may not", style: "dim" },
  applied: { word: "did", style: "good" },
  renewed: { word: "does", style: "good" },
};

/** Columns of the longest word, a blank on each side. */
const WORD = 9;
/** From this width on, groups are named in full. */
const FULL_NAMES = 90;
/** A reason takes at most this many rows. */
const REASON_ROWS = 2;

/** One thing done or wanted: what, when, and why. */
interface Deed {
  readonly word: string;
  readonly style: Style;
  readonly what: Pick<LeaseInfo, "kind" | "cgroup" | "from" | "to">;
  /** Its name for `swarms explain` and `swarms undo`; "" where nothing was done. */
  readonly id: string;
  readonly when: string;
  readonly why: string;
}

/** What the layer does now (leases), and what it would do or was refused (intentions). */
export function deedsSection(status: StatusDocument): Section {
  const { leases, intentions, atMs } = status;
  const deeds = [
    ...leases.map((lease) => leaseDeed(lease, atMs)),
    ...intentions.map((intention) => intentionDeed(intention, atMs)),
  ];
  const title = leases.length > 0 ? "what it does" : "what it would do";
  if (deeds.length === 0) return emptySection(title, "nothing: no change is in force, and no agent asks for one");
  const parts = [
    leases.length > 0 ? `${many(leases.length, "change")} in force` : "",
    intentions.length > 0 ? `${intentions.length} not done` : "",
  ];
  const note = parts.filter((part) => part !== "").join(", ");
  return {
    title,
    min: 1,
    want: deeds.length * (1 + REASON_ROWS),
    render: (count, width) => ({ rows: deedRows(deeds, count, width), note }),
  };
}

/** With little room a row for each; with more, the reason in full below it. */
function deedRows(deeds: readonly Deed[], count: number, width: number): Row[] {
  const spacious = deeds.map((deed) => [whatRow(deed, width), ...reasonRows(deed, width)]);
  if (spacious.flat().length <= count) return spacious.flat();
  return deeds.map((deed) => [...whatRow(deed, width), piece(`  ${deed.when}: ${deed.why}`, "dim")]);
}

function whatRow({ word, style, what, id }: Deed, width: number): Row {
  const { kind, from, to, cgroup } = what;
  const step = from === "" && to === "" ? "" : ` ${from} → ${to}`;
  const group = width >= FULL_NAMES ? cgroup : cgroup.slice(cgroup.lastIndexOf("/") + 1);
  return [
    piece(` ${word}`.padEnd(WORD), style),
    piece(kind, "bold"),
    piece(step),
    ...(group === "" ? [] : [piece(" on ", "dim"), piece(group)]),
    ...(id === "" ? [] : [piece(`  ${id}`, "cool")]),
  ];
}

function reasonRows({ when, why }: Deed, width: number): Row[] {
  return wrap(`${when}: ${why}`, width - WORD - 1, REASON_ROWS).map((line): Row => [
    piece(" ".repeat(WORD)),
    piece(line, "dim"),
  ]);
}

function leaseDeed(lease: LeaseInfo, nowMs: number): Deed {
  const left = Math.max(0, lease.untilMs - nowMs);
  return {
    word: "does",
    style: "good",
    what: lease,
    id: lease.action,
    when: `reverts in ${span(left)}`,
    why: lease.reason,
  };
}

function intentionDeed({ decision, reason, count, atMs }: Intention, nowMs: number): Deed {
  const { word, style } = UNDONE[decision.outcome] ?? UNDONE.refused;
  const when = `${ago(nowMs - atMs)}${count > 1 ? ` ×${count}` : ""}`;
  const why = decision.outcome === "refused" ? `${decision.says} (${decision.code}); wanted as ${reason}` : reason;
  return { word, style, what: decision, id: "", when, why };
}
