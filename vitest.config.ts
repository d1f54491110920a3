import { availableParallelism } from 'node:os'
import { configDefaults, defineConfig } from 'vitest/config'

const onElasticsearch = 'test/**/*.es.test.ts'
const onKernels = 'test/**/*.vm.test.ts'
const long = 'test/**/*.soak.test.ts'
const onOwnServers = 'test/**/*.verify.test.ts'

export default defineConfig({
  test: {
    // Nothing here takes seconds on a quiet machine; on a busy one, a time that is up must say that something hangs.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Left to itself vitest keeps a core free, which on two of them is half of the machine.
    maxWorkers: availableParallelism(),
    // Tests leave nothing behind in their process, so that its modules are read once and not for each of some 300 files.
    isolate: false,
    reporters: ['default'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, onElasticsearch, onKernels, long, onOwnServers],
        },
      },
      {
        extends: true,
        test: {
          name: 'elasticsearch',
          include: [onElasticsearch],
          // One node for all of them, started only when one of them runs.
          globalSetup: ['test/elasticsearch/node.ts'],
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
      // Only when asked for: `make soak-ship`.
      ...(process.env['DETPACK_SOAK']
        ? [
            {
              extends: true as const,
              test: {
                name: 'soak',
                include: [long],
                globalSetup: ['test/elasticsearch/node.ts'],
                testTimeout: 600_000,
              },
            },
          ]
        : []),
      // Only when asked for: `make verify-live`.
      ...(process.env['DETPACK_VERIFY']
        ? [{ extends: true as const, test: { name: 'verify', include: [onOwnServers], fileParallelism: false } }]
        : []),
      // Only those that were named: `make test-kernels`.
      ...(process.env['DETPACK_KERNELS']
        ? [{ extends: true as const, test: { name: 'kernels', include: [onKernels] } }]
        : []),
    ],
  },
})
