// SPDX-License-Identifier: Apache-2.0
// Sampling rules and what became of requests: X-Ray's own operations, and ours around them.

import { apiUrl, getJson, postJson } from '../api/client.ts';

/** What one may set of a rule; names as X-Ray has them. */
export interface RuleValues {
  RuleName: string;
  Priority: number;
  FixedRate: number;
  ReservoirSize: number;
  ServiceName: string;
  ServiceType: string;
  Host: string;
  HTTPMethod: string;
  URLPath: string;
  ResourceARN: string;
  Attributes: Record<string, string>;
}

export interface SamplingCounts {
  at_ms: number;
  matched: number;
  sampled: number;
  borrowed: number;
}

export interface SamplingRule {
  rule: RuleValues;
  is_default: boolean;
  clients: number;
  reservoir_held: number;
  total: SamplingCounts;
  last_matched_ms: number | null;
  windows: SamplingCounts[];
}

export interface SamplingAnswer {
  rules: SamplingRule[];
  seen_services: { name: string; segments: number }[];
}

export interface PatternMatch {
  member: string;
  pattern: string;
  value: string;
  matches: boolean;
}

export interface Explanation {
  decision: string | null;
  asked: {
    name: string;
    priority: number;
    fixed_rate: number;
    reservoir_size: number;
    matches: boolean;
    ignored: string | null;
    patterns: PatternMatch[];
  }[];
}

export interface XrayDoctor {
  listening: string[];
  validation: string;
  datagrams: number;
  dropped: { kernel_buffer_full: number; store_overloaded: number };
  documents_accepted: number;
  rejected: { reason: string; count: number }[];
  recent_rejections: { at_ms: number; via: string; reason: string; id: string; document: string }[];
  daemons: { hostname: string; instance_id: string; last_seen_ms: number; received: number; sent: number; rejected: number }[];
}

export const newRule: RuleValues = {
  RuleName: '',
  Priority: 100,
  FixedRate: 0.05,
  ReservoirSize: 1,
  ServiceName: '*',
  ServiceType: '*',
  Host: '*',
  HTTPMethod: '*',
  URLPath: '*',
  ResourceARN: '*',
  Attributes: {},
};

export const fetchSampling = (abort?: AbortSignal) => getJson<SamplingAnswer>(apiUrl('xray/sampling'), abort);

export const createRule = (rule: RuleValues) =>
  postJson('/CreateSamplingRule', { SamplingRule: { ...rule, Version: 1 } });

export const updateRule = (update: Partial<RuleValues>) =>
  postJson('/UpdateSamplingRule', { SamplingRuleUpdate: update });

export const deleteRule = (name: string) => postJson('/DeleteSamplingRule', { RuleName: name });
