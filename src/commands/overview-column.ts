/** The column of a property in flat formats: the overview's own key must not be taken for the configuration's. */
export function columnOf(name: string): string {
  return name === 'id' ? 'overviewId' : name;
}
