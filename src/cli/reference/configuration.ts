import { CONDITION_VARIABLES } from "../../core/condition.ts";
import { ACTION_KINDS } from "../../core/action.ts";
import { configKeys } from "../../core/config-keys.ts";
import { code, type Page, table } from "./page.ts";

export const CONFIGURATION: Page = {
  file: "configuration.md",
  title: "Configuration",
  says: "`/etc/swarms/swarms.yaml`, with every `conf.d/*.yaml` beside it merged in by name. `swarms validate` checks it and says in words what it comes to; SIGHUP reads it again, and a file with a mistake changes nothing.",
  body: () => `${table(
    ["key", "values", "default", "what it is"],
    configKeys().map(({ key, type, byDefault, says }) => [code(key), shortType(type), code(byDefault ?? ""), says]),
  )}

\`KIND\` stands for a [kind of action](actions.md), \`[]\` for each of a list.

## Variables of a policy's \`when\`

Conditions are written in the Common Expression Language. More: [policies](../workloads.md), \`swarms policy test\`.

${table(
  ["variable", "holds"],
  Object.entries(CONDITION_VARIABLES).map(([name, { says }]) => [code(name), says]),
)}`,
};

/** The kinds of action have a page of their own. */
function shortType(type: string): string {
  return type.startsWith(`list of ${ACTION_KINDS[0]}, `) ? "list of kinds of [action](actions.md)" : type;
}
