// SPDX-License-Identifier: Apache-2.0

export function SettingsScreen(_props: { section: string }) {
  return <div class="page" />;
}
