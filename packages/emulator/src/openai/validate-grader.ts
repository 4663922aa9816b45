import { json } from '../server/answer.ts'
import { object, type ShapeOf } from '../server/shape.ts'
import { readBodyAs, readQuery, type OpenAIHandler } from './call.ts'
import { GRADER } from './graders.ts'

const GRADER_REQUEST: ShapeOf<{ readonly grader: object }> = object({ grader: GRADER })

/** Whether a grader has the form that a job would be refused for; running one is not emulated. */
export const validateGrader: OpenAIHandler = (call) => {
  readQuery(call)
  const { grader } = readBodyAs(call, GRADER_REQUEST)
  return json(200, { grader })
}
