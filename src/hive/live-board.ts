import { DepositFeed } from "../api/deposit-feed.ts";
import type { FrameSource } from "../api/frame-stream.ts";
import type { Evidence } from "../core/action.ts";
import type { PheromoneName } from "../core/agent.ts";
import type { Clock } from "../core/clock.ts";
import type { DepositInfo, LiveDocument, ProcessList, SearchInfo } from "../core/live.ts";
import { printable } from "../core/printable.ts";
import type { Field } from "../swarm/field.ts";
import { ProcessFeed } from "./process-feed.ts";
import type { StatusBoard } from "./status-board.ts";

/** Concentrations in the picture of the field. */
const HOTTEST = 600;

interface Sources {
  readonly clock: Clock;
  readonly field: Pick<Field, "strongest">;
  readonly processes: { running(): ReturnType<ConstructorParameters<typeof ProcessFeed>[0]> };
  readonly board: Pick<StatusBoard, "document" | "label">;
  search(): SearchInfo | undefined;
}

interface Deposit {
  readonly seq: number;
  readonly pheromone: PheromoneName;
  readonly evidence: Evidence;
}

/** The picture of the field: what is deposited as it comes, what is hot, and the processes beneath. Made while somebody looks. */
export class LiveBoard {
  private readonly sources: Sources;
  private readonly feed = new DepositFeed<Deposit>();
  private readonly processFeed: ProcessFeed;

  constructor(sources: Sources) {
    this.sources = sources;
    this.processFeed = new ProcessFeed(() => sources.processes.running(), sources.clock.wallMs());
  }

  /** Kept as it is: words are made of it when somebody looks. */
  deposited(pheromone: PheromoneName, evidence: Evidence): void {
    this.feed.add({ seq: this.feed.total + 1, pheromone, evidence });
  }

  processes(since: number): ProcessList {
    return this.processFeed.since(since, this.sources.clock.monoMs());
  }

  /** As frames, `subscribe` being the same as that of the status. */
  frames(subscribe: FrameSource["subscribe"]): FrameSource {
    return {
      first: () => this.document(this.feed.latest()),
      next: () => this.document(this.feed.next()),
      subscribe,
    };
  }

  private document(deposits: readonly Deposit[]): LiveDocument {
    const { board, field, clock, search } = this.sources;
    this.processFeed.refresh(clock.monoMs());
    const status = board.document();
    const searching = search();
    return {
      status,
      // After the status, which has moved the field's clock.
      heat: field.strongest(HOTTEST).map(({ entity, pheromone, concentration }) => {
        return { entity, pheromone, concentration: Number(concentration.toPrecision(3)) };
      }),
      deposits: deposits.map((deposit) => this.infoOf(deposit)),
      depositsTotal: this.feed.total,
      processes: this.processFeed.size,
      ...(searching && { search: searching }),
    };
  }

  private infoOf({ seq, pheromone, evidence }: Deposit): DepositInfo {
    const { atMs, entity, agent, kind, weight, says } = evidence;
    const label = this.sources.board.label(entity);
    return { seq, atMs, entity, label, pheromone, agent, kind, weight, says: printable(says, 240) };
  }
}
