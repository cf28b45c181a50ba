/** Colours of pheromones: names of custom properties in styles/tokens.css. */
const FAMILIES = [
  { begins: "danger", name: "danger" },
  { begins: "demand", name: "demand" },
  { begins: "response", name: "response" },
  { begins: "mature", name: "danger" },
  { begins: "tolerant", name: "calm" },
] as const;

export type Family = (typeof FAMILIES)[number]["name"] | "other";
export const FAMILY_SAYS: Readonly<Record<Family, string>> = {
  danger: "danger: it may not belong here",
  demand: "demand: a service waits",
  response: "response: somebody acts on it",
  calm: "tolerance: ordinary work",
  other: "others",
};

export function familyOf(pheromone: string): Family {
  return FAMILIES.find(({ begins }) => pheromone.startsWith(begins))?.name ?? "other";
}

/** A concentration where a small one is seen and a large one is still told from a larger: 0 to 1, 10 being the most. */
export function intensity(concentration: number): number {
  return Math.min(1, Math.log2(1 + Math.max(0, concentration)) / Math.log2(11));
}
