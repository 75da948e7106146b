import { AppError } from '../../../lib/errors.ts';
import type { Directory, HrRecord } from '../../../lib/lifecycle/ports.ts';
import { call, type Hooks } from './hooks.ts';

/** What the HR systems hold, by `source/employee id`; who is not there is not found. An error is thrown. */
export type HrPeople = Map<string, HrRecord | 'no-fetcher' | AppError>;

export function createMemoryDirectory({ people, ...hooks }: { people: HrPeople } & Hooks): Directory {
  return {
    find: (source, employeeId) =>
      call(hooks, 'directory', 'find', () => {
        const answer = people.get(`${source}/${employeeId}`) ?? 'not-found';
        if (answer instanceof AppError) throw answer;
        return answer;
      }),
  };
}
