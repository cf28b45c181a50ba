import { writeFileSync } from "node:fs";
import { EXIT, ok, type Result, SwarmsError } from "../../core/errors.ts";
import { seededRandom } from "../../core/random.ts";
import { checkHost, type LabHost } from "../host-check.ts";
import { interruption } from "../interruption.ts";
import { realLayer } from "../layer.ts";
import { type Out, Progress } from "../progress.ts";
import { openWorkplace } from "../workplace.ts";
import { ablate } from "./ablation.ts";
import { attackConfig } from "./attack-config.ts";
import { BENIGN } from "./benign.ts";
import { ATTACKS } from "./catalog.ts";
import { EVASIONS } from "./evasions/evasions.ts";
import { evasionOutcomes, evasionVerdict } from "./evasion-outcomes.ts";
import { BACKSTAGE, KEEPER, perform, type Performed, type Played, REST, type Theatre } from "./experiment.ts";
import { judge } from "./judge.ts";
import { DAYS } from "./lesson.ts";
import { type Act, programme } from "./programme.ts";
import { htmlReport } from "./report-html.ts";
import { textReport } from "./report-text.ts";
import type { AttackResult } from "./results.ts";
import type { Scenario } from "./scenario.ts";
import { shuffled } from "./shuffled.ts";
import { techniqueRows } from "./technique-rows.ts";
import { verdictsOf } from "./verdicts.ts";

export interface AttackOptions {
  readonly out: Out;
  /** What went wrong; standard error. */
  readonly err?: Out;
  /** Prints the result as one JSON document and nothing else. */
  readonly json: boolean;
  /** A few scenarios, one round of learning, no ablation: under a minute. */
  readonly quick: boolean;
  /** Ids, or what stands before the dot; all where empty. */
  readonly only: readonly string[];
  /** Ways of hiding in the place of attacks: what gets through is held against what is documented. */
  readonly evasions?: boolean;
  /** Of the order in which attacks are played. */
  readonly seed: number;
  readonly ablation: boolean;
  readonly reportPath: string | undefined;
  readonly signal?: AbortSignal;
}

/** Seconds that one story takes as a rule, and what comes before and after. */
const EXPECTED = { story: 2, around: 20, replay: 15 } as const;
const INTERRUPTED = 130;

/** `swarms lab attack`. Resolves to the exit status: 1 where a bar was missed. */
export async function runLabAttack(options: AttackOptions): Promise<number> {
  const host = checkHost();
  if (!host.ok) return complain(options, host);
  const acts = actsOf(options);
  const withAblation = options.ablation && !options.quick;
  const expected = acts.length * EXPECTED.story + EXPECTED.around + (withAblation ? 10 * EXPECTED.replay : 0);
  const stop = interruption(options.signal, 3 * expected + 120);
  const progress = new Progress(options.out, options.json, expected);
  const workplace = await openWorkplace(host.value.layout, [
    KEEPER,
    BACKSTAGE,
    REST.part,
    ...acts.map(({ part }) => part),
  ]);
  if (!workplace.ok) return complain(options, workplace);
  stop.signal.addEventListener("abort", () => void workplace.value.crew.endAll());
  try {
    const { crew, stateDir, groups } = workplace.value;
    // A tool that was just compiled is frozen before the act that it hides: then nothing is learned of the evasion.
    const mode = options.evasions === true ? "observe" : "enforce";
    const port = realLayer(crew, stateDir, attackConfig(groups.root, mode));
    const theatre = { workplace: workplace.value, port, progress, stop };
    const result = await experiment(options, host.value, acts, theatre, withAblation);
    progress.end();
    if (!result.ok) return stop.signal.aborted ? interrupted(options, stop.why) : complain(options, result);
    return deliver(result.value, options);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    return interrupted(options, stop.why);
  } finally {
    progress.end();
    await workplace.value.close();
    stop.done();
  }
}

