import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Secrets } from '../../lib/lifecycle/ports.ts';
import { MINUTE } from '../../lib/time.ts';

/** Secrets that are remembered for five minutes, over a vault that the test may change, break and mend. */
export interface OpenSecrets {
  secrets: Secrets;
  clock: { now(): number; pass(ms: number): void };
  /** Gives the secret a new value; the one before stays accepted. */
  rotate(name: string, value: string): Promise<void>;
  /** How often a value was asked of the vault. */
  loads(): number;
  break(): void;
  mend(): void;
  close(): Promise<void>;
}

const unavailable = { code: 'SECRET_UNAVAILABLE' };

/** What secrets keep to, wherever they are stored. */
export function secretsContract(name: string, open: () => Promise<OpenSecrets>): void {
  describe(`secrets ${name}`, () => {
    let vault: OpenSecrets;
    let secrets: Secrets;
    beforeEach(async () => {
      vault = await open();
      secrets = vault.secrets;
      await vault.rotate('token', 'old');
    });
    afterEach(() => vault.close());

    test('a secret that does not exist is SECRET_UNAVAILABLE and named', async () => {
      const named = { ...unavailable, message: expect.stringContaining('none') };
      await expect(secrets.current('none')).rejects.toMatchObject(named);
      await expect(secrets.accepted('none')).rejects.toMatchObject(named);
    });

    test.each(['', ' \n'])('a value of %j is no value: anybody could sign with it', async (empty) => {
      await vault.rotate('hook', empty);
      await expect(secrets.accepted('hook')).rejects.toMatchObject(unavailable);
    });

    test('the value before is accepted after the current one, the one before that no more', async () => {
      expect(await secrets.accepted('token')).toEqual(['old']);
      await vault.rotate('token', 'mid');
      await vault.rotate('token', 'new');
      vault.clock.pass(5 * MINUTE);
      expect(await secrets.accepted('token')).toEqual(['new', 'mid']);
      expect(await secrets.current('token')).toBe('new');
    });

    test('a value is remembered for five minutes, also that there is none before it', async () => {
      await secrets.accepted('token');
      const loads = vault.loads();
      vault.clock.pass(5 * MINUTE - 1);
      await vault.rotate('token', 'new');
      expect(await secrets.accepted('token')).toEqual(['old']);
      expect(vault.loads()).toBe(loads);
      vault.clock.pass(1);
      expect(await secrets.current('token')).toBe('new');
    });

    test('whoever asks while it is read waits for the same read', async () => {
      const values = await Promise.all(Array.from({ length: 5 }, () => secrets.current('token')));
      expect(values).toEqual(['old', 'old', 'old', 'old', 'old']);
      expect(vault.loads()).toBe(1);
    });

    test('all that ask for a refresh at the same time get one, with the rotated value', async () => {
      await secrets.current('token');
      await vault.rotate('token', 'new');
      const refreshed = Array.from({ length: 5 }, () => secrets.current('token', { refresh: true }));
      expect(new Set(await Promise.all(refreshed))).toEqual(new Set(['new']));
      expect(vault.loads()).toBe(2);
      expect(await secrets.current('token')).toBe('new');
    });

    test('a second refresh within a minute gives the remembered value: a wrong token must not storm the vault', async () => {
      await secrets.current('token');
      await secrets.current('token', { refresh: true });
      await vault.rotate('token', 'new');
      vault.clock.pass(MINUTE - 1);
      expect(await secrets.current('token', { refresh: true })).toBe('old');
      vault.clock.pass(1);
      expect(await secrets.current('token', { refresh: true })).toBe('new');
    });

    test('after a refresh that shows a rotation the value before is read anew, so that both are accepted', async () => {
      await secrets.accepted('token');
      await vault.rotate('token', 'new');
      await secrets.current('token', { refresh: true });
      expect(await secrets.accepted('token')).toEqual(['new', 'old']);
    });

    test('a failed read is forgotten: the next one who asks reads again', async () => {
      vault.break();
      await expect(secrets.current('token')).rejects.toMatchObject(unavailable);
      vault.mend();
      expect(await secrets.current('token')).toBe('old');
    });

    test('a failed refresh neither forgets the value nor counts as the refresh of this minute', async () => {
      await secrets.current('token');
      await vault.rotate('token', 'new');
      vault.break();
      await expect(secrets.current('token', { refresh: true })).rejects.toMatchObject(unavailable);
      expect(await secrets.current('token')).toBe('old');
      vault.mend();
      expect(await secrets.current('token', { refresh: true })).toBe('new');
    });

    test('when the value before cannot be read, nothing is accepted rather than less than should be', async () => {
      await secrets.current('token');
      vault.break();
      await expect(secrets.accepted('token')).rejects.toMatchObject(unavailable);
    });

    test('one secret does not answer for another', async () => {
      await vault.rotate('hook', 'h');
      expect([await secrets.current('token'), await secrets.current('hook')]).toEqual(['old', 'h']);
    });
  });
}
