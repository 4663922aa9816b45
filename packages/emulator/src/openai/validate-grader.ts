import { json } from '../server/answer.ts'
import { object } from '../server/shape.ts'
import { readBodyAs, readQuery, type OpenAIHandler } from './call.ts'
import { GRADER } from './graders.ts'

/** Whether a grader has the form that a job would be refused for; running one is not emulated. */
export const validateGrader: OpenAIHandler = (call) => {
  readQuery(call)
  const { grader } = readBodyAs<{ readonly grader: object }>(call, object({ grader: GRADER }))
  return json(200, { grader })
}
