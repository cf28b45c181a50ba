import { z } from "zod";
import type { Clock } from "../core/clock.ts";
import { HOST_NAMES } from "../core/host-name.ts";
import { firstChild } from "../kernel/confinement.ts";
import { parseJson } from "../core/wire/codec.ts";
import { encodeFrame, type Frame, FrameReader } from "../core/wire/frame.ts";
import { PROBER_FRAME, type ProberAnswer } from "../core/wire/prober.ts";
import { type ProberCommand, type ProberProcess, startProber } from "./prober-start.ts";

/** What a prober may say of a name. It reads what resolvers answer, so it counts as taken over. */
const answerSchema = z.strictObject({
  name: z.string().max(HOST_NAMES.chars),
  addresses: z.array(z.union([z.ipv4(), z.ipv6()])).max(HOST_NAMES.addresses),
  fault: z
    .string()
    .regex(/^[A-Z_0-9]{1,32}$/)
    .exactOptional(),
});

/** All names are asked for in this time, or wait for the next round: below the pace of rounds. */
export const ROUND_MS = 240_000;

interface RoundEvents {
  readonly clock: Clock;
  onAnswer(answer: ProberAnswer): void;
  /** Called once; with a reason where the prober ended, or was ended, before it had answered for all names. */
  onEnd(why?: string): void;
  onLine(line: string): void;
}

/** One round: a prober is started, asked for these names, and ended as soon as it has answered for each once. */
export class LookUpRound {
  private readonly left: Set<string>;
  private readonly events: RoundEvents;
  private readonly prober: ProberProcess;
  private readonly late: NodeJS.Timeout;
  private over = false;

  constructor(names: readonly string[], command: ProberCommand, events: RoundEvents, roundMs = ROUND_MS) {
    this.left = new Set(names);
    this.events = events;
    this.prober = startProber(command, events.clock, { onEnd: (why) => this.end(why), onLine: events.onLine });
    this.late = setTimeout(() => this.end(`gave no answer for ${this.left.size} of ${names.length} names`), roundMs);
    const reader = new FrameReader();
    this.prober.channel.on("data", (chunk: Buffer) => {
      const frames = reader.push(chunk);
      const fault = frames.ok ? this.takeAll(frames.value) : frames.says;
      if (fault !== undefined) this.end(`said what it may not (${fault}) and was ended`);
      else if (this.left.size === 0) this.end();
    });
    this.prober.channel.write(encodeFrame(PROBER_FRAME.names, new TextEncoder().encode(JSON.stringify(names))));
  }

  /** What was started, and the prober that it became the parent of. */
  pids(procRoot: string): readonly number[] {
    const { pid } = this.prober;
    return pid === 0 ? [] : [pid, firstChild(pid, procRoot) ?? 0];
  }

  /** Nobody is told anything more. */
  stop(): void {
    this.over = true;
    clearTimeout(this.late);
    this.prober.kill();
  }

  private end(why?: string): void {
    if (this.over) return;
    this.stop();
    this.events.onEnd(why);
  }

  /** What is wrong with them, where something is. */
  private takeAll(frames: readonly Frame[]): string | undefined {
    for (const { type, payload } of frames) {
      if (this.over) return undefined;
      if (type !== PROBER_FRAME.answer) return `message type ${type}`;
      const body = parseJson(payload);
      const checked = body.ok ? answerSchema.safeParse(body.value) : undefined;
      if (checked?.success !== true) return checked?.error?.issues[0]?.message ?? "no JSON";
      if (!this.left.delete(checked.data.name)) return "a name that it was not asked for";
      this.events.onAnswer(checked.data);
    }
    return undefined;
  }
}
