import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import recommended from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { AwsSolutionsChecks } from 'cdk-nag';
import type { ConfigFile } from './config-file.ts';
import { stackName } from './names.ts';
import { LifecycleStack } from './stack.ts';

/**
 * The CDK app of one configuration: one tenant, one stack. Feature flags are given here and not in cdk.json, so that the
 * command line, `node infra/app.ts` and the tests synthesize the same.
 */
export function createTenantApp(
  { config, json }: Pick<ConfigFile, 'config' | 'json'>,
  context: Record<string, unknown> = {},
) {
  const app = new App({ analyticsReporting: false, context: { ...recommended, ...context } });
  const configFile = join(app.outdir, 'lifecycle.json');
  writeFileSync(configFile, json);
  const stack = new LifecycleStack(app, stackName(config.tenant), { config, configFile });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return { app, stack };
}
