import { randomUUID } from 'node:crypto';
import type { Ids } from '../lifecycle/ports.ts';

export function ids(): Ids {
  return { next: () => randomUUID() };
}
