import type { PropertyRow } from '../../catalog/properties.ts';
import type { Condition } from './parse.ts';

/** The properties that a condition compares, without duplicates, in order of appearance. */
export function propertiesOf(condition: Condition): readonly PropertyRow[] {
  return [...new Set(named(condition))];
}

function named(condition: Condition): PropertyRow[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.parts.flatMap(named);
    case 'not':
      return named(condition.part);
    case 'comparison':
      return [condition.property];
  }
}
