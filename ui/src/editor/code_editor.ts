// SPDX-License-Identifier: Apache-2.0
// A code editor: CodeMirror with our colours, completion and one marked mistake. It is big, so only
// `code_field.tsx` loads it, when a screen needs it.

import {
  acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap,
  type CompletionContext, type CompletionResult,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { EditorState, Prec, RangeSetBuilder, StateEffect, StateField } from '@codemirror/state';
import {
  Decoration, drawSelection, EditorView, keymap, placeholder, ViewPlugin,
  type DecorationSet, type ViewUpdate,
} from '@codemirror/view';

export interface Token {
  from: number;
  to: number;
  /** Becomes the class `code-is-<kind>`. */
  kind: string;
}

export interface Completion {
  label: string;
  kind: 'keyword' | 'function' | 'field' | 'value';
  detail?: string;
}

export interface CodeLanguage {
  /** Ascending, without overlaps. */
  tokens: (text: string) => Token[];
  /** What could stand from `from` to the cursor. */
  complete: (text: string, at: number, isAsked: boolean) => { from: number; options: Completion[] } | null;
}

export interface CodeEditorOptions {
  parent: HTMLElement;
  label: string;
  text: string;
  hint: string;
  language: CodeLanguage;
  onChange: (text: string) => void;
  onRun: () => void;
}

export interface CodeEditor {
  setText: (text: string) => void;
  /** Underlines a stretch until the text changes; offsets in code points. */
  setMistake: (place: { start: number; end: number | null } | null) => void;
  focus: () => void;
  destroy: () => void;
}

const setMistakeEffect = StateEffect.define<{ from: number; to: number } | null>();
const mistakeMark = Decoration.mark({ class: 'code-wrong' });

const mistakeField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    let next = transaction.docChanged ? Decoration.none : marks;
    for (const effect of transaction.effects) {
      if (!effect.is(setMistakeEffect)) continue;
      const place = effect.value;
      next = place && place.to > place.from ? Decoration.set(mistakeMark.range(place.from, place.to)) : Decoration.none;
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

function colours(language: CodeLanguage) {
  const paint = (view: EditorView): DecorationSet => {
    const builder = new RangeSetBuilder<Decoration>();
    for (const { from, to, kind } of language.tokens(view.state.doc.toString())) {
      builder.add(from, to, Decoration.mark({ class: `code-is-${kind}` }));
    }
    return builder.finish();
  };
  return ViewPlugin.fromClass(
    class {
      decorations: DecorationSet;
      constructor(view: EditorView) {
        this.decorations = paint(view);
      }
      update(update: ViewUpdate) {
        if (update.docChanged) this.decorations = paint(update.view);
      }
    },
    { decorations: (plugin) => plugin.decorations },
  );
}

function completer(language: CodeLanguage) {
  return (context: CompletionContext): CompletionResult | null => {
    const found = language.complete(context.state.doc.toString(), context.pos, context.explicit);
    if (!found || found.options.length === 0) return null;
    const options = found.options.map(({ label, kind, detail }) => ({
      label,
      type: kind,
      ...(detail ? { detail } : {}),
      ...(kind === 'function' ? { apply: applyCall(label) } : {}),
    }));
    return { from: found.from, options, validFor: /^[\w@.]*$/ };
  };
}

/** Puts the cursor between the parentheses. */
function applyCall(name: string) {
  return (view: EditorView, _completion: unknown, from: number, to: number) => {
    view.dispatch({
      changes: { from, to, insert: `${name}()` },
      selection: { anchor: from + name.length + 1 },
      userEvent: 'input.complete',
    });
  };
}

/**
 * Types over what is selected without the browser's help: it would keep the colours of what it
 * replaces, in a style attribute that our content security policy reports.
 */
const typeOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { from, to, empty } = view.state.selection.main;
    const text = event.data;
    if (empty || view.composing || event.inputType !== 'insertText' || !text) return false;
    const insert = () =>
      view.state.update({ ...view.state.replaceSelection(text), userEvent: 'input.type', scrollIntoView: true });
    const handlers = view.state.facet(EditorView.inputHandler);
    if (!handlers.some((handle) => handle(view, from, to, text, insert))) view.dispatch(insert());
    event.preventDefault();
    return true;
  },
});

/** Offsets in code points to the editor's, which count UTF-16 units. */
function unitsOf(text: string, points: number): number {
  return [...text].slice(0, points).join('').length;
}

export function createCodeEditor(options: CodeEditorOptions): CodeEditor {
  const run = () => {
    options.onRun();
    return true;
  };
  const view = new EditorView({
    parent: options.parent,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        history(),
        drawSelection(),
        EditorView.lineWrapping,
        placeholder(options.hint),
        closeBrackets(),
        autocompletion({ override: [completer(options.language)], icons: false, activateOnTyping: true }),
        Prec.highest(keymap.of([{ key: 'Mod-Enter', run }, { key: 'Tab', run: acceptCompletion }])),
        keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
        colours(options.language),
        mistakeField,
        typeOver,
        EditorView.contentAttributes.of({ 'aria-label': options.label, spellcheck: 'false' }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) options.onChange(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    setText(text) {
      if (text === view.state.doc.toString()) return;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
    },
    setMistake(place) {
      const text = view.state.doc.toString();
      let range = null;
      if (place && text) {
        const from = Math.min(unitsOf(text, place.start), text.length - 1);
        const to = place.end === null ? from + 1 : unitsOf(text, place.end);
        range = { from, to: Math.min(Math.max(to, from + 1), text.length) };
      }
      view.dispatch({ effects: setMistakeEffect.of(range) });
    },
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}
