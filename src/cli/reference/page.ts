/** One page of docs/reference. */
export interface Page {
  /** Its file's name. */
  readonly file: string;
  readonly title: string;
  /** What the index says of it; its first paragraph too. */
  readonly says: string;
  body(): Promise<string> | string;
}

const MADE = "<!-- Made from the tables in the code by `npm run docs`. Change those, not this file. -->";

export async function pageText(page: Page): Promise<string> {
  return `${MADE}\n\n# ${page.title}\n\n${page.says}\n\n${(await page.body()).trim()}\n`;
}

/** A table in Markdown; rows that are shorter end with empty cells. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${head.map((_, at) => cell(cells[at] ?? "")).join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}

/** Code, so that nothing in it is read as markup; nothing where there is nothing. */
export function code(text: string): string {
  return text === "" ? "" : `\`${text}\``;
}

/** A bar would end the cell, even within code. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll(/\s*\n\s*/g, " ");
}

/** What is said in the middle of a line elsewhere, as a sentence of its own. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith(".") ? "" : "."}`;
}
