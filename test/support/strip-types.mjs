// Jest transformer: blanks out type annotations with Node's own module.stripTypeScriptTypes.
// Line and column numbers stay the same, so no source map is needed.
import { createHash } from 'node:crypto';
import { stripTypeScriptTypes } from 'node:module';

export default {
  getCacheKey: (source, path, options) =>
    createHash('sha256')
      .update([process.version, String(options.instrument), options.configString, path, source].join('\0'))
      .digest('hex'),
  process: (source) => ({ code: stripTypeScriptTypes(source) }),
};
