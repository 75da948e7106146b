import type { Guard } from './guard.ts';
import { BORDERS } from './guards-borders.ts';
import { BUDGETS } from './guards-budgets.ts';
import { DOORS } from './guards-door.ts';
import { PEOPLE } from './guards-people.ts';
import { REVIEWS } from './guards-reviews.ts';
import { SOURCES } from './guards-sources.ts';
import { ON_TICKETS } from './guards-tickets.ts';
import { WORK } from './guards-work.ts';

/** Every guard. A new one gets a row here with the change that makes it. */
export const GUARDS: readonly Guard[] = [
  ...WORK,
  ...PEOPLE,
  ...BUDGETS,
  ...BORDERS,
  ...DOORS,
  ...REVIEWS,
  ...SOURCES,
  ...ON_TICKETS,
];
