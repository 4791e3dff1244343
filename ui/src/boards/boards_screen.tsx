// SPDX-License-Identifier: Apache-2.0

export function BoardsScreen() {
  return <div class="page" />;
}
