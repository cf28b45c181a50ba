import type { PluginOutput } from "../core/plugin.ts";
import { importPlugin, wordsOf } from "../core/plugin-module.ts";
import { printable } from "../core/printable.ts";
import type { PluginCode, PostAnswer, PostJob } from "../core/wire/sender.ts";
import type { Result } from "../core/errors.ts";

/** The outputs that are plugins: what was handed over as text, loaded when first called for. */
export class PluginOutputs {
  private readonly texts = new Map<string, string>();
  private readonly loaded = new Map<string, Promise<Result<unknown>>>();

  take({ name, text }: PluginCode): void {
    this.texts.set(name, text);
    this.loaded.delete(name);
  }

  /** `end` is called once, in time: unless the plugin never gives the process back, which whoever started that has to notice. */
  deliver(job: PostJob, end: (answer: PostAnswer) => void): void {
    const overdue = AbortSignal.timeout(job.timeoutMs);
    let done = false;
    const finish = (answer: PostAnswer): void => {
      if (!done) end(answer);
      done = true;
    };
    overdue.addEventListener("abort", () => finish(later(`no end in ${job.timeoutMs / 1000} s`)), { once: true });
    this.call(job, overdue).then(finish, (error: unknown) => finish(later(wordsOf(error))));
  }

  private async call({ plugin = "", id, text, url, token }: PostJob, signal: AbortSignal): Promise<PostAnswer> {
    const loaded = await this.load(plugin);
    if (!loaded.ok) return later(loaded.says);
    const given = await (loaded.value as PluginOutput)(JSON.parse(text) as Readonly<Record<string, unknown>>, {
      id,
      signal,
      ...(url !== "" && { url }),
      ...(token !== undefined && { token }),
    });
    const refused: unknown = given?.refused;
    return refused === undefined
      ? { result: "taken", says: "" }
      : { result: "refused", says: printable(String(refused), 200) };
  }

  private load(name: string): Promise<Result<unknown>> {
    const before = this.loaded.get(name);
    if (before !== undefined) return before;
    const loading = importPlugin(this.texts.get(name) ?? "", "output.js");
    this.loaded.set(name, loading);
    return loading;
  }
}

function later(says: string): PostAnswer {
  return { result: "later", says };
}
