// SPDX-License-Identifier: Apache-2.0
// Which project errors are reported to, and a test error.

import { useState } from 'preact/hooks';
import { asApiError, type ApiError } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import { createProject, fetchProjects } from '../errors/errors_api.ts';
import type { ErrorProject } from '../errors/types.ts';
import { hrefOf } from '../route/href.ts';
import { Button } from '../ui/button.tsx';
import { Failure } from '../ui/failure.tsx';
import { FormDialog } from '../ui/form_dialog.tsx';
import { MenuButton } from '../ui/menu.tsx';
import { sendTestItem } from './rollbar_test_item.ts';

export interface RollbarStepProps {
  project: ErrorProject | null;
  onProject: (project: ErrorProject | null) => void;
  /** What is sent when no project is chosen. */
  anyToken: string;
}

export function tokenOf(project: ErrorProject | null, scope: string): string | null {
  return project?.tokens.find(({ scopes, enabled }) => enabled && scopes.includes(scope))?.token ?? null;
}

export function RollbarStep({ project, onProject, anyToken }: RollbarStepProps) {
  const projects = useResource('projects', (abort) => fetchProjects(abort));
  const [isAdding, setAdding] = useState(false);
  const [sent, setSent] = useState<string | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const sendTest = () => {
    sendTestItem(tokenOf(project, 'post_server_item') ?? anyToken).then(
      (uuid) => {
        setSent(uuid);
        setError(null);
      },
      (thrown: unknown) => setError(asApiError(thrown)),
    );
  };
  return (
    <div class="stack tight">
      <div class="row">
        <MenuButton
          menuLabel="Project"
          items={[
            { label: 'Any token', checked: project === null, onSelect: () => onProject(null) },
            ...(projects.data ?? []).map((each) => ({
              label: each.name,
              checked: each.id === project?.id,
              onSelect: () => onProject(each),
            })),
            { label: 'New project…', icon: 'plus', separated: true, onSelect: () => setAdding(true) },
          ]}
        >
          {project ? `Project ${project.name}` : 'Project'}
        </MenuButton>
        <Button icon="play" onClick={sendTest}>
          Send test error
        </Button>
        {sent && <a href={hrefOf('/errors/find', { uuid: sent })}>Open the test error</a>}
        <span class="visually-hidden" role="status">
          {sent && 'The test error was accepted'}
        </span>
      </div>
      <p class="muted">
        {project
          ? 'Its tokens are filled in below: one for servers, one for browsers.'
          : 'On this machine any token is accepted and reports go to the project “rollbar”. Elsewhere choose a project.'}
      </p>
      <Failure error={error} />
      {isAdding && (
        <NewProject
          onClose={() => setAdding(false)}
          onCreated={(created) => {
            setAdding(false);
            projects.reload();
            onProject(created);
          }}
        />
      )}
    </div>
  );
}

interface NewProjectProps {
  onClose: () => void;
  onCreated: (project: ErrorProject) => void;
}

function NewProject({ onClose, onCreated }: NewProjectProps) {
  const [name, setName] = useState('');
  const [error, setError] = useState<ApiError | null>(null);
  const create = () => {
    createProject(name.trim()).then(onCreated, (thrown: unknown) => setError(asApiError(thrown)));
  };
  return (
    <FormDialog
      title="New project"
      action="Create"
      error={error}
      onClose={onClose}
      onSubmit={() => name.trim() && create()}
    >
      <label class="field">
        <span class="caption">Name, such as the service's</span>
        <input class="input" required autofocus maxLength={100} value={name} onInput={(event) => setName(event.currentTarget.value)} />
      </label>
    </FormDialog>
  );
}
