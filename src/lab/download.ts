import { writeFileSync } from "node:fs";

/** Downloader for hosts with neither curl nor wget, run as a program: URL, file. */
const [, , url = "", file = ""] = process.argv;
const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
if (!response.ok) throw new Error(`${url} answered ${response.status}`);
writeFileSync(file, Buffer.from(await response.arrayBuffer()));
