import { engineFor, opened } from "./facts.fixture.ts";

/** A rule as text, with `more` lines under it. */
export const rule = (name: string, condition: string, more = ""): string =>
  `- rule: ${name}\n  desc: d\n  condition: ${condition}\n  output: "%proc.name %fd.name"\n  priority: WARNING\n${more}`;

/** Names of the rules of these files that hold, in order; a mistake in a file fails. */
export function fired(files: readonly string[], event = opened("/etc/shadow")): readonly string[] {
  return engineFor(files)
    .match(event, 5000)
    .map(({ rule: { definition } }) => definition.name);
}
