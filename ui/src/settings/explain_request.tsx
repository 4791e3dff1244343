// SPDX-License-Identifier: Apache-2.0
// Which sampling rule a request would meet, and why the ones before it do not match.

import { useState } from 'preact/hooks';
import { apiUrl, asApiError, postJson, type ApiError } from '../api/client.ts';
import { formatPercent } from '../format/number.ts';
import { Button } from '../ui/button.tsx';
import type { Explanation, SamplingAnswer } from './xray_api.ts';

const fields: [string, string, string][] = [
  ['service_name', 'Service', 'backend-flask'],
  ['service_type', 'Service type', 'AWS::EC2::Instance'],
  ['host', 'Host', 'api.example.com'],
  ['http_method', 'HTTP method', 'GET'],
  ['url_path', 'URL path', '/api/activities/home'],
];

export function ExplainRequest({ services }: { services: SamplingAnswer['seen_services'] }) {
  const [request, setRequest] = useState<Record<string, string>>({});
  const [answer, setAnswer] = useState<Explanation | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const explain = () => {
    postJson<Explanation>(apiUrl('xray/sampling/explain'), request).then(
      (explanation) => {
        setAnswer(explanation);
        setError(null);
      },
      (thrown: unknown) => setError(asApiError(thrown)),
    );
  };
  return (
    <section class="stack tight" aria-labelledby="explain-title">
      <h2 id="explain-title">Explain a request</h2>
      <form
        class="explain-form"
        onSubmit={(event) => {
          event.preventDefault();
          explain();
        }}
      >
        {fields.map(([key, label, example]) => (
          <label class="field" key={key}>
            {label}
            <input
              class="input mono"
              placeholder={example}
              list={key === 'service_name' ? 'explain-services' : undefined}
              autocomplete="off"
              value={request[key] ?? ''}
              onInput={(event) => setRequest({ ...request, [key]: event.currentTarget.value })}
            />
          </label>
        ))}
        <datalist id="explain-services">
          {services.map(({ name }) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <Button type="submit">Explain</Button>
      </form>
      <div role="status" class="stack tight">
        {answer && <Answer answer={answer} />}
      </div>
      {error && (
        <p class="error-text" role="alert">
          {error.message}. {error.hint}
        </p>
      )}
    </section>
  );
}

function Answer({ answer }: { answer: Explanation }) {
  const taken = answer.asked.find(({ name }) => name === answer.decision);
  return (
    <>
      <p>
        {taken ? (
          <>
            <strong>{taken.name}</strong> decides:{' '}
            {taken.reservoir_size === 0 && taken.fixed_rate === 0
              ? 'such requests are never traced.'
              : `${taken.reservoir_size} a second are traced, then ${formatPercent(taken.fixed_rate)} of the others.`}
          </>
        ) : (
          'No rule matches.'
        )}
      </p>
      <ol class="explain-list">
        {answer.asked.map((asked) => (
          <li key={asked.name}>
            <span class={asked.matches ? 'ok-text' : 'muted'}>
              {asked.priority} {asked.name}: {asked.matches ? 'matches' : 'does not match'}
            </span>
            {asked.ignored && <span class="muted"> ({asked.ignored})</span>}
            {asked.patterns
              .filter(({ matches }) => !matches)
              .map(({ member, pattern, value }) => (
                <span key={member} class="badge mono">
                  {member} “{value}” is not {pattern}
                </span>
              ))}
          </li>
        ))}
      </ol>
    </>
  );
}
