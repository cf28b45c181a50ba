import { hostname } from "node:os";
import { ok, type Result } from "../../core/errors.ts";
import type { Incident } from "../../core/incident.ts";
import { openRecordingFile } from "../../hive/recording/file.ts";
import { replayChanged } from "../../hive/replay.ts";
import { readRuleSources } from "../../warden/rule-sources.ts";

/** Run as a program: a recording's file, then names of agents that are left out. Prints `Replayed` as JSON. */
export type Replayed = { readonly incidents: readonly Incident[] } | { readonly problem: string };

const [, , path = "", ...off] = process.argv;

async function incidentsWithout(): Promise<Result<readonly Incident[]>> {
  const file = openRecordingFile(path);
  if (!file.ok) return file;
  try {
    let rules: Parameters<typeof readRuleSources>[0] | undefined;
    const report = await replayChanged(file.value, {
      adjust: (config) => {
        const { immune } = config.colonies;
        rules = config;
        return { ...config, colonies: { ...config.colonies, immune: { ...immune, off: [...immune.off, ...off] } } };
      },
      rules: () => (rules === undefined || off.includes("rules") ? undefined : readRuleSources(rules, hostname())),
    });
    return report.ok ? ok(report.value.incidents) : report;
  } finally {
    file.value.close();
  }
}

const incidents = await incidentsWithout();
const replayed: Replayed = incidents.ok ? { incidents: incidents.value } : { problem: incidents.says };
process.stdout.write(JSON.stringify(replayed));
