import { z } from "zod";
import { actionKind } from "../action-kind.ts";
import type { Proposal } from "../action.ts";
import { EVENT_KINDS, type EventKind } from "../event-kinds.ts";
import { HOST_NAMES, isHostName } from "../host-name.ts";
import type { IncidentNews } from "../output-record.ts";
import { PROFILE_LIMITS, PROFILE_MODES, type ProfileOrder } from "../sequence-profile.ts";

const text = (max: number) => z.string().max(max);
const time = z.number().min(0).max(1e16);

const evidence = z.strictObject({
  atMs: time,
  agent: text(64),
  kind: text(64),
  entity: text(512),
  weight: z.number().min(0).max(1000),
  says: text(1024),
  numbers: z.record(text(64), z.number()).refine((numbers) => Object.keys(numbers).length <= 32, "at most 32 numbers"),
  techniques: z
    .array(z.string().regex(/^TA?\d{4}(\.\d{3})?$/))
    .max(8)
    .exactOptional(),
});

const names = z.array(text(64)).max(32);

/** An incident, to be told outside. */
const tell = z.strictObject({
  what: z.literal("incident"),
  id: text(128).min(1),
  change: z.enum(["opened", "grown", "closed"]),
  incident: text(64).min(1),
  toldMs: time,
  atMs: time,
  lastMs: time,
  entity: text(4200),
  concentration: z.number().min(0).max(1e6),
  kinds: names,
  techniques: names,
  evidence: z.array(evidence).max(32),
  lineage: z.array(z.strictObject({ process: text(512), comm: text(256), path: text(4200) })).max(16),
  says: text(4096),
  count: z.int().min(0),
  confirmed: z.boolean(),
  seenBefore: text(64).exactOptional(),
  judgedBy: text(128).exactOptional(),
  process: z
    .strictObject({
      uid: z
        .int()
        .min(0)
        .max(2 ** 32 - 1),
      cgroup: text(4200),
      sinceMs: time,
      container: text(128).exactOptional(),
    })
    .exactOptional(),
});

const share = z.int().min(0).max(65_536);
const whole = z.int().min(0);

const profileOrder = z.strictObject({
  file: z.strictObject({ dev: whole.max(2 ** 32 - 1), ino: whole, changeMs: whole }),
  mode: z.enum(PROFILE_MODES),
  limit: share,
  share,
  windows: share,
  bits: text(PROFILE_LIMITS.bitsChars)
    .regex(/^[A-Za-z0-9+/]*={0,2}$/)
    .exactOptional(),
});

/** The only things that a hive can say. Every field is bounded; anything else ends the connection. */
export const fromHive = {
  ready: z.strictObject({
    pid: z
      .int()
      .min(1)
      .max(2 ** 22),
    permission: z.boolean(),
  }),
  alive: z.strictObject({ seq: z.int().min(0) }),
  propose: z.strictObject({
    id: text(64).min(1),
    agent: text(64).min(1),
    kind: actionKind,
    target: text(4096).min(1),
    file: z
      .strictObject({
        dev: z
          .int()
          .min(0)
          .max(2 ** 32 - 1),
        ino: z.int().min(0),
      })
      .exactOptional(),
    value: z.number().min(-1e12).max(1e12),
    leaseMs: z.number().min(1).max(86_400_000),
    reason: text(1024),
    evidence: z.array(evidence).max(32),
    incident: text(64).exactOptional(),
  }),
  undo: z.strictObject({ request: text(64).min(1), action: text(64).min(1), by: text(128) }),
  /** Somebody is looking: sample more often while there are viewers. */
  watch: z.strictObject({ viewers: z.int().min(0).max(1024) }),
  /** Kinds of event that some agent or rule wants now; nothing else is attached. */
  wants: z.strictObject({ kinds: z.array(z.enum(EVENT_KINDS as [EventKind, ...EventKind[]])).max(EVENT_KINDS.length) }),
  /** What is done with some executables' orders of system calls. */
  profiles: z.strictObject({ orders: z.array(profileOrder).max(PROFILE_LIMITS.aMessage) }),
  /**
   * Names of hosts that rules compare with. The warden looks up those alone that it finds in the rule files themselves, and of
   * one revision of them the first list alone: nobody outside is to hear anything from a hive that was taken over.
   */
  resolve: z.strictObject({
    revision: whole,
    names: z.array(text(HOST_NAMES.chars).refine(isHostName, "no name of a host")).max(HOST_NAMES.most),
  }),
  restore: z.strictObject({ request: text(64).min(1), by: text(128) }),
  tell,
} as const;

// Agents use the type, the warden checks the schema.
const sameProposal: (message: z.infer<typeof fromHive.propose>) => Proposal = (message) => message;
void sameProposal;
const sameOrder: (order: z.infer<typeof profileOrder>) => ProfileOrder = (order) => order;
void sameOrder;
const sameNews: (news: z.infer<typeof tell>) => IncidentNews = (news) => news;
void sameNews;
