import type { User } from '../../../lib/bitsight/index.ts';
import { normaliseEmail } from '../../../lib/email.ts';
import {
  asAssumed,
  assume,
  notHere,
  otherwise,
  rawPage,
  unknown,
  type Assumption,
  type Probed,
  type Seen,
} from './probing.ts';
import type { Sample } from './reading.ts';

/** How the filters compare, and whom lists hide. */
export function searching(probed: Probed, { users, total }: Sample): Assumption[] {
  const person = users.find(({ email }) => /^[a-z][^@]*@[^@]+$/.test(email) && normaliseEmail(email) === email);
  return [
    ...filter(probed, 'email', person, total),
    ...filter(probed, 'email_q', person, total),
    ...flag(probed, 'is_company_api_token'),
    ...flag(probed, 'is_available_for_contact'),
  ];
}

const FILTERS = {
  email: { id: 'email-filter', matches: 'whole', caseCounts: true },
  email_q: { id: 'email-q', matches: 'part', caseCounts: false },
} as const;
const MATCHES = {
  whole: 'the whole address only',
  prefix: 'how it begins',
  part: 'any part of it',
};

/** How much of an address the filter wants, and whether letters count. */
function filter(probed: Probed, name: 'email' | 'email_q', person: User | undefined, total: number): Assumption[] {
  const { id, matches, caseCounts } = FILTERS[name];
  const finds = async (value: string): Promise<boolean> => {
    const { page } = await rawPage(probed, { [name]: value, limit: 100 });
    if (page.count === total && total > 1) throw new Unfiltered();
    return page.results.some(({ guid }) => guid === person?.guid);
  };
  const searched = async (look: (address: string) => Promise<Seen>): Promise<Seen> => {
    if (person === undefined) return notHere('no address to search for');
    try {
      return (await finds(person.email)) ? await look(person.email) : unknown('the whole address finds nobody');
    } catch (error) {
      if (error instanceof Unfiltered) return unknown('it filters nothing');
      throw error;
    }
  };
  const both = [
    assume(
      `${id}-match`,
      `${name}=<address>, without its last letter, without its first: finds ${MATCHES[matches]}`,
      async (address: string) => {
        const byBeginning = await finds(address.slice(0, -1));
        const byEnd = await finds(address.slice(1));
        if (byEnd && !byBeginning) return unknown('found by its end, not by its beginning');
        const seen = byEnd ? 'part' : byBeginning ? 'prefix' : 'whole';
        return (seen === matches ? asAssumed : otherwise)(MATCHES[seen]);
      },
    ),
    assume(
      `${id}-case`,
      `${name}=<address in capitals>: ${caseCounts ? 'finds nobody' : 'finds it all the same'}`,
      async (address: string) => {
        const counts = !(await finds(address.toUpperCase()));
        return (counts === caseCounts ? asAssumed : otherwise)(counts ? 'finds nobody' : 'finds it');
      },
    ),
  ];
  return both.map(({ look, ...one }) => ({ ...one, look: () => searched(look) }));
}

/** A filter that lets everybody through. */
class Unfiltered extends Error {}

const FLAGS = {
  is_company_api_token: { hidden: 'tokens-hidden', only: 'token-filter', assumed: true },
  is_available_for_contact: { hidden: 'contacts-hidden', only: 'contact-filter', assumed: false },
} as const;

/** Whom a list shows that does not ask for them, and whether asking shows them alone. */
function flag(probed: Probed, name: keyof typeof FLAGS): Assumption[] {
  const { hidden, only, assumed } = FLAGS[name];
  let marked: User[] = [];
  return [
    assume(only, `a list with ${name}=true: these alone`, async () => {
      const { page } = await rawPage(probed, { [name]: true, limit: 100 });
      marked = page.results.filter((user) => user[name] === true);
      if (marked.length === 0) return page.count === 0 ? notHere('there is none') : unknown('none of them is one');
      return marked.length === page.results.length ? asAssumed('these alone') : otherwise('others too');
    }),
    assume(hidden, `a list without it, with guid=<one of these>: ${assumed ? 'not shown' : 'shown'}`, async () => {
      const [one] = marked;
      if (one === undefined) return notHere('there is none');
      const { page } = await rawPage(probed, { guid: one.guid, limit: 100 });
      if (page.results.some(({ guid }) => guid !== one.guid)) return unknown('guid= finds others too');
      const isHidden = page.results.length === 0;
      return (isHidden === assumed ? asAssumed : otherwise)(isHidden ? 'not shown' : 'shown');
    }),
  ];
}
