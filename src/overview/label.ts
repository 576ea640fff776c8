/** The label of a configuration in messages: its display name followed by its id, or only the id. */
export function labelOf(id: string, displayName: string | null | undefined): string {
  return displayName ? `${displayName} (${id})` : id;
}
