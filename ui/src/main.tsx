// SPDX-License-Identifier: Apache-2.0

import { render } from 'preact';
import { App } from './app.tsx';
import { followOwnLinks } from './route/route.ts';

document.addEventListener('click', followOwnLinks);
render(<App />, document.getElementById('app')!);
