// SPDX-License-Identifier: Apache-2.0
// Unit tests only: test/e2e and test/perf run under plain node against a real server.
export default { test: { include: ['test/unit/**/*.test.ts'] } };
