import { piece, type Row, type Style } from "./row.ts";

/** A level from 0 to 1 over `width` columns, in half columns; anything above nothing shows something. */
export function bar(level: number, width: number, style: Style): Row {
  const share = Math.min(1, Math.max(0, Number.isFinite(level) ? level : 0));
  const halves = share > 0 ? Math.max(1, Math.round(share * width * 2)) : 0;
  const filled = "━".repeat(Math.floor(halves / 2)) + (halves % 2 === 1 ? "╸" : "");
  return [piece(filled, style), piece("─".repeat(Math.max(0, width - filled.length)), "dim")];
}

/** Share of time that tasks waited: calm, busy, short of it. */
export function pressureStyle(ratio: number): Style {
  if (ratio < 0.1) return "good";
  return ratio < 0.4 ? "warn" : "bad";
}
