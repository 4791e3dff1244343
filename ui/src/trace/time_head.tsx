// SPDX-License-Identifier: Apache-2.0
// What stands above the rows: colours and minimap, then the column heads with the ruler.
import { Button } from '../ui/button.tsx';
import type { FindSession } from './find_session.ts';
import { Legend } from './legend.tsx';
import { MinimapView } from './minimap_view.tsx';
import { Ruler } from './ruler.tsx';
import { Splitter } from './splitter.tsx';
import { nameWidthMinPx, type TraceLayout } from './trace_layout.ts';
import type { TraceModel } from './trace_model.ts';
import { clampWindow } from './zoom.ts';

export interface TimeHeadProps {
  model: TraceModel;
  layout: TraceLayout;
  find: FindSession;
  /** Head of the left column. */
  name: string;
  folding: boolean;
}

export function TimeHead({ model, layout, find, name, folding }: TimeHeadProps) {
  const showWhole = () => (model.window.value = clampWindow(model.whole.value, model.whole.value));
  return (
    <>
      <div class="time-head overview">
        <Legend model={model} find={find} />
        <div class="minimap-cell">
          <MinimapView model={model} layout={layout} />
          {model.isZoomed.value && (
            <Button look="ghost" class="whole" title="Show the whole trace (0)" onClick={showWhole}>
              Whole
            </Button>
          )}
        </div>
      </div>
      <div class="time-head heads">
        <div class="name-head">
          <span>{name}</span>
          {folding && (
            <span class="fold-buttons">
              <Button
                look="ghost"
                class="flipped"
                icon="chevronDown"
                label="Fold one level"
                onClick={() => model.foldLevel()}
              />
              <Button
                look="ghost"
                icon="chevronDown"
                label="Unfold one level"
                onClick={() => model.unfoldLevel()}
              />
            </span>
          )}
        </div>
        <Ruler model={model} layout={layout} />
      </div>
      <div class="column-splitter">
        <Splitter
          label="Width of the name column"
          controls="trace-main"
          size={layout.nameWidth}
          min={nameWidthMinPx}
          max={900}
        />
      </div>
    </>
  );
}
