import { spawn } from "node:child_process";
import { loopbackFetch } from "./web-fetch.ts";

/**
 * A stand-in for a web application, run as a program. In ordinary service it starts `date` and a
 * fetch of one endpoint for each request. "Exploited", it does what a dropper does: download, make
 * executable, run. What it runs is harmless and ends by itself.
 */
export type AppOrder =
  | { readonly do: "serve"; readonly times: number; readonly url: string }
  | {
      readonly do: "drop";
      readonly url: string;
      readonly file: string;
      readonly args: readonly string[];
    };
export type AppReport =
  | { readonly is: "ready" }
  | { readonly is: "served" }
  | { readonly is: "failed"; readonly says: string };

function tell(report: AppReport): void {
  process.send?.(report);
}

/** Resolves when the program has ended well. */
function run(argv: readonly string[]): Promise<void> {
  const [file = "", ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: "ignore", timeout: 5000 });
    child.once("error", reject);
    child.once("exit", (code) => (code === 0 ? resolve() : reject(new Error(`${file} ended with ${code}`))));
  });
}

async function obey(order: AppOrder): Promise<void> {
  if (order.do === "serve") {
    for (let i = 0; i < order.times; i++) {
      await run(["date"]);
      await run(loopbackFetch(order.url, "/dev/null"));
    }
    return tell({ is: "served" });
  }
  await run(loopbackFetch(order.url, order.file));
  await run(["chmod", "+x", order.file]);
  spawn(order.file, order.args, { stdio: "ignore" }).once("error", (error) =>
    tell({ is: "failed", says: error.message }),
  );
}

process.on("message", (order: AppOrder) => {
  obey(order).catch((error: unknown) => tell({ is: "failed", says: String(error) }));
});
process.once("disconnect", () => process.exit());
tell({ is: "ready" });
