import { isAppError } from '../lib/errors.ts';
import { loadConfigFile } from './config-file.ts';
import { createTenantApp } from './tenant-app.ts';

try {
  createTenantApp(await loadConfigFile()); // an app synthesizes by itself when the process ends
} catch (error) {
  if (!isAppError(error)) throw error;
  console.error(error.line);
  process.exitCode = 1;
}
