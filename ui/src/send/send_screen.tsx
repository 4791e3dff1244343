// SPDX-License-Identifier: Apache-2.0

export function SendScreen() {
  return <div class="page" />;
}
