import { toIso } from '../../../lib/time.ts';
import type { Given, Report } from './command.ts';
import { writeDecision } from './decision.ts';
import { tellDecision, type Decided } from './overrule.ts';
import { namedAs } from './people.ts';
import { findPerson } from './person.ts';
import type { Target } from './target.ts';
import { untilGiven } from './until.ts';

/** Asks, and sends what was decided over one person. */
export async function decidePerson(target: Target, given: Given, what: string, decided: Decided): Promise<Report> {
  const person = await findPerson(target, given.args[0]);
  const { pid, name, email } = namedAs(person, target);
  const until = untilGiven(target, given.options['until']);
  const lasts = until === undefined ? '' : `, until ${toIso(until)}`;
  await given.confirm(`${what} ${name} ${email}${lasts}, on ${target.name}.`, what);
  const event = await tellDecision(target, person, { ...decided, ...(until !== undefined && { until }) });
  await writeDecision(target, given, what, { pid, event: event.id, ...(until !== undefined && { until }) });
  return { text: `Decided; see npm run ops -- show ${pid} in a moment.`, data: { pid, event: event.id, until } };
}
