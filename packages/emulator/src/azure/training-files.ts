import { checkFile, type CheckedFile } from '../openai/data-check.ts'
import type { Method } from './base-models.ts'
import type { DataCall } from './data-call.ts'
import { fileStatus } from './files.ts'
import { AzureRefusal, invalidPayload } from './refusal.ts'

/**
 * A file as a job takes it. One that is not there, not for this, not processed yet or too short is refused at once; rows that the
 * method cannot use fail the job when it validates them.
 */
export function readTrainingFile(
  { account, now }: DataCall,
  id: string,
  member: 'training_file' | 'validation_file',
  method: Method,
): CheckedFile {
  const file = account.files.peek(id)
  if (file === undefined) throw invalidPayload('The specified file was not found.', member)
  if (file.purpose !== 'fine-tune')
    throw invalidPayload("The purpose of the specified file is not 'fine-tune'.", member)
  const status = fileStatus(file, now)
  if (status !== 'processed') {
    throw new AzureRefusal(
      400,
      'unexpectedEntityState',
      `The specified file has the status '${status}'; it must be 'processed'.`,
      {
        target: member,
      },
    )
  }
  const { minimumExamples } = account.settings
  // The rows are those of OpenAI; how few are too few is told here, at the request.
  const { data, problem } = checkFile(file.content, method, member, 0)
  if (member === 'training_file' && data.examples < minimumExamples) {
    throw new AzureRefusal(
      400,
      'jsonlValidationFailed',
      `The training file has ${data.examples} examples; at least ${minimumExamples} are needed.`,
      { target: member },
    )
  }
  return problem === undefined ? { data } : { data, problem: { ...problem, code: undefined } }
}
