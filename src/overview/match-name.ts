/** A configuration as far as it is known by its name. */
export interface Named {
  readonly id: string;
  readonly displayName: string;
}

/**
 * The configurations that a name means: those that are named so, else those whose name differs in letter case alone.
 * Names are compared in NFC, since keyboards and services do not agree on how to write an umlaut.
 */
export function matchName(name: string, all: readonly Named[]): readonly Named[] {
  const wanted = name.normalize('NFC');
  const exact = all.filter(({ displayName }) => displayName.normalize('NFC') === wanted);
  if (exact.length > 0) return exact;
  return all.filter(({ displayName }) => isNamed(name, displayName));
}

/** Whether a display name is this name, in any letter case. */
export function isNamed(name: string, displayName: string): boolean {
  return folded(displayName) === folded(name);
}

/** The configurations whose name or id begins so, in any letter case. */
export function matchBeginning(beginning: string, all: readonly Named[]): readonly Named[] {
  const wanted = folded(beginning);
  return all.filter(
    ({ id, displayName }) => folded(displayName).startsWith(wanted) || folded(id).startsWith(wanted),
  );
}

/**
 * The configurations whose name becomes this one where a code page without their letters put `?` in the place of each:
 * `Ger?t` is what is left of `Gerät`.
 */
export function matchDamaged(name: string, all: readonly Named[]): readonly Named[] {
  if (!/[?\ufffd]/.test(name)) return [];
  return all.filter(({ displayName }) =>
    (['NFC', 'NFD'] as const).some((form) => isDamagedFrom(name, displayName.normalize(form))),
  );
}

/** Letters outside of ASCII are lost one UTF-16 unit at a time. */
function isDamagedFrom(damaged: string, whole: string): boolean {
  if (damaged.length !== whole.length || damaged === whole) return false;
  return [...damaged.split('').keys()].every(
    (at) =>
      damaged[at] === whole[at] || (/[?\ufffd]/.test(damaged[at] as string) && whole.charCodeAt(at) > 0x7f),
  );
}

function folded(text: string): string {
  return text.normalize('NFC').toLowerCase();
}
