/**
 * Deterministic dendritic cell algorithm (Greensmith and Aickelin, "The Deterministic Dendritic Cell Algorithm", ICARIS 2008,
 * LNCS 5132): cells of different lifespans add up signals while they collect what happens (antigens). A cell whose signals
 * have used its lifespan up presents what it collected: as mature where danger outweighed safety (k > 0), else as
 * semi-mature. Cells of different lifespans look at windows of different lengths, so no single moment decides.
 */
export const DCA = {
  /** Beside danger, safety counts twice in k = D - 2S: what is safe has to be refuted (section 3 of the paper). */
  safety: 2,
  /** Lifespans in units of signal, evenly spread; the paper uses 100 cells for a whole host, this is one tissue of many. */
  shortest: 1,
  longest: 4,
  cells: 8,
} as const;

/** What a tissue feels at one moment; both at least 0. */
export interface Signals {
  readonly danger: number;
  readonly safe: number;
}

/** Antigens of one cell at the end of its life, and in which context. */
export interface Presentation {
  readonly antigens: number;
  /** Sum of D - 2S over the cell's life: above 0, mature. */
  readonly k: number;
}

interface Cell {
  readonly lifespan: number;
  csm: number;
  k: number;
  antigens: number;
}

/** The cells of one tissue. Antigens are all of one kind: what the tissue stands for. */
export class DendriticCells {
  private readonly cells: readonly Cell[];
  private turn = 0;

  constructor(lifespans: readonly number[] = spread(DCA.shortest, DCA.longest, DCA.cells)) {
    this.cells = lifespans.map((lifespan) => ({ lifespan, csm: 0, k: 0, antigens: 0 }));
  }

  /** One antigen, collected by the next cell in turn, while all cells feel the signals. Gives what was presented thereby. */
  sample({ danger, safe }: Signals): Presentation[] {
    const collector = this.cells[this.turn];
    if (collector === undefined) return [];
    collector.antigens++;
    this.turn = (this.turn + 1) % this.cells.length;
    const presented: Presentation[] = [];
    for (const cell of this.cells) {
      cell.csm += danger + safe;
      cell.k += danger - DCA.safety * safe;
      if (cell.csm < cell.lifespan) continue;
      presented.push({ antigens: cell.antigens, k: cell.k });
      cell.csm = cell.k = cell.antigens = 0;
    }
    return presented;
  }
}

/** `count` numbers from `first` to `last`, evenly. */
export function spread(first: number, last: number, count: number): number[] {
  return Array.from({ length: count }, (_, at) => first + ((last - first) * at) / Math.max(1, count - 1));
}
