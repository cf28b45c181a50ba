import { type Learned, learnGated, type LearningGate, newShare } from "../../src/swarm/sequences/gated-learning.ts";
import { medianSurprisal } from "../../src/swarm/sequences/trace-score.ts";
import { WittenBellTrie } from "../../src/swarm/sequences/witten-bell-trie.ts";
import type { Figure } from "../harness.ts";
import { auc, detection, exactly, type Scored } from "./roc.ts";
import type { Adfa, Trace } from "./traces.ts";

/*
 * Somebody teaches the trie every tenth attack trace beforehand: without a gate, through the gate in one piece, and through it by
 * slow drip, 12 calls at a time in the middle of normal traces. How well are those traces told afterwards?
 */

const EVERY = 10;
/** Neighbouring pieces share 5 calls, so that no window of the trie's is lost between them. */
const PIECE = 12;
const STEP = 7;
const FOLDS = 5;
/** Of held-out training traces, as many pass each half of the gate. */
const PASS = 0.95;
const GATED = { isSuspected: false, isTolerant: false };
const UNGATED = { isSuspected: false, isTolerant: true };

type Teach = (trie: WittenBellTrie, lessons: readonly Trace[]) => readonly Learned[];

export function poisoningFigures(adfa: Adfa): Figure[] {
  const gate = gateOf(adfa.train);
  const lessons = adfa.attack.filter((_, index) => index % EVERY === 0);
  const carriers = adfa.train.filter(({ calls }) => calls.length >= 200);
  const ways: Readonly<Record<string, Teach>> = {
    nothing: () => [],
    "everything, no gate": (trie, traces) => traces.map(({ calls }) => learnGated(trie, gate, calls, UNGATED)),
    "whole traces, gate": (trie, traces) => traces.map(({ calls }) => learnGated(trie, gate, calls, GATED)),
    "slow drip, gate": (trie, traces) => drips(traces, carriers).map((calls) => learnGated(trie, gate, calls, GATED)),
  };
  return [
    exactly("gate, median surprisal", gate.medianBits, "bits"),
    exactly("gate, share of new calls", 100 * gate.newShare, "%"),
    ...Object.entries(ways).flatMap(([way, teach]) => taught(way, teach, adfa, lessons)),
  ];
}

function taught(way: string, teach: Teach, { train, normal }: Adfa, lessons: readonly Trace[]): Figure[] {
  const trie = trained(train);
  const said = teach(trie, lessons);
  const scored = ({ calls, session }: Trace): Scored => ({ score: medianSurprisal(trie, calls), session });
  const [usual, strange] = [normal.map(scored), lessons.map(scored)];
  const figure = (name: string, value: number, unit = ""): Figure => exactly(`taught ${way}: ${name}`, value, unit);
  return [
    ...(said.length === 0
      ? []
      : [
          figure("blocks offered", said.length),
          figure("blocks learned", (100 * said.filter((one) => one === "learned").length) / said.length, "%"),
        ]),
    figure("AUC of those traces", auc(usual, strange)),
    figure("detected at 20 % false alarms", 100 * detection(usual, strange, 0.2), "%"),
  ];
}

function drips(traces: readonly Trace[], carriers: readonly Trace[]): number[][] {
  const pieces = traces.flatMap(({ calls }) =>
    Array.from({ length: Math.ceil(calls.length / STEP) }, (_, i) => calls.subarray(i * STEP, i * STEP + PIECE)),
  );
  return pieces.map((piece, index) => {
    const carrier = carriers[index % carriers.length]?.calls ?? new Uint16Array();
    const middle = carrier.length >>> 1;
    return [...carrier.subarray(0, middle), ...piece, ...carrier.subarray(middle)];
  });
}

/** From the training traces alone: what a fifth of them shows to what was learned from the others. */
function gateOf(train: readonly Trace[]): LearningGate {
  const trie = trained(train.filter((_, index) => index % FOLDS !== 0));
  const held = train.filter((_, index) => index % FOLDS === 0);
  const at = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(PASS * values.length)] ?? 0;
  return {
    medianBits: at(held.map(({ calls }) => medianSurprisal(trie, calls))),
    newShare: at(held.map(({ calls }) => newShare(trie, calls))),
  };
}

function trained(traces: readonly Trace[]): WittenBellTrie {
  const trie = new WittenBellTrie();
  for (const { calls } of traces) trie.learnAll(calls);
  return trie;
}
