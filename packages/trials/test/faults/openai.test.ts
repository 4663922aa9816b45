import { describeTable } from './describe-table.ts'

describeTable('openai', 'OpenAI')
