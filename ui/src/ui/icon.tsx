// SPDX-License-Identifier: Apache-2.0
// The 16 px icons, as strokes in the text's colour.

const paths = {
  check: 'M3 8.5l3.2 3.2L13 5',
  chevronDown: 'M4 6l4 4 4-4',
  chevronLeft: 'M10 4L6 8l4 4',
  chevronRight: 'M6 4l4 4-4 4',
  clock: 'M8 2.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 0 1 0-11M8 5v3.2l2 1.3',
  close: 'M4 4l8 8M12 4l-8 8',
  columns: 'M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10',
  copy: 'M5.5 5.5h7v7h-7zM3.5 10.5v-7h7',
  dot: 'M8 7.5v1',
  download: 'M8 2.5v7.5M4.8 7l3.2 3.2L11.2 7M3 13.3h10',
  error: 'M8 2l6.2 11H1.8zM8 6.5v3M8 11.3v.2',
  filter: 'M2.5 3.5h11L9.3 8.6V13l-2.6-1.3V8.6z',
  help: 'M6 6a2 2 0 1 1 2.8 1.9C8.2 8.2 8 8.6 8 9.5M8 12v.2M8 1.8a6.2 6.2 0 1 1 0 12.4a6.2 6.2 0 0 1 0-12.4',
  history: 'M2.8 4v3h3M3 7a5.3 5.3 0 1 1 .2 2.5M8 5v3.2l2 1.3',
  key: 'M10.3 2.7a3 3 0 1 1 0 6a3 3 0 0 1 0-6M8.2 7.8L3 13M4.5 11.5l1.5 1.5',
  link: 'M6.5 9.5l3-3M7.3 4.7l1.5-1.5a2.7 2.7 0 0 1 4 4l-1.5 1.5M8.7 11.3l-1.5 1.5a2.7 2.7 0 0 1-4-4l1.5-1.5',
  menu: 'M3.5 8v.1M8 8v.1M12.5 8v.1',
  moon: 'M13 9.5A5.5 5.5 0 0 1 6.5 3a5.5 5.5 0 1 0 6.5 6.5z',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  play: 'M5 3.5l7.5 4.5L5 12.5z',
  plus: 'M8 3.5v9M3.5 8h9',
  refresh: 'M13.2 12v-3h-3M13 9A5.3 5.3 0 1 1 12.8 6.5',
  search: 'M7 2.7a4.3 4.3 0 1 1 0 8.6a4.3 4.3 0 0 1 0-8.6M10.2 10.2l3.3 3.3',
  star: 'M8 2.3l1.7 3.6 3.9.5-2.9 2.7.8 3.9L8 11.1 4.5 13l.8-3.9L2.4 6.4l3.9-.5z',
  sun: 'M8 5.3a2.7 2.7 0 1 1 0 5.4a2.7 2.7 0 0 1 0-5.4M8 1.8v1M8 13.2v1M1.8 8h1M13.2 8h1M3.6 3.6l.7.7M11.7 11.7l.7.7M12.4 3.6l-.7.7M4.3 11.7l-.7.7',
  table: 'M2.5 3h11v10h-11zM2.5 6.5h11M2.5 9.8h11M7 6.5V13',
  trash: 'M3 4.5h10M6.3 4.5V3h3.4v1.5M4.5 4.5l.5 8.8h6l.5-8.8',
  warning: 'M8 2l6.2 11H1.8zM8 6.5v3M8 11.3v.2',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}
