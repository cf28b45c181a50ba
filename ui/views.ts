import type { FunctionComponent } from "preact";
import type { Store } from "./store.ts";
import { ChangesView } from "./views/changes.ts";
import { FieldView } from "./views/field.ts";
import { IncidentsView } from "./views/incidents.ts";
import { LearnedView } from "./views/learned.ts";
import { OverviewView } from "./views/overview.ts";
import { SearchView } from "./views/search.ts";

interface View {
  readonly id: string;
  readonly title: string;
  readonly view: FunctionComponent;
  /** What asks for attention there; 0: nothing. */
  count?(store: Store): number;
}

/** In the order of the tabs; the key is the place in it. */
export const VIEWS: readonly View[] = [
  {
    id: "overview",
    title: "Overview",
    view: OverviewView,
    count: ({ live }) => live?.status.guard?.waiting.length ?? 0,
  },
  { id: "field", title: "Field", view: FieldView },
  { id: "changes", title: "Changes", view: ChangesView, count: ({ live }) => live?.status.leases.length ?? 0 },
  { id: "incidents", title: "Incidents", view: IncidentsView, count: ({ live }) => live?.status.incidents.open ?? 0 },
  { id: "search", title: "Search", view: SearchView },
  { id: "learned", title: "Learned", view: LearnedView },
];
