export { checkDataset } from './check.ts'
export type { CheckOptions, CheckReport, ExampleCounts } from './check.ts'
export { DatasetError } from './dataset-error.ts'
export type { DatasetErrorCode } from './dataset-error.ts'
export { detectFormat } from './detect.ts'
export { encodeDataset, measureEncoding } from './encode.ts'
export type { EncodeOptions, EncodingMeasure } from './encode.ts'
export type {
  AssistantMessage,
  AssistantPart,
  AudioPart,
  ChatExample,
  CompletionExample,
  ExactNumber,
  Example,
  FilePart,
  FunctionCall,
  FunctionDefinition,
  FunctionMessage,
  ImagePart,
  InstructionMessage,
  JsonObject,
  JsonPart,
  JsonValue,
  MediaPart,
  Message,
  PreferenceExample,
  PromptCacheBreakpoint,
  ReasoningPart,
  RedactedReasoningPart,
  RefusalPart,
  ReinforcementExample,
  Role,
  TextExample,
  TextPart,
  Tool,
  ToolCall,
  ToolMessage,
  ToolPart,
  UserMessage,
  UserPart,
} from './example.ts'
export { inspectDataset } from './inspect/inspect-dataset.ts'
export type { InspectedTotals, Inspection, InspectOptions } from './inspect/inspect-dataset.ts'
export { canonicalExample } from './formats/canonical.ts'
export { FEATURES } from './formats/features.ts'
export type { Feature, Unsaid } from './formats/features.ts'
export { FORMATS, formatsThatSay } from './formats/formats.ts'
export type { FormatId } from './formats/formats.ts'
export type { ContainerId, Layout, TextUnit } from './containers/container.ts'
export { CONTAINERS } from './containers/containers.ts'
export { judgeDatasets } from './limits/dataset-limits.ts'
export type { DatasetTotals, LimitFinding } from './limits/dataset-limits.ts'
export { isLimitId, LIMITS, limitsOf, truncation } from './limits/limit.ts'
export type { Limit, LimitDescription, LimitId, WrittenRule } from './limits/limit.ts'
export { rowLimits } from './limits/row-limits.ts'
export type { RowLimits, RowWarnings } from './limits/row-limits.ts'
export { writableAs } from './limits/writable-as.ts'
export type { LineOptions } from './lines.ts'
export {
  keyName,
  MANIFEST_FORMAT,
  manifestHash,
  readManifestHeader,
  readManifestRows,
  writeManifest,
} from './lineage/manifest.ts'
export type { ManifestHeader, ManifestWriter } from './lineage/manifest.ts'
export { ROW_HASH, rowHash } from './lineage/row-hash.ts'
export type { RowKey } from './lineage/row-hash.ts'
export { readPrompts } from './prompts.ts'
export type { Prompt, PromptRow } from './prompts.ts'
export { readExamples } from './read.ts'
export type { ExampleRow, ExampleRule, ReadOptions, RejectedRow } from './read.ts'
export { DATASET_RULES, RULES } from './rules.ts'
export type { BuiltInRuleId, Rejection, RuleDescription, RuleId } from './rules.ts'
export { dedupeRows } from './select/dedupe-rows.ts'
export { readRows, rowChunks, rowsAsSource } from './select/read-rows.ts'
export type { ReadRowsOptions } from './select/read-rows.ts'
export type { DatasetRow, Place, RowObserver, RowSet } from './select/row-set.ts'
export { sampleRows } from './select/sample-rows.ts'
export type { SampleOptions } from './select/sample-rows.ts'
export { shuffleRows } from './select/shuffle-rows.ts'
export type { ShuffleOptions } from './select/shuffle-rows.ts'
export { splitRows } from './select/split-rows.ts'
export type { Share, Side, SplitOptions, SplitRow, Together } from './select/split-rows.ts'
export { bytesSource, fileSource, rowsSource } from './source.ts'
export type { DatasetSource, RandomAccess } from './source.ts'
export { streamSource } from './stream-source.ts'
export { builtInDetector } from './scan/built-in.ts'
export { KINDS } from './scan/detector.ts'
export type { BuiltInKind, Detector, Kind, KindClass, Span, SyncDetector } from './scan/detector.ts'
export type { ScanFinding, ScanFindings } from './scan/findings.ts'
export { phoneNumberDetector } from './scan/phone-numbers.ts'
export { createScanner } from './scan/scanner.ts'
export type { RowScanner, ScanOptions, ScanReport } from './scan/scanner.ts'
export { scanDataset } from './scan/scan-dataset.ts'
export { SCAN_RULES } from './scan/scan-rules.ts'
export type { ScanRuleId } from './scan/scan-rules.ts'
export { countTokens } from './statistics/count-tokens.ts'
export type { CountOptions } from './statistics/count-tokens.ts'
export type { Distribution } from './statistics/distribution.ts'
export { measureDatasets } from './statistics/statistics.ts'
export type { DatasetStatistics, RepeatedRows, StatisticsOptions } from './statistics/statistics.ts'
export { tallyTokens } from './statistics/token-statistics.ts'
export type { TokenStatistics, TokenTally, TruncatedRows } from './statistics/token-statistics.ts'
export { loadTokenCounter } from './tokens/counter.ts'
export type { TokenCounter } from './tokens/counter.ts'
export type { EncodingId } from './tokens/encodings.ts'
export { countExample } from './tokens/example-tokens.ts'
export type { ExampleTokens, TokenPart } from './tokens/example-tokens.ts'
export { counterOf, ESTIMATE, tokenMethod } from './tokens/method.ts'
export type { TokenMethod } from './tokens/method.ts'
export { redactDataset } from './redact/redact-dataset.ts'
export type { BytesDigest, RedactOptions, RedactReport } from './redact/redact-dataset.ts'
