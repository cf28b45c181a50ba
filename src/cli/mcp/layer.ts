import type { AssistantDeed } from "../../core/assistants.ts";
import { loadConfig } from "../../core/config-load.ts";
import { failed, ok, type Result, SwarmsError } from "../../core/errors.ts";
import type { WaitingInfo } from "../../core/guard-info.ts";
import type { Incident } from "../../core/incident.ts";
import type { Explanation, StatusDocument } from "../../core/status.ts";
import { scanJournal } from "../../guard/journal/scan.ts";
import { approve, type DecisionDesk, dismiss, type Said, undo } from "../decisions.ts";
import { currentUid, type Globals } from "../global-options.ts";
import { filterOf } from "../journal-filter.ts";
import { recordRow } from "../journal-words.ts";
import { readableJournal } from "../readable-journal.ts";
import { askWarden } from "../warden-client.ts";

/** The running layer as an assistant reaches it: everything may fail, and says why. */
export interface AssistedLayer {
  status(): Promise<Result<StatusDocument>>;
  incidents(limit: number): Promise<Result<readonly Incident[]>>;
  explain(id: string): Promise<Result<Explanation>>;
  waiting(): Promise<Result<readonly WaitingInfo[]>>;
  /** Of the journal, in words, the oldest first; who may not read that has the changes that the hive remembers. */
  history(limit: number, change?: string): Promise<Result<readonly unknown[]>>;
  /** What the configuration hands over now. */
  handedOver(): Result<readonly AssistantDeed[]>;
  decide(deed: AssistantDeed, id: string): Promise<Said>;
}

const DEEDS: Readonly<Record<AssistantDeed, (desk: DecisionDesk, id: string) => Promise<Said>>> = {
  approve,
  dismiss,
  undo,
};

export function assistedLayer({ paths, client, configPath }: Globals): AssistedLayer {
  return {
    status: () => client.status(),
    incidents: (limit) => client.incidents(limit),
    explain: (id) => client.explain(id),
    waiting: async () => {
      if (currentUid() === 0) {
        const asked = await askWarden(paths.control, { ask: "waiting" });
        return asked.ok ? ok(asked.value.waiting ?? []) : asked;
      }
      const status = await client.status();
      return status.ok ? ok(status.value.guard?.waiting ?? []) : status;
    },
    history: async (limit, change) => {
      const words = journalWords(paths.journal, limit, change);
      if (words.ok || words.code !== "SW-NEEDS-ROOT") return words;
      const changes = await client.changes(limit);
      return changes.ok ? ok(changes.value.filter(({ action }) => (change ?? action) === action)) : changes;
    },
    handedOver: () => {
      const loaded = loadConfig(configPath === undefined ? {} : { path: configPath });
      return loaded.ok ? ok(loaded.value.config.assistants.may) : loaded;
    },
    decide: (deed, id) => DEEDS[deed]({ paths, client, through: "assistant" }, id),
  };
}

function journalWords(folder: string, limit: number, change: string | undefined): Result<readonly string[]> {
  try {
    readableJournal(folder);
  } catch (error) {
    if (error instanceof SwarmsError) return failed(error.code, error.message);
    throw error;
  }
  const fits = filterOf(change === undefined ? {} : { action: change });
  const latest: string[] = [];
  const scanned = scanJournal(folder, (record, { carried }) => {
    if (carried || !fits(record)) return;
    latest.push(
      recordRow(record)
        .map(({ text }) => text)
        .join("")
        .trim(),
    );
    if (latest.length > limit) latest.shift();
  });
  return scanned.ok ? ok(latest) : scanned;
}
