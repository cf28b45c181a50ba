import { z } from "zod";

const text = z.string().max(4096);
const word = z.union([text, z.number(), z.boolean()]).transform(String);

const person = z.strictObject({
  name: text.min(1).describe("comm"),
  exe: text.optional().describe("argv[0]; the name where left out"),
  path: text.optional().describe("what runs; /usr/bin/NAME where left out"),
  args: z.array(word).default([]),
  cwd: text.default("/"),
  tty: z.int().min(0).default(0),
  uid: z.int().min(0).default(0),
  gid: z.int().min(0).optional().describe("group at exec; as uid where left out"),
  loginuid: z.int().min(-1).default(-1),
  caps: z.array(z.string()).default([]).describe("effective and permitted: [SYS_ADMIN], or [all]"),
  container: text.optional().describe("id of its container"),
  memfd: z.boolean().default(false),
  upperLayer: z.boolean().default(false),
  deleted: z.boolean().default(false),
  seconds: z.number().min(0).default(60).describe("age"),
});
const someone = z.union([
  z
    .string()
    .min(1)
    .transform((name) => person.parse({ name })),
  person,
]);

const address = z.string().regex(/^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:]+\]):\d{1,5}$/i, "must be ADDRESS:PORT");

/** What happens in a test: one of these. */
const happening = z.strictObject({
  exec: z.literal(true).optional().describe("the process begins to run what it is said to run"),
  read: text.optional().describe("it opens this file for reading"),
  write: text.optional().describe("it opens this file for writing"),
  connect: address.optional(),
  send: address.optional().describe("a datagram"),
  listen: address.optional(),
  unix: text.optional().describe("it connects to this socket's path"),
  accept: address.optional().describe("who connects"),
  dup: z
    .strictObject({ to: z.int().min(0).max(2), address })
    .optional()
    .describe("a connection becomes 0, 1 or 2"),
  call: text.optional().describe("any other system call by its name"),
  path: text.optional().describe("its first path"),
  path2: text.optional().describe("its second path"),
  args: z.array(z.number()).max(6).default([]).describe("its raw arguments"),
  result: z.number().optional().describe("what it returns, or -errno"),
  real: text.optional().describe("the file's path behind links"),
  flags: z.int().min(0).optional().describe("of open(2)"),
});

export const testFileSchema = z.strictObject({
  tests: z
    .array(
      z.strictObject({
        name: text.min(1).max(200),
        line: z.array(someone).max(30).default([]).describe("ancestors, the oldest first"),
        process: someone,
        event: happening,
        fires: z.union([text, z.array(text)]).transform((names) => (typeof names === "string" ? [names] : names)),
      }),
    )
    .max(5000),
});

export type RuleTest = z.infer<typeof testFileSchema>["tests"][number];
export type Person = RuleTest["process"];
export type Happening = RuleTest["event"];
