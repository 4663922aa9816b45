import { describeTable } from './describe-table.ts'

describeTable('azure', 'Azure')
