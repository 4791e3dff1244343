// SPDX-License-Identifier: Apache-2.0
// What a person chose for this browser: kept in local storage, applied to the root element.

import { effect, signal } from '@preact/signals';

export interface Preferences {
  theme: 'system' | 'light' | 'dark';
  density: 'compact' | 'comfortable';
  timeZone: 'local' | 'utc';
  motion: 'system' | 'reduced';
  /** Sent as `x-honeycomb-team` where the server asks for a key. */
  apiKey: string;
  /** Single-letter shortcuts can be switched off. */
  singleKeys: boolean;
  /** Chosen columns of the Events and Traces tables, by `<table>:<dataset>`. */
  columns: Record<string, string[]>;
}

const storageKey = 'tracery.preferences';

const defaults: Preferences = {
  theme: 'system',
  density: 'compact',
  timeZone: 'local',
  motion: 'system',
  apiKey: '',
  singleKeys: true,
  columns: {},
};

function load(): Preferences {
  try {
    return { ...defaults, ...(JSON.parse(localStorage.getItem(storageKey) ?? '{}') as object) };
  } catch {
    return defaults;
  }
}

export const preferences = signal<Preferences>(load());

export function setPreference<K extends keyof Preferences>(key: K, value: Preferences[K]): void {
  preferences.value = { ...preferences.value, [key]: value };
  localStorage.setItem(storageKey, JSON.stringify(preferences.value));
}

const systemDark = matchMedia('(prefers-color-scheme: dark)');
const systemIsDark = signal(systemDark.matches);
systemDark.addEventListener('change', (event) => (systemIsDark.value = event.matches));

/** The theme on screen; canvases read it so that they repaint when it changes. */
export const shownTheme = signal<'light' | 'dark'>('light');

effect(() => {
  const { theme, density, motion } = preferences.value;
  const shown = theme === 'system' ? (systemIsDark.value ? 'dark' : 'light') : theme;
  const root = document.documentElement.dataset;
  root.theme = shown;
  root.density = density;
  root.motion = motion;
  shownTheme.value = shown;
});
