import { fileKey, type EntityKey } from "../../core/entity.ts";
import type { SequenceEvent } from "../../core/event.ts";
import { printable } from "../../core/printable.ts";
import {
  PROFILE_LIMITS,
  profileId,
  type ProfileFile,
  type ProfileOrder,
  type ProfileState,
} from "../../core/sequence-profile.ts";
import { type TrieSnapshot, WittenBellTrie } from "../../swarm/sequences/witten-bell-trie.ts";
import { type KeptProfile, type ProfileStage, SequenceProfile } from "./sequence-profile.ts";

export const BOOK = {
  /** A profile of whom nothing was heard for so long gives way to a new one where all places are taken. */
  idleMs: 7 * 86_400_000,
  pathChars: 512,
  /** Room for 32,768 counts, about 3 MB: each order is learned once and not as often as it comes. */
  trie: 32_768,
} as const;

const STAGES: readonly ProfileStage[] = ["learning", "paused", "checking", "frozen"];
/** A position or a number that a trie may hold. */
const NUMBER_MAX = 2 ** 31;

/** All profiles, at most as many as the kernel has places for, and the one model of what is said in all of them. */
export class SequenceBook {
  trie = new WittenBellTrie(BOOK.trie);
  private readonly profiles = new Map<string, SequenceProfile>();
  private readonly byFile = new Map<EntityKey, SequenceProfile>();
  /** Executables that found no place. */
  turnedAway = 0;

  get(id: string): SequenceProfile | undefined {
    return this.profiles.get(id);
  }

  of({ exe, changeMs }: Pick<SequenceEvent, "exe" | "changeMs">): SequenceProfile | undefined {
    return this.profiles.get(profileId({ ...exe, changeMs }));
  }

  all(): readonly SequenceProfile[] {
    return [...this.profiles.values()];
  }

  learns(exe: EntityKey): boolean {
    const stage = this.byFile.get(exe)?.stage;
    return stage === "learning" || stage === "paused";
  }

  /** A profile for an executable that makes many calls; what has another state of the same path, or the same file, gives way to it. */
  begin({ exe, changeMs }: Pick<SequenceEvent, "exe" | "changeMs">, path: string, nowMs: number): ProfileOrder[] {
    const file: ProfileFile = { ...exe, changeMs };
    const known = this.get(profileId(file));
    // The kernel has lost what it was told: it is told again.
    if (known !== undefined) return [known.order(true)];
    const name = printable(path, BOOK.pathChars);
    const before = this.all().filter((each) => each.path === name || fileKey(each.file) === fileKey(exe));
    const orders = before.map((each) => this.forget(each));
    if (this.profiles.size >= PROFILE_LIMITS.profiles) {
      const idle = this.all().toSorted((a, b) => a.heardMs - b.heardMs)[0];
      if (idle === undefined || idle.stage === "frozen" || nowMs - idle.heardMs < BOOK.idleMs) {
        this.turnedAway++;
        return orders;
      }
      orders.push(this.forget(idle));
    }
    const profile = new SequenceProfile(file, name, nowMs, before.length > 0 ? nowMs : 0);
    this.add(profile);
    return [...orders, profile.order(true)];
  }

  /** What has to be told because of it. */
  take(states: readonly ProfileState[], nowMs: number): ProfileOrder[] {
    return states.flatMap((state) => {
      const profile = this.profiles.get(profileId(state.file));
      if (profile === undefined) return [forgetting(state.file)];
      return profile.take(state, nowMs) ? [profile.order(false)] : [];
    });
  }

  pause(exe: EntityKey, nowMs: number): ProfileOrder[] {
    const profile = this.byFile.get(exe);
    return profile?.pause(nowMs) === true ? [profile.order(false)] : [];
  }

  /** Each forgotten first, so that the kernel counts from nothing, whatever it had. */
  allOrders(): ProfileOrder[] {
    return this.all().flatMap((profile) => [forgetting(profile.file), profile.order(true)]);
  }

  remember(): unknown {
    return { profiles: this.all().map((profile) => profile.keep()), trie: this.trie.snapshot() };
  }

  recall(memory: unknown): void {
    if (typeof memory !== "object" || memory === null) return;
    const { profiles, trie } = memory as { readonly profiles?: unknown; readonly trie?: unknown };
    if (Array.isArray(profiles))
      for (const each of profiles.slice(0, PROFILE_LIMITS.profiles))
        if (isKept(each)) this.add(SequenceProfile.kept(each));
    if (isTrie(trie)) this.trie = WittenBellTrie.restored(trie);
  }

  private add(profile: SequenceProfile): void {
    this.profiles.set(profileId(profile.file), profile);
    this.byFile.set(fileKey(profile.file), profile);
  }

  private forget({ file }: SequenceProfile): ProfileOrder {
    this.profiles.delete(profileId(file));
    this.byFile.delete(fileKey(file));
    return forgetting(file);
  }
}

function forgetting(file: ProfileFile): ProfileOrder {
  return { file, mode: "forget", limit: 0, share: 0, windows: 0 };
}

function isKept(value: unknown): value is KeptProfile {
  if (typeof value !== "object" || value === null) return false;
  const { file, path, stage, bits, ...rest } = value as Record<keyof KeptProfile, unknown>;
  const { dev, ino, changeMs } = (typeof file === "object" && file !== null ? file : {}) as Partial<ProfileFile>;
  const { sinceMs, windows, departures, changedMs, knowsStart } = rest;
  return (
    typeof path === "string" &&
    path.length <= BOOK.pathChars &&
    typeof bits === "string" &&
    typeof knowsStart === "boolean" &&
    STAGES.some((each) => each === stage) &&
    [dev, ino, changeMs, sinceMs, windows, departures, changedMs].every(
      (number) => Number.isSafeInteger(number) && (number as number) >= 0,
    )
  );
}

function isTrie(value: unknown): value is TrieSnapshot {
  if (typeof value !== "object" || value === null) return false;
  const { capacity, isFrozen, contexts, counts } = value as Record<keyof TrieSnapshot, unknown>;
  const rows = (list: unknown, length: number, most: number): boolean =>
    Array.isArray(list) &&
    list.length <= most &&
    list.every(
      (row) =>
        Array.isArray(row) &&
        row.length === length &&
        row.every((n) => Number.isInteger(n) && n >= 0 && n < NUMBER_MAX),
    );
  return (
    capacity === BOOK.trie &&
    typeof isFrozen === "boolean" &&
    rows(contexts, 2, BOOK.trie * 6) &&
    rows(counts, 3, BOOK.trie)
  );
}
