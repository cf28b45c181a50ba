import { profileId, type ProfileOrder, type ProfileState } from "../../core/sequence-profile.ts";
import type { BpfMap } from "../../kernel/bpf-map.ts";
import { CONTROL, FILE, MODES, PROFILE, PROFILES, WORDS } from "./records.ts";

const BITMAP_BYTES = WORDS * 4;

interface Place {
  readonly at: number;
  readonly file: ProfileState["file"];
  /** Sum over the bitmap when its bits were last told. */
  told: number;
}

/** Which executable has which place in the kernel's tables, and what stands there. The tables are shared with the running programs. */
export class ProfileTable {
  private readonly control: DataView;
  private readonly bitmaps: Uint8Array;
  private readonly files: Pick<BpfMap, "set" | "delete">;
  private readonly places = new Map<string, Place>();
  private readonly free = Array.from({ length: PROFILES - 1 }, (_, at) => PROFILES - 1 - at);
  private generation = 1;
  /** Orders that found no place left. */
  refused = 0;

  /** `control`: struct sequence_control; `bitmaps`: PROFILES bitmaps one after the other; `files`: struct sequence_file to place. */
  constructor(control: ArrayBuffer, bitmaps: ArrayBuffer, files: Pick<BpfMap, "set" | "delete">) {
    this.control = new DataView(control, 0, CONTROL.bytes);
    this.bitmaps = new Uint8Array(bitmaps, 0, PROFILES * BITMAP_BYTES);
    this.files = files;
    this.anew();
  }

  follow(orders: readonly ProfileOrder[]): void {
    let moved = false;
    for (const order of orders) moved = this.followOne(order) || moved;
    if (moved) this.anew();
  }

  /** All profiles; with the bits where they changed since the last call. */
  states(): ProfileState[] {
    return [...this.places.values()].map((place) => this.state(place));
  }

  /** Departures within the pause after one that was told, and calls of tasks for whose state there was no memory. */
  get untold(): number {
    return Number(this.control.getBigUint64(CONTROL.untold, true));
  }

  get unplaced(): number {
    return Number(this.control.getBigUint64(CONTROL.unplaced, true));
  }

  /** Whether a place was taken or given away. */
  private followOne(order: ProfileOrder): boolean {
    const id = profileId(order.file);
    const known = this.places.get(id);
    if (order.mode === "forget") return known !== undefined && this.release(id, known);
    const place = known ?? this.take(id, order);
    if (place === undefined) {
      this.refused++;
      return false;
    }
    const at = CONTROL.profiles + place.at * PROFILE.bytes;
    // Off first: nothing is learned into a bitmap that is being replaced.
    this.control.setUint32(at + PROFILE.mode, 0, true);
    if (order.bits !== undefined) this.fill(place, order.bits);
    this.control.setUint32(at + PROFILE.limit, order.limit, true);
    this.control.setUint32(at + PROFILE.prior, order.share, true);
    this.control.setUint32(at + PROFILE.prior + 4, order.windows, true);
    this.control.setUint32(at + PROFILE.mode, MODES.indexOf(order.mode), true);
    return known === undefined;
  }

  private take(id: string, { file }: ProfileOrder): Place | undefined {
    const at = this.free.pop();
    if (at === undefined) return undefined;
    const place: Place = { at, file, told: 0 };
    this.bitmap(place).fill(0);
    const row = CONTROL.profiles + at * PROFILE.bytes;
    for (let offset = 0; offset < PROFILE.bytes; offset += 8) this.control.setBigUint64(row + offset, 0n, true);
    const key = fileBytes(file);
    new Uint8Array(this.control.buffer, row + PROFILE.file, FILE.bytes).set(key);
    if (!this.files.set(key, new Uint8Array(Uint32Array.of(at).buffer)).ok) {
      this.free.push(at);
      return undefined;
    }
    this.places.set(id, place);
    return place;
  }

  private release(id: string, place: Place): boolean {
    this.control.setUint32(CONTROL.profiles + place.at * PROFILE.bytes + PROFILE.mode, 0, true);
    this.files.delete(fileBytes(place.file));
    this.places.delete(id);
    // Last in line, so that a task that still goes by the old place finds nothing there for as long as can be.
    this.free.unshift(place.at);
    return true;
  }

  private fill(place: Place, bits: string): void {
    const bytes = Buffer.from(bits, "base64");
    const bitmap = this.bitmap(place);
    bitmap.fill(0);
    bitmap.set(bytes.subarray(0, BITMAP_BYTES));
    place.told = sumOf(bitmap);
  }

  private state(place: Place): ProfileState {
    const at = CONTROL.profiles + place.at * PROFILE.bytes;
    const bitmap = this.bitmap(place);
    const sum = sumOf(bitmap);
    const changed = sum !== place.told;
    place.told = sum;
    return {
      file: place.file,
      mode: MODES[this.control.getUint32(at + PROFILE.mode, true)] ?? "off",
      windows: Number(this.control.getBigUint64(at + PROFILE.windows, true)),
      fresh: this.control.getUint32(at + PROFILE.fresh, true),
      departures: this.control.getUint32(at + PROFILE.departures, true),
      fill: sum / (BITMAP_BYTES * 8),
      ...(changed && { bits: Buffer.from(bitmap).toString("base64") }),
    };
  }

  private bitmap({ at }: Place): Uint8Array {
    return this.bitmaps.subarray(at * BITMAP_BYTES, (at + 1) * BITMAP_BYTES);
  }

  /** Every task looks its profile up again at its next call. Never 0, which is what a new task has. */
  anew(): void {
    this.generation = (this.generation % 0xffff_ffff) + 1;
    this.control.setUint32(CONTROL.generation, this.generation, true);
  }
}

/** `struct sequence_file`. */
function fileBytes({ dev, ino, changeMs }: ProfileState["file"]): Uint8Array {
  const view = new DataView(new ArrayBuffer(FILE.bytes));
  view.setBigUint64(FILE.ino, BigInt(ino), true);
  view.setBigUint64(FILE.change_ms, BigInt(changeMs), true);
  view.setUint32(FILE.dev, dev, true);
  return new Uint8Array(view.buffer);
}

/** Bits that are set. A bitmap only gains bits while it is learned, so that another sum is another bitmap. */
function sumOf(bitmap: Uint8Array): number {
  let set = 0;
  for (let byte of bitmap) for (; byte !== 0; byte &= byte - 1) set++;
  return set;
}
