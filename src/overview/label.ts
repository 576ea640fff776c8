/** How a configuration is named in a line of text: its display name with the id after it, or its id alone. */
export function labelOf(id: string, displayName: string | null | undefined): string {
  return displayName ? `${displayName} (${id})` : id;
}
