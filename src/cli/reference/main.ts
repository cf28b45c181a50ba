/** `npm run docs`: writes docs/reference. With --check nothing is written: exit 1 says that a page is not as the tables have it. */
import { join } from "node:path";
import { stalePages, writePages } from "./folder.ts";
import { referencePages } from "./pages.ts";

const folder = join(import.meta.dirname, "../../../docs/reference");
const pages = await referencePages();
if (process.argv.includes("--check")) {
  const stale = stalePages(folder, pages);
  for (const name of stale) process.stdout.write(`docs/reference/${name} is not as the tables in the code have it\n`);
  process.stdout.write(stale.length === 0 ? `${pages.size} pages are current\n` : "`npm run docs` writes them anew\n");
  if (stale.length > 0) process.exitCode = 1;
} else {
  const written = writePages(folder, pages);
  process.stdout.write(written.length === 0 ? "all pages were current\n" : `written: ${written.join(", ")}\n`);
}
