// SPDX-License-Identifier: Apache-2.0
// The three steps from nothing to a first trace.

import { useState } from 'preact/hooks';
import { apiUrl, asApiError, getJson, postJson, type ApiError } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import type { KeyInfo, ServerStatus } from '../api/types.ts';
import type { ErrorProject } from '../errors/types.ts';
import { route, setParams } from '../route/route.ts';
import { Button } from '../ui/button.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { copyText } from '../ui/toast.tsx';
import { rollbarSnippet } from './rollbar_snippets.ts';
import { RollbarStep, tokenOf } from './rollbar_step.tsx';
import { endpointsOf, snippets, type Snippet } from './snippets.ts';
import { LiveLine } from './live_line.tsx';

const keyPlaceholder = 'any';

/** What creating a key answers: the only time that its secrets are told. */
interface CreatedKey extends KeyInfo {
  key: string;
  aws_access_key_id?: string;
  aws_secret_access_key?: string;
}

export function SendGuide() {
  const [created, setCreated] = useState<CreatedKey | null>(null);
  const status = useResource('status', (abort) => getJson<ServerStatus>(apiUrl('status'), abort));
  const open = status.data?.open ?? true;
  const endpoints = endpointsOf(status.data, location);
  const wanted = route.value.params.get('sdk');
  const anyKey = created?.key ?? (open ? keyPlaceholder : '<key>');
  const aws = {
    id: created?.aws_access_key_id ?? (open ? 'local' : '<access key id>'),
    secret: created?.aws_secret_access_key ?? (open ? 'local' : '<secret access key>'),
  };
  const [project, setProject] = useState<ErrorProject | null>(null);
  const list = [
    ...snippets(endpoints, anyKey, aws),
    rollbarSnippet({
      origin: location.origin,
      serverToken: tokenOf(project, 'post_server_item') ?? anyKey,
      clientToken: tokenOf(project, 'post_client_item') ?? anyKey,
    }),
  ];
  const selected = list.find(({ id }) => id === wanted) ?? list[0]!;
  return (
    <ol class="steps">
      <li class="step">
        <h2>
          <span class="step-number">1</span> Key
        </h2>
        <KeyStep open={open} created={created?.key ?? null} onCreated={setCreated} />
      </li>
      <li class="step">
        <h2>
          <span class="step-number">2</span> Point your application here
        </h2>
        <Tabs
          label="Kind of application"
          tabs={list.map(({ id, label }) => ({ id, label }))}
          selected={selected.id}
          onSelect={(sdk) => setParams({ sdk }, { replace: true })}
        >
          {selected.id === 'rollbar' && (
            <RollbarStep project={project} onProject={setProject} anyToken={anyKey} />
          )}
          <SnippetView snippet={selected} />
        </Tabs>
      </li>
      <li class="step">
        <h2>
          <span class="step-number">3</span> First event
        </h2>
        <LiveLine source={selected.testSource ?? 'otlp'} />
      </li>
    </ol>
  );
}

interface KeyStepProps {
  open: boolean;
  created: string | null;
  onCreated: (key: CreatedKey) => void;
}

function KeyStep({ open, created, onCreated }: KeyStepProps) {
  const [error, setError] = useState<ApiError | null>(null);
  const create = async () => {
    try {
      const body = { name: 'ingest', type: 'ingest' };
      onCreated(await postJson<CreatedKey>(apiUrl('keys'), body));
      setError(null);
    } catch (thrown) {
      setError(asApiError(thrown));
    }
  };
  return (
    <div class="stack tight">
      <div class="row">
        <Button icon="key" onClick={() => void create()}>
          Create ingest key
        </Button>
        {created && (
          <>
            <code class="key" data-key>
              {created}
            </code>
            <Button look="ghost" icon="copy" label="Copy key" onClick={() => void copyText(created, 'Key copied')} />
          </>
        )}
      </div>
      <p class="muted">
        {created
          ? 'Shown only this once. It is filled in below.'
          : open
            ? 'Optional here: on this machine any key is accepted.'
            : 'Needed: this server accepts data only with a key.'}
      </p>
      {error && (
        <p class="error-text" role="alert">
          {error.message}. {error.hint}
        </p>
      )}
    </div>
  );
}

function SnippetView({ snippet }: { snippet: Snippet }) {
  return (
    <div class="stack tight">
      {snippet.blocks.map((block) => (
        <div class="snippet" key={block.title}>
          <div class="snippet-head">
            <span class="muted">{block.title}</span>
            <Button
              look="ghost"
              icon="copy"
              aria-label={`Copy ${block.title}`}
              onClick={() => void copyText(block.code)}
            >
              Copy
            </Button>
          </div>
          <pre tabIndex={0} aria-label={block.title}>
            <code>{block.code}</code>
          </pre>
        </div>
      ))}
    </div>
  );
}
