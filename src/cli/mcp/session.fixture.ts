import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";

const MAIN = join(import.meta.dirname, "../main.ts");

export interface Told {
  readonly text: string;
  readonly failed: boolean;
}

/** An assistant's end of `swarms mcp`: one real process, spoken to as the protocol says. */
export class Session {
  private readonly child;
  private readonly answers;
  private next = 1;

  private constructor(args: readonly string[]) {
    const flags = ["--disable-warning=ExperimentalWarning", MAIN, "mcp", ...args];
    this.child = spawn(process.execPath, flags, { stdio: ["pipe", "pipe", "inherit"], timeout: 60_000 });
    this.answers = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  static async open(t: TestContext, args: readonly string[]): Promise<{ session: Session; hello: unknown }> {
    const session = new Session(args);
    t.after(() => session.child.kill());
    const hello = await session.ask("initialize", {
      protocolVersion: "2025-06-18",
      capabilities: {},
      clientInfo: { name: "test", version: "1" },
    });
    session.send({ method: "notifications/initialized" });
    return { session, hello };
  }

  /** The result, or the error where the protocol itself refuses. */
  async ask(method: string, params: object = {}): Promise<unknown> {
    const id = this.next++;
    this.send({ id, method, params });
    for (;;) {
      const line = await this.answers.next();
      assert.ok(line.done !== true, "the server ended");
      const message = JSON.parse(line.value) as { id?: number; result?: unknown; error?: unknown };
      if (message.id === id) return message.result ?? { error: message.error };
    }
  }

  async call(name: string, given: object = {}): Promise<Told> {
    const result = (await this.ask("tools/call", { name, arguments: given })) as {
      content?: { text: string }[];
      isError?: boolean;
      error?: { message: string };
    };
    return {
      text: result.content?.[0]?.text ?? result.error?.message ?? "",
      failed: result.isError === true || result.error !== undefined,
    };
  }

  async tools(): Promise<string[]> {
    const { tools } = (await this.ask("tools/list")) as { tools: { name: string }[] };
    return tools.map(({ name }) => name).sort();
  }

  /** The exit status once the assistant has gone. */
  async end(): Promise<unknown> {
    this.child.stdin.end();
    return this.child.exitCode ?? (await once(this.child, "exit"))[0];
  }

  private send(message: object): void {
    this.child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  }
}
