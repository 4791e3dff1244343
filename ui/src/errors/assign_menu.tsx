// SPDX-License-Identifier: Apache-2.0
// Gives items to somebody, who can be new.

import { useState } from 'preact/hooks';
import { asApiError, type ApiError } from '../api/client.ts';
import { FormDialog } from '../ui/form_dialog.tsx';
import { MenuButton } from '../ui/menu.tsx';
import { createUser } from './errors_api.ts';
import { changeAll, nameItems } from './item_actions.ts';
import type { ErrorItem, ErrorUser } from './types.ts';
import { rememberUser, useUsers } from './users.ts';

export interface AssignMenuProps {
  items: ErrorItem[];
  look?: 'plain' | 'ghost';
  children: string;
}

export function AssignMenu({ items, look = 'plain', children }: AssignMenuProps) {
  const users = useUsers();
  const [isAdding, setAdding] = useState(false);
  const only = items.length === 1 ? (items[0]!.assignee?.id ?? null) : undefined;
  const assign = (user: ErrorUser | null) =>
    void changeAll(
      { ids: items.map(({ id }) => id), assignee_id: user?.id ?? null },
      user ? `${nameItems(items)} assigned to ${user.name}` : `${nameItems(items)} assigned to nobody`,
    );
  return (
    <>
      <MenuButton
        look={look}
        menuLabel="Assign to"
        items={[
          { label: 'Nobody', checked: only === null, onSelect: () => assign(null) },
          ...users.map((user) => ({
            label: user.name,
            hint: user.email,
            checked: only === user.id,
            onSelect: () => assign(user),
          })),
          { label: 'Somebody new…', icon: 'plus', separated: true, onSelect: () => setAdding(true) },
        ]}
      >
        {children}
      </MenuButton>
      {isAdding && (
        <NewUserDialog
          onClose={() => setAdding(false)}
          onCreated={(user) => {
            setAdding(false);
            rememberUser(user);
            assign(user);
          }}
        />
      )}
    </>
  );
}

interface NewUserProps {
  onClose: () => void;
  onCreated: (user: ErrorUser) => void;
}

function NewUserDialog({ onClose, onCreated }: NewUserProps) {
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [error, setError] = useState<ApiError | null>(null);
  const create = () => {
    createUser(name.trim(), email.trim()).then(onCreated, (thrown: unknown) => setError(asApiError(thrown)));
  };
  return (
    <FormDialog
      title="Assign to somebody new"
      action="Assign"
      error={error}
      onClose={onClose}
      onSubmit={() => name.trim() && create()}
    >
      <label class="field">
        <span class="caption">Name</span>
        <input class="input" required autofocus value={name} onInput={(event) => setName(event.currentTarget.value)} />
      </label>
      <label class="field">
        <span class="caption">E-mail, optional</span>
        <input class="input" type="email" value={email} onInput={(event) => setEmail(event.currentTarget.value)} />
      </label>
    </FormDialog>
  );
}
