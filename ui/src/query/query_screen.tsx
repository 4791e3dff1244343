// SPDX-License-Identifier: Apache-2.0

export function QueryScreen(_props: { dataset: string }) {
  return <div class="page" />;
}
