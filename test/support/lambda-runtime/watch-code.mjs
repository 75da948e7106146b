/** Loaded by `--import`: says on stderr when a program makes code from text. */
globalThis.Function = new Proxy(Function, {
  construct(target, args) {
    process.stderr.write('code was made from text\n');
    return Reflect.construct(target, args);
  },
});
