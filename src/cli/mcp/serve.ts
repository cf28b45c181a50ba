import { randomBytes } from "node:crypto";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { ok, type Result } from "../../core/errors.ts";
import type { Globals } from "../global-options.ts";
import { version } from "../version.ts";
import { assistedLayer } from "./layer.ts";
import { assistantServer } from "./server.ts";
import { MARK_BYTES } from "./untrusted.ts";

/** Until standard input ends. What a wrong configuration would hand over is not guessed: then nothing is served. */
export function serveAssistant(globals: Globals): Result<void> {
  const layer = assistedLayer(globals);
  const handedOver = layer.handedOver();
  if (!handedOver.ok) return handedOver;
  const may = [...new Set(handedOver.value)];
  const mark = (): string => randomBytes(MARK_BYTES).toString("hex");
  // Standard output belongs to the protocol.
  const onerror = (error: Error): void => void process.stderr.write(`swarms mcp: ${error.message}\n`);
  serveStdio(() => assistantServer({ version, layer, may, mark }), { onerror });
  return ok(undefined);
}
