// SPDX-License-Identifier: Apache-2.0
// Sets the theme before the first paint. Runs as a classic script, apart from the application.

function storedTheme(): string | undefined {
  try {
    return (JSON.parse(localStorage.getItem('tracery.preferences') ?? '{}') as { theme?: string })
      .theme;
  } catch {
    return undefined;
  }
}

const theme = storedTheme();
const dark = matchMedia('(prefers-color-scheme: dark)').matches;
document.documentElement.dataset.theme =
  theme === 'light' || theme === 'dark' ? theme : dark ? 'dark' : 'light';
