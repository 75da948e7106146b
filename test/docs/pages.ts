import { costPage } from '../cost/page.ts';
import { dataPage } from './data-page.ts';
import { dialectsPage } from './dialects-page.ts';
import { faultsPage } from './faults-page.ts';
import { leaversPage } from './leavers-page.ts';
import { ledgerPage } from './ledger-page.ts';
import { licencesPage } from './licences-page.ts';
import { outcomesSchema } from './outcomes-schema.ts';

/** Pages that are made, by file. */
export const PAGES: Record<string, () => string> = {
  'docs/ledger.md': ledgerPage,
  'docs/faults.md': faultsPage,
  'docs/leavers.md': leaversPage,
  'docs/data.md': dataPage,
  'docs/outcomes.schema.json': outcomesSchema,
  'docs/licences.md': licencesPage,
  'docs/cost.md': costPage,
  'docs/sources/dialects.md': dialectsPage,
};
