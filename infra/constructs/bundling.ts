import { fileURLToPath } from 'node:url';
import { type BundlingOptions, LogLevel, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { BUNDLE_ALIASES, BUNDLE_SETTINGS } from '../bundle.ts';

/** The clone, with a slash at its end. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** The canonical configuration, beside the bundle. */
export const CONFIG_FILE = 'lifecycle.json';

/** One file with everything in it, by the esbuild of this clone; `configFile` is put beside it. */
export function bundling(configFile: string | undefined): BundlingOptions {
  return {
    ...BUNDLE_SETTINGS,
    format: OutputFormat.ESM,
    logLevel: LogLevel.WARNING,
    bundleAwsSDK: true,
    esbuildArgs: Object.fromEntries(Object.entries(BUNDLE_ALIASES).map(([name, path]) => [`--alias:${name}`, path])),
    commandHooks: {
      beforeBundling: () => [],
      beforeInstall: () => [],
      afterBundling: (_, output) => (configFile === undefined ? [] : [`cp "${configFile}" "${output}/${CONFIG_FILE}"`]),
    },
  };
}
