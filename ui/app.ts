import { useEffect, useRef, useState } from "preact/hooks";
import { html, type VNode } from "./html.ts";
import { CostBar } from "./parts/cost-bar.ts";
import { Notices } from "./parts/notices.ts";
import { TopBar } from "./parts/top-bar.ts";
import { go, hrefOf, usePlace } from "./place.ts";
import { store, useStore } from "./store.ts";
import { VIEWS } from "./views.ts";

const KEYS: readonly (readonly [key: string, says: string])[] = [
  [`1 to ${VIEWS.length}`, "the views"],
  ["Tab, Shift-Tab", "from one thing to the next"],
  ["↑ ↓ Page Home End", "in a list or the tree"],
  ["← →", "fold and unfold a branch of the tree"],
  ["Enter", "open what is chosen, press a button"],
  ["/", "search in the tree"],
  ["Esc", "close what is open"],
  ["?", "this"],
];

export function App(): VNode {
  const { live, trouble, connection } = useStore();
  const place = usePlace();
  const [helps, setHelps] = useState(false);
  useKeys(setHelps);
  const shown = VIEWS.find(({ id }) => id === place.view) ?? VIEWS[0];
  useEffect(() => {
    document.title = `${shown?.title ?? ""} · Swarms`;
  }, [shown]);
  return html`
    <a class="skip" href="#main" onClick=${skip}>to the content</a>
    <${TopBar} />
    <nav class="tabs" aria-label="views">
      ${VIEWS.map(({ id, title, count }, at) => {
        const number = count?.(store) ?? 0;
        return html`<a
          key=${id}
          href=${hrefOf(id)}
          aria-current=${id === shown?.id ? "page" : undefined}
          title=${`key ${at + 1}`}
        >
          ${title}${number > 0 && html`<span class="badge" aria-label=${`, ${number}`}>${number}</span>`}
        </a>`;
      })}
      <button class="quiet help" onClick=${() => setHelps(true)} aria-haspopup="dialog">Keys</button>
    </nav>
    <main id="main" tabindex="-1">
      ${
        live === undefined
          ? html`<${Waiting}
              says=${trouble?.says ?? (connection === "lost" ? "the page's server does not answer" : "")}
            />`
          : html`<${shown?.view} />`
      }
    </main>
    <${CostBar} />
    <${Notices} />
    ${helps && html`<${Help} close=${() => setHelps(false)} />`}
  `;
}

function Waiting({ says }: { readonly says: string }): VNode {
  return html`<div class="waiting" role="status">
    <h1>${says === "" ? "Connecting to the layer…" : "The layer does not answer"}</h1>
    <p>${says === "" ? "The first picture comes within a second." : `${says}. Trying again.`}</p>
  </div>`;
}

/** A dialog of the browser's own: it keeps the focus inside and gives it back. */
function Help({ close }: { readonly close: () => void }): VNode {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return html`<dialog ref=${dialog} class="dialog" aria-labelledby="keys-title" onClose=${close}>
    <h2 id="keys-title">Keys</h2>
    <dl class="keys">
      ${KEYS.map(
        ([key, says]) =>
          html`<dt key=${key}><kbd>${key}</kbd></dt>
            <dd>${says}</dd>`,
      )}
    </dl>
    <button onClick=${() => dialog.current?.close()}>Close</button>
  </dialog>`;
}

function skip(event: Event): void {
  // The address belongs to the views.
  event.preventDefault();
  document.getElementById("main")?.focus();
}

function useKeys(setHelps: (helps: boolean) => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const types = event.target instanceof HTMLElement && /^(?:INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
      if (types || event.ctrlKey || event.metaKey || event.altKey) return;
      const view = VIEWS[Number(event.key) - 1];
      if (view !== undefined) go(view.id);
      else if (event.key === "?") setHelps(true);
      else if (event.key === "/") {
        event.preventDefault();
        // At once where it is there: what is typed next belongs to it.
        if (!focusSearch()) {
          go("field");
          requestAnimationFrame(() => requestAnimationFrame(focusSearch));
        }
      }
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [setHelps]);
}

function focusSearch(): boolean {
  const search = document.querySelector<HTMLInputElement>("input[type=search]");
  search?.focus();
  return search !== null;
}
