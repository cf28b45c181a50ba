import { wrap } from "./columns.ts";
import { piece, type Row } from "./row.ts";
import type { Section } from "./section.ts";

const MAX_LINES = 3;
/** Usual width, to estimate what is wanted before the width is known. */
const USUAL_WIDTH = 70;

/** What this host lacks and what is lost by it; shown only where there is room to spare. */
export function missingSection(missing: readonly string[]): Section {
  const rowsAt = (width: number): Row[] =>
    missing.flatMap((says) =>
      wrap(says, width - 4, MAX_LINES).map((line, index): Row => [
        piece(index === 0 ? " - " : "   ", "warn"),
        piece(line),
      ]),
    );
  return {
    title: "missing on this host",
    min: 0,
    want: rowsAt(USUAL_WIDTH).length,
    render: (_count, width) => ({ rows: rowsAt(width), note: "" }),
  };
}
