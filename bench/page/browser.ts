import { existsSync } from "node:fs";

export const BROWSER = {
  places: ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"],
  missing: "needs chromium (package chromium)",
} as const;

export function browserPlace(): string | undefined {
  return BROWSER.places.find((path) => existsSync(path));
}
