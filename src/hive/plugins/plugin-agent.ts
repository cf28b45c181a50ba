import type { Agent, AgentContext } from "../../core/agent.ts";
import type { EventKind, SensedEvent } from "../../core/event.ts";
import type { PluginHost, PluginModule, PluginSource } from "../../core/plugin.ts";
import { printable } from "../../core/printable.ts";
import { Witness } from "../../immune/evidence/witness.ts";
import { loadPlugin } from "./load-plugin.ts";
import { pluginHost } from "./plugin-host.ts";

/** One that fails more often is switched off until the next start: it costs more than it tells. */
const MAX_FAILURES = 10;

const NOTHING: readonly EventKind[] = [];

/** The place of a plugin's agent among the others: there from the start, hearing nothing until it is loaded. */
export class PluginAgent extends Witness implements Agent {
  readonly name: string;
  readonly colony = "immune";
  says: string;
  private readonly text: string;
  private module: PluginModule | undefined;
  private host: { readonly of: AgentContext; readonly host: PluginHost } | undefined;
  private memory: unknown;
  private failures = 0;
  private kinds = NOTHING;

  constructor({ name, agent = "" }: PluginSource) {
    super();
    this.name = name;
    this.text = agent;
    this.says = "a plugin that is not loaded yet";
  }

  get wants(): readonly EventKind[] {
    return this.kinds;
  }

  /** What is wrong with it; nothing where it runs. */
  async start(): Promise<string | undefined> {
    const loaded = await loadPlugin(this.text);
    if (!loaded.ok) return this.off(loaded.says);
    this.module = loaded.value;
    this.says = `${printable(loaded.value.says, 200)} (plugin)`;
    // A copy: what it wants cannot be another later.
    this.kinds = [...new Set(loaded.value.wants)];
    const { memory } = this;
    if (memory !== undefined) this.attempt(() => loaded.value.recall?.(memory));
    return undefined;
  }

  onEvent(event: SensedEvent, context: AgentContext): void {
    const { module } = this;
    if (module === undefined) return;
    if (this.host?.of !== context) this.host = { of: context, host: pluginHost(this.name, this.testimony, context) };
    const { host } = this.host;
    this.attempt(() => module.onEvent(event, host));
  }

  remember(): unknown {
    const { module } = this;
    this.attempt(() => {
      if (module?.remember !== undefined) this.memory = module.remember();
    });
    return this.memory ?? {};
  }

  recall(memory: unknown): void {
    this.memory = memory;
  }

  /** What a plugin does wrong is its own affair: the others go on. */
  private attempt(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.failures++;
      const why = printable(error instanceof Error ? error.message : String(error), 200);
      if (this.failures >= MAX_FAILURES) this.off(`switched off after ${MAX_FAILURES} errors, the latest: ${why}`);
    }
  }

  private off(why: string): string {
    this.module = undefined;
    this.kinds = NOTHING;
    this.says = `a plugin that does not run: ${why}`;
    return `plugin ${this.name}: ${why}`;
  }
}
