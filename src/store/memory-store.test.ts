import { createMemoryStore } from "./memory-store.ts";
import { storeCases } from "./store.cases.fixture.ts";

storeCases("store without a disk", (rows) => createMemoryStore({ rows }));
