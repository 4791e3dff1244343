// SPDX-License-Identifier: Apache-2.0
// A field for code. The editor comes when it is first needed; until then its text can be read.

import { useEffect, useRef, useState } from 'preact/hooks';
import type { ApiError } from '../api/client.ts';
import type { CodeEditor, CodeLanguage } from './code_editor.ts';

export interface CodeFieldProps {
  label: string;
  /** What to put into the field: a new object replaces what is there. What is typed only comes out. */
  given: { text: string };
  hint: string;
  language: CodeLanguage;
  onChange: (text: string) => void;
  onRun: () => void;
  mistake: ApiError['place'];
}

export function CodeField(props: CodeFieldProps) {
  const boxRef = useRef<HTMLDivElement>(null);
  const propsRef = useRef(props);
  propsRef.current = props;
  const [editor, setEditor] = useState<CodeEditor | null>(null);
  useEffect(() => {
    let made: CodeEditor | null = null;
    let isGone = false;
    void import('./code_editor.ts').then(({ createCodeEditor }) => {
      if (isGone) return;
      const { label, given, hint } = propsRef.current;
      made = createCodeEditor({
        parent: boxRef.current!,
        label,
        text: given.text,
        hint,
        language: {
          tokens: (code) => propsRef.current.language.tokens(code),
          complete: (...where) => propsRef.current.language.complete(...where),
        },
        onChange: (changed) => propsRef.current.onChange(changed),
        onRun: () => propsRef.current.onRun(),
      });
      setEditor(made);
    });
    return () => {
      isGone = true;
      made?.destroy();
    };
  }, []);
  useEffect(() => editor?.setText(props.given.text), [editor, props.given]);
  useEffect(() => editor?.setMistake(props.mistake), [editor, props.mistake]);
  return (
    <div class="code-field" ref={boxRef} data-editor={editor ? 'ready' : 'loading'}>
      {!editor && <pre class="code-waiting">{props.given.text}</pre>}
    </div>
  );
}
