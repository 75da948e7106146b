import { tell } from './measured.ts';

interface Page {
  links: { next?: string | null };
  results: unknown[];
}

/** The least that an export has to do: ask for page after page, people and then API tokens, and count the rows. */
async function count(): Promise<number> {
  const authorization = `Basic ${Buffer.from(`${process.env['BITSIGHT_TOKEN']}:`).toString('base64')}`;
  let rows = 0;
  for (const filter of ['', '&is_company_api_token=true']) {
    let next: string | null | undefined =
      `${process.env['BITSIGHT_URL']}/ratings/v2/users?limit=100&sort=guid${filter}`;
    while (typeof next === 'string') {
      const response: Response = await fetch(next, { headers: { authorization } });
      const page = (await response.json()) as Page; // -- what the simulator answers
      rows += page.results.length;
      next = page.links.next;
    }
  }
  return rows;
}

await tell(count);
