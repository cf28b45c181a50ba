import type { FaultRun } from "./run.fixture.ts";
import { GROUPS } from "./stage.fixture.ts";

interface Step {
  /** How often, of the sum of all. */
  readonly weight: number;
  do(run: FaultRun): void;
}

const DAY_MS = 86_400_000;

/** Everything that can happen to a host and to the layer on it. */
export const STEPS = {
  propose: { weight: 40, do: (run) => run.asking.propose() },
  "propose and renew": {
    weight: 6,
    do: (run) => {
      const state = run.random.state();
      run.asking.propose();
      run.layer.pass(400);
      // The same once more.
      run.asking.again(state);
    },
  },
  "other writes": { weight: 12, do: (run) => run.others.write() },
  "other interferes": { weight: 3, do: (run) => run.others.interfere() },
  approve: { weight: 14, do: (run) => run.asking.approve() },
  dismiss: { weight: 1, do: (run) => run.asking.dismiss() },
  undo: { weight: 4, do: (run) => run.asking.undo() },
  "time passes": {
    weight: 10,
    do: (run) => run.layer.pass(run.pick([1, 500, 4000, 31_000, 130_000, 700_000, 3_700_000])),
  },
  "the clock is set a day": {
    weight: 2,
    do: (run) => {
      const days = run.pick([1, -1]);
      run.layer.clock.jumpWall(days * DAY_MS);
      run.ledger.clockWasSet();
    },
  },
  "the warden is stopped": { weight: 3, do: (run) => run.layer.pass(run.pick([2000, 6000, 40_000, 200_000]), true) },
  "kill -9 of the warden": { weight: 2, do: (run) => run.isLive && run.layer.lost() },
  "kill -9 soon": { weight: 8, do: (run) => run.killSoon() },
  "a start while knobs refuse": {
    weight: 3,
    do: (run) => {
      if (!run.isLive) return;
      // The sentinel goes first and says nothing, so that nobody takes anything back before the start.
      run.layer.sentinel = false;
      run.machine.fail({
        on: ["knob write", "host write"],
        errno: "EBUSY",
        after: 0,
        times: run.pick([3, 20, Infinity]),
      });
      run.layer.lost();
      run.start();
      run.calm();
    },
  },
  "undone, started anew, asked again": {
    weight: 3,
    do: (run) => {
      const lease = run.asking.undo();
      if (lease === undefined) return;
      if (run.random.next() < 0.7) run.layer.lost();
      if (!run.isLive && !run.start()) return;
      run.layer.pass(run.pick([1, 4000, 31_000, 130_000]));
      run.asking.askFor(lease);
    },
  },
  "the hive is lost": { weight: 2, do: (run) => run.lose("hive-lost") },
  "the sentinel is lost": { weight: 2, do: (run) => run.lose("sentinel-lost") },
  "the sentinel is back": { weight: 3, do: (run) => void (run.layer.sentinel = true) },
  "something fails": { weight: 9, do: (run) => run.fault() },
  "nothing fails": { weight: 9, do: (run) => run.calm() },
  "a group goes": { weight: 1, do: (run) => run.stage.exists(GROUPS[1]) && run.stage.remove(GROUPS[1]) },
  "a group comes": {
    weight: 2,
    do: (run) => {
      if (run.stage.exists(GROUPS[1])) run.stage.remove(GROUPS[1]);
      run.stage.make(GROUPS[1]);
    },
  },
  "a process forks": { weight: 2, do: (run) => run.stage.fork(run.pick(GROUPS)) },
  "the configuration is reloaded": { weight: 2, do: (run) => run.reload() },
  "restore by hand": { weight: 1, do: (run) => run.restoreByHand() },
  restart: {
    weight: 2,
    do: (run) => {
      if (run.isLive) run.layer.stop();
      run.start();
    },
  },
  "power cut": { weight: 1, do: (run) => run.powerCut() },
} as const satisfies Record<string, Step>;

export type StepName = keyof typeof STEPS;
