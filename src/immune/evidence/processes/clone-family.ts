import { dropOldest } from "../../bounded/oldest.ts";
import type { EntityKey } from "../../../core/entity.ts";

export const FAMILY = {
  families: 4096,
  members: 32_768,
  /** Generations counted apart; those beyond are counted with the last. */
  generations: 32,
  /** Copies of copies of copies: servers have three generations at most (master, worker, helper). */
  deep: 5,
} as const;

/** Processes that are copies of one, and of its copies: whoever becomes another program leaves, who runs the same again stays. */
export interface Family {
  readonly root: EntityKey;
  readonly programs: Set<EntityKey>;
  /** Members ever, by generation; the root is the first. */
  readonly ever: number[];
  alive: number;
  /** Most that lived at once since there was none but one. */
  peak: number;
  accused: boolean;
  /** Of those alive, FAMILY.deep generations or more below the root. */
  deep: number;
  /** When the family had half of what it has now, or was that small last. */
  readonly milestones: { readonly alive: number; readonly atMs: number }[];
}

interface Member {
  readonly family: Family;
  readonly generation: number;
}

/** Who is a copy of whom; bounded, the oldest go. */
export class Families {
  private readonly members = new Map<EntityKey, Member>();

  /** The child's family after the fork. */
  fork(parent: EntityKey, child: EntityKey, program: EntityKey, nowMs: number): Family {
    const { family, generation } = this.members.get(parent) ?? this.found(parent, program);
    this.join(child, family, generation + 1, nowMs);
    return family;
  }

  /** The family that the process leaves, where it leaves one. `ancestors`, nearest first, with what they run, are asked for where needed. Who runs what one of them runs is of its family. */
  exec(
    key: EntityKey,
    program: EntityKey,
    ancestors: () => readonly (readonly [EntityKey, EntityKey])[],
    nowMs: number,
  ): Family | undefined {
    if (this.members.size === 0 || this.members.get(key)?.family.programs.has(program)) return undefined;
    const left = this.exit(key);
    for (const [ancestor, runs] of ancestors()) {
      const kin = runs === program ? this.members.get(ancestor) : undefined;
      if (kin === undefined) continue;
      this.join(key, kin.family, kin.generation + 1, nowMs);
      break;
    }
    return left;
  }

  /** The family that it leaves, where it was of one. */
  exit(key: EntityKey): Family | undefined {
    const member = this.members.get(key);
    if (member === undefined) return undefined;
    this.members.delete(key);
    leave(member);
    return member.family;
  }

  private found(root: EntityKey, program: EntityKey): Member {
    const family = {
      root,
      programs: new Set(program === "" ? [] : [program]),
      ever: [1],
      alive: 1,
      peak: 1,
      accused: false,
      deep: 0,
      milestones: [],
    };
    const member = { family, generation: 0 };
    this.members.set(root, member);
    dropOldest(this.members, FAMILY.members);
    return member;
  }

  private join(key: EntityKey, family: Family, generation: number, nowMs: number): void {
    this.members.set(key, { family, generation });
    const oldest = this.members.size > FAMILY.members ? this.members.values().next().value : undefined;
    if (oldest !== undefined) leave(oldest);
    dropOldest(this.members, FAMILY.members);
    const at = Math.min(generation, FAMILY.generations - 1);
    family.ever[at] = (family.ever[at] ?? 0) + 1;
    family.alive++;
    if (family.alive > family.peak) family.peak = family.alive;
    if (generation >= FAMILY.deep) family.deep++;
    const last = family.milestones.at(-1);
    if (last !== undefined && family.alive < last.alive * 2) return;
    family.milestones.push({ alive: family.alive, atMs: nowMs });
    if (family.milestones.length > FAMILY.generations) family.milestones.shift();
  }
}

function leave({ family, generation }: Member): void {
  family.alive--;
  if (generation >= FAMILY.deep) family.deep--;
}

/**
 * Mean number of children of a member, the root left out, by Harris's estimator for a branching process that is seen for some
 * generations: all that were born over all that could have borne them (Ann. Math. Statist. 19, 1948). Above 1 it grows without end.
 */
export function offspringMean(ever: readonly number[]): number {
  const born = ever.slice(2).reduce((sum, count) => sum + count, 0);
  const bore = ever.slice(1, -1).reduce((sum, count) => sum + count, 0);
  return bore === 0 ? 0 : born / bore;
}
