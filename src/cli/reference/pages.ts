import { ACTION_PAGE } from "./actions.ts";
import { AGENT_PAGE } from "./agents.ts";
import { COMMAND_PAGE } from "./commands.ts";
import { CONFIGURATION } from "./configuration.ts";
import { ERROR_PAGE } from "./errors.ts";
import { METRIC_PAGE } from "./metrics.ts";
import { type Page, pageText } from "./page.ts";
import { FIELD_PAGE } from "./rule-fields.ts";

/** In the order of the index. */
const PAGES: readonly Page[] = [
  COMMAND_PAGE,
  CONFIGURATION,
  ACTION_PAGE,
  AGENT_PAGE,
  FIELD_PAGE,
  METRIC_PAGE,
  ERROR_PAGE,
];

const INDEX: Page = {
  file: "README.md",
  title: "Reference",
  says: "Made from the tables in the code, and checked in the tests for being current.",
  body: () => PAGES.map(({ file, title, says }) => `- [${title}](${file}): ${says}`).join("\n"),
};

/** The whole folder: file and text. */
export async function referencePages(): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for (const page of [INDEX, ...PAGES]) texts.set(page.file, await pageText(page));
  return texts;
}
