import { ok, type Result, SwarmsError } from "../core/errors.ts";
import { watchDropper } from "./dropper.ts";
import { checkHost, type LabHost } from "./host-check.ts";
import { type Interruption, interruption } from "./interruption.ts";
import { differences, isFrozen, readAllKnobs } from "./knobs.ts";
import { labConfig } from "./lab-config.ts";
import { type LayerPort, realLayer, type RunningLayer } from "./layer.ts";
import { WatchedLayer } from "./layer-switch.ts";
import { type Out, Progress } from "./progress.ts";
import { deliver, type ReportOptions } from "./report.ts";
import type { DropperResult, FirstLightResult } from "./results.ts";
import { measureRounds, type RoundPlan } from "./rounds.ts";
import { judge, summarize } from "./verdict.ts";
import { startWorkloads } from "./workloads.ts";
import { openWorkplace, type Workplace } from "./workplace.ts";

export interface FirstLightOptions extends ReportOptions {
  /** Rounds of each arm. */
  readonly rounds?: number;
  readonly roundSeconds?: number;
  /** Leaves the layer and the workloads running after the report until interrupted. */
  readonly keepOpen?: boolean;
  /** What went wrong; standard error. */
  readonly err?: Out;
  readonly signal?: AbortSignal;
}

/** What a test puts in the place of the host's own. */
export interface FirstLightPorts {
  checkHost(): Result<LabHost>;
  layer(workplace: Workplace, host: LabHost): LayerPort;
}

const realPorts: FirstLightPorts = {
  checkHost,
  layer: (workplace) => realLayer(workplace.crew, workplace.stateDir, labConfig(workplace.groups)),
};

const SETTLE_SECONDS = 1;
/** Beside the rounds: set-up, the layer's starts and stops, the dropper's story; seconds. */
const OVERHEAD_SECONDS = 28;
/** Status of a process that SIGINT ended, as shells report it. */
const INTERRUPTED = 130;

/** Both use cases on real processes, in about a minute. Resolves to the exit status (sysexits). */
export async function runFirstLight(options: FirstLightOptions, ports: FirstLightPorts = realPorts): Promise<number> {
  const host = ports.checkHost();
  if (!host.ok) return complain(options, host);
  const plan = { rounds: options.rounds ?? 5, roundSeconds: options.roundSeconds ?? 4, settleSeconds: SETTLE_SECONDS };
  const expected = 2 * plan.rounds * (plan.roundSeconds + plan.settleSeconds) + OVERHEAD_SECONDS;
  const stop = interruption(options.signal, 3 * expected + 60);
  const progress = new Progress(options.out, options.json === true, expected);
  const workplace = await openWorkplace(host.value.layout);
  if (!workplace.ok) return complain(options, workplace);
  // Whatever waits for one of these processes stops waiting at once.
  stop.signal.addEventListener("abort", () => void workplace.value.crew.endAll());
  try {
    const lab: Lab = { host: host.value, workplace: workplace.value, plan, progress, stop };
    const layer = ports.layer(workplace.value, host.value);
    const result = await experiment(lab, layer, options);
    if (!result.ok) return stop.signal.aborted ? interrupted(options, stop.why) : complain(options, result);
    progress.end();
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

interface Lab {
  readonly host: LabHost;
  readonly workplace: Workplace;
  readonly plan: RoundPlan;
  readonly progress: Progress;
  readonly stop: Interruption;
}

async function experiment(lab: Lab, port: LayerPort, options: FirstLightOptions): Promise<Result<FirstLightResult>> {
  const { host, workplace, progress, plan } = lab;
  const [atMs, began] = [Date.now(), performance.now()];
  const baseline = readAllKnobs(host.layout, workplace.groups);

  progress.step("starts a latency service and measures what it needs");
  const workloads = await startWorkloads(host, workplace, plan, lab.stop.signal);
  if (!workloads.ok) return workloads;
  const { client, setUp } = workloads.value;

  const layer = new WatchedLayer(port, host.layout, workplace.groups);
  const total = 2 * plan.rounds;
  let done = 0;
  progress.step(`round 1 of ${total}: layer off`);
  const rounds = await measureRounds(plan, { ...workloads.value, layer }, lab.stop.signal, (round) => {
    done++;
    const next = done < total ? `round ${done + 1} of ${total}` : "rounds done";
    progress.step(
      `${next}; layer ${round.arm}: p99 ${(round.p99Us / 1000).toFixed(2)} ms, ${Math.round(round.workPerSecond)} units/s`,
    );
  });
  if (!rounds.ok) return rounds;

  progress.step("a dropper, with the layer on");
  const turned = await layer.turn("on");
  if (!turned.ok) return turned;
  const dropper = await showDropper(lab, port, layer.running);
  if (!dropper.ok) return dropper;
  const explained = await explainChange(layer.running);
  if (options.keepOpen) {
    progress.step(`everything keeps running, look at it with \`${port.command("status")}\`; Ctrl-C ends it`);
    await lab.stop.hold();
  }

  progress.step("stops the layer and looks at what is left");
  await client.stop();
  await layer.stop();
  const differ = differences(baseline, readAllKnobs(host.layout, workplace.groups));
  const journal = await port.verifyJournal();
  const left = await workplace.close();
  const balance = summarize(rounds.value, layer.reflexMs, explained);
  const after = {
    differences: differ,
    journal: { verified: journal.ok, says: journal.ok ? journal.value : journal.says },
    leftBehind: [...layer.killed, ...left],
  };
  return ok({
    atMs,
    seconds: (performance.now() - began) / 1000,
    host: host.facts,
    setUp,
    balance,
    dropper: dropper.value,
    after,
    verdicts: judge(balance, dropper.value, after),
  });
}

/** What the layer itself says about a change that is in force. */
async function explainChange(layer: RunningLayer | undefined): Promise<readonly string[]> {
  const status = await layer?.status();
  const lease = status?.ok ? status.value.leases.find((held) => held.kind.startsWith("cpu.")) : undefined;
  if (layer === undefined || lease === undefined) return [];
  const explanation = await layer.explain(lease.action);
  return explanation.ok ? explanation.value.lines.map((line) => `${line.label}: ${line.text}`) : [lease.reason];
}

async function showDropper(
  lab: Lab,
  port: LayerPort,
  layer: RunningLayer | undefined,
): Promise<Result<DropperResult | { readonly missing: string }>> {
  const { host, workplace } = lab;
  if (host.noDropper !== undefined) return ok({ missing: host.noDropper });
  if (layer === undefined) return ok({ missing: "the layer does not run" });
  const status = await layer.status();
  if (!status.ok) return status;
  if (status.value.events.source !== "ebpf")
    return ok({ missing: `no eBPF here, so short-lived processes are not seen: ${status.value.missing.join("; ")}` });
  const groups = workplace.groups.procsFiles("app");
  const frozen = (): boolean => isFrozen(host.layout, workplace.groups, "app");
  return await watchDropper(
    { crew: workplace.crew, folder: workplace.folder, groups, layer, port, frozen },
    lab.stop.signal,
  );
}

function complain(
  { err = process.stderr, json }: FirstLightOptions,
  { code, says }: Extract<Result<never>, { ok: false }>,
): number {
  const error = new SwarmsError(code, says);
  err.write(`${json === true ? error.json : error.report}\n`);
  return error.exit;
}

function interrupted(options: FirstLightOptions, why: string): number {
  if (!options.json) options.out.write(`\n${why}; everything the lab made was removed\n`);
  return INTERRUPTED;
}
