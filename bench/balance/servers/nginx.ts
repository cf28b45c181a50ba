import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { failed, type Result } from "../../../src/core/errors.ts";
import { seededRandom } from "../../../src/core/random.ts";
import { isInstalled } from "../../../src/lab/crew.ts";
import { freePort } from "../free-port.ts";
import { placementOf, type Stage } from "../scenario.ts";
import { startOpenLoop, type Traffic } from "../traffic.ts";

const START_MS = 8000;

export interface NginxLoad {
  readonly group: string;
  readonly workers: number;
  readonly ratePerSecond: number;
  readonly share: number;
  /** Of the text that each request asks for, and that is compressed anew for each. */
  readonly kilobytes: number;
}

/** nginx on loopback with one page, all of its own files in the bench's folder, and its clients. */
export async function startNginx(stage: Stage, load: NginxLoad): Promise<Result<Traffic>> {
  const { crew, folder } = stage.workplace;
  const dir = join(folder, load.group);
  mkdirSync(join(dir, "www"), { recursive: true, mode: 0o755 });
  writeFileSync(join(dir, "www", "page"), textOf(load.kilobytes << 10), { mode: 0o644 });
  const port = await freePort();
  const config = join(dir, "nginx.conf");
  writeFileSync(config, configOf(dir, port, load.workers));
  const program = isInstalled("nginx") ? "nginx" : "/usr/sbin/nginx";
  const child = crew.start({
    name: "nginx",
    argv: [program, "-p", dir, "-e", join(dir, "error.log"), "-c", config],
    // A master that is killed leaves its workers behind.
    orphaned: "TERM",
    patienceMs: 3000,
    ...placementOf(stage, load.group),
  });
  const until = performance.now() + START_MS;
  while (!(await answers(port))) {
    if (performance.now() > until || child.exitCode !== null) return failed("SW-LAB", "nginx did not start");
    await pause(50);
  }
  return await startOpenLoop(
    crew,
    load.group,
    {
      protocol: "http",
      ports: [port],
      connectionsPerPort: 8,
      ratePerSecond: load.ratePerSecond,
      share: load.share,
      seed: stage.seed + 7,
      fill: [],
      query: ["/page"],
      log: join(dir, "samples"),
    },
    stage.host.cpus,
  );
}

function configOf(dir: string, port: number, workers: number): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (kind) => `${kind}_temp_path ${dir}/${kind};`,
  );
  return `daemon off;
user nobody nogroup;
worker_processes ${workers};
pid ${dir}/nginx.pid;
events { worker_connections 256; }
http {
  access_log off;
  ${temporary.join(" ")}
  default_type text/html;
  gzip on;
  gzip_comp_level 6;
  keepalive_timeout 1h;
  keepalive_requests 1000000000;
  server { listen 127.0.0.1:${port}; root ${dir}/www; }
}
`;
}

/** Words of a small vocabulary by chance: it compresses as pages do. */
function textOf(bytes: number): string {
  const random = seededRandom(bytes);
  const word = (): string => Math.floor(random() ** 3 * 4096).toString(36);
  let text = "";
  while (text.length < bytes) text += `${word()} `;
  return text.slice(0, bytes);
}

async function answers(port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/page`, { signal: AbortSignal.timeout(1000) });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}
