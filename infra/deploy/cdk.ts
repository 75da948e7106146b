import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../lib/errors.ts';

/** Runs the CDK of this clone on the configuration at this path, in view of the terminal. */
export type RunCdk = (args: string[], configFile: string) => Promise<void>;

const CLI = fileURLToPath(new URL('../../node_modules/aws-cdk/bin/cdk', import.meta.url));

/** @throws AppError DEPLOYMENT_FAILED where it does not end well; it said why. */
export const runCdk: RunCdk = async (args, configFile) => {
  const env = { ...process.env, LIFECYCLE_CONFIG: configFile };
  const child = spawn(process.execPath, [CLI, ...args], { env, stdio: 'inherit' });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new AppError('DEPLOYMENT_FAILED', `cdk ${args[0] ?? ''} ended with code ${String(code)}.`);
};
