import type { Evidence } from "../core/action.ts";
import type { EntityKey } from "../core/entity.ts";

const MAX_ENTITIES = 4096;
const MAX_PER_ENTITY = 24;

/** The latest evidence on each entity, bounded: the least recently deposited-on entity goes first. */
export class EvidenceBook {
  private readonly byEntity = new Map<EntityKey, Evidence[]>();

  add(evidence: Evidence): void {
    const known = this.byEntity.get(evidence.entity) ?? [];
    // One fact may go on two traces, the fast and the slow one.
    if (known.at(-1) === evidence) return;
    // Deleting first moves the entity to the young end of the map's order.
    this.byEntity.delete(evidence.entity);
    this.byEntity.set(evidence.entity, [...known.slice(-(MAX_PER_ENTITY - 1)), evidence]);
    if (this.byEntity.size > MAX_ENTITIES) {
      const oldest = this.byEntity.keys().next();
      if (!oldest.done) this.byEntity.delete(oldest.value);
    }
  }

  /** Oldest first. */
  of(entity: EntityKey): readonly Evidence[] {
    return this.byEntity.get(entity) ?? [];
  }
}
