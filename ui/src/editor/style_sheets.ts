// SPDX-License-Identifier: Apache-2.0
// What the code editor needs of the package style-mod, which would add a style element: our content
// security policy forbids those. Here rules go into a style sheet made by script, which it allows.
// build.mjs puts this module in that package's place.

type Spec = { [property: string]: Spec | string | number | null | undefined };

interface Options {
  finish?: (selector: string) => string;
}

let lastName = 0;

export class StyleModule {
  private readonly rules: string[] = [];

  constructor(spec: Spec, { finish }: Options = {}) {
    for (const [selector, body] of Object.entries(spec)) this.add([selector], body as Spec, finish);
  }

  /** `&` in a nested selector stands for the ones around it. */
  private add(selectors: string[], body: Spec, finish: Options['finish']): void {
    const own = selectors.flatMap((selector) => selector.split(/,\s*/));
    if (own[0]!.startsWith('@')) {
      this.rules.push(`${own[0]} {${nestedRules(body, finish)}}`);
      return;
    }
    const declarations: string[] = [];
    for (const [name, value] of Object.entries(body)) {
      if (name.includes('&')) {
        const inner = name.split(/,\s*/).flatMap((part) => own.map((one) => part.replace('&', one)));
        this.add(inner, value as Spec, finish);
      } else if (value !== null && value !== undefined) declarations.push(declaration(name, value));
    }
    if (declarations.length) {
      const finished = finish ? own.map(finish) : own;
      this.rules.push(`${finished.join(', ')} {${declarations.join(' ')}}`);
    }
  }

  getRules(): string {
    return this.rules.join('\n');
  }

  static newName(): string {
    lastName += 1;
    return `code-${lastName.toString(36)}`;
  }

  /** Adds the rules of `modules` to the document, once; later ones win over earlier ones. */
  static mount(_root: Document | ShadowRoot, modules: StyleModule | readonly StyleModule[]): void {
    const wanted = modules instanceof StyleModule ? [modules] : modules;
    mounted = new Set([...wanted, ...mounted]);
    sheet ??= adopt();
    sheet.replaceSync([...mounted].map((module) => module.getRules()).join('\n'));
  }
}

let mounted = new Set<StyleModule>();
let sheet: CSSStyleSheet | null = null;

function adopt(): CSSStyleSheet {
  const made = new CSSStyleSheet();
  document.adoptedStyleSheets.push(made);
  return made;
}

function declaration(name: string, value: unknown): string {
  const plain = name.startsWith('--')
    ? name
    : name.replace(/_.*/, '').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return `${plain}: ${String(value)};`;
}

/** Keyframes, or the rules inside a media query. */
function nestedRules(body: Spec, finish: Options['finish']): string {
  return Object.entries(body)
    .map(([selector, inner]) => {
      const isStep = /^(from|to|[\d.]+%)/.test(selector);
      const name = finish && !isStep ? finish(selector) : selector;
      const lines = Object.entries((inner ?? {}) as Spec).map(([property, value]) => declaration(property, value));
      return `${name} {${lines.join(' ')}}`;
    })
    .join(' ');
}
