import { readFileSync } from "node:fs";
import { processKey } from "../../core/entity.ts";
import { ok, type Result } from "../../core/errors.ts";
import type { CgroupLayout } from "../../kernel/cgroup-layout.ts";
import { eventTypeOf } from "../../immune/rules/fields/event-type.ts";
import type { AccountNames } from "../../immune/rules/fields/field.ts";
import { type Alert, RuleEngine, type RuleMatching } from "../../immune/rules/rule-engine.ts";
import type { RuleSet } from "../../immune/rules/rule-set.ts";
import { RecordDecoder } from "../../senses/decode.ts";
import { type KernelSenses, startKernelSenses } from "../../senses/kernel-senses.ts";
import { ProcessTable } from "../../senses/process-table.ts";
import { snapshotProcesses } from "../../senses/snapshot.ts";

const RING_BYTES = 16 << 20;

/** An alert, of what event and in which line of processes. */
export interface Seen {
  readonly alert: Alert;
  readonly type: string;
  readonly pids: readonly number[];
}

export interface WatchOptions {
  readonly rules: RuleSet;
  readonly hostname: string;
  readonly matching: RuleMatching;
  readonly layout: CgroupLayout;
  onSeen(seen: Seen): void;
  log(says: string): void;
}

/** Real events of this host's kernel, and what the rules say to them. */
export class Watch {
  private readonly senses: KernelSenses;

  private constructor(senses: KernelSenses) {
    this.senses = senses;
  }

  static start({ rules, hostname, matching, layout, onSeen, log }: WatchOptions): Result<Watch> {
    const processes = new ProcessTable();
    const engine = new RuleEngine(rules, { processes, accounts: accountsOf(), hostname, matching });
    const decoder = new RecordDecoder();
    const started = startKernelSenses({
      wants: engine.wants(),
      runq: false,
      ringBytes: RING_BYTES,
      layout,
      onTrouble: (code, says) => log(`${code}: ${says}`),
      onRecords: (records) => {
        const wallMs = Date.now();
        decoder.decode(records, (event) => {
          processes.apply(event, wallMs);
          for (const alert of engine.match(event, wallMs)) {
            const line = processes.lineage(processKey(event.process));
            onSeen({ alert, type: eventTypeOf(event), pids: line.map(({ process }) => pidOf(process)) });
          }
        });
      },
    });
    if (!started.ok) return started;
    processes.seed(snapshotProcesses(), Date.now());
    return ok(new Watch(started.value));
  }

  /** Records that found no room. */
  lost(): number {
    return this.senses.losses().ring;
  }

  close(): Promise<void> {
    return this.senses.close();
  }
}

const pidOf = (key: string): number => Number(/^p:(\d+)@/.exec(key)?.[1]);

/** Read when they are asked for: a case may bring users of its own. */
function accountsOf(): AccountNames {
  const name = (file: string, id: number): string | undefined =>
    readFileSync(file, "utf8")
      .split("\n")
      .map((line) => line.split(":"))
      .find(([, , each]) => each === String(id))?.[0];
  return { user: (uid) => name("/etc/passwd", uid), group: (gid) => name("/etc/group", gid) };
}
