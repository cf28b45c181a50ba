import { setTimeout as sleep } from "node:timers/promises";
import type { CgroupLayout } from "../../kernel/cgroup-layout.ts";
import type { Result } from "../../core/errors.ts";
import { ok } from "../../core/errors.ts";
import type { RuleMatching } from "../../immune/rules/rule-engine.ts";
import type { RuleSet } from "../../immune/rules/rule-set.ts";
import { differences, isOfTheSteps, whyNever } from "./outcome.ts";
import { runCase } from "./run-case.ts";
import { runsHere } from "./run-if.ts";
import type { SuiteCase } from "./suite-file.ts";
import { type Seen, Watch } from "./watch.ts";

/** After the processes have ended, until an alert is no longer waited for: events come up to some milliseconds late. */
const LATE_MS = 3000;

export interface CaseResult {
  readonly name: string;
  readonly rule: string;
  readonly item: string;
  readonly verdict: "passed" | "failed" | "skipped";
  /** What was expected and what came, or why it was skipped. */
  readonly says: readonly string[];
  /** From the start of the first process to the alert. */
  readonly ms: number;
}

export interface SuiteRunOptions {
  readonly rules: RuleSet;
  readonly hostname: string;
  readonly matching: RuleMatching;
  readonly layout: CgroupLayout;
  readonly lateMs?: number;
  log(says: string): void;
}

/** Runs cases one after another under one watch. Fails only where nothing at all can be sensed. */
export class SuiteRun {
  private readonly options: SuiteRunOptions;
  private readonly watch: Watch;
  private readonly seen: Seen[];
  private count = 0;

  private constructor(options: SuiteRunOptions, watch: Watch, seen: Seen[]) {
    this.options = options;
    this.watch = watch;
    this.seen = seen;
  }

  static start(options: SuiteRunOptions): Result<SuiteRun> {
    const seen: Seen[] = [];
    const watch = Watch.start({ ...options, onSeen: (each) => seen.push(each) });
    return watch.ok ? ok(new SuiteRun(options, watch.value, seen)) : watch;
  }

  lost(): number {
    return this.watch.lost();
  }

  close(): Promise<void> {
    return this.watch.close();
  }

  async run({ name, test, item }: SuiteCase): Promise<CaseResult> {
    const about = { name, rule: test.rule ?? "", item };
    const startedMs = performance.now();
    const result = (verdict: CaseResult["verdict"], says: readonly string[]): CaseResult => ({
      ...about,
      verdict,
      says,
      ms: performance.now() - startedMs,
    });
    const here = runsHere(test.runIf ?? undefined);
    if (!here.ok) return result("failed", [here.says]);
    if (here.value !== undefined) return result("skipped", [here.value]);
    const never = whyNever(test.rule, this.options.rules);
    if (never !== undefined) return result("failed", [never]);
    this.seen.length = 0;
    let root = 0;
    const mark = (this.count++).toString(36).padStart(4, "0");
    const ran = await runCase(test, { mark, v2: this.options.layout.v2, onStarted: (pid) => (root = pid) });
    if (!ran.ok) return result("failed", [ran.says]);
    const own = (): Seen[] => this.seen.filter((each) => each.pids.includes(root) && isOfTheSteps(test, each));
    const isExpected = (each: Seen): boolean => differences(test, each, this.options.hostname).length === 0;
    const untilMs = performance.now() + (this.options.lateMs ?? LATE_MS);
    while (!own().some(isExpected) && performance.now() < untilMs) await sleep(2);
    if (own().some(isExpected)) return result("passed", []);
    const nearest = own().find((each) => each.alert.rule.definition.name === test.rule);
    const came = own().map(({ alert, type }) => `came: ${alert.rule.definition.name} at ${type}`);
    const why = nearest === undefined ? [`expected: ${test.rule}`] : differences(test, nearest, this.options.hostname);
    return result("failed", [...why, ...new Set(came.length === 0 ? ["no alert came"] : came), ...ran.value.failures]);
  }
}
