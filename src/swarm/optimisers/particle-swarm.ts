import { InitialDesign } from "./initial-design.ts";
import {
  type Population,
  clear,
  emptyPopulation,
  hasCollapsed,
  membersOf,
  put,
  revise,
  seatFor,
} from "./population.ts";
import { type State, loadState, saveState } from "./state.ts";
import { type Strategy, type Surroundings, isShort } from "./strategy.ts";

export const SPSO = {
  /** Clerc, "Standard Particle Swarm Optimisation", hal-00764996 (2012), section 4. */
  inertia: 1 / (2 * Math.LN2),
  pull: 0.5 + Math.LN2,
  informed: 3,
  swarm: 40,
  bounce: -0.5,
} as const;

/**
 * Standard PSO 2011 (Clerc, "Standard Particle Swarm Optimisation", hal-00764996, 2012; Zambrano-Bigiarini, Clerc and Rojas, CEC 2013):
 * a move is drawn from a ball around the centre of gravity of where the particle is, its own best and the best of those
 * that inform it, so that nothing favours the axes. Each particle informs three at random; who informs whom
 * is drawn again after a round without a better best.
 */
export class ParticleSwarm implements Strategy {
  readonly name = "pso";
  readonly carried = 0;
  private readonly encoding: Surroundings["encoding"];
  private readonly random: Surroundings["random"];
  private readonly count: number;
  private readonly design: InitialDesign;
  /** The best of each particle. */
  private readonly bests: ReturnType<typeof emptyPopulation>;
  private readonly swarm: State & {
    next: number;
    best: number;
    /** The best of all at the start of the round. */
    before: number;
    readonly at: Float64Array;
    readonly velocity: Float64Array;
    /** 1 at [informer × count + informed]. */
    readonly links: Float64Array;
  };

  constructor(around: Surroundings, { swarm }: { swarm?: number } = {}) {
    const { encoding, random } = around;
    // The size that the standard of 2007 recommends gets further where little can be measured.
    const usual = isShort(around) ? 10 + Math.floor(2 * Math.sqrt(encoding.size)) : SPSO.swarm;
    this.encoding = encoding;
    this.random = random;
    this.count = membersOf(swarm, usual, 2);
    this.design = new InitialDesign(encoding.size, this.count, random);
    this.bests = emptyPopulation(this.count, encoding.size);
    this.swarm = {
      next: 0,
      best: Infinity,
      before: Infinity,
      at: new Float64Array(this.count * encoding.size).fill(Infinity),
      velocity: new Float64Array(this.count * encoding.size),
      links: new Float64Array(this.count * this.count),
    };
  }

  get population(): Population {
    return this.bests;
  }

  propose(row: Float64Array): number {
    const { swarm } = this;
    const particle = swarm.next;
    if (particle === 0) this.startRound();
    swarm.next = (particle + 1) % this.count;
    if (swarm.at[particle * this.encoding.size] === Infinity) this.place(row, particle);
    else this.move(row, particle);
    return particle;
  }

  receive(particle: number, row: Float64Array, value: number, elite: number): void {
    if (this.bests.filled[particle] === 1 && !(value <= (this.bests.values[particle] as number))) return;
    put(this.bests, particle, row, value, elite);
    this.swarm.best = Math.min(this.swarm.best, value);
  }

  inject(row: Float64Array, value: number, elite: number): void {
    const seat = seatFor(this.bests, value);
    if (seat >= 0) this.receive(seat, row, value, elite);
  }

  revise(elite: number, value: number): void {
    revise(this.bests, elite, value);
    this.swarm.best = this.bests.values.reduce((a, b) => Math.min(a, b), Infinity);
  }

  save(): unknown {
    return [this.design.state, this.bests, this.swarm].map((part) => saveState(part));
  }

  load(saved: unknown): boolean {
    const parts = [this.design.state, this.bests, this.swarm];
    return Array.isArray(saved) && parts.every((part, at) => loadState(part, saved[at]));
  }

  private startRound(): void {
    const { swarm, count, random } = this;
    if (hasCollapsed(this.bests)) {
      clear(this.bests);
      swarm.at.fill(Infinity);
      swarm.best = Infinity;
    }
    if (swarm.best < swarm.before) {
      swarm.before = swarm.best;
      return;
    }
    swarm.before = swarm.best;
    swarm.links.fill(0);
    for (let from = 0; from < count; from++) {
      swarm.links[from * count + from] = 1;
      for (let link = 0; link < SPSO.informed; link++) swarm.links[from * count + random.below(count)] = 1;
    }
  }

  private place(row: Float64Array, particle: number): void {
    const { swarm, random } = this;
    const { size } = this.encoding;
    this.design.next(row);
    for (let i = 0; i < size; i++) {
      const at = row[i] as number;
      swarm.at[particle * size + i] = at;
      // So that the first step does not leave the cube (Helwig and Wanka 2008).
      swarm.velocity[particle * size + i] = random.next() - at;
    }
  }

  private move(row: Float64Array, particle: number): void {
    const { swarm, bests, random } = this;
    const { size } = this.encoding;
    const from = particle * size;
    const told = bests.filled[particle] === 1;
    const leader = this.leader(particle);
    const to = leader * size;
    // Three points share the centre; two where the particle leads itself, or has no best yet.
    const points = 1 + (told ? 1 : 0) + (leader >= 0 && leader !== particle ? 1 : 0);
    let [squared, length] = [0, 0];
    for (let i = 0; i < size; i++) {
      const at = swarm.at[from + i] as number;
      let pull = told ? (bests.places[from + i] as number) - at : 0;
      if (leader >= 0 && leader !== particle) pull += (bests.places[to + i] as number) - at;
      const offset = (SPSO.pull * pull) / points;
      const direction = random.normal();
      row[i] = direction;
      squared += offset * offset;
      length += direction * direction;
    }
    const reach = (Math.sqrt(squared) * random.next()) / Math.sqrt(length || 1);
    for (let i = 0; i < size; i++) {
      const at = swarm.at[from + i] as number;
      let pull = told ? (bests.places[from + i] as number) - at : 0;
      if (leader >= 0 && leader !== particle) pull += (bests.places[to + i] as number) - at;
      const drawn = (SPSO.pull * pull) / points + reach * (row[i] as number);
      let velocity = SPSO.inertia * (swarm.velocity[from + i] as number) + drawn;
      let next = at + velocity;
      if (next < 0 || next > 1) {
        next = next < 0 ? 0 : 1;
        velocity *= SPSO.bounce;
      }
      swarm.at[from + i] = next;
      swarm.velocity[from + i] = velocity;
      row[i] = next;
    }
  }

  /** The best of those that inform the particle; -1 where none of them was told of. */
  private leader(particle: number): number {
    const { count, bests } = this;
    let [found, least] = [-1, Infinity];
    for (let other = 0; other < count; other++) {
      if (this.swarm.links[other * count + particle] === 0 || bests.filled[other] === 0) continue;
      const value = bests.values[other] as number;
      if (found >= 0 && value >= least) continue;
      [found, least] = [other, value];
    }
    return found;
  }
}
