/** Splits the name of a type, such as `windows10EndpointProtectionConfiguration`, into words, for line breaks. */
export function wordsOf(name: string): readonly string[] {
  return name.match(/[A-Z]+(?![a-z])|[A-Z]?[^A-Z]+/g) ?? [name];
}

/** Splits an id after its hyphens, for line breaks. */
export function piecesOf(id: string): readonly string[] {
  return id.split(/(?<=-)/);
}
