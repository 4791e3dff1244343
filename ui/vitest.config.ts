// SPDX-License-Identifier: Apache-2.0

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/unit/**/*.test.ts'],
    environment: 'node',
    // Property tests on a busy machine; no test is about time.
    testTimeout: 60_000,
    setupFiles: ['test/unit/browser_globals.ts'],
    env: { TZ: 'UTC' },
  },
});
