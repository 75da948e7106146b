export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/test/support/strip-types.mjs' },
  modulePathIgnorePatterns: ['<rootDir>/cdk.out', '<rootDir>/.data'],
  coverageProvider: 'v8',
  collectCoverageFrom: ['lib/**/*.ts', 'functions/**/*.ts'],
  reporters: ['default', '<rootDir>/test/support/totals-reporter.mjs'],
  testTimeout: 30_000,
  workerIdleMemoryLimit: '700MB', // modules of finished suites are never let go: a worker grows until it does little but collect
};
