import { ERRORS, EXIT } from "../../core/errors.ts";
import { code, type Page, table } from "./page.ts";

export const ERROR_PAGE: Page = {
  file: "errors.md",
  title: "Error codes",
  says: "Every message that can appear begins with one of these, and ends with what to do. With `--json` it is an object `error` with `code`, `means`, `says` and `todo`.",
  body: () =>
    table(
      ["code", "means", "what to do", "exit"],
      Object.entries(ERRORS)
        .toSorted(([one], [other]) => (one < other ? -1 : 1))
        .map(([name, { means, todo, exit }]) => [code(name), means, todo, `${exit} (${nameOf(exit)})`]),
    ),
};

/** sysexits(3). */
function nameOf(exit: number): string {
  return Object.entries(EXIT).find(([, value]) => value === exit)?.[0] ?? "";
}
