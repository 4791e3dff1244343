// SPDX-License-Identifier: Apache-2.0
// Says that another instrumentation traced the same request under another id, and why it thinks so.

import { useResource } from '../api/resource.ts';
import { formatDurationMs } from '../format/number.ts';
import { hrefOf } from '../route/href.ts';
import { setParams } from '../route/route.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { fetchRelated, stitched, type SameRequest } from './trace_api.ts';

const sourceNames: Record<string, string> = { xray: 'X-Ray', otlp: 'OpenTelemetry' };
const shownMax = 5;

function Twin({ request }: { request: SameRequest }) {
  const href = hrefOf(`/trace/${encodeURIComponent(request.other_trace_id)}`, { span: request.other_span_id });
  return (
    <li>
      <a href={href} class="mono" title={request.other_trace_id}>
        {request.name || request.other_trace_id}
      </a>{' '}
      in {sourceNames[request.source] ?? request.source}: begun {formatDurationMs(Math.abs(request.start_difference_ms))}{' '}
      apart
      {request.evidence.map(({ field, value }) => (
        <span key={field} class="badge mono">
          {field} = {String(value)}
        </span>
      ))}
      {request.ambiguous && <span class="warn-text"> more than one request fits; this one began nearest</span>}
    </li>
  );
}

export function SameRequests({ traceId }: { traceId: string }) {
  const { data } = useResource(traceId, (abort) => fetchRelated(traceId, abort));
  const requests = data?.same_requests ?? [];
  if (requests.length === 0) return null;
  const isOne = stitched.value;
  return (
    <section class="same-requests" aria-label="Same request">
      <Icon name="link" />
      <div>
        <strong>{isOne ? 'Shown as one trace with' : 'The same request was traced twice'}</strong>
        <ul>
          {requests.slice(0, shownMax).map((request) => (
            <Twin key={request.span_id + request.other_span_id} request={request} />
          ))}
        </ul>
        {requests.length > shownMax && <span class="muted">{requests.length - shownMax} more</span>}
      </div>
      <Button aria-pressed={isOne} onClick={() => setParams({ stitch: isOne ? null : '1' })}>
        {isOne ? 'Show apart' : 'Show as one'}
      </Button>
    </section>
  );
}
