export type { AuditOptions } from './audit/audit.ts'
export type {
  AuditedDataset,
  AuditedDeployment,
  AuditedPurge,
  AuditedQuestions,
  AuditedRun,
  AuditedThing,
  AuditRecord,
  StepEnd,
} from './audit/audit-record.ts'
export { defineConfig } from './config/define-config.ts'
export type { Config, ConfiguredDriver } from './config/define-config.ts'
export type { DriverThunk, Providers } from './config/providers.ts'
export { loadTuner } from './config/load-tuner.ts'
export type { LoadTunerOptions } from './config/load-tuner.ts'
export { configuredPolicy } from './config/configured-policy.ts'
export type { ConfiguredPolicy } from './config/configured-policy.ts'
export { listProfiles } from './config/list-profiles.ts'
export { readPolicy } from './config/read-policy.ts'
export { createTuner } from './create-tuner.ts'
export { evaluate } from './policy/evaluate.ts'
export type { FactVariant, JudgedData, PolicyFacts } from './policy/facts.ts'
export type { Judgement } from './policy/judgement.ts'
export type { NearestMiss } from './policy/nearest-miss.ts'
export type {
  Attestation,
  PersonalDataAction,
  PersonalKind,
  Policy,
  PolicyRule,
  Requirements,
  WantedPlace,
} from './policy/policy-document.ts'
export { definePolicy } from './policy/policy-schema.ts'
export type { OfferingVerdict, VerdictsQuery } from './policy/verdicts.ts'
export type { AttestedBy, Decided, PolicyReason, PolicyVerdict } from './policy/verdict.ts'
export type { TunerOptions } from './create-tuner.ts'
export { AnytuneError, isAnytuneError } from './errors.ts'
export type { ErrorCode, ErrorDetails } from './errors.ts'
export type { LineageFinding } from './lineage/find-rows.ts'
export type { FindRowsOptions, Lineage } from './lineage/lineage.ts'
export type { Unsearched } from './lineage/manifests.ts'
export type { ChargedTokens } from './plan/cost.ts'
export { estimateCost, monthlyCost } from './plan/estimate-cost.ts'
export type { CostQuery, MonthlyCost, MonthlyUse } from './plan/estimate-cost.ts'
export type { Money } from './plan/hourly-cost.ts'
export { dataset } from './plan/request.ts'
export type { DatasetInput, PlanRequest } from './plan/request.ts'
export type { AllowableFinding } from './plan/allow.ts'
export type { PlanEvidence } from './plan/evidence.ts'
export type {
  CostLine,
  FoundInDataset,
  Plan,
  PlanCost,
  PlannedDataset,
  PlannedTokens,
  PlanTerm,
  PlanVerified,
  SaidTerm,
} from './plan/plan-document.ts'
export { termsOnRecord } from './plan/plan-terms.ts'
export type { PlanWarning } from './support.ts'
export { formatReference, parseReference } from './reference.ts'
export type { Reference, ReferenceKind } from './reference.ts'
export type { NextAction } from './next-action.ts'
export { memoryJournal } from './operation/memory-journal.ts'
export { sqliteJournal } from './operation/sqlite-journal.ts'
export type { Claim, Journal, JournalEntry, StoredEntry } from './operation/journal.ts'
export type { Outcome, PurgedJob, PurgedThing, PurgeTarget, Receipt, Retained, ThingKind } from './purge/receipt.ts'
export type { RetryPolicy } from './retry.ts'
export type { AccountTerms, OfferingTerms } from './terms/account-terms.ts'
export { runOfDataset } from './run/staged-name.ts'
export { hasEnded } from './run/watch.ts'
export type {
  Answering,
  CallOptions,
  ChatOptions,
  ChatReply,
  Decision,
  DeploymentHandle,
  DeploymentQuote,
  DeployOptions,
  DeployProgress,
  EventsOptions,
  Jobs,
  ListOptions,
  ModelHandle,
  PurgeOptions,
  PurgeProgress,
  ResumeOptions,
  Run,
  RunEvent,
  RunSummary,
  StartOptions,
  StartProgress,
  TermsOptions,
  Tuner,
  WatchOptions,
} from './tuner.ts'
export type {
  Capabilities,
  ChatMessage,
  Deployment,
  Driver,
  FilterFinding,
  FineTunedModel,
  Hyperparameters,
  Job,
  JobEvent,
  JobStatus,
  Method,
  StagedDataset,
  TermsCheck,
} from './driver.ts'
