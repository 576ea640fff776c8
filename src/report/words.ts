/** The words that the name of a type is made of: `windows10Endpoint`, … A line may break between them. */
export function wordsOf(name: string): readonly string[] {
  return name.match(/[A-Z]+(?![a-z])|[A-Z]?[^A-Z]+/g) ?? [name];
}

/** An id in pieces between which a line may break. */
export function piecesOf(id: string): readonly string[] {
  return id.split(/(?<=-)/);
}
