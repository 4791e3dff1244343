// SPDX-License-Identifier: Apache-2.0

import { render } from 'preact';
import { App } from './app.tsx';
import { listenForShortcuts } from './frame/shortcuts.ts';
import { followOwnLinks } from './route/route.ts';

document.addEventListener('click', followOwnLinks);
listenForShortcuts();
render(<App />, document.getElementById('app')!);
