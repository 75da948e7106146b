import { wholeBytes } from '../bytes.ts';
import { AppError } from '../errors.ts';
import { changeItem, getItem } from '../lifecycle/item.ts';
import { keys, RosterSchema, type RosterItem, type TakenRoster } from '../lifecycle/ledger.ts';
import type { Archive, Clock, Lanes, Store } from '../lifecycle/ports.ts';
import { StatementSchema, type RosterStatement } from './statement.ts';

export interface RosterDeps {
  store: Pick<Store, 'get' | 'put'>;
  archive: Pick<Archive, 'get' | 'put'>;
  lanes: Pick<Lanes, 'send'>;
  clock: Pick<Clock, 'now'>;
}

export function readItem(store: Pick<Store, 'get'>, source: string): Promise<RosterItem | undefined> {
  return getItem(store, keys.roster(source), RosterSchema);
}

export const changeRoster = (
  store: RosterDeps['store'],
  source: string,
  change: (latest: RosterItem | undefined) => RosterItem | undefined,
) => changeItem(store, keys.roster(source), RosterSchema, change);

export function changeTelling(
  store: RosterDeps['store'],
  source: string,
  id: string,
  change: (told: NonNullable<RosterItem['telling']>) => NonNullable<RosterItem['telling']>,
) {
  return changeRoster(store, source, (latest) =>
    latest?.telling?.id === id ? { ...latest, telling: change(latest.telling) } : undefined,
  );
}

export async function readStatement(
  { archive }: Pick<RosterDeps, 'archive'>,
  source: string,
  roster: TakenRoster | undefined,
): Promise<RosterStatement | undefined> {
  if (roster === undefined) return undefined;
  const key = statementKey(source, roster.id);
  const body = await archive.get(key);
  if (body === undefined) throw new AppError('ARCHIVE_UNAVAILABLE', `There is no ${key}, which the ledger names.`);
  return StatementSchema.parse(JSON.parse((await wholeBytes(body)).toString('utf8')));
}

export const statementKey = (source: string, id: string): string => `roster/taken/${source}/${id}.json`;
