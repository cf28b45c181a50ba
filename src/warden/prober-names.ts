import { createHash } from "node:crypto";
import type { Clock } from "../core/clock.ts";
import type { HostAddresses } from "../core/host-name.ts";
import type { RuleSources } from "../core/rule-sources.ts";
import type { ProberAnswer } from "../core/wire/prober.ts";
import type { FromHive } from "../core/wire/messages.ts";
import { LookUpRound } from "./prober-look-up.ts";
import type { ProberCommand } from "./prober-start.ts";

/** Between two rounds: when all names had an address, and at first where one had none (a network that is not up yet); then twice as long each time. */
export const ROUNDS = { everyMs: 300_000, firstMs: 10_000 } as const;

/** Answers that come close together are told together; the first of all when there is one for each name, or so late. */
const TELL_MS = { first: 15_000, later: 200 } as const;
/** Names that cannot be looked up and are told by name. */
const NAMED = 5;
/** Rules that look names up have one of the four fields in them. */
const ASKS = /\bfd\.[cslr]ip\.name\b/;

interface NamesOptions {
  readonly clock: Clock;
  command(): ProberCommand | undefined;
  /** What it takes to start one need not be done in a hurry. */
  atLeisure?<T>(work: () => T): T;
  /** Where all names lead, whenever it has changed. */
  tell(all: readonly HostAddresses[]): void;
  log(says: string): void;
  readonly rounds?: { readonly everyMs: number; readonly firstMs: number };
}

/**
 * Looks up the names of hosts that rules compare with. Which they are is for the hive to say, which alone understands rules; but a name
 * that is asked for goes out to a resolver, so it has to stand in a rule file as it is, and of the same files the first list holds: a hive
 * that was taken over can neither make up names nor choose among them.
 */
export class ProberNames {
  private readonly options: NamesOptions;
  private readonly rounds: { readonly everyMs: number; readonly firstMs: number };
  /** Of the rule files; empty where none of them looks names up. */
  private texts: readonly string[] = [];
  private digest = "";
  private revision = 0;
  /** What was asked for first, of which revision. */
  private first = { of: -1, names: "" };
  private hasComplained = false;
  /** What was last known of each name, the one that has waited longest first. */
  private readonly known = new Map<string, ProberAnswer>();
  private faulted: string[] = [];
  private heard = false;
  private told = false;
  private round: LookUpRound | undefined;
  private next: NodeJS.Timeout | undefined;
  private telling: NodeJS.Timeout | undefined;
  private waitMs: number;

  constructor(options: NamesOptions) {
    this.options = options;
    this.rounds = options.rounds ?? ROUNDS;
    this.waitMs = this.rounds.firstMs;
  }

  /** Processes that were started; none where no name is asked for just now. */
  pids(procRoot: string): readonly number[] {
    return this.round?.pids(procRoot) ?? [];
  }

  /** These texts are about to be handed to the hive: the same, with their number. */
  handed(sources: RuleSources): RuleSources {
    const texts = sources.sources.map(({ text }) => text);
    const digest = createHash("sha256").update(JSON.stringify(texts)).digest("hex");
    if (digest !== this.digest) {
      this.digest = digest;
      this.texts = texts.some((text) => ASKS.test(text)) ? texts : [];
      this.revision++;
      this.hasComplained = false;
    }
    if (texts.length === 0 && sources.missing.length === 0) this.stop();
    return { ...sources, revision: this.revision };
  }

  /** A hive has read the files and asks for the names in them; also one that has taken the place of another. */
  asked({ revision, names }: FromHive["resolve"]): void {
    // Of files that were handed over before: an answer to those of now is on its way.
    if (revision !== this.revision) return;
    const sorted = [...new Set(names)].toSorted();
    if (this.first.of === revision) {
      if (this.first.names !== sorted.join())
        this.complain("the hive asks for other names of the same rule files: those of before stay");
      if (this.told) this.tellNow();
      return;
    }
    const found = this.standing(sorted);
    if (found.length < sorted.length)
      this.complain(`${sorted.length - found.length} names are not looked up: they stand in no rule file as they are`);
    this.first = { of: revision, names: sorted.join() };
    this.follow(found);
  }

  stop(): void {
    this.rest();
    this.known.clear();
  }

  /** Those that stand in the texts, whole. */
  private standing(names: readonly string[]): readonly string[] {
    if (names.length === 0) return [];
    const words = new Set(this.texts.flatMap((text) => text.match(/[A-Za-z0-9_.-]+/g) ?? []));
    return names.filter((name) => words.has(name));
  }

  private follow(names: readonly string[]): void {
    this.rest();
    const before = new Map(this.known);
    this.known.clear();
    for (const name of names) this.known.set(name, before.get(name) ?? { name, addresses: [] });
    this.told = false;
    this.waitMs = this.rounds.firstMs;
    if (names.length > 0) this.begin();
  }

  private begin(): void {
    const { atLeisure = (work) => work() } = this.options;
    this.heard = false;
    this.round = atLeisure(() => this.start());
  }

  private start(): LookUpRound | undefined {
    const { clock, log } = this.options;
    const command = this.options.command();
    if (command === undefined) return undefined;
    return new LookUpRound([...this.known.keys()], command, {
      clock,
      onAnswer: (answer) => this.take(answer),
      onEnd: (why) => this.ended(why),
      onLine: (line) => log(`prober: ${line}`),
    });
  }

  private take(answer: ProberAnswer): void {
    const before = this.known.get(answer.name);
    const { name, fault } = answer;
    // What cannot be asked for now still leads where it did.
    const addresses = fault === undefined ? answer.addresses.toSorted() : (before?.addresses ?? []);
    this.known.delete(name);
    this.known.set(name, { ...answer, addresses });
    this.heard = true;
    if (fault !== undefined && fault !== before?.fault) this.faulted.push(`${name} (${fault})`);
    if (this.told && addresses.join() === before?.addresses.join()) return;
    this.telling ??= setTimeout(() => this.tellNow(), this.told ? TELL_MS.later : TELL_MS.first);
  }

  private ended(why: string | undefined): void {
    this.round = undefined;
    if (why !== undefined) this.complain(`names that rules compare with: the prober ${why}`);
    if (this.heard && (!this.told || this.telling !== undefined)) this.tellNow();
    this.sayFaulted();
    const isWhole = why === undefined && [...this.known.values()].every(({ fault }) => fault === undefined);
    const againMs = isWhole ? this.rounds.everyMs : this.waitMs;
    this.waitMs = isWhole ? this.rounds.firstMs : Math.min(this.rounds.everyMs, this.waitMs * 2);
    this.next = setTimeout(() => this.begin(), againMs);
  }

  private tellNow(): void {
    clearTimeout(this.telling);
    this.telling = undefined;
    this.told = true;
    this.options.tell([...this.known.values()].map(({ name, addresses }) => ({ name, addresses })));
  }

  /** Once for the same rule files. */
  private complain(says: string): void {
    if (!this.hasComplained) this.options.log(says);
    this.hasComplained = true;
  }

  /** Each once, until it can be looked up again. */
  private sayFaulted(): void {
    const { faulted } = this;
    this.faulted = [];
    const more = faulted.length > NAMED ? `, and ${faulted.length - NAMED} more` : "";
    const named = `${faulted.slice(0, NAMED).join(", ")}${more}`;
    if (faulted.length > 0) this.options.log(`no address for names that rules compare with: ${named}`);
  }

  private rest(): void {
    this.round?.stop();
    this.round = undefined;
    clearTimeout(this.next);
    clearTimeout(this.telling);
    this.telling = undefined;
  }
}
