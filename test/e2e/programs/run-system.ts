import { startSystem } from '../../../infra/local/system.ts';
import { localConfig } from '../local-config.ts';

// A whole system in a process of its own, to be killed.
const [data = '', workerTimeoutSeconds] = process.argv.slice(2);
const options = { speed: 60, users: 5, workerTimeoutSeconds: Number(workerTimeoutSeconds) };
await startSystem({ config: localConfig(), data, ...options });
process.stdout.write('up\n');
