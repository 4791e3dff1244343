// SPDX-License-Identifier: Apache-2.0

import type { ComponentChildren } from 'preact';
import { useTitle } from '../frame/title.ts';
import { NotFound } from '../frame/not_found.tsx';
import { DatasetSettings } from './dataset_settings.tsx';
import { GroupSettings } from './group_settings.tsx';
import { KeySettings } from './key_settings.tsx';
import { NotificationSettings } from './notification_settings.tsx';
import { PreferenceSettings } from './preference_settings.tsx';
import { SamplingSettings } from './sampling_settings.tsx';
import { ServerFacts } from './server_facts.tsx';
import { XrayDoctor } from './xray_doctor.tsx';

const sections: { id: string; label: string; show: () => ComponentChildren; wide?: boolean }[] = [
  { id: 'keys', label: 'Keys', show: () => <KeySettings /> },
  { id: 'datasets', label: 'Datasets and columns', show: () => <DatasetSettings /> },
  { id: 'xray-sampling', label: 'X-Ray sampling rules', show: () => <SamplingSettings />, wide: true },
  { id: 'xray-groups', label: 'X-Ray groups', show: () => <GroupSettings />, wide: true },
  { id: 'xray-doctor', label: 'X-Ray doctor', show: () => <XrayDoctor />, wide: true },
  { id: 'notifications', label: 'Notifications', show: () => <NotificationSettings />, wide: true },
  { id: 'preferences', label: 'Preferences', show: () => <PreferenceSettings /> },
  { id: 'server', label: 'Server', show: () => <ServerFacts /> },
];

export function SettingsScreen({ section }: { section: string }) {
  const current = sections.find(({ id }) => id === section);
  useTitle(current ? `${current.label} · Settings` : 'Settings');
  if (!current) return <NotFound />;
  return (
    <div class="page settings">
      <nav aria-label="Settings" class="settings-nav">
        {sections.map(({ id, label }) => (
          <a key={id} href={`/settings/${id}`} aria-current={id === section ? 'page' : undefined}>
            {label}
          </a>
        ))}
      </nav>
      <section class={current.wide ? 'settings-body wide' : 'settings-body'}>
        <h1>{current.label}</h1>
        {current.show()}
      </section>
    </div>
  );
}
