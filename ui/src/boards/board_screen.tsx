// SPDX-License-Identifier: Apache-2.0

export function BoardScreen(_props: { boardId: string }) {
  return <div class="page" />;
}
