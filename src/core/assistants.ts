/** What a person may hand over to an assistant that is connected to the layer (`assistants.may` in the configuration). */
export const ASSISTANT_DEEDS = ["approve", "dismiss", "undo"] as const;
export type AssistantDeed = (typeof ASSISTANT_DEEDS)[number];

/** Who asked, for the journal: the person on whose behalf an assistant runs, and that it was not the person who typed. */
export function throughAssistant(person: string): string {
  return `${person} through an assistant`;
}
