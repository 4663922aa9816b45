import type { ScanRuleId } from '../scan-rules.ts'
import type { Finder, Found } from './finder.ts'
import { isInvented, isRandom } from './invented.ts'
import { eachLongRun } from './long-runs.ts'

/** Keys that vendors mark with a prefix. All are long enough to be looked for in long runs alone, which are rare. */
export const findVendorKeys: Finder = (text, found) => {
  eachLongRun(text, (run, runStart) => {
    KEY.lastIndex = 0
    for (let match = KEY.exec(run); match !== null; match = KEY.exec(run)) {
      const group = match.findIndex((value, index) => index > 0 && value !== undefined)
      const rule = KEYS[group - 1]?.rule
      if (rule === undefined || isInvented(match[0])) continue
      const start = runStart + match.index
      const end = start + match[0].length
      found(rule, start, end)
      if (rule === 'aws-access-key-id') findSecretOf(text, end, found)
    }
  })
}

/** The secret of an AWS key has no mark, but mostly stands next to its id. */
function findSecretOf(text: string, idEnd: number, found: Found): void {
  const match = AWS_SECRET.exec(text.slice(idEnd, idEnd + 160))
  if (match === null || !isRandom(match[0])) return
  const start = idEnd + match.index
  found('aws-secret-access-key', start, start + match[0].length)
}

const AWS_SECRET = /(?<![A-Za-z0-9/+=])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/

/** Prefixes and lengths as the vendors’ own documentation, or the keys they issue, have them. */
const KEYS: readonly { readonly rule: ScanRuleId; readonly form: string }[] = [
  { rule: 'anthropic-key', form: String.raw`sk-ant-[\w-]{20,200}` },
  { rule: 'openai-key', form: String.raw`sk-(?:proj|svcacct|admin)-[\w-]{20,250}|sk-\w{20}T3BlbkFJ\w{20}` },
  { rule: 'secret-key', form: String.raw`sk-(?:[a-z]{2,6}-v\d-)?[A-Za-z0-9]{32,80}(?![\w-])` },
  { rule: 'aws-access-key-id', form: String.raw`(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?!\w)` },
  { rule: 'azure-key', form: String.raw`[A-Za-z0-9]{52}JQQJ9[A-Za-z0-9+/=]{27}` },
  { rule: 'azure-storage-key', form: String.raw`(?<=AccountKey=)[A-Za-z0-9+/]{86}==` },
  { rule: 'github-token', form: String.raw`gh[pousr]_[A-Za-z0-9]{36}(?!\w)|github_pat_\w{60,90}` },
  { rule: 'gitlab-token', form: String.raw`gl(?:pat|rt|dt|ptt|soat|cbt|agent)-[\w-]{20,60}` },
  { rule: 'slack-token', form: String.raw`xox[abeoprs]-[A-Za-z0-9-]{16,250}|xapp-\d-[A-Za-z0-9-]{20,150}` },
  {
    rule: 'slack-webhook',
    form: String.raw`(?:https?://)?hooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9+/]{30,120}`,
  },
  { rule: 'stripe-key', form: String.raw`[sr]k_(?:live|test)_[A-Za-z0-9]{16,120}|whsec_[A-Za-z0-9+/]{24,80}` },
  { rule: 'google-key', form: String.raw`AIza[\w-]{35}(?![\w-])` },
  { rule: 'google-oauth', form: String.raw`GOCSPX-[\w-]{28}(?![\w-])|ya29\.[\w-]{30,250}` },
  { rule: 'hugging-face-token', form: String.raw`hf_[A-Za-z0-9]{34}(?!\w)` },
  { rule: 'npm-token', form: String.raw`npm_[A-Za-z0-9]{36}(?!\w)` },
  { rule: 'pypi-token', form: String.raw`pypi-AgE[\w-]{50,250}` },
  { rule: 'sendgrid-key', form: String.raw`SG\.[\w-]{22}\.[\w-]{43}(?![\w-])` },
  { rule: 'twilio-key', form: String.raw`SK[0-9a-f]{32}(?!\w)` },
  { rule: 'telegram-bot-token', form: String.raw`\d{8,10}:AA[\w-]{33}(?![\w-])` },
  { rule: 'digitalocean-token', form: String.raw`do[opr]_v1_[0-9a-f]{64}(?!\w)` },
  { rule: 'shopify-token', form: String.raw`shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}(?!\w)` },
  { rule: 'databricks-token', form: String.raw`dapi[0-9a-f]{32}(?!\w)` },
  { rule: 'grafana-token', form: String.raw`glsa_\w{32}_[0-9A-Fa-f]{8}|glc_[A-Za-z0-9+/]{32,250}` },
  { rule: 'groq-key', form: String.raw`gsk_[A-Za-z0-9]{52}(?!\w)` },
  { rule: 'hashicorp-token', form: String.raw`hvs\.[\w-]{24,250}` },
  { rule: 'linear-key', form: String.raw`lin_api_[A-Za-z0-9]{40}(?!\w)` },
  { rule: 'notion-token', form: String.raw`ntn_[A-Za-z0-9]{40,60}(?!\w)` },
  { rule: 'perplexity-key', form: String.raw`pplx-[A-Za-z0-9]{40,64}(?!\w)` },
  { rule: 'postman-key', form: String.raw`PMAK-[0-9a-f]{24}-[0-9a-f]{34}(?!\w)` },
  { rule: 'replicate-token', form: String.raw`r8_[A-Za-z0-9]{37}(?!\w)` },
  { rule: 'xai-key', form: String.raw`xai-[A-Za-z0-9]{70,90}(?!\w)` },
]

/** One group for each key, so that the group tells which it is. */
const KEY = new RegExp(`(?<![A-Za-z0-9])(?:${KEYS.map(({ form }) => `(${form})`).join('|')})`, 'g')