export function actsOf({
  quick,
  only,
  seed,
  evasions = false,
}: Pick<AttackOptions, "quick" | "only" | "seed" | "evasions">): readonly Act[] {
  const chosen = (scenario: Scenario): boolean =>
    only.length > 0
      ? only.some((id) => scenario.id === id || scenario.id.startsWith(`${id}.`))
      : !quick || scenario.quick;
  const attacks = shuffled((evasions ? EVASIONS : ATTACKS).filter(chosen), seededRandom(seed));
  const benign = BENIGN.filter((scenario) => !quick || scenario.quick);
  return programme(benign, attacks, daysOf({ quick }));
}

function daysOf({ quick }: Pick<AttackOptions, "quick">): number {
  return quick ? DAYS.quick : DAYS.full;
}

async function experiment(
  options: AttackOptions,
  host: LabHost,
  acts: readonly Act[],
  theatre: Theatre,
  withAblation: boolean,
): Promise<Result<AttackResult>> {
  const [atMs, began] = [Date.now(), performance.now()];
  const performed = await perform(acts, theatre, withAblation);
  if (!performed.ok) return performed;
  const { played, lost, after } = performed.value;
  const figures = judge(played.deeds, played.incidents);
  const ablation = await ablationOf(performed.value, theatre);
  const evasions = options.evasions === true ? evasionOutcomes(figures.findings) : undefined;
  const [rights, ...others] = verdictsOf(figures);
  return ok({
    atMs,
    host: host.facts,
    seed: options.seed,
    days: daysOf(options),
    seconds: (performance.now() - began) / 1000,
    events: played.events,
    lost,
    figures,
    techniques: techniqueRows(figures),
    failedBenign: failedBenign(played),
    ablation,
    after,
    ...(evasions !== undefined && { evasions }),
    // Evasions are there to get through: how many do is no bar.
    verdicts: evasions === undefined ? [rights, ...others] : [evasionVerdict(evasions), ...others.slice(1)],
  });
}

async function ablationOf(
  { played, lesson, nights, recording }: Performed,
  { progress }: Theatre,
): Promise<AttackResult["ablation"]> {
  if (recording === undefined) return { missing: "not asked for" };
  const agents = played.incidents.flatMap(({ evidence }) => evidence.map(({ agent }) => agent));
  const named = [...new Set([...agents, "provenance", "context"])].toSorted();
  const recordings = { lesson, nights, judged: recording };
  const ablation = await ablate(recordings, played.deeds, named, (says) => progress.step(says));
  return ablation.ok ? ablation.value : { missing: ablation.says };
}

/** A benign story that fails does not do what it is there for. */
function failedBenign({ deeds }: Played): readonly string[] {
  return deeds
    .filter(({ phase, code, skipped }) => phase === "benign" && (code !== 0 || skipped !== ""))
    .map(({ scenario, code, skipped }) => `${scenario.id} (${skipped || `ended with ${code ?? "a signal"}`})`);
}

function deliver(result: AttackResult, options: AttackOptions): number {
  const { reportPath, json, out } = options;
  if (reportPath !== undefined) writeFileSync(reportPath, htmlReport(result));
  out.write(
    json
      ? `${JSON.stringify(result)}\n`
      : `${textReport(result)}\n${reportPath === undefined ? "" : `as a page: ${reportPath}\n`}`,
  );
  return result.verdicts.every(({ held }) => held) && result.after.length === 0 ? EXIT.ok : EXIT.failed;
}

function complain(
  { err = process.stderr, json }: AttackOptions,
  { code, says }: Extract<Result<never>, { ok: false }>,
): number {
  const error = new SwarmsError(code, says);
  err.write(`${json ? error.json : error.report}\n`);
  return error.exit;
}

function interrupted({ out, json }: AttackOptions, why: string): number {
  if (!json) out.write(`\n${why}; everything the lab made was removed\n`);
  return INTERRUPTED;
}
