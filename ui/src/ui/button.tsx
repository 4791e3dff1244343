// SPDX-License-Identifier: Apache-2.0

import type { ButtonHTMLAttributes, ComponentChildren, Ref } from 'preact';
import { Icon, type IconName } from './icon.tsx';

type NativeProps = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'icon' | 'ref' | 'label' | 'type' | 'disabled'>;

export interface ButtonProps extends NativeProps {
  children?: ComponentChildren;
  icon?: IconName;
  /** `primary` once per screen, `ghost` for quiet rows of actions. */
  look?: 'plain' | 'primary' | 'ghost' | 'danger';
  /** The name of a button that shows only an icon; also its tooltip. */
  label?: string;
  buttonRef?: Ref<HTMLButtonElement>;
  disabled?: boolean;
  type?: 'button' | 'submit';
}

export function Button(props: ButtonProps) {
  const { children, icon, look = 'plain', label, buttonRef, class: extra, ...rest } = props;
  const iconOnly = children === undefined && label !== undefined;
  return (
    <button
      type="button"
      {...rest}
      ref={buttonRef ?? null}
      class={`button ${look}${iconOnly ? ' icon-only' : ''}${extra ? ` ${String(extra)}` : ''}`}
      aria-label={label ?? rest['aria-label']}
      data-tip={iconOnly ? label : undefined}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}
