import { type ChildProcess, spawn, type StdioOptions } from "node:child_process";
import { createInterface } from "node:readline";

export interface Child {
  readonly pid: number;
  readonly process: ChildProcess;
  /** The next line of its standard output; throws where it ends first. */
  line(): Promise<string>;
  /** Exit code, or the signal's name; never throws. Killed after `limitMs`. */
  ended(limitMs: number): Promise<number | string>;
  signal(name: NodeJS.Signals): void;
}

/** Processes of this run. Whatever happens, none outlives it. */
export class Children {
  private readonly running = new Set<ChildProcess>();

  start(command: string, args: readonly string[], stdio: StdioOptions = ["ignore", "pipe", "inherit"]): Child {
    const child = spawn(command, args, { stdio });
    this.running.add(child);
    const { promise: exit, resolve } = Promise.withResolvers<number | string>();
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, signal) => {
      this.running.delete(child);
      resolve(signal ?? code ?? 0);
    });
    const lines = child.stdout && createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    return {
      pid: child.pid ?? 0,
      process: child,
      line: async () => {
        const next = await lines?.next();
        if (next === undefined || next.done === true) throw new Error(`${command} ended with ${await exit}`);
        return next.value;
      },
      ended: async (limitMs) => {
        const timer = setTimeout(() => child.kill("SIGKILL"), limitMs);
        const code = await exit;
        clearTimeout(timer);
        return code;
      },
      signal: (name) => void child.kill(name),
    };
  }

  /** What a program that ends by itself prints as one JSON line. */
  async json<T>(command: string, args: readonly string[], limitMs: number): Promise<T> {
    const child = this.start(command, args);
    const [line] = await Promise.all([child.line(), child.ended(limitMs)]);
    return JSON.parse(line) as T;
  }

  killAll(): void {
    for (const child of this.running) child.kill("SIGKILL");
  }
}
