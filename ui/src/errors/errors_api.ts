// SPDX-License-Identifier: Apache-2.0
// What the errors screens ask of the server.

import { apiUrl, getJson, postJson, remove } from '../api/client.ts';
import type {
  ChangeAnswer,
  Deploy,
  ErrorItem,
  ErrorProject,
  ErrorUser,
  ItemChange,
  ItemDetail,
  ItemsAnswer,
  Note,
  Occurrence,
  OccurrencesAnswer,
  SavedFilter,
} from './types.ts';

type Params = Record<string, string | number | undefined>;

export function fetchItems(params: Params, abort?: AbortSignal): Promise<ItemsAnswer> {
  return getJson(apiUrl('errors', params), abort);
}

export function fetchItem(id: number, abort?: AbortSignal): Promise<ItemDetail> {
  return getJson(apiUrl(`errors/${id}`), abort);
}

export function fetchOccurrences(
  id: number,
  params: Params,
  abort?: AbortSignal,
): Promise<OccurrencesAnswer> {
  return getJson(apiUrl(`errors/${id}/occurrences`, params), abort);
}

/** `name` is an id, a uuid, `latest` or `first`. */
export function fetchOccurrence(id: number, name: string, abort?: AbortSignal): Promise<Occurrence> {
  return getJson(apiUrl(`errors/${id}/occurrences/${encodeURIComponent(name)}`), abort);
}

/** Newest first. */
export async function fetchDeploys(params: Params, abort?: AbortSignal): Promise<Deploy[]> {
  return (await getJson<{ deploys: Deploy[] }>(apiUrl('errors/deploys', params), abort)).deploys;
}

export interface Found {
  item_id: number;
  occurrence_id: number | null;
}

export function findItem(params: Params, abort?: AbortSignal): Promise<Found> {
  return getJson(apiUrl('errors/find', params), abort);
}

export function changeItems(changes: ItemChange[]): Promise<ChangeAnswer> {
  return postJson(apiUrl('errors/change'), { changes });
}

export async function mergeItems(into: number, ids: number[]): Promise<ErrorItem> {
  const { items } = await postJson<{ items: ErrorItem[] }>(apiUrl('errors/merge'), { into, ids });
  return items[0]!;
}

export function splitItem(id: number, fingerprints: string[]): Promise<{ items: ErrorItem[] }> {
  return postJson(apiUrl('errors/split'), { id, fingerprints });
}

export function addNote(id: number, text: string): Promise<Note> {
  return postJson(apiUrl(`errors/${id}/notes`), { text, user: '' });
}

export function removeNote(id: number, note: number): Promise<void> {
  return remove(apiUrl(`errors/${id}/notes/${note}`));
}

export async function fetchUsers(abort?: AbortSignal): Promise<ErrorUser[]> {
  return (await getJson<{ users: ErrorUser[] }>(apiUrl('errors/users'), abort)).users;
}

export function createUser(name: string, email: string): Promise<ErrorUser> {
  return postJson(apiUrl('errors/users'), { name, email });
}

export async function fetchFilters(abort?: AbortSignal): Promise<SavedFilter[]> {
  return (await getJson<{ filters: SavedFilter[] }>(apiUrl('errors/filters'), abort)).filters;
}

/** Takes the place of one with the same name. */
export function putFilter(name: string, query: string): Promise<SavedFilter> {
  return postJson(apiUrl('errors/filters'), { name, query });
}

export function removeFilter(id: number): Promise<void> {
  return remove(apiUrl(`errors/filters/${id}`));
}

export async function fetchProjects(abort?: AbortSignal): Promise<ErrorProject[]> {
  return (await getJson<{ projects: ErrorProject[] }>(apiUrl('errors/projects'), abort)).projects;
}

export function createProject(name: string): Promise<ErrorProject> {
  return postJson(apiUrl('errors/projects'), { name });
}
