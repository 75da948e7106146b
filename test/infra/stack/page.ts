import { page, table } from '../../docs/markdown.ts';
import { CONFIGURATIONS } from './configurations.ts';

const stacks = Object.values(CONFIGURATIONS);
const { full, 'all options': own } = CONFIGURATIONS;

/** docs/permissions.md: what the templates of three configurations hold, and what each role may do. */
export function permissionsPage(): string {
  const roles = full.roles();
  return page('What a stack is made of, and who may do what', 'the synthesized templates', [
    'Names are the paths of the constructs in `infra/`. `night only` is `features.webhooks: false`; what a configuration adds besides (captures, keys of HR systems, chat) is in the tests.',
    '## Resources',
    table(['', ...Object.keys(CONFIGURATIONS)], counts()),
    '## Roles',
    'All there is: no managed policies, and no `*` but at the end of the names of objects, of alarms and of partitions of the ledger. Behind a resource stands what a condition limits it to: partitions, or the service through which a key is used.',
    ...roles.flatMap(({ title, role }) => [`### ${title}`, permissionsTable(full.permissions(role))]),
    '## With a key of your own',
    '`deployment.customerKey: true` adds this, and nothing else:',
    table(
      ['', 'may', 'through'],
      roles.flatMap(({ title, role }) => keyRows(title, own.permissions(role))),
    ),
  ]);
}

function counts(): string[][] {
  const types = stacks.map((stack) => Map.groupBy(Object.values(stack.resources), ({ Type }) => Type));
  const all: string[] = [...new Set(types.flatMap((one) => [...one.keys()]))];
  return all.sort().map((type) => [code(type), ...types.map((one) => String(one.get(type)?.length ?? 0))]);
}

const code = (text: string): string => `\`${text}\``;

type Permissions = Record<string, string[]>;

/** Actions over the same resources share a row. */
function permissionsTable(permissions: Permissions): string {
  return table(['may', 'on'], together(permissions));
}

function keyRows(title: string, permissions: Permissions): string[][] {
  const kms = Object.entries(permissions).filter(([action]) => action.startsWith('kms:'));
  const through = kms.map(([action, on]): [string, string[]] => [
    action,
    on.map((one) => one.split(' via ')[1] ?? 'anything'),
  ]);
  return together(Object.fromEntries(through)).map(([may = '', on = '']) => [title, may, on]);
}

function together(permissions: Permissions): string[][] {
  const byResources = Map.groupBy(Object.entries(permissions), ([, on]) => on.map(code).join(', '));
  return [...byResources].map(([on, all]) => [
    all
      .map(([action]) => code(action))
      .sort()
      .join(', '),
    on,
  ]);
}
