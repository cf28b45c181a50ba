import { render } from "preact";
import { App } from "./app.ts";
import { html } from "./html.ts";
import { store } from "./store.ts";
import { follow } from "./stream.ts";

follow(store);
const root = document.getElementById("app");
if (root !== null) {
  root.replaceChildren();
  render(html`<${App} />`, root);
}
