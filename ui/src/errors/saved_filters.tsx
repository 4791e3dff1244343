// SPDX-License-Identifier: Apache-2.0
// Choices of items that somebody named: save, choose, delete.

import { useEffect, useState } from 'preact/hooks';
import { asApiError, type ApiError } from '../api/client.ts';
import { navigate } from '../route/route.ts';
import { FormDialog } from '../ui/form_dialog.tsx';
import { MenuButton } from '../ui/menu.tsx';
import { announce } from '../ui/toast.tsx';
import { fetchFilters, putFilter, removeFilter } from './errors_api.ts';
import { inboxHref, queryOf, savedHref, type InboxFilter } from './inbox_url.ts';
import { changeError } from './item_actions.ts';
import type { SavedFilter } from './types.ts';

export function SavedFilters({ filter }: { filter: InboxFilter }) {
  const [saved, setSaved] = useState<SavedFilter[]>([]);
  const [isNaming, setNaming] = useState(false);
  const read = () =>
    fetchFilters().then(setSaved, (thrown: unknown) => (changeError.value = asApiError(thrown)));
  useEffect(() => void read(), []);
  const query = queryOf(inboxHref(filter));
  const current = saved.find((each) => each.query === query);
  const removeCurrent = (gone: SavedFilter) =>
    removeFilter(gone.id).then(
      () => {
        announce(`${gone.name} deleted`);
        return read();
      },
      (thrown: unknown) => (changeError.value = asApiError(thrown)),
    );
  return (
    <>
      <MenuButton
        look="ghost"
        menuLabel="Saved filters"
        items={[
          ...saved.map((each) => ({
            label: each.name,
            checked: each === current,
            onSelect: () => navigate(savedHref(each.query)),
          })),
          { label: 'Save these filters…', icon: 'plus', separated: true, onSelect: () => setNaming(true) },
          ...(current ? [{ label: `Delete ${current.name}`, onSelect: () => void removeCurrent(current) }] : []),
        ]}
      >
        {current ? current.name : 'Saved filters'}
      </MenuButton>
      {isNaming && (
        <NameDialog
          query={query}
          onClose={() => setNaming(false)}
          onSaved={({ name }) => {
            setNaming(false);
            announce(`${name} saved`);
            void read();
          }}
        />
      )}
    </>
  );
}

interface NameDialogProps {
  query: string;
  onClose: () => void;
  onSaved: (filter: SavedFilter) => void;
}

function NameDialog({ query, onClose, onSaved }: NameDialogProps) {
  const [name, setName] = useState('');
  const [error, setError] = useState<ApiError | null>(null);
  const save = () =>
    putFilter(name.trim(), query).then(onSaved, (thrown: unknown) => setError(asApiError(thrown)));
  return (
    <FormDialog
      title="Save these filters"
      action="Save"
      error={error}
      onClose={onClose}
      onSubmit={() => name.trim() && void save()}
    >
      <label class="field">
        <span class="caption">Name</span>
        <input
          class="input"
          required
          autofocus
          maxLength={100}
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <p class="muted">One of the same name is replaced.</p>
    </FormDialog>
  );
}
