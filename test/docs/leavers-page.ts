import { LEAVER_LOSES, STEPS_OF } from '../../lib/lifecycle/leaver-loses.ts';
import { page, table } from './markdown.ts';

/** docs/leavers.md: what a leaver loses, by mode. */
export function leaversPage(): string {
  const steps = table(
    ['`offboarding.mode`', 'steps'],
    Object.entries(STEPS_OF).map(([mode, of]) => [`\`${mode}\``, of.join(', and after `offboarding.graceDays`: ')]),
  );
  const losses = table(
    ['', '`restrict`', '`delete`', '`deactivate`'],
    Object.entries(LEAVER_LOSES).map(([what, { restrict, delete: removed, deactivate }]) => [
      what,
      restrict,
      removed,
      deactivate,
    ]),
  );
  return page('What a leaver loses', 'lib/lifecycle/leaver-loses.ts', [
    'Restricting reduces access, it does not end it. Receipts, metrics and pages say `restricted` or `removed`, and never `deactivated`.',
    steps,
    '`deactivate` is a mode only where `npm run ops -- probe --write` proved in this tenant that PATCH takes a status.',
    losses,
    'With single sign-on, end the assignment in the identity provider too: nothing here can.',
  ]);
}
