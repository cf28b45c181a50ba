import { isInstalled } from "./crew.ts";
import { programArgv } from "./program.ts";

/** Command that writes what a loopback address answers into a file: whatever downloader the host has. */
export function loopbackFetch(url: string, file: string, has: (command: string) => boolean = isInstalled): string[] {
  if (has("curl")) return ["curl", "--silent", "--fail", "--noproxy", "*", "--max-time", "5", "--output", file, url];
  if (has("wget")) return ["wget", "--quiet", "--no-proxy", "--timeout=5", "--output-document", file, url];
  return programArgv("download", url, file);
}
