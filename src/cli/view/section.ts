import { fit, piece, spread, type Row } from "./row.ts";

/** A part of the view under a title, that can make itself as low as it must be. */
export interface Section {
  readonly title: string;
  /** Rows below the title: fewest that make sense, and as many as there is something to say in. */
  readonly min: number;
  readonly want: number;
  /** At most `count` rows of at most `width` columns, and what to say beside the title. */
  render(count: number, width: number): { readonly rows: readonly Row[]; readonly note: string };
}

/** A section that has nothing to show says so in words. */
export function emptySection(title: string, says: string): Section {
  return { title, min: 1, want: 1, render: () => ({ rows: [[piece(` ${says}`, "dim")]], note: "" }) };
}

export function drawSection(section: Section, count: number, width: number): Row[] {
  const { rows, note } = section.render(count, width);
  return [titleRow(section.title, note, width), ...rows.slice(0, count).map((row) => fit(row, width))];
}

function titleRow(title: string, note: string, width: number): Row {
  const left: Row = [piece("── ", "dim"), piece(title, "title"), piece(" ")];
  const right: Row = note === "" ? [piece("──", "dim")] : [piece(` ${note} ──`, "dim")];
  const rule = Math.max(0, width - title.length - 4 - (note === "" ? 2 : note.length + 4));
  return spread([...left, piece("─".repeat(rule), "dim")], right, width);
}

/** Divides rows: everybody's fewest first, the rest in turns until each has what it wants. */
export function shareRows(total: number, sections: readonly Pick<Section, "min" | "want">[]): number[] {
  const given = sections.map((section) => Math.min(section.min, section.want));
  let left = total - given.reduce((sum, rows) => sum + rows, 0);
  while (left > 0) {
    const hungry = sections.flatMap((section, index) => (given[index]! < section.want ? [index] : []));
    if (hungry.length === 0) break;
    for (const index of hungry.slice(0, left)) {
      given[index]!++;
      left--;
    }
  }
  // Too low for all: the last sections give up their rows first.
  for (let index = given.length - 1; index >= 0 && left < 0; index--) {
    const taken = Math.min(given[index]!, -left);
    given[index]! -= taken;
    left += taken;
  }
  return given;
}
