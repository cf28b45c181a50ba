import type { Command } from "commander";
import { globalsOf, must } from "./global-options.ts";

/** `swarms mcp`: the layer as tools and resources of the Model Context Protocol, over standard input and output. */
export function registerMcp(program: Command): void {
  program
    .command("mcp")
    .description("serve what the layer sees to an assistant (Model Context Protocol, over standard input and output)")
    .addHelpText(
      "after",
      `
An assistant may look and do nothing else, unless the configuration hands it over:
  assistants: { may: [approve, dismiss, undo] }
Most assistants take the server as: { "command": "swarms", "args": ["mcp"] }`,
    )
    .action(async (_options: object, command: Command) => {
      const { serveAssistant } = await import("./mcp/serve.ts");
      must(serveAssistant(globalsOf(command)));
    });
}
