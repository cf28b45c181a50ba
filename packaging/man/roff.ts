/** Text for groff's man macros (man(7), groff_man_style(7)): what would be read as markup is escaped. */
export function escaped(text: string): string {
  const plain = text.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll("~", "\\(ti").replaceAll("^", "\\(ha");
  const quotes = plain.replaceAll("`", "\\(ga").replaceAll("→", "\\(->").replaceAll("…", "...");
  // A line that begins with a control character would be a macro.
  return quotes.replaceAll(/^([.'])/gm, "\\&$1");
}

/** Bold and italic as in every manual: what is typed, and what is put in its place. */
export const bold = (text: string): string => `\\fB${escaped(text)}\\fR`;
export const italic = (text: string): string => `\\fI${escaped(text)}\\fR`;

/** Lines of a page as they are, one below the other. */
export type Lines = readonly string[];

export interface Page {
  readonly name: string;
  readonly section: number;
  readonly says: string;
  readonly version: string;
  /** Of the sources: a page is the same whenever it is made. */
  readonly date: string;
  readonly sections: Readonly<Record<string, Lines>>;
}

export function page({ name, section, says, version, date, sections }: Page): string {
  const head = `.TH ${name.toUpperCase()} ${section} ${date} "swarms-layer ${version}" "Swarms Layer"`;
  const parts = Object.entries(sections).flatMap(([title, lines]) => [`.SH ${title}`, ...lines]);
  const note = '.\\" Made from the tables of the code by packaging/man/main.ts.';
  return [note, head, ".SH NAME", `${escaped(name)} \\- ${escaped(says)}`, ...parts, ""].join("\n");
}

/** A tag and what it means; `tag` is markup already. */
export function item(tag: string, says: Lines): Lines {
  return [".TP", tag, ...says];
}

export function paragraph(text: string): Lines {
  return [".PP", escaped(text)];
}

/** Lines as they are typed or shown. */
export function verbatim(lines: Lines): Lines {
  return [".PP", ".nf", ".RS 4", ...lines.map(escaped), ".RE", ".fi"];
}
