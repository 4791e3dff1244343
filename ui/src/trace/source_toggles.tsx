// SPDX-License-Identifier: Apache-2.0
// Hides and shows what came from each source, where a trace has several.
import { Button } from '../ui/button.tsx';
import { sourceNames, sources } from './sources.ts';
import type { TraceModel } from './trace_model.ts';

export function SourceToggles({ model }: { model: TraceModel }) {
  const present = model.presentSources.value;
  if (present.size < 2) return null;
  return (
    <div class="source-toggles" role="group" aria-label="Sources">
      {sources
        .filter((source) => present.has(source))
        .map((source) => (
          <Button
            key={source}
            look="ghost"
            aria-pressed={!model.hidden.value.has(source)}
            title={`Show or hide: ${sourceNames[source]}`}
            onClick={() => model.toggleSource(source)}
          >
            {sourceNames[source]}
          </Button>
        ))}
    </div>
  );
}
